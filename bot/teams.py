"""The teams that get tips, as the settings name them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import time
from typing import Any, Literal
from zoneinfo import available_timezones

from reflections.clinics import DAYS
from reflections.model import Slot
from reflections.team import EVERYBODY

OWNER = "team"
"""The owner under which the one team's things are kept; a named team's follow a hyphen."""
ALL_TEAMS = "teams"
"""The owner of what is told of all teams."""

MONDAY_MORNING = Slot(0, time(9), "Europe/London")


class TeamsError(ValueError):
    """The teams cannot be read; the message says which one, what, and how to write it."""


@dataclass(frozen=True)
class Team:
    """A team: where its tips go and when, who leads it (people, and a Slack user group), who
    belongs to it (a user group; empty is everybody, where there is one team).

    ``rotation`` fills a time for which nothing was chosen; ``approval`` says whether a second lead
    has to agree; ``everyone`` allows notifying the whole channel.
    """

    id: str = ""
    name: str = ""
    channel: str = ""
    leads: frozenset[str] = frozenset()
    lead_group: str = ""
    members: str = ""
    slot: Slot = MONDAY_MORNING
    language: str = "en-GB"
    rotation: bool = True
    approval: Literal["optional", "required"] = "optional"
    everyone: bool = False

    @property
    def owner(self) -> str:
        return f"{OWNER}-{self.id}" if self.id else OWNER


def parse_slot(text: str) -> tuple[int, time]:
    """ "Monday 09:00" as a weekday and a time; TeamsError where it is none."""
    found = re.fullmatch(r"([A-Za-z]{3,9})\s+(\d{1,2}):(\d{2})", text.strip())
    days = [i for i, day in enumerate(DAYS) if found and day.lower().startswith(found[1].lower())]
    if not found or not days or int(found[2]) > 23 or int(found[3]) > 59:
        raise TeamsError(f"{text!r} is no weekday and time; write it as Monday 09:00")
    return days[0], time(int(found[2]), int(found[3]))


_FIELDS = {
    "id": (r"[a-z0-9][a-z0-9-]{0,29}", "1 to 30 small letters, digits and hyphens"),
    "name": (r".{1,60}", "a name of at most 60 characters"),
    "channel": (r"[CG][A-Z0-9]{2,}", "a channel id such as C012AB3CD"),
    "leads": (r"([UW][A-Z0-9]{2,}[,\s]*)*", "Slack user ids such as U012AB3CD, by commas"),
    "lead_group": (r"S[A-Z0-9]{2,}", "the id of a Slack user group such as S012AB3CD"),
    "members": (r"S[A-Z0-9]{2,}", "the id of a Slack user group such as S012AB3CD"),
    "slot": (r".+", "a weekday and time such as Monday 09:00"),
    "time_zone": (r".+", "a time zone such as Europe/London"),
    "language": (r"[A-Za-z-]{2,12}", "a language such as en-GB"),
    "rotation": (r"on|off", "on or off"),
    "approval": (r"optional|required", "optional or required"),
    "everyone": (r"on|off", "on or off"),
}
_REQUIRED = ("id", "channel")


def read_teams(text: str, common: Team) -> tuple[Team, ...]:
    """The teams of a JSON list of objects; what one leaves out is as in ``common``."""
    try:
        rows = json.loads(text)
    except ValueError as error:
        raise TeamsError(f"this is no JSON ({error})") from None
    if not isinstance(rows, list) or not rows or not all(isinstance(r, dict) for r in rows):
        raise TeamsError('write a list of teams: [{"id": "physio", "channel": "C…", …}, …]')
    teams = tuple(_team(row, i, common) for i, row in enumerate(rows, 1))
    for field in ("id", "channel"):
        values = [getattr(team, field) for team in teams]
        twice = sorted({v for v in values if values.count(v) > 1})
        if twice:
            raise TeamsError(f"two teams have the {field} {twice[0]!r}; give each its own")
    return teams


def _team(row: dict[str, Any], number: int, common: Team) -> Team:
    which = f"team {number}"
    for field in _REQUIRED:
        if not row.get(field):
            raise TeamsError(f"{which} has no {field}")
    for field, value in row.items():
        if field not in _FIELDS:
            raise TeamsError(f"{which}: {field!r} is no setting; use {', '.join(_FIELDS)}")
        pattern, wanted = _FIELDS[field]
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise TeamsError(f"{which}: {field} wants {wanted}")
    if row["id"] == EVERYBODY:
        raise TeamsError(f"{which}: the id {row['id']!r} is taken; use another")
    zone = row.get("time_zone", common.slot.time_zone)
    if zone not in available_timezones():
        raise TeamsError(f"{which}: {zone!r} is no time zone; use a name such as Europe/London")
    weekday, at = common.slot.weekday, common.slot.at
    if "slot" in row:
        try:
            weekday, at = parse_slot(row["slot"])
        except TeamsError as error:
            raise TeamsError(f"{which}: {error}") from None
    return replace(
        common,
        id=row["id"],
        name=row.get("name", row["id"]),
        channel=row["channel"],
        leads=frozenset(row.get("leads", "").replace(",", " ").split()),
        lead_group=row.get("lead_group", ""),
        members=row.get("members", ""),
        slot=Slot(weekday, at, zone),
        language=row.get("language", common.language),
        rotation=row.get("rotation", "on" if common.rotation else "off") == "on",
        approval=row.get("approval", common.approval),
        everyone=row.get("everyone", "on" if common.everyone else "off") == "on",
    )
