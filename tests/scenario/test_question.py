"""The one question after feedback: answered, let go, or left alone."""

from __future__ import annotations

import json

from reflections.model import Reflection
from tests.scenario.conftest import AMARA, BEN, World, words

NOTE = "She said she was frightened of the stairs. I moved on to the dressing and booked Thursday."
THOUGHT = "I was hurrying, and it must have felt like a door closing."


async def reflection(world: World) -> Reflection:
    (found,) = await world.bot.services.store.reflections(world.owner(AMARA), limit=9)
    return found


async def test_an_answer_is_kept_with_the_reflection(world: World) -> None:
    await world.says(AMARA, NOTE)
    assert "frightened of the stairs" in (await reflection(world)).question
    await world.presses(AMARA, "question_answer")
    assert (await reflection(world)).question in words(world.slack.views(AMARA)[-1]["blocks"])
    assert await world.sends(AMARA, text=THOUGHT) == {}
    assert (await reflection(world)).thought == THOUGHT
    (card,) = world.heard(AMARA)[-1:]
    assert THOUGHT in words(card["blocks"])
    assert "Kept with your reflection. Thank you." in words(card["blocks"])
    assert "question_answer" not in str(card["blocks"]), "asked once"
    assert await world.kept(AMARA) == [NOTE], "an answer is no second note"
    await world.types(AMARA, "history")
    await world.presses(AMARA, "reflection_open")
    assert THOUGHT in words(world.slack.views(AMARA)[-1]["blocks"])


async def test_it_can_be_let_go(world: World) -> None:
    await world.says(AMARA, NOTE)
    await world.presses(AMARA, "question_let_go")
    assert (await reflection(world)).question == ""
    assert "question_answer" not in str(world.heard(AMARA)[-1]["blocks"])


async def test_an_answer_is_screened_like_a_note(world: World) -> None:
    await world.says(AMARA, NOTE)
    await world.presses(AMARA, "question_answer")
    answer = await world.sends(AMARA, text="I kept thinking of Mrs Ruth Abernathy, 020 7946 0958.")
    assert "Nothing has been kept" in json.dumps(answer)
    assert (await reflection(world)).thought == ""
    assert "Abernathy" not in world.on_disk()
    assert "Abernathy" not in str(world.slack.calls)


async def test_distress_in_an_answer_is_met_by_a_signpost(world: World) -> None:
    await world.says(AMARA, NOTE)
    await world.presses(AMARA, "question_answer")
    await world.sends(AMARA, text="I don't want to be here any more.")
    shown = words(world.slack.views(AMARA)[-1]["blocks"])
    assert world.library.say("people.after_answer") in shown
    assert "your local emergency number" in shown
    assert (await reflection(world)).thought


async def test_an_ordinary_hard_feeling_is_no_alarm(world: World) -> None:
    await world.says(AMARA, NOTE)
    await world.presses(AMARA, "question_answer")
    answer = (
        "Felt a bit guilty. I'd been cross with him for not doing them and there was a reason "
        "the whole time."
    )
    await world.sends(AMARA, text=answer)
    assert world.slack.views(AMARA) == []
    assert (await reflection(world)).thought == answer


async def test_a_reply_in_the_thread_is_the_answer_and_comes_once(world: World) -> None:
    await world.says(AMARA, NOTE)
    card = world.heard(AMARA)[-1]
    await world.slack.say(AMARA, THOUGHT, thread_ts=card["ts"])
    await world.settled()
    assert (await reflection(world)).thought == THOUGHT
    assert await world.kept(AMARA) == [NOTE]


async def test_an_answer_that_is_edited_or_followed_by_another_is_no_new_note(
    world: World,
) -> None:
    await world.says(AMARA, NOTE)
    card = world.heard(AMARA)[-1]
    sent = await world.slack.say(AMARA, THOUGHT, thread_ts=card["ts"])
    await world.settled()
    await world.slack.edit(AMARA, sent, THOUGHT + " She was so quiet.")
    await world.settled()
    assert "stays as you first wrote it" in str(world.heard(AMARA)[-1])
    await world.slack.say(AMARA, NOTE.replace("stairs", "bath"), thread_ts=card["ts"])
    await world.settled()
    assert "stays as you first wrote it" in str(world.heard(AMARA)[-1])
    assert (await reflection(world)).thought == THOUGHT
    assert await world.kept(AMARA) == [NOTE]
    await world.slack.say(AMARA, "I don't want to be here any more.", thread_ts=card["ts"])
    await world.settled()
    assert "your local emergency number" in words(world.heard(AMARA)[-1]["blocks"])
    heard = len(world.heard(AMARA))
    await world.slack.say(AMARA, THOUGHT, thread_ts=card["ts"])
    await world.settled()
    assert len(world.heard(AMARA)) == heard


async def test_feedback_only_asks_for_no_words_that_would_not_be_kept(world: World) -> None:
    await world.says(AMARA, NOTE)
    await world.presses(AMARA, "question_answer")  # the form is open when the choice is made
    await world.slack.open_home(AMARA)
    await world.settled()
    await world.presses(AMARA, "feedback_only", home=True)
    assert "no longer open" in str(await world.sends(AMARA, text=THOUGHT))
    await world.slack.close_view(AMARA)
    await world.presses(AMARA, "question_answer")
    assert "no longer open" in words(world.slack.views(AMARA)[-1]["blocks"])
    assert (await reflection(world)).question == ""
    assert THOUGHT not in world.on_disk()
    world.now.move(minutes=1)
    await world.says(AMARA, NOTE)
    assert "question_answer" not in str(world.heard(AMARA)[-1]["blocks"])


async def test_an_answer_goes_with_the_words_and_is_not_asked_for_again(world: World) -> None:
    await world.says(AMARA, NOTE)
    await world.presses(AMARA, "question_answer")
    await world.sends(AMARA, text=THOUGHT)
    await world.slack.open_home(AMARA)
    await world.settled()
    await world.presses(AMARA, "feedback_only", home=True)
    found = await reflection(world)
    assert (found.question, found.thought) == ("", "")


async def test_nobody_answers_for_somebody_else(world: World) -> None:
    await world.says(AMARA, NOTE)
    id = (await reflection(world)).id
    outcome = await world.bot.services.intake.think_on(world.owner(BEN), id, THOUGHT)
    assert outcome.verdict == "not_held"
    assert (await reflection(world)).thought == ""


async def test_people_to_turn_to_are_found_without_being_sent(world: World) -> None:
    await world.says(AMARA, "help")
    await world.presses(AMARA, "people")
    shown = words(world.slack.views(AMARA)[-1]["blocks"])
    for contact in ("occupational health", "your local emergency number"):
        assert contact in shown
    assert "somebody may not be safe" in shown
