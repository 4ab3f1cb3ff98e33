"""The welcome says what is kept and what cannot be promised: everybody gets it, once, wherever they
begin, and before their first feedback."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from tests.scenario.conftest import AMARA, BEN, LEILA, World, words

NOTE = "She was frightened of the stairs. I said that made sense and asked what worried her most."


def welcomes(world: World, user: str) -> list[int]:
    """Where among the bot's messages to somebody the welcome stands."""
    heard = [words(m["blocks"]) for m in world.heard(user)]
    return [i for i, text in enumerate(heard) if "What I can't promise" in text]


async def test_who_begins_with_the_form_is_welcomed_before_the_feedback(world: World) -> None:
    await world.types(LEILA, "reflect")
    await world.sends(LEILA, text=NOTE)
    assert await world.kept(LEILA) == [NOTE]
    welcome, feedback = (words(m["blocks"]) for m in world.heard(LEILA))
    assert "not legally privileged" in welcome and "What I can't promise" in welcome
    assert "shows clearly" in feedback or "some signs" in feedback


@pytest.mark.parametrize("first", ["home", "command", "button", "message"])
async def test_everybody_is_welcomed_once_wherever_they_begin(world: World, first: str) -> None:
    async def message() -> None:
        await world.says(BEN, "help")

    async def home() -> None:
        await world.slack.open_home(BEN)
        await world.settled()

    async def command() -> None:
        await world.types(BEN, "clinic list")

    async def button() -> None:
        await home()
        await world.presses(BEN, "pause", home=True)

    ways = {"home": home, "command": command, "button": button, "message": message}
    await ways.pop(first)()
    assert welcomes(world, BEN) == [0]
    for way in ways.values():
        await way()
    world.now.move(days=400)
    await world.tick()
    await world.says(BEN, "help")
    assert welcomes(world, BEN) == [0]


async def test_who_had_the_welcome_does_not_get_it_again(world: World) -> None:
    await world.types(AMARA, "reflect")
    await world.sends(AMARA, text=NOTE)
    assert welcomes(world, AMARA) == []


async def test_who_was_met_and_not_welcomed_before_is_now(world: World) -> None:
    await world.bot.services.directory.meet(*world.owner(BEN).split("-"))
    await world.settled()
    assert world.heard(BEN) == [], "a lead is met, too, when there is news for them"
    await world.types(BEN, "help")
    assert welcomes(world, BEN) == [0]


async def test_the_welcome_survives_a_restart_and_two_beginnings_at_once(world: World) -> None:
    world.slack.faults.lose_answer("chat.postMessage")
    await asyncio.gather(world.slack.open_home(BEN), world.slack.command(BEN, "/alliance", "help"))
    await world.settled()
    world.bot.services.outbox.forget(world.owner(BEN))  # as a restart lets go of memory
    # ... and one that came between the two commits does not know that it is owed.
    await world.bot.services.store.change_clinician(
        world.owner(BEN), lambda c: replace(c, greeted=False)
    )
    await world.types(BEN, "help")
    for _ in range(3):
        world.now.move(minutes=2)
        await world.tick()
    assert welcomes(world, BEN) == [0]


async def test_a_welcome_that_slack_refuses_comes_later_with_its_words(world: World) -> None:
    world.slack.faults.fail("chat.postMessage")
    await world.types(BEN, "help")
    assert world.heard(BEN) == []
    world.bot.services.outbox.forget(world.owner(BEN))  # as a restart lets go of memory
    world.now.move(minutes=2)
    await world.tick()
    assert welcomes(world, BEN) == [0]


async def test_a_new_beginning_after_forget_me_is_welcomed_again(world: World) -> None:
    await world.types(BEN, "reflect")
    await world.sends(BEN, text=NOTE)
    await world.types(BEN, "forget me")
    await world.sends(BEN, word="forget")
    await world.tick()
    assert welcomes(world, BEN) == []
    await world.types(BEN, "reflect")
    await world.sends(BEN, text=NOTE)
    assert len(welcomes(world, BEN)) == 1
