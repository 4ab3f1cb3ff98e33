"""Dates and times as a person reads them, in their own time zone and in their language's way; what
stands in the comments is British."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from bot.views.kit import escape
from prompts.library import Library
from reflections.calendars import coming
from reflections.clinics import ClinicError, next_held
from reflections.model import Calendar, Clinic, Clinician, Leave, Span


def moment(library: Library, instant: datetime, zone: str, now: datetime | None = None) -> str:
    """ "today at 12:30", "tomorrow at 07:00", "Tue 24 Nov at 12:30"."""
    dates, local = library.dates, instant.astimezone(ZoneInfo(zone))
    shown = dates.day(local.date())
    if now is not None:
        days = (local.date() - now.astimezone(ZoneInfo(zone)).date()).days
        if days in (0, 1):
            shown = dates.forms[("today", "tomorrow")[days]]
    return dates.at(shown, local.time())


def long_moment(library: Library, instant: datetime, zone: str) -> str:
    """ "Tue 24 Nov 2026 at 12:30"."""
    local = instant.astimezone(ZoneInfo(zone))
    return library.dates.at(library.dates.long_day(local.date()), local.time())


def day(library: Library, instant: datetime, zone: str) -> str:
    """ "24 Nov 2026"."""
    return library.dates.full_day(instant.astimezone(ZoneInfo(zone)).date())


def day_and_time(library: Library, instant: datetime, zone: str) -> str:
    """ "24 Nov 2026, 12:30"."""
    local = instant.astimezone(ZoneInfo(zone))
    return f"{day(library, instant, zone)}, {library.dates.time(local.time())}"


def clinic(library: Library, value: Clinic, today: date) -> str:
    """ "Tuesday 09:00–12:30", "every other Friday 13:30–17:00, next Fri 27 Nov"."""
    say, dates = library.say, library.dates
    if value.on:
        return dates.day_times(dates.day(value.on), value.start, value.end)
    weekday = dates.names["weekdays"][value.weekday]
    text = f"{weekday} {dates.times(value.start, value.end)}"
    if value.every == 2:
        text = say("clinic.every_other", clinic=text)
    elif value.every > 2:
        text = say("clinic.every_weeks", weeks=value.every, clinic=text)
    held = next_held(value, today)
    starts_later = value.since is not None and value.since > today
    if held and (value.every > 1 or starts_later):
        text += say("clinic.next", date=dates.day(held))
    ahead = ", ".join(dates.day(day) for day in value.skips if day >= today)
    return text + say("clinic.not_on", dates=ahead) if ahead else text


def clinic_row(library: Library, value: Clinic, today: date) -> str:
    """The same as :func:`clinic`, where it begins a line."""
    text = clinic(library, value, today)
    return text[0].upper() + text[1:]


def span(library: Library, value: Span, zone: str) -> str:
    """ "Tue 24 Nov 09:00–12:30"."""
    start, end = (at.astimezone(ZoneInfo(zone)) for at in (value.start, value.end))
    dates = library.dates
    return dates.day_times(dates.day(start.date()), start.time(), end.time())


def calendar(library: Library, clinician: Clinician, value: Calendar, now: datetime) -> str:
    """What is known of somebody's calendar, on a line or two."""
    say = library.say
    ahead = coming(value, clinician.zone, now)
    known = (
        say("calendar.next", next=span(library, ahead[0], clinician.time_zone))
        if ahead
        else say("calendar.over")
    )
    lines = [say("calendar.line", word=escape(value.keyword), known=known)]
    if value.told and value.failing_since:
        lines.append(
            say("calendar.failing", date=day(library, value.failing_since, clinician.time_zone))
        )
    elif not value.link:
        lines.append(
            say("calendar.from_file", date=day(library, value.read_at, clinician.time_zone))
        )
    return " ".join(lines)


def leave(library: Library, value: Leave) -> str:
    """ "20 Dec 2026 to 3 Jan 2027", or the one day."""
    first, last = (library.dates.full_day(d) for d in (value.first, value.last))
    return first if first == last else library.say("away.span", first=first, last=last)


def days(library: Library, weekdays: Sequence[int]) -> str:
    """ "Mon, Tue, Fri"; "Mon–Fri" for a run of three or more; a phrase for the whole week."""
    if len(weekdays) == 7:
        return library.say("home.any_day")
    names = [library.dates.names["weekdays_short"][d] for d in weekdays]
    run = len(weekdays) > 2 and list(weekdays) == list(range(weekdays[0], weekdays[-1] + 1))
    return f"{names[0]}–{names[-1]}" if run else ", ".join(names)


def understood(library: Library, error: ClinicError) -> str:
    """What was understood of a clinic that could not be read; empty where nothing was."""
    dates = library.dates
    weekdays = [dates.names["weekdays"][d] for d in error.days]
    parts = [dates.day(error.on)] if error.on else weekdays
    if error.times:
        parts.append(dates.times(*error.times))
    return library.say("clinic.understood", parts=", ".join(parts)) if parts else ""


def found(library: Library, error: ClinicError) -> str:
    """The part of a text that a clinic's error is about."""
    if isinstance(error.found, date):
        return library.dates.long_day(error.found)
    if isinstance(error.found, time):
        return library.dates.time(error.found)
    return error.found
