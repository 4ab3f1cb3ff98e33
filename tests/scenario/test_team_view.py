"""The team by month: sums over five people or more, to leads; every look in a log for everybody."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.directory import owner_of
from bot.playground.server import Person
from bot.playground.state import TEAM_ID
from bot.teams import ALL_TEAMS
from reflections.model import (
    Clinician,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Look,
    Note,
    Reflection,
)
from tests.scenario.conftest import AMARA, BEN, LEILA, World
from tests.scenario.test_tips import forged, top

IN_NOVEMBER = datetime(2026, 11, 10, 12, tzinfo=UTC)
IN_DECEMBER = datetime(2026, 12, 3, 9, tzinfo=UTC)


async def crowd(world: World, number: int, notes: int = 2, start: int = 0) -> list[str]:
    """So many people who were asked once and wrote ``notes`` in November."""
    store = world.bot.services.store
    found = []
    for i in range(start, start + number):
        user = f"U0CROWD{i}"
        world.slack.workspace.people[user] = Person(id=user, name=f"Crowd {i}")
        owner = owner_of(TEAM_ID, user)
        await store.put_clinician(Clinician(owner, "", "Europe/London"))
        await wrote(world, user, notes)
        sent = Delivery(
            f"prompt:{owner}", owner, DeliveryKind.PROMPT, IN_NOVEMBER, "P01", DeliveryState.SENT
        )
        await store.commit(owner, IN_NOVEMBER, deliveries=[sent])
        found.append(user)
    return found


async def wrote(world: World, user: str, notes: int) -> None:
    owner = owner_of(TEAM_ID, user)
    await world.bot.services.directory.meet(TEAM_ID, user)
    for n in range(notes):
        note = Reflection(f"r{n}", Note("She sighed; I waited.", IN_NOVEMBER))
        await world.bot.services.store.commit(owner, IN_NOVEMBER, reflection=note)


async def december(world: World) -> None:
    world.now.instant = IN_DECEMBER
    await world.tick()


async def looked(world: World, user: str = LEILA) -> str:
    await world.types(user, "team")
    return top(world, user)


async def test_sums_from_five_people_on_and_leads_are_not_counted(world: World) -> None:
    await crowd(world, 5, notes=3)
    await wrote(world, LEILA, 9)
    await december(world)
    shown = await looked(world)
    assert "November 2026" in shown
    assert "Notes written: 15" in shown and "Questions sent: 5" in shown
    assert "December" not in shown, "a month is counted when it is over"
    assert "Crowd" not in shown and "sighed" not in shown


async def test_four_people_are_hidden(world: World) -> None:
    await crowd(world, 4, notes=9)
    await crowd(world, 3, notes=0, start=4)
    await december(world)
    shown = await looked(world)
    assert "Questions sent: 7" in shown
    assert "Notes written: hidden (fewer than 5 people" in shown and "36" not in shown


async def test_whoever_joins_or_is_forgotten_later_changes_no_figure(world: World) -> None:
    people = await crowd(world, 6)
    await december(world)
    before = await looked(world)
    await world.slack.close_view(LEILA)
    await world.bot.services.store.erase(owner_of(TEAM_ID, people[0]))
    await crowd(world, 3, start=9)
    for _ in range(3):
        world.now.move(days=1)
        await world.tick()
    assert await looked(world) == before


async def test_every_look_is_in_a_log_that_everybody_can_read(world: World) -> None:
    await world.types(BEN, "looks")
    assert "Nobody has looked" in top(world, BEN)
    await looked(world)
    world.now.move(minutes=5)
    await world.types(LEILA, "tips")
    await world.presses(LEILA, "team_view")
    for user in (AMARA, BEN, LEILA):
        await world.slack.close_view(user, everything=True) if world.slack.views(user) else None
        await world.types(user, "looks")
        shown = top(world, user)
        assert shown.count("<@U0LEILA> looked at the team by month") == 2
        assert "the calendar of tips" in shown and "24 Nov 2026, " in shown


class TestLongNames:
    @pytest.fixture
    def choices(self) -> dict[str, Any]:
        name = "Hands & feet <rehabilitation> and whoever else comes by"
        teams = [{"id": "hands", "name": name, "channel": "C0TEAM", "leads": LEILA}]
        return {
            "alliance_teams": json.dumps(teams),
            "alliance_leads": "",
            "alliance_team_channel": "",
        }

    async def test_many_looks_open_and_a_name_is_shown_as_it_is(self, world: World) -> None:
        for minute in range(30):
            look = Look(world.now() - timedelta(minutes=minute), LEILA, "team", "team-hands")
            await world.bot.services.store.add_look(ALL_TEAMS, look)
        await world.types(BEN, "looks")
        shown = top(world, BEN)
        assert shown.count("looked at the team by month") == 30
        assert shown.count("Hands &amp; feet &lt;rehabilitation&gt;") == 30


async def test_what_cannot_be_logged_is_not_shown(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(owner: str, look: Look) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(world.bot.services.store, "add_look", full)
    for word in ("team", "tips"):
        answer = await world.types(LEILA, word)
        assert "couldn't write down this look" in answer["text"]
        assert world.slack.views(LEILA) == []


async def test_others_and_forged_buttons_get_no_look(world: World) -> None:
    await crowd(world, 6)
    await december(world)
    assert "for team leads" in (await world.types(AMARA, "team"))["text"]
    for action in ("team_view", "calendar_team"):
        await forged(world, AMARA, action, "team", view={"id": "V0X", "type": "home"})
        assert "Only team leads" in top(world, AMARA)
        await world.slack.close_view(AMARA)
    assert await world.bot.services.store.looks("teams", 9) == []


class TestTeams:
    @pytest.fixture
    def choices(self) -> dict[str, Any]:
        teams = [
            {"id": "a", "name": "A", "channel": "C0TEAM", "leads": LEILA, "members": "S0A"},
            {"id": "b", "name": "B", "channel": "C0B", "leads": LEILA, "members": "S0B"},
        ]
        return {
            "alliance_teams": json.dumps(teams),
            "alliance_leads": "",
            "alliance_team_channel": "",
        }

    async def test_a_small_team_is_not_to_be_had_by_subtraction(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        people = await crowd(world, 9)
        groups = {"S0A": frozenset(people[:6]), "S0B": frozenset(people[4:])}

        async def group(name: str) -> frozenset[str]:
            return groups[name]

        monkeypatch.setattr(world.bot.services.directory, "group", group)
        await december(world)
        shown = await looked(world)
        a, rest = shown.split("*B*")
        b, everybody = rest.split("*All teams together*")
        assert "Notes written: 12" in a, "those in both are counted in the first"
        assert "Notes written: hidden" in b, "three are left for the other"
        assert "Notes written: hidden" in everybody, "18 less 12 would be the three"

    async def test_when_slack_does_not_say_who_belongs_nothing_is_counted_yet(
        self, world: World
    ) -> None:
        await crowd(world, 9)
        await december(world)  # the groups of this test do not exist
        assert "nothing to tell yet" in await looked(world)
