"""The teams as the settings name them: what is taken, and what is refused with a way to mend it."""

from __future__ import annotations

import json
from datetime import time
from typing import Any

import pytest

from bot.settings import Settings, SettingsError, load_settings
from reflections.model import Slot

ONE = {"id": "physio", "channel": "C01TEAM"}


def settings(**values: Any) -> Settings:
    return load_settings(_env_file=None, **values)


def test_the_single_settings_are_one_team_without_a_name() -> None:
    (team,) = settings(
        alliance_leads="U01A, U01B",
        alliance_team_channel="C01TEAM",
        alliance_tip_slot="thu 8:05",
        alliance_time_zone="Asia/Kathmandu",
        alliance_tip_rotation="off",
    ).teams
    assert team.owner == "team" and team.leads == {"U01A", "U01B"}
    assert team.slot == Slot(3, time(8, 5), "Asia/Kathmandu")
    assert not team.rotation and not team.everyone and team.approval == "optional"


def test_a_team_of_several_takes_what_it_leaves_out_from_the_single_settings() -> None:
    own = {
        "id": "ot",
        "channel": "C02TEAM",
        "lead_group": "S01",
        "slot": "Friday 12:00",
        "approval": "required",
        "everyone": "on",
    }
    physio, ot = settings(
        alliance_teams=json.dumps([ONE, own]), alliance_tip_slot="Tuesday 07:30"
    ).teams
    assert physio.slot == Slot(1, time(7, 30), "Europe/London") and physio.name == "physio"
    assert (ot.owner, ot.lead_group, ot.slot.weekday) == ("team-ot", "S01", 4)
    assert ot.everyone and ot.approval == "required" and not physio.everyone


@pytest.mark.parametrize(
    ("teams", "says"),
    [
        ("{", "no JSON"),
        ("[]", "write a list of teams"),
        ('{"id": "a"}', "write a list of teams"),
        ([{"id": "a"}], "team 1 has no channel"),
        ([ONE, {"channel": "C02"}], "team 2 has no id"),
        ([{**ONE, "chanel": "C1"}], "'chanel' is no setting"),
        ([{**ONE, "leads": "leila"}], "leads wants Slack user ids"),
        ([{**ONE, "lead_group": "leads"}], "lead_group wants the id of a Slack user group"),
        ([{**ONE, "slot": "Funday 9:00"}], "write it as Monday 09:00"),
        ([{**ONE, "slot": "Monday 25:00"}], "write it as Monday 09:00"),
        ([{**ONE, "time_zone": "London"}], "no time zone"),
        ([{**ONE, "rotation": True}], "rotation wants on or off"),
        ([{**ONE, "id": "everybody"}], "is taken"),
        ([{**ONE, "id": "../x"}], "id wants"),
        ([ONE, {**ONE, "channel": "C02"}], "two teams have the id 'physio'"),
        ([ONE, {**ONE, "id": "ot"}], "two teams have the channel 'C01TEAM'"),
    ],
)
def test_what_cannot_be_read_is_named(teams: Any, says: str) -> None:
    text = teams if isinstance(teams, str) else json.dumps(teams)
    with pytest.raises(SettingsError, match=says) as caught:
        settings(alliance_teams=text)
    assert "ALLIANCE_TEAMS" in str(caught.value)


def test_the_two_ways_do_not_mix() -> None:
    with pytest.raises(SettingsError, match="put ALLIANCE_LEADS into it, or leave it out"):
        settings(alliance_teams=json.dumps([ONE]), alliance_leads="U01A")


@pytest.mark.parametrize("slot", ["", "09:00", "Mo 09:00", "Monday"])
def test_a_slot_that_is_none(slot: str) -> None:
    with pytest.raises(SettingsError, match="ALLIANCE_TIP_SLOT"):
        settings(alliance_tip_slot=slot)
