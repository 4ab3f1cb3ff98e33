"""Prompts that do not nag: the pace, the choices under a prompt, and what passed by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.scenario.conftest import AMARA, World, words


async def next_tuesday(world: World, weeks: int = 1) -> None:
    """On to the moment after the clinic, some weeks on."""
    world.now.move(weeks=weeks)
    await world.tick()


def texts(world: World) -> list[str]:
    return [words(m["blocks"]) for m in world.heard(AMARA)]


def choices(message: dict[str, Any]) -> dict[str, str]:
    menu = next(e for b in message["blocks"] for e in b.get("elements", ()) if "options" in e)
    return {o["text"]["text"]: o["value"] for o in menu["options"]}


async def home(world: World) -> str:
    await world.slack.open_home(AMARA)
    await world.settled()
    return words(world.slack.home(AMARA)["blocks"])


async def test_silence_slows_says_so_once_and_stops_once(world: World) -> None:
    say = world.bot.services.library.say
    await world.clinic_ends()
    for _ in range(12):
        await next_tuesday(world)
    heard = texts(world)
    assert len(heard) == 5
    assert [say("prompt.slower") in text for text in heard] == [False, False, True, False, False]
    assert heard[-1] == say("notice.stopped")
    shown = await home(world)
    assert "stopped asking" in shown and "Resume" in shown
    assert "Welcome back" in (await world.types(AMARA, "resume"))["text"]
    await next_tuesday(world)
    assert len(texts(world)) == 6 and say("prompt.slower") not in texts(world)[-1]


async def test_a_note_from_nowhere_wakes_it_too(world: World) -> None:
    await world.clinic_ends()
    for _ in range(8):
        await next_tuesday(world)
    await world.says(AMARA, "She cried; I waited, then asked what was hardest.")
    heard = len(texts(world))
    await next_tuesday(world)
    assert len(texts(world)) == heard + 1


@pytest.mark.parametrize(
    ("typed", "said", "comes_back"),
    [
        ("Skip", "", None),
        ("skip.", "", None),
        ("not today", "Nothing more from me today", None),
        ("later", "today at 13:01", "13:02"),
        ("After lunch", "today at 13:30", "13:31"),
        ("tonight!", "today at 18:00", "18:01"),
    ],
)
async def test_a_typed_word_does_what_the_buttons_do(
    world: World, typed: str, said: str, comes_back: str | None
) -> None:
    await world.clinic_ends()
    world.slack.faults.duplicate_next_event()
    await world.says(AMARA, typed)
    prompt, answer = world.heard(AMARA)
    assert "reflect" not in str(prompt["blocks"]), "the prompt has no buttons any more"
    assert said in words(answer["blocks"])
    assert await world.kept(AMARA) == []
    if comes_back:
        world.now.instant = datetime.fromisoformat(f"2026-11-24 {comes_back}+00:00")
        await world.tick()
        assert len(world.heard(AMARA)) == 3
    world.now.instant = datetime(2026, 11, 25, 12, tzinfo=UTC)
    await world.tick()
    assert len(world.heard(AMARA)) == (3 if comes_back else 2)


async def test_a_typed_word_without_a_question_is_answered_kindly(world: World) -> None:
    await world.says(AMARA, "skip")
    assert "no question open" in texts(world)[0]
    assert await world.kept(AMARA) == []


async def test_not_today_holds_back_what_was_put_off(world: World) -> None:
    await world.clinic_ends()
    await world.presses(AMARA, "snooze", selected=choices(world.heard(AMARA)[0])["In 30 minutes"])
    world.now.move(minutes=31)
    await world.tick()
    again = world.heard(AMARA)[-1]
    offered = choices(again)
    assert list(offered) == ["In 30 minutes", "Tonight", "Tomorrow", "Not today"]
    await world.presses(AMARA, "snooze", selected=offered["Not today"])
    world.now.move(hours=6)
    await world.tick()
    assert len(world.heard(AMARA)) == 2
    world.now.instant = datetime(2026, 12, 1, 12, 31, tzinfo=UTC)
    await world.tick()
    assert len(world.heard(AMARA)) == 3


async def test_one_reminder_where_it_was_asked_for(world: World) -> None:
    await home(world)
    await world.presses(AMARA, "reminders", home=True)
    assert "one, a day later" in words(world.slack.home(AMARA)["blocks"])
    await world.clinic_ends()
    for _ in range(3):
        world.now.move(days=1)
        await world.tick()
    assert len(texts(world)) == 2
    assert "No hurry" in texts(world)[1]
    await world.presses(AMARA, "skip")
    assert all("reflect" not in str(m["blocks"]) for m in world.heard(AMARA))


async def test_no_reminder_of_what_was_answered(world: World) -> None:
    await home(world)
    await world.presses(AMARA, "reminders", home=True)
    await world.clinic_ends()
    await world.says(AMARA, "skip")
    world.now.move(days=1)
    await world.tick()
    assert len(texts(world)) == 2


async def test_a_question_is_never_put_late_at_night_and_waits_on_the_home_tab(
    world: World,
) -> None:
    await world.types(AMARA, "clinic add Tue 15-19")
    await world.types(AMARA, "clinic remove 1")
    world.slack.faults.ratelimit("chat.postMessage", retry_after=2 * 3600)
    world.now.instant = datetime(2026, 11, 24, 19, 1, tzinfo=UTC)
    await world.tick()
    world.now.move(hours=2)
    await world.tick()
    assert world.heard(AMARA) == []
    assert "passed by while I was away" in await home(world)
    buttons = [b["accessory"] for b in world.slack.home(AMARA)["blocks"] if b.get("accessory")]
    (key,) = [b["value"] for b in buttons if b["action_id"] == "reflect"]
    await world.presses(AMARA, "reflect", home=True, value=key)
    await world.sends(AMARA, text="She cried; I waited, then asked what was hardest.")
    assert len(await world.kept(AMARA)) == 1
    assert "passed by" not in await home(world)


async def test_two_days_of_outage_bring_no_heap_of_questions(world: World) -> None:
    await world.types(AMARA, "clinic add Wed 9-12:30")
    await world.tick()
    world.now.move(days=4)
    await world.tick()
    assert world.heard(AMARA) == []
    world.now.instant = datetime(2026, 12, 1, 12, 31, tzinfo=UTC) + timedelta(seconds=5)
    await world.tick()
    assert len(world.heard(AMARA)) == 1
