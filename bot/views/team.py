"""What leads may see of a team, and what everybody may see of the leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.teams import Team
from bot.views import when
from bot.views.forms import plain
from bot.views.kit import context, escape, header, section
from prompts.library import Library
from reflections.model import Look, Month
from reflections.team import EVERYBODY
from reflections.tips import FEWEST

MONTHS_SHOWN = 12
LOOKS_SHOWN = 30
_ROWS = 6
"""Looks in a section: so many fit, whatever the team's name."""


def team_modal(
    library: Library,
    teams: Sequence[Team],
    all_teams: bool,
    months: Sequence[Month],
    tries: Mapping[tuple[str, datetime], int],
    zone: str,
) -> View:
    """Sums by month, the newest first, from the first month on of which anything may be told.
    ``tries`` holds those of a team's tips of a month, where
    there are any to tell; ``all_teams`` adds the sums over everybody."""
    say = library.say
    blocks: list[Block] = [section(say("team.intro", fewest=FEWEST))]
    telling = [m.begins for m in months if m.prompts or m.reflections]
    shown = [m for m in months if telling and m.begins >= min(telling)]
    if not shown:
        blocks.append(section(say("team.no_month", fewest=FEWEST)))
    groups = [(t.name or say("team.one"), t.owner) for t in teams]
    if all_teams:
        groups.append((say("team.everybody"), EVERYBODY))
    for month in sorted(shown, key=lambda m: m.begins, reverse=True)[:MONTHS_SHOWN]:
        local = month.begins.astimezone(ZoneInfo(zone))
        lines = []
        for name, group in groups:
            parts = [
                _number(library, "team.prompts", month.prompts.get(group)),
                _number(library, "team.reflections", month.reflections.get(group)),
            ]
            if group != EVERYBODY:
                parts.append(_number(library, "team.tries", tries.get((group, month.begins))))
            lines.append(f"*{escape(name)}*\n" + "\n".join(parts))
        blocks += [header(library.dates.month(local.date())), section("\n".join(lines))]
    blocks.append(context(say("team.never"), say("team.logged")))
    return View(
        type="modal",
        title=plain(say("team.title")),
        close=plain(say("history.close")),
        blocks=blocks,
    )


def _number(library: Library, key: str, number: int | None) -> str:
    shown = library.say("team.hidden", fewest=FEWEST) if number is None else str(number)
    return library.say(key, number=shown)


def looks_modal(library: Library, looks: Sequence[tuple[str, Look]], zone: str) -> View:
    """Who looked at what and when, the newest first; each with the team's name."""
    say = library.say
    blocks: list[Block] = [section(say("looks.intro", fewest=FEWEST))]
    newest = sorted(looks, key=lambda row: row[1].at, reverse=True)[:LOOKS_SHOWN]
    lines = [
        say(
            "looks.row",
            when=when.day_and_time(library, look.at, zone),
            lead=f"<@{look.by}>",
            what=say(f"looks.{look.what}"),
        )
        + (f" ({escape(name)})" if name else "")
        for name, look in newest
    ]
    blocks += [section("\n".join(lines[i : i + _ROWS])) for i in range(0, len(lines), _ROWS)]
    if not lines:
        blocks.append(section(say("looks.none")))
    return View(
        type="modal",
        title=plain(say("looks.title")),
        close=plain(say("history.close")),
        blocks=blocks,
    )
