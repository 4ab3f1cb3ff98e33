"""`/alliance …`, the Home tab's buttons, and the forms behind them."""

from __future__ import annotations

import re
from datetime import date, time

import pytest

from reflections.model import Clinic, Clinician
from tests.scenario.conftest import AMARA, BEN, CLINIC, World, words


async def clinician(world: World, user: str = AMARA) -> Clinician:
    found = await world.bot.services.store.clinician(world.owner(user))
    assert found
    return found


async def test_help_begins_with_writing_and_people_to_turn_to(world: World) -> None:
    first, second, common, *_ = (await world.types(AMARA, "help"))["blocks"]
    assert "Just write to me here" in words([first])
    assert second["elements"][0]["action_id"] == "people"
    assert words([common]).count("/alliance") == 5


async def test_help_lists_every_command_and_tips_to_leads_only(world: World) -> None:
    shown = words((await world.types(AMARA, "help"))["blocks"])
    for word in (
        "reflect",
        "clinic add",
        "clinic skip",
        "history",
        "pause",
        "away",
        "holidays",
        "resume",
        "why",
        "forget me",
    ):
        assert re.search(rf"`(/alliance )?{word}\b", shown), word
    assert "/alliance tip" not in shown
    assert "/alliance tip" in words((await world.types("U0LEILA", "help"))["blocks"])
    assert (await world.types(AMARA, ""))["blocks"]


async def test_clinics_are_added_listed_and_removed(world: World) -> None:
    answer = await world.types(BEN, "clinic add Mon and Thu 13:30-17")
    assert "Monday 13:30–17:00" in answer["text"] and "Thursday" in answer["text"]
    assert (await clinician(world, BEN)).clinics == (
        Clinic(0, time(13, 30), time(17)),
        Clinic(3, time(13, 30), time(17)),
    )
    listed = (await world.types(BEN, "clinic list"))["text"]
    assert "1. Monday 13:30–17:00" in listed and "2. Thursday" in listed
    assert "Monday" in (await world.types(BEN, "clinic remove 1"))["text"]
    assert len((await clinician(world, BEN)).clinics) == 1
    assert "can't find" in (await world.types(BEN, "clinic remove 5"))["text"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("clinic add Funday 25-26", "“25” isn't a time I know. I don't know “funday” either. Try"),
        ("clinic add Funday 9-12", "funday"),
        ("clinic add tomorrow", "tomorrow"),
        ("clinic add Tue banana 9-12", "I did understand Tuesday, 09:00–12:00"),
        ("clinic add <!channel> 9-12", "channel"),
        ("frobnicate", "/alliance help"),
        ("reflekt", "Did you mean `/alliance reflect`?"),
    ],
)
async def test_what_is_not_understood_is_said_with_an_example(
    world: World, text: str, says: str
) -> None:
    answer = (await world.types(AMARA, text))["text"]
    assert says in answer and "/alliance" in answer
    assert "<!channel>" not in answer
    assert (await clinician(world)).clinics == (CLINIC,)


async def test_pause_until_and_resume(world: World) -> None:
    assert "3 Mar 2027" in (await world.types(AMARA, "pause until 3 March"))["text"]
    assert (await clinician(world)).paused_until == date(2027, 3, 3)
    await world.clinic_ends()
    assert world.heard(AMARA) == []
    await world.types(AMARA, "resume")
    assert not (await clinician(world)).paused
    assert "3 March" in (await world.types(AMARA, "pause until whenever"))["text"]


async def test_skip_and_snooze(world: World) -> None:
    await world.clinic_ends()
    (prompt,) = world.heard(AMARA)
    menu = next(e for b in prompt["blocks"] for e in b.get("elements", ()) if "options" in e)
    await world.presses(AMARA, "snooze", selected=menu["options"][0]["value"])
    assert "13:01" in words(world.heard(AMARA)[0]["blocks"])
    world.now.move(minutes=29)
    await world.tick()
    assert len(world.heard(AMARA)) == 1
    world.now.move(minutes=2)
    await world.tick()
    assert len(world.heard(AMARA)) == 2
    await world.presses(AMARA, "skip")
    assert "reflect" not in str(world.heard(AMARA)[1]["blocks"])
    world.now.move(days=1)
    await world.tick()
    assert len(world.heard(AMARA)) == 2


async def test_home_buttons(world: World) -> None:
    await world.slack.open_home(AMARA)
    await world.settled()
    await world.presses(AMARA, "pause", home=True)
    assert (await clinician(world)).paused
    assert "pause" in words(world.slack.home(AMARA)["blocks"]).lower()
    await world.presses(AMARA, "resume", home=True)
    await world.presses(AMARA, "clinic_row", home=True, selected="remove 1-0900-1230")
    assert (await clinician(world)).clinics == ()
    await world.presses(AMARA, "clinic_add", home=True)
    answer = await world.sends(AMARA, days=["2"], start="14:00", end="14:00")
    assert answer["response_action"] == "errors"
    await world.sends(AMARA, days=["2", "4"], start="14:00", end="17:00")
    assert [c.weekday for c in (await clinician(world)).clinics] == [2, 4]
    assert "Friday 14:00–17:00" in words(world.slack.home(AMARA)["blocks"])
    await world.presses(AMARA, "quiet_hours", home=True)
    await world.sends(AMARA, start="19:00", end="08:00")
    assert (await clinician(world)).quiet_until == time(8)
    await world.presses(AMARA, "why", home=True)
    assert "Source:" in words(world.slack.views(AMARA)[-1]["blocks"])


async def test_history_pages(world: World) -> None:
    for i in range(10):
        world.now.move(minutes=1)
        await world.says(AMARA, f"She told me about walk number {i + 2} and I asked what it meant.")
    await world.types(AMARA, "history")
    first = words(world.slack.views(AMARA)[-1]["blocks"])
    assert "walk number 11" in first and "walk number 3 " not in first
    await world.presses(AMARA, "history_page-older")
    second = words(world.slack.views(AMARA)[-1]["blocks"])
    assert "walk number 3 " in second and "walk number 11" not in second
    await world.presses(AMARA, "history_page-newer")
    assert "walk number 11" in words(world.slack.views(AMARA)[-1]["blocks"])


async def test_forget_me_removes_everything_and_takes_messages_back(world: World) -> None:
    await world.clinic_ends()
    await world.says(AMARA, "She cried; I waited, then asked what was hardest.")
    assert len(world.heard(AMARA)) == 2
    await world.types(AMARA, "forget me")
    wrong = await world.sends(AMARA, word="no")
    assert wrong["response_action"] == "errors"
    assert await world.kept(AMARA)
    word = world.library.say("erase.word")
    await world.sends(AMARA, word=word)
    assert await world.kept(AMARA) == []
    assert "asked what was hardest" not in world.on_disk()
    assert AMARA not in world.on_disk()
    (receipt,) = world.heard(AMARA)
    assert "2 of my messages" in receipt["text"]
