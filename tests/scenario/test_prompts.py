"""Prompts that do not nag: the pace, the choices under a prompt, and what passed by."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reflections.model import Clinician, DeliveryKind, DeliveryState
from tests.scenario.conftest import AMARA, BEN, CLINIC, LEILA, TUESDAY, World, words


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
    say = world.library.say
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


async def person(world: World) -> Clinician:
    found = await world.bot.services.store.clinician(world.owner(AMARA))
    assert found
    return found


async def test_other_rhythms_are_noted_with_their_next_date(world: World) -> None:
    answer = (await world.types(AMARA, "clinic add every other Friday pm"))["text"]
    assert "every other Friday 13:30–17:00, next Fri 27 Nov" in answer
    again = (await world.types(AMARA, "clinic add fortnightly Fri 13:30-17"))["text"]
    assert "already" in again and "Noted" not in again
    beside = (await world.types(AMARA, "clinic add 1 December 12-14"))["text"]
    assert "Tue 1 Dec 12:00–14:00" in beside and "shares some time with Tuesday" in beside
    assert "Tue 1 Dec 12:00–14:00" in await home(world)
    world.now.move(days=10)
    assert "Tue 1 Dec" not in (await world.types(AMARA, "clinic list"))["text"]
    assert "next Fri 11 Dec" in (await world.types(AMARA, "clinic list"))["text"]


@pytest.mark.parametrize("typed", ["skip 24 November", "not today", "skip on today", "not 24/11"])
async def test_one_clinic_is_left_out_and_the_next_is_asked_about(world: World, typed: str) -> None:
    assert "Left out: Tue 24 Nov" in (await world.types(AMARA, f"clinic {typed}"))["text"]
    assert "not on Tue 24 Nov" in (await world.types(AMARA, "clinic list"))["text"]
    await world.clinic_ends()
    assert world.heard(AMARA) == []
    await next_tuesday(world)
    assert len(world.heard(AMARA)) == 1


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("clinic skip 25 November", "no clinic on Wed 25 Nov"),
        ("clinic skip whenever", "couldn't read that day"),
        ("clinic skip 2020-01-01", "gone by"),
        ("away whenever", "away 20 Dec to 3 Jan"),
        ("away", "no days away"),
        ("holidays Atlantis", "Atlantis"),
        ("holidays", "don't look at public holidays"),
    ],
)
async def test_what_is_not_understood_is_said_with_an_example(
    world: World, typed: str, says: str
) -> None:
    assert says in (await world.types(AMARA, typed))["text"]


async def test_leave_is_kept_free_and_ended_early(world: World) -> None:
    answer = (await world.types(AMARA, "away 24 Nov to 3 Jan"))["text"]
    assert "24 Nov 2026 to 3 Jan 2027" in answer
    await world.clinic_ends()
    assert world.heard(AMARA) == []
    assert "away until 3 Jan 2027" in await home(world)
    assert "24 Nov 2026" in (await world.types(AMARA, "away"))["text"]
    assert "Welcome back" in (await world.types(AMARA, "resume"))["text"]
    await next_tuesday(world)
    assert len(world.heard(AMARA)) == 1
    await world.types(AMARA, "away for 2 weeks")
    assert "Called off" in (await world.types(AMARA, "away off"))["text"]
    assert (await person(world)).away == ()


async def test_public_holidays_are_free_where_a_place_was_chosen(world: World) -> None:
    await world.types(AMARA, "clinic add Fri 9-12")
    assert "England" in (await world.types(AMARA, "holidays England"))["text"]
    assert "England" in await home(world)
    world.now.instant = datetime(2026, 12, 25, 12, 1, tzinfo=UTC)
    await world.tick()
    assert world.heard(AMARA) == []
    await world.types(AMARA, "holidays off")
    world.now.instant = datetime(2027, 1, 1, 12, 1, tzinfo=UTC)
    await world.tick()
    assert len(world.heard(AMARA)) == 1


async def test_when_i_may_ask_is_one_form(world: World) -> None:
    await home(world)
    await world.presses(AMARA, "quiet_hours", home=True)
    wrong = await world.sends(AMARA, start="19:00", end="08:00", holidays="Atlantis")
    assert "Atlantis" in wrong["errors"]["holidays"]
    await world.sends(AMARA, days=["0", "1", "2"], holidays="Germany, Bayern")
    found = await person(world)
    assert found.holidays == "DE-BY" and found.working_days == (0, 1, 2)
    shown = words(world.slack.home(AMARA)["blocks"])
    assert "Mon–Wed" in shown and "Germany, Bayern" in shown


async def test_the_clinic_form_knows_rhythms_and_single_days(world: World) -> None:
    await home(world)
    await world.presses(AMARA, "clinic_add", home=True)
    empty = await world.sends(AMARA, start="14:00", end="17:00")
    assert "days" in empty["errors"]
    await world.sends(AMARA, days=["4"], every="2", since="2026-12-02")
    await world.presses(AMARA, "clinic_add", home=True)
    gone = await world.sends(AMARA, every="0", since="2026-11-02")
    assert "since" in gone["errors"]
    await world.sends(AMARA, every="0", since="2026-12-03", start="14:00", end="16:00")
    shown = words(world.slack.home(AMARA)["blocks"])
    assert "Every other Friday 14:00–17:00, next Fri 4 Dec" in shown
    assert "Thu 3 Dec 14:00–16:00" in shown


async def test_a_clinic_is_changed_in_place(world: World) -> None:
    await home(world)
    await world.presses(AMARA, "clinic_row", home=True, selected="change 1-0900-1230")
    await world.sends(AMARA, start="13:00", end="17:15")
    shown = words(world.slack.home(AMARA)["blocks"])
    assert "Tuesday 13:00–17:15" in shown
    assert "09:00–12:30" not in shown
    kept = await world.bot.services.store.clinician(world.owner(AMARA))
    assert kept and len(kept.clinics) == 1


async def test_the_time_zone_of_the_profile_is_read_every_day(world: World) -> None:
    await world.tick()
    everybody = world.slack.workspace.people
    everybody[AMARA] = replace(everybody[AMARA], tz="America/New_York")
    await world.clinic_ends()
    assert len(world.heard(AMARA)) == 1, "not read again on the same day"
    world.now.instant = datetime(2026, 12, 1, 9, tzinfo=UTC)
    await world.tick()
    world.now.instant = datetime(2026, 12, 1, 12, 31, tzinfo=UTC)
    await world.tick()
    assert (await person(world)).time_zone == "America/New_York"
    assert len(world.heard(AMARA)) == 1
    world.now.instant = datetime(2026, 12, 1, 17, 31, tzinfo=UTC)
    await world.tick()
    assert len(world.heard(AMARA)) == 2


def notifications_off(world: World, start: str, end: str) -> None:
    everybody = world.slack.workspace.people
    times = tuple(datetime.fromisoformat(f"2026-11-24 {at}+00:00") for at in (start, end))
    everybody[AMARA] = replace(everybody[AMARA], dnd=times)


async def test_a_question_waits_while_notifications_are_off(world: World) -> None:
    notifications_off(world, "12:00", "14:00")
    await world.clinic_ends()
    assert world.heard(AMARA) == []
    assert "today at 14:00" in await home(world)
    world.now.instant = datetime(2026, 11, 24, 14, 0, 1, tzinfo=UTC)
    await world.tick()
    assert len(world.heard(AMARA)) == 1


async def test_notifications_off_beyond_the_moment_leave_it_on_the_home_tab(world: World) -> None:
    notifications_off(world, "12:00", "18:45")
    await world.clinic_ends()
    world.now.instant = datetime(2026, 11, 24, 18, 45, 1, tzinfo=UTC)
    await world.tick()
    assert world.heard(AMARA) == []
    assert "passed by" in await home(world)


@pytest.mark.parametrize("how", ["missing_scope", "503", "429", "silence"])
async def test_a_look_at_do_not_disturb_that_fails_stops_no_question(
    world: World, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.directory._LOOK_SECONDS", 0.2)
    faults = world.slack.faults
    {
        "missing_scope": lambda: faults.refuse("dnd.info", "missing_scope"),
        "503": lambda: faults.fail("dnd.info"),
        "429": lambda: faults.ratelimit("dnd.info", retry_after=30),
        "silence": lambda: faults.lose_answer("dnd.info", "timeout"),
    }[how]()
    notifications_off(world, "12:00", "14:00")
    await world.clinic_ends()
    assert len(world.heard(AMARA)) == 1


async def test_what_somebody_asked_for_does_not_wait(world: World) -> None:
    notifications_off(world, "08:00", "14:00")
    await world.says(AMARA, "She cried; I waited, then asked what was hardest.")
    assert len(world.heard(AMARA)) == 1


async def test_many_are_asked_about_in_one_call(world: World) -> None:
    store = world.bot.services.store
    for user in (BEN, LEILA):
        await store.put_clinician(Clinician(world.owner(user), "", "Europe/London", (CLINIC,)))
    notifications_off(world, "12:00", "14:00")
    await world.clinic_ends()
    assert [len(world.heard(user)) for user in (AMARA, BEN, LEILA)] == [0, 1, 1]
    asked = [name for name, _ in world.slack.calls if name.startswith("dnd.")]
    assert asked == ["dnd.teamInfo"]


async def test_the_conversation_is_opened_at_the_first_meeting_and_not_again(world: World) -> None:
    """In the rush after many clinics Slack would open only some fifty a minute."""
    await world.types(BEN, "clinic add Tue 9-12:30")
    opened = [args for name, args in world.slack.calls if name == "conversations.open"]
    assert [args["users"] for args in opened] == [BEN]
    world.now.instant = datetime(2026, 12, 1, 6, 46, tzinfo=UTC)  # in Kathmandu it is 12:31
    await world.tick()
    assert len(world.heard(BEN)) == 2, "the welcome, and the question"
    assert len([1 for name, _ in world.slack.calls if name == "conversations.open"]) == 1


async def test_one_a_day_whatever_was_planned(world: World) -> None:
    """Two replicas may plan at once, from clinics that were changed in between."""
    await world.clinic_ends()
    store, now = world.bot.services.store, world.now()
    (asked,) = await store.deliveries(world.owner(AMARA), DeliveryKind.PROMPT, TUESDAY)
    other = replace(asked, key=f"{asked.key}b", state=DeliveryState.QUEUED, posted=None)
    again = replace(other, key=f"{asked.key}:again:1")
    await store.commit(asked.owner, now, deliveries=[other])
    await world.tick()
    assert len(world.heard(AMARA)) == 1
    await store.commit(asked.owner, now, deliveries=[again])
    await world.tick()
    assert len(world.heard(AMARA)) == 2
