"""The main job: a prompt after clinic, a note in reply, feedback, and the history."""

from __future__ import annotations

from tests.scenario.conftest import AMARA, BEN, World, words

NOTE = (
    "She was frightened the knee would give way on the stairs. I said that sounded exhausting "
    "and asked which stairs worry her most. We agreed she would try the back step twice a day "
    "and ring me on Thursday if it swells."
)


async def test_the_whole_loop_with_the_modal(world: World) -> None:
    await world.clinic_ends()
    (prompt,) = world.heard(AMARA)
    assert prompt["metadata"]["event_type"] == "alliance_delivery"

    await world.presses(AMARA, "reflect")
    (modal,) = world.slack.views(AMARA)
    assert modal["callback_id"] == "note"
    assert await world.sends(AMARA, text=NOTE) == {}
    assert world.slack.views(AMARA) == []

    prompt, feedback = world.heard(AMARA)
    assert "reflect" not in str(prompt["blocks"]), "an answered prompt has no buttons"
    said = words(feedback["blocks"])
    assert "“" in said, "feedback quotes the note"
    assert "shows clearly" in said or "some signs" in said
    assert await world.kept(AMARA) == [NOTE]

    await world.types(AMARA, "history")
    (history,) = world.slack.views(AMARA)
    assert "frightened the knee" in words(history["blocks"])
    await world.presses(AMARA, "reflection_open")
    assert NOTE in words(world.slack.views(AMARA)[-1]["blocks"])


async def test_a_plain_reply_is_a_note_for_the_open_prompt(world: World) -> None:
    await world.clinic_ends()
    await world.says(AMARA, NOTE)
    assert await world.kept(AMARA) == [NOTE]
    store = world.bot.services.store
    (reflection,) = await store.reflections(world.owner(AMARA), limit=9)
    assert reflection.note.prompt_id
    assert reflection.feedback is not None
    assert len(world.heard(AMARA)) == 2


async def test_the_first_word_from_somebody_new_is_answered_by_a_welcome(world: World) -> None:
    await world.says(BEN, "help")
    texts = [words(m["blocks"]) for m in world.heard(BEN)]
    assert len(texts) == 2
    assert "not legally privileged" in " ".join(texts)
    assert "/alliance clinic add" in " ".join(texts)
    clinician = await world.bot.services.store.clinician(world.owner(BEN))
    assert clinician and clinician.time_zone == "Asia/Kathmandu"


async def test_home_shows_the_next_prompt_and_the_last_reflections(world: World) -> None:
    await world.slack.open_home(AMARA)
    await world.settled()
    shown = words(world.slack.home(AMARA)["blocks"])
    assert "today at 12:30" in shown
    assert "Tuesday 09:00–12:30" in shown
    await world.says(AMARA, NOTE)
    await world.slack.open_home(AMARA)
    await world.settled()
    assert "frightened the knee" in words(world.slack.home(AMARA)["blocks"])


async def test_what_is_kept_can_be_deleted_with_one_tap(world: World) -> None:
    await world.says(AMARA, NOTE)
    await world.presses(AMARA, "reflection_delete")
    assert await world.kept(AMARA) == []
    world.now.move(seconds=61)
    await world.tick()
    assert "frightened" not in world.on_disk(), "the minute in which it may be had back is over"
    assert "frightened" not in words(world.heard(AMARA)[-1]["blocks"])


async def test_this_does_not_fit_is_kept_for_the_writer(world: World) -> None:
    await world.says(AMARA, NOTE)
    await world.presses(AMARA, "feedback_disagree")
    await world.sends(AMARA, expectations="missed")
    (reflection,) = await world.bot.services.store.reflections(world.owner(AMARA), limit=9)
    assert reflection.disputed and reflection.right
    assert "you know what happened" in words(world.heard(AMARA)[-1]["blocks"])


async def test_the_reading_can_be_looked_into(world: World) -> None:
    await world.says(AMARA, NOTE)
    await world.presses(AMARA, "feedback_details")
    shown = words(world.slack.views(AMARA)[-1]["blocks"])
    assert "one side's account" in shown
    assert "Why it matters" in shown and "Source: " in shown
    assert "frightened the knee" in shown


async def test_a_strain_is_told_of_with_the_words_that_tell_of_it(world: World) -> None:
    await world.says(
        AMARA,
        "He shouted that I never listen to him and that he wants someone else. I did the dressing "
        "and left, and booked him for Thursday.",
    )
    await world.presses(AMARA, "feedback_details")
    read = words(world.slack.views(AMARA)[-1]["blocks"])
    told = world.library.say("frame.rupture.no")
    assert told in read and "never listen to him" in read.split(told)[1]


async def test_a_message_that_is_no_note_is_not_kept_but_can_be(world: World) -> None:
    await world.says(AMARA, "thanks, can anyone swap my Thursday late?")
    assert await world.kept(AMARA) == []
    await world.presses(AMARA, "keep_checked")
    assert len(await world.kept(AMARA)) == 1


async def test_files_are_refused(world: World) -> None:
    await world.slack.say(AMARA, "see this", files=[{"name": "wound.png", "content": b"x"}])
    await world.settled()
    assert "can't take files" in words(world.heard(AMARA)[-1]["blocks"])
    assert await world.kept(AMARA) == []
