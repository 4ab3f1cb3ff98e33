"""What identifies somebody stays in Slack's hands and in memory: never on disk, in a log, or in
anything that the bot sends."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest

from bot.playground.outgoing import NotAcknowledged
from reflections.intake import Verdict
from reflections.privacy import IdentifierType, Screening
from tests.scenario.conftest import AMARA, BEN, World, words

PLANTED = ("Siobhan", "07700 900318", "siobhan.k@example.org")
NOTE = (
    "Siobhan was tearful about the scan; I said it made sense to be scared. "
    "Ring her on 07700 900318 or siobhan.k@example.org."
)


def assert_nowhere(world: World, caplog: pytest.LogCaptureFixture) -> None:
    sent = str(world.slack.calls)
    for secret in PLANTED:
        assert secret not in world.on_disk()
        assert secret not in caplog.text
        assert secret not in sent


async def test_a_typed_note_bounces_and_the_marked_version_can_be_kept(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await world.says(AMARA, NOTE)
    assert await world.kept(AMARA) == []
    card = words(world.heard(AMARA)[-1]["blocks"])
    assert "[NAME]" in card and "[PHONE]" in card and "Nothing has been kept" in card
    await world.presses(AMARA, "keep_checked")
    (kept,) = await world.kept(AMARA)
    assert kept.startswith("[NAME] was tearful")
    assert "shows clearly" in str([words(m["blocks"]) for m in world.heard(AMARA)])
    assert_nowhere(world, caplog)


async def test_a_note_in_the_modal_comes_back_marked_for_a_second_look(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await world.types(AMARA, "reflect")
    answer = await world.sends(AMARA, text=NOTE)
    assert answer["response_action"] == "update"
    assert not set(PLANTED) & {p for p in PLANTED if p in str(answer)}
    assert await world.kept(AMARA) == []
    (modal,) = world.slack.views(AMARA)
    assert "[NAME]" in str(modal)
    await world.sends(AMARA)
    (kept,) = await world.kept(AMARA)
    assert "[NAME]" in kept and "[EMAIL]" in kept
    assert_nowhere(world, caplog)


async def test_a_bounced_note_can_be_reworded(world: World) -> None:
    await world.says(AMARA, NOTE)
    await world.presses(AMARA, "edit_checked")
    (modal,) = world.slack.views(AMARA)
    assert "[NAME] was tearful" in str(modal)
    await world.sends(AMARA, text="She was tearful about the scan; I said it made sense.")
    assert await world.kept(AMARA) == ["She was tearful about the scan; I said it made sense."]
    assert "[NAME]" not in words(world.heard(AMARA)[0]["blocks"]), "the card is closed"


async def test_a_bounced_message_can_be_mended_by_editing_it(world: World) -> None:
    mended = "She was tearful about the scan; I said it made sense to be scared."
    ts = await world.slack.say(AMARA, NOTE)
    await world.settled()
    await world.slack.edit(AMARA, ts, mended)
    await world.settled()
    assert await world.kept(AMARA) == [mended]
    await world.slack.edit(AMARA, ts, mended + " Siobhan rang later.")
    await world.settled()
    assert await world.kept(AMARA) == [mended], "what was kept stays as it was checked"
    assert "Change the wording" in words(world.heard(AMARA)[-1]["blocks"])


async def test_a_bounced_note_can_be_thrown_away(world: World) -> None:
    await world.says(AMARA, NOTE)
    await world.presses(AMARA, "discard_checked")
    assert await world.kept(AMARA) == []
    assert "[NAME]" not in words(world.heard(AMARA)[-1]["blocks"])


@pytest.mark.parametrize("way", ["message", "modal"])
async def test_a_screen_that_fails_keeps_nothing(
    world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    def broken(text: str) -> Screening:
        raise RuntimeError(f"cannot read {text}")

    monkeypatch.setattr(world.bot.services.intake, "_screen", broken)
    if way == "message":
        await world.says(AMARA, NOTE)
        said = words(world.heard(AMARA)[-1]["blocks"])
    else:
        await world.types(AMARA, "reflect")
        answer = await world.sends(AMARA, text=NOTE)
        assert answer["response_action"] == "errors"
        said = str(answer["errors"])
        assert len(world.slack.views(AMARA)) == 1, "the text is still in the modal"
    assert "couldn't check your note" in said
    assert await world.kept(AMARA) == []
    assert_nowhere(world, caplog)


PLACED = "From Kirkcaldy, tearful about the scan; I said it made sense to be scared. Siobhan rang."


def wave_button(world: World) -> dict[str, Any]:
    (button,) = (
        element
        for block in world.heard(AMARA)[-1]["blocks"]
        for element in block.get("elements", ())
        if element.get("action_id") == "wave_through"
    )
    return dict(button)


async def test_a_place_that_points_to_nobody_is_kept_with_a_second_tap(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await world.says(AMARA, PLACED)
    button = wave_button(world)
    assert button["text"]["text"] == "Keep the place"
    assert "Nobody could be" in str(button["confirm"])
    await world.presses(AMARA, "wave_through")
    (kept,) = await world.bot.services.store.reflections(world.owner(AMARA), limit=5)
    assert kept.note.text.startswith("From Kirkcaldy, tearful"), "the place stands as written"
    assert "[NAME] rang" in kept.note.text, "a name is never waved through"
    assert kept.waived == (IdentifierType.LOCATION,)
    assert "Siobhan" not in world.on_disk() + caplog.text + str(world.slack.calls)
    shown = words(world.heard(AMARA)[-1]["blocks"])
    assert "You chose to keep the place as you wrote it" in shown


async def test_waving_through_works_in_the_modal_too(world: World) -> None:
    await world.types(AMARA, "reflect")
    await world.sends(AMARA, text=PLACED)
    assert "Kirkcaldy" not in str(world.slack.views(AMARA))
    await world.presses(AMARA, "wave_through")
    (kept,) = await world.kept(AMARA)
    assert kept.startswith("From Kirkcaldy") and "[NAME]" in kept


EDITED = "A retired lady was in a right state about her scan and I talked over her."


async def test_what_was_edited_in_the_form_is_what_waving_through_keeps(world: World) -> None:
    await world.types(AMARA, "reflect")
    await world.sends(AMARA, text=PLACED)
    await world.presses(AMARA, "wave_through", values={"text": EDITED})
    (kept,) = await world.bot.services.store.reflections(world.owner(AMARA), limit=5)
    assert kept.note.text == EDITED
    assert kept.waived == (), "no place is left in it"


@pytest.mark.parametrize(
    ("edit", "becomes"),
    [
        (
            "From [LOCATION], very tearful. I asked what she feared. [NAME] rang.",
            "From Kirkcaldy, very tearful. I asked what she feared. [NAME] rang.",
        ),
        (
            "[LOCATION] to [LOCATION], very tearful. I asked what she feared.",
            "[LOCATION] to [LOCATION], very tearful. I asked what she feared.",
        ),
    ],
)
async def test_marks_in_an_edited_note_get_their_words_back_where_it_is_clear_which(
    world: World, edit: str, becomes: str
) -> None:
    await world.types(AMARA, "reflect")
    await world.sends(AMARA, text=PLACED)
    await world.presses(AMARA, "wave_through", values={"text": edit})
    assert await world.kept(AMARA) == [becomes]


async def test_what_an_edit_brings_in_is_marked_and_asked_about(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    edit = "From [LOCATION], she moved to Aberdeen. I asked what she feared. Siobhan sat by."
    await world.types(AMARA, "reflect")
    await world.sends(AMARA, text=PLACED)
    await world.presses(AMARA, "wave_through", values={"text": edit})
    assert await world.kept(AMARA) == []
    (form,) = world.slack.views(AMARA)
    shown = "From [LOCATION], she moved to [LOCATION]. I asked what she feared. [NAME] sat by."
    assert shown in str(form) and "I can see" in str(form)
    assert "Siobhan" not in world.on_disk() + caplog.text + str(world.slack.calls)
    await world.presses(AMARA, "wave_through")
    assert await world.kept(AMARA) == [
        "From Kirkcaldy, she moved to Aberdeen. I asked what she feared. [NAME] sat by."
    ]


@pytest.mark.parametrize("edit", ["", "From [LOCATION]. " + "I asked. " * 331])
async def test_an_edit_that_cannot_be_kept_stays_in_the_form(world: World, edit: str) -> None:
    await world.types(AMARA, "reflect")
    await world.sends(AMARA, text="From Newcastle upon Tyne, tearful; I asked why.")
    await world.presses(AMARA, "wave_through", values={"text": edit})
    assert await world.kept(AMARA) == []
    form, reason = world.slack.views(AMARA)
    (typed,) = (v["text"]["value"] for v in form["state"]["values"].values())
    assert (typed or "") == edit
    assert ("longer than" if edit else "nothing here yet") in str(reason)


async def test_a_late_wave_in_the_modal_leaves_the_marked_version_there(world: World) -> None:
    await world.types(AMARA, "reflect")
    await world.sends(AMARA, text=PLACED)
    world.now.instant += timedelta(minutes=16)
    await world.presses(AMARA, "wave_through")
    views = world.slack.views(AMARA)
    assert "don't hold the words" in str(views[-1])
    assert "From [LOCATION], tearful" in str(views[0]), "what was marked is still under it"
    assert await world.kept(AMARA) == []


async def test_numbers_and_names_cannot_be_waved_through(world: World) -> None:
    await world.says(AMARA, NOTE)
    assert "wave_through" not in str(world.heard(AMARA)[-1]["blocks"])


async def test_words_are_held_for_a_while_only_and_for_their_writer_alone(world: World) -> None:
    await world.says(AMARA, PLACED)
    handle = wave_button(world)["value"]
    intake = world.bot.services.intake
    theft = await intake.wave_through(world.owner(BEN), handle, "e1")
    guess = await intake.wave_through(world.owner(AMARA), "x" * len(handle), "e2")
    assert {theft.verdict, guess.verdict} == {Verdict.NOT_HELD}
    world.now.instant += timedelta(minutes=16)
    await world.presses(AMARA, "wave_through")
    assert await world.kept(AMARA) == []
    assert "don't hold the words" in words(world.heard(AMARA)[-1]["blocks"])
    await world.presses(AMARA, "keep_checked")
    assert (await world.kept(AMARA))[0].startswith("From [LOCATION]"), "the marked version is there"


@pytest.mark.parametrize("choices", [{"alliance_screen": "bounce"}])
async def test_a_workspace_may_want_everything_in_other_words(world: World) -> None:
    await world.says(AMARA, PLACED)
    card = world.heard(AMARA)[-1]["blocks"]
    assert "in other words" in words(card).replace("\n", " ")
    assert "keep_checked" not in str(card) and "wave_through" not in str(card)
    await world.types(AMARA, "reflect")
    await world.sends(AMARA, text=NOTE)
    answer = await world.sends(AMARA)
    assert "words of your own" in str(answer["errors"]), "placeholders are not kept either"
    assert await world.kept(AMARA) == []


@pytest.mark.parametrize("choices", [{"alliance_screen": "redact"}])
async def test_a_workspace_may_want_everything_replaced(world: World) -> None:
    await world.says(AMARA, NOTE)
    card = words(world.heard(AMARA)[-1]["blocks"])
    assert "I've taken out a name" in card and "as I would keep it" in card
    assert await world.kept(AMARA) == [], "the writer still decides"


async def test_numbers_alone_are_replaced_and_shown(world: World) -> None:
    await world.says(AMARA, "Tearful about the scan. I said that made sense. Tel 07700 900318.")
    assert "I've taken out a phone number" in words(world.heard(AMARA)[-1]["blocks"])


@pytest.mark.parametrize("choices", [{"alliance_screen_deny": "Bluebell team, pathway"}])
async def test_words_of_the_workspaces_own_are_found(world: World) -> None:
    await world.says(AMARA, "She is on the pathway, scared of the scan; I said that made sense.")
    assert "[NAME]" in words(world.heard(AMARA)[-1]["blocks"])


async def test_a_whole_day_leaves_no_identifier_anywhere(
    world: World,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every way in, and a failure of each: nothing on disk, in logs, in crash output, in Slack."""
    caplog.set_level(logging.INFO)
    ts = await world.slack.say(AMARA, NOTE)
    await world.settled()
    await world.slack.edit(AMARA, ts, NOTE + " She has two sons.")
    await world.settled()
    await world.presses(AMARA, "edit_checked")
    await world.sends(AMARA, text="Siobhan again: " + NOTE)
    await world.sends(AMARA)
    await world.types(AMARA, f"reflect {NOTE}")
    await world.types(AMARA, f"clinic add {NOTE}")
    await world.types(AMARA, f"away {NOTE}")
    await world.says(AMARA, PLACED)
    await world.presses(AMARA, "wave_through")

    def broken(text: str) -> Screening:
        raise RuntimeError(f"cannot read {text}")

    monkeypatch.setattr(world.bot.services.intake, "_screen", broken)
    await world.says(AMARA, NOTE)
    monkeypatch.undo()
    monkeypatch.setattr(world.bot.services.intake, "_engine", broken)
    with pytest.raises(NotAcknowledged):  # so that Slack sends it again
        await world.says(AMARA, "She was tearful about the scan; I said that made sense.")
    await world.tick()
    out, err = capfd.readouterr()
    assert not [secret for secret in PLANTED if secret in out + err]
    assert_nowhere(world, caplog)


async def test_notifications_never_hold_a_word_of_a_note(world: World) -> None:
    await world.says(AMARA, "She was gutted about the wig; I said that made sense and waited.")
    await world.says(AMARA, NOTE)
    for message in world.heard(AMARA):
        assert "gutted" not in message["text"] and "tearful" not in message["text"]


@pytest.mark.parametrize(
    ("text", "expects"),
    [
        ("I can't do this any more. Everyone would be better off without me.", "Please don't"),
        ("I gave her ten times the dose and have not told anyone yet.", "supervisor"),
        ("She told me her partner hits her and the kids have seen it.", "safeguarding"),
    ],
)
async def test_safety_comes_before_coaching(world: World, text: str, expects: str) -> None:
    await world.types(AMARA, "reflect")
    await world.sends(AMARA, text=text)
    said = words(world.heard(AMARA)[-1]["blocks"])
    assert expects in said
    assert "shows clearly" not in said and "One thing to try" not in said
    assert "feedback_details" not in str(world.heard(AMARA)[-1]["blocks"])
    assert all(
        m["channel"] != "C0TEAM" for name, m in world.slack.calls if name == "chat.postMessage"
    )


async def test_a_card_on_which_nothing_was_found_says_whom_to_turn_to(world: World) -> None:
    """What weighs on a writer may have been missed with all else."""
    await world.says(AMARA, "Review, knee flexion 95, extension full. Progressed to step-ups.")
    card = world.heard(AMARA)[-1]["blocks"]
    assert "What came through" not in words(card) and "people to turn to" in words(card).lower()
    await world.presses(AMARA, "people")
    assert "Someone you trust" in words(world.slack.views(AMARA)[-1]["blocks"])
    await world.says(
        AMARA,
        "She was frightened of the stairs and I asked what frightened her most. We agreed on six "
        "weeks, and she chose to start with the banister.",
    )
    card = world.heard(AMARA)[-1]["blocks"]
    assert "What came through" in words(card) and "people to turn to" not in words(card).lower()


async def test_who_says_it_is_not_that_gets_the_feedback(world: World) -> None:
    """The gate is often wrong; a good note must not go unread for it."""
    text = (
        "This shift will be the death of me, I don't want to be here any more! She was frightened "
        "of the stairs and I asked what frightened her most. We agreed on six weeks."
    )
    await world.says(AMARA, text)
    signpost = words(world.heard(AMARA)[-1]["blocks"])
    assert "Please don't carry it alone" in signpost and "What came through" not in signpost
    await world.presses(AMARA, "not_that")
    card = world.heard(AMARA)[-1]["blocks"]
    assert "What came through" in words(card) and "not_that" not in str(card)
    assert "people to turn to" in words(card)
    (kept,) = await world.bot.services.store.reflections(world.owner(AMARA), limit=9)
    assert kept.misread == "clinician_distress" and kept.feedback
    await world.presses(AMARA, "people")
    assert "Someone you trust" in words(world.slack.views(AMARA)[-1]["blocks"])
