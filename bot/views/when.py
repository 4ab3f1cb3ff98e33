"""Dates and times as a person reads them, in their own time zone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.views.kit import escape
from prompts.library import Library
from reflections.calendars import coming
from reflections.clinics import DAYS, ClinicError, next_held
from reflections.model import Calendar, Clinic, Clinician, Leave, Span


def moment(instant: datetime, zone: str, now: datetime | None = None) -> str:
    """ "today at 12:30", "tomorrow at 07:00", "Tue 24 Nov at 12:30"."""
    local = instant.astimezone(ZoneInfo(zone))
    if now is not None:
        days = (local.date() - now.astimezone(ZoneInfo(zone)).date()).days
        if days in (0, 1):
            return f"{('today', 'tomorrow')[days]} at {local:%H:%M}"
    return f"{local:%a} {local.day} {local:%b} at {local:%H:%M}"


def long_moment(instant: datetime, zone: str) -> str:
    """ "Tue 24 Nov 2026 at 12:30"."""
    local = instant.astimezone(ZoneInfo(zone))
    return f"{local:%a} {full_date(local.date())} at {local:%H:%M}"


def day(instant: datetime, zone: str) -> str:
    """ "24 Nov 2026"."""
    return full_date(instant.astimezone(ZoneInfo(zone)).date())


def full_date(value: date) -> str:
    return f"{value.day} {value:%b %Y}"


def short_date(value: date) -> str:
    """ "Tue 24 Nov"."""
    return f"{value:%a} {value.day} {value:%b}"


def clinic(library: Library, value: Clinic, today: date) -> str:
    """ "Tuesday 09:00–12:30", "every other Friday 13:30–17:00, next Fri 27 Nov"."""
    say = library.say
    times = f"{value.start:%H:%M}–{value.end:%H:%M}"
    if value.on:
        return f"{short_date(value.on)} {times}"
    text = f"{DAYS[value.weekday]} {times}"
    if value.every == 2:
        text = say("clinic.every_other", clinic=text)
    elif value.every > 2:
        text = say("clinic.every_weeks", weeks=value.every, clinic=text)
    held = next_held(value, today)
    starts_later = value.since is not None and value.since > today
    if held and (value.every > 1 or starts_later):
        text += say("clinic.next", date=short_date(held))
    ahead = ", ".join(short_date(day) for day in value.skips if day >= today)
    return text + say("clinic.not_on", dates=ahead) if ahead else text


def clinic_row(library: Library, value: Clinic, today: date) -> str:
    """The same as :func:`clinic`, where it begins a line."""
    text = clinic(library, value, today)
    return text[0].upper() + text[1:]


def span(value: Span, zone: str) -> str:
    """ "Tue 24 Nov 09:00–12:30"."""
    start, end = (at.astimezone(ZoneInfo(zone)) for at in (value.start, value.end))
    return f"{short_date(start.date())} {start:%H:%M}–{end:%H:%M}"


def calendar(library: Library, clinician: Clinician, value: Calendar, now: datetime) -> str:
    """What is known of somebody's calendar, on a line or two."""
    say = library.say
    ahead = coming(value, clinician.zone, now)
    known = (
        say("calendar.next", next=span(ahead[0], clinician.time_zone))
        if ahead
        else say("calendar.over")
    )
    lines = [say("calendar.line", word=escape(value.keyword), known=known)]
    if value.told and value.failing_since:
        lines.append(say("calendar.failing", date=day(value.failing_since, clinician.time_zone)))
    elif not value.link:
        lines.append(say("calendar.from_file", date=day(value.read_at, clinician.time_zone)))
    return " ".join(lines)


def leave(library: Library, value: Leave) -> str:
    """ "20 Dec 2026 to 3 Jan 2027", or the one day."""
    first, last = full_date(value.first), full_date(value.last)
    return first if first == last else library.say("away.span", first=first, last=last)


def days(library: Library, weekdays: Sequence[int]) -> str:
    """ "Mon, Tue, Fri"; "Mon–Fri" for a run of three or more; a phrase for the whole week."""
    if len(weekdays) == 7:
        return library.say("home.any_day")
    names = [DAYS[d][:3] for d in weekdays]
    run = len(weekdays) > 2 and list(weekdays) == list(range(weekdays[0], weekdays[-1] + 1))
    return f"{names[0]}–{names[-1]}" if run else ", ".join(names)


def understood(library: Library, error: ClinicError) -> str:
    """What was understood of a clinic that could not be read; empty where nothing was."""
    parts = [short_date(error.on)] if error.on else [DAYS[d] for d in error.days]
    if error.times:
        parts.append(f"{error.times[0]:%H:%M}–{error.times[1]:%H:%M}")
    return library.say("clinic.understood", parts=", ".join(parts)) if parts else ""
