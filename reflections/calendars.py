"""Clinics from somebody's calendar, and what becomes of them when it is read again.

A calendar is a stranger's file, so it is read in a process of its own (``reflections.ics``). That
one is ended after a while whatever the file says; nothing comes back from it but times.
"""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from reflections.model import Calendar, Clinic, Clinician, Span

MOST_SECONDS = 20
SHORTEST_WORD, LONGEST_WORD = 2, 40
TELL_AFTER = timedelta(hours=20)
"""A calendar that cannot be read is read again the next day before anything is said."""


class CalendarError(ValueError):
    """A calendar that is of no use: ``reason`` is a key of the phrases under ``calendar.error``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Reading:
    """The clinics that a calendar holds, in the order in which they end. ``others`` counts events
    to come without the word; ``untimed`` those with it that name no time of day."""

    spans: tuple[Span, ...]
    others: int = 0
    untimed: int = 0


async def read(
    data: bytes, keyword: str, zone: str, now: datetime, seconds: float = MOST_SECONDS
) -> Reading:
    """Read an ICS file; times without a zone are in ``zone``. CalendarError if it is none, holds
    nothing to come with the keyword in its title, or takes longer than ``seconds``."""
    head = json.dumps({"keyword": keyword, "zone": zone, "now": now.isoformat()}).encode()
    reader = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "reflections.ics",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with asyncio.timeout(seconds):
            answer, _ = await reader.communicate(head + b"\n" + data)
        found = json.loads(answer)
    except TimeoutError:
        raise CalendarError("too_long") from None
    except ValueError:  # no answer: it ran into a limit, or into the file
        raise CalendarError("not_a_calendar") from None
    finally:
        if reader.returncode is None:
            reader.kill()
            await reader.wait()
    if "error" in found:
        raise CalendarError(found["error"])
    spans = tuple(Span(*(datetime.fromtimestamp(at, UTC) for at in s)) for s in found["spans"])
    if not spans:
        raise CalendarError("untimed" if found["untimed"] else "empty")
    return Reading(spans, found["others"], found["untimed"])


# ---- what is known of a calendar --------------------------------------------------------------


def adopted(
    clinician: Clinician, link: str, keyword: str, reading: Reading, now: datetime
) -> Clinician:
    """The clinician with the clinics of this calendar, in place of those of another one."""
    before = clinician.calendar
    skips = before.skips if before and before.link == link else ()
    calendar = Calendar(keyword, link, reading.spans, now, skips=skips)
    return replace(clinician, calendar=calendar)


def read_again(
    clinician: Clinician, before: Calendar, found: Reading | CalendarError, now: datetime
) -> tuple[Clinician, str]:
    """The clinician after their calendar, as it stood ``before``, was read once more; and what they
    are told, once: a notice, or nothing.

    Where it could not be read, or nothing is in it any more, what was known stays.
    """
    current = clinician.calendar
    if current is None or (current.link, current.keyword) != (before.link, before.keyword):
        return clinician, ""  # changed meanwhile
    if isinstance(found, Reading):
        skips = tuple(day for day in current.skips if day >= now.date() - timedelta(days=7))
        changed = replace(
            current, spans=found.spans, read_at=now, failing_since=None, told=False, skips=skips
        )
        return replace(clinician, calendar=changed), ""
    since = current.failing_since or now
    tell = not current.told and now - since >= TELL_AFTER
    changed = replace(current, failing_since=since, told=current.told or tell)
    notice = "calendar_empty" if found.reason in ("empty", "untimed") else "calendar_gone"
    return replace(clinician, calendar=changed), notice if tell else ""


def coming(calendar: Calendar, zone: ZoneInfo, now: datetime) -> list[Span]:
    """The clinics of a calendar that are not over and not left out, soonest first."""
    return [
        span
        for span in calendar.spans
        if span.end > now and span.start.astimezone(zone).date() not in calendar.skips
    ]


def shares_time(clinician: Clinician, calendar: Calendar) -> bool:
    """Whether a clinic of the calendar falls together with another one of theirs."""

    def together(span: Span, clinic: Clinic) -> bool:
        start, end = (at.astimezone(clinician.zone) for at in (span.start, span.end))
        return (
            clinic.held_on(start.date()) and start.time() < clinic.end and clinic.start < end.time()
        )

    return any(together(s, c) for s in calendar.spans for c in clinician.clinics)


def held_on(calendar: Calendar, day: date, zone: ZoneInfo) -> list[Span]:
    """The clinics of a calendar that begin on a local date."""
    return [s for s in calendar.spans if s.start.astimezone(zone).date() == day]
