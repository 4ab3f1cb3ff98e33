"""The reader of ICS files: a process of its own, ``python -m reflections.ics``.

Titles in a calendar may name patients, and its rules may be made to keep a reader busy for ever. So
this one has limits, prints times and nothing else, and passes on no error's words. It imports
nothing of the rest, as it is started for every reading.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

AHEAD = timedelta(weeks=53)
"""How far ahead events are taken."""
MOST_SPANS = 400
MOST_CPU_SECONDS = 20
MOST_MEMORY = 1 << 30
LONGEST = timedelta(hours=24)
_RARE_ENOUGH = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}


class NotACalendar(ValueError):
    """The bytes are something else."""


def main() -> None:
    """From standard input a line of JSON with ``keyword``, ``zone`` and ``now``, then the file; to
    standard output what :func:`find` gives, or ``error``."""
    _limit()
    head, _, data = sys.stdin.buffer.read().partition(b"\n")
    asked = json.loads(head)
    try:
        found: dict[str, Any] = find(
            data, asked["keyword"], asked["zone"], datetime.fromisoformat(asked["now"])
        )
    except NotACalendar:
        found = {"error": "not_a_calendar"}
    print(json.dumps(found))


def _limit() -> None:
    """Where the platform has such limits."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_SECONDS, MOST_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


def find(data: bytes, keyword: str, zone: str, now: datetime) -> dict[str, Any]:
    """``spans``: when the events with the keyword begin and end, in seconds since 1970. ``others``
    counts series without it, ``untimed`` events of whole days. Raises NotACalendar."""
    import icalendar

    try:
        calendars = icalendar.Calendar.from_ical(data, multiple=True)
    except (ValueError, IndexError, KeyError):
        raise NotACalendar from None
    calendars = [c for c in calendars if isinstance(c, icalendar.Calendar)]
    if not calendars:
        raise NotACalendar
    spans: set[tuple[float, float]] = set()
    others = untimed = 0
    for calendar in calendars:
        series: dict[str, list[Any]] = {}
        for event in calendar.walk("VEVENT"):
            series.setdefault(str(event.get("UID")), []).append(event)
        for events in series.values():
            # A changed date of a series may bear another title than the series.
            if not any(_named(event, keyword) for event in events):
                others += 1
                continue
            try:
                calendar.subcomponents = [event for event in events if _rare(event)]
                found = _occurrences(calendar, keyword, zone, now)
            except Exception:  # noqa: BLE001 - one event that is awry costs no other
                continue
            spans |= {span for span in found if span}
            untimed += found.count(None)
    ordered = sorted(spans, key=lambda span: (span[1], span[0]))[:MOST_SPANS]
    return {"spans": ordered, "others": others, "untimed": untimed}


def _occurrences(
    calendar: Any, keyword: str, zone: str, now: datetime
) -> list[tuple[float, float] | None]:
    """When the events of one series with the keyword begin and end; None for whole days."""
    import recurring_ical_events

    found: list[tuple[float, float] | None] = []
    for event in recurring_ical_events.of(calendar).between(now, now + AHEAD):
        if not _named(event, keyword) or str(event.get("STATUS", "")).upper() == "CANCELLED":
            continue
        start, end = event["DTSTART"].dt, event["DTEND"].dt
        if not isinstance(start, datetime) or not isinstance(end, datetime):
            found.append(None)
            continue
        begins, ends = (_instant(at, zone).timestamp() for at in (start, end))
        if now.timestamp() < ends and begins < ends <= begins + LONGEST.total_seconds():
            found.append((begins, ends))
    return found


def _named(event: Any, keyword: str) -> bool:
    return keyword.casefold() in str(event.get("SUMMARY", "")).casefold()


def _rare(event: Any) -> bool:
    """Nobody has a clinic every minute; such a rule is there to keep a reader busy."""
    rules = event.get("RRULE", [])
    return all(
        {str(freq).upper() for freq in rule.get("FREQ", [])} <= _RARE_ENOUGH
        for rule in (rules if isinstance(rules, list) else [rules])
    )


def _instant(at: datetime, zone: str) -> datetime:
    return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


if __name__ == "__main__":
    main()
