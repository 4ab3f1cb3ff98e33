"""What identifies somebody stays in Slack's hands and in memory: never on disk, in a log, or in
anything that the bot sends."""

from __future__ import annotations

import logging

import pytest

from reflections.privacy import Screening
from tests.scenario.conftest import AMARA, World, words

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
    assert "delete it from" in words(world.heard(AMARA)[-1]["blocks"])


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
