"""Dates and times as a person reads them, in their own time zone."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from reflections.model import Clinic
from reflections.schedule import DAYS


def moment(instant: datetime, zone: str, now: datetime | None = None) -> str:
    """ "today at 12:30", "tomorrow at 07:00", "Tue 24 Nov at 12:30"."""
    local = instant.astimezone(ZoneInfo(zone))
    if now is not None:
        days = (local.date() - now.astimezone(ZoneInfo(zone)).date()).days
        if days in (0, 1):
            return f"{('today', 'tomorrow')[days]} at {local:%H:%M}"
    return f"{local:%a} {local.day} {local:%b} at {local:%H:%M}"


def day(instant: datetime, zone: str) -> str:
    """ "24 Nov 2026"."""
    return full_date(instant.astimezone(ZoneInfo(zone)).date())


def full_date(value: date) -> str:
    return f"{value.day} {value:%b %Y}"


def clinic(value: Clinic) -> str:
    """ "Tuesday 09:00–12:30"."""
    return f"{DAYS[value.weekday]} {value.start:%H:%M}–{value.end:%H:%M}"
