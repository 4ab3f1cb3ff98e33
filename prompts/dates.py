"""How a language writes dates and times. Its names and forms are content, so that neither hangs on
the locale of the process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from datetime import time as clock

NAMES = {
    "weekdays": 7,
    "weekdays_short": 7,
    "months": 12,
    "months_short": 12,
    "seasons": 4,
    "halves": 2,
}
"""The lists of names, and how many names each has."""
_DATE = frozenset({"weekday", "weekday_short", "day", "month", "month_short", "year"})
FORMS: Mapping[str, frozenset[str]] = {
    "time": frozenset({"hour", "hour12", "minute", "half"}),
    "times": frozenset({"start", "end"}),
    "day": _DATE,
    "full_day": _DATE,
    "long_day": _DATE,
    "written_day": _DATE,
    "month": _DATE,
    "at": frozenset({"day", "time"}),
    "day_times": frozenset({"day", "times"}),
    "today": frozenset(),
    "tomorrow": frozenset(),
}
"""The forms, and the placeholders that each may hold."""
NUMBERS = ("day first", "month first")


@dataclass(frozen=True)
class Dates:
    """``month_first`` says how 3/12 is read. The examples are British and American."""

    names: Mapping[str, tuple[str, ...]]
    forms: Mapping[str, str]
    month_first: bool

    def time(self, value: clock) -> str:
        """ "12:30", "12:30 PM"."""
        return self.forms["time"].format(
            hour=f"{value.hour:02}",
            hour12=value.hour % 12 or 12,
            minute=f"{value.minute:02}",
            half=self.names["halves"][value.hour >= 12],
        )

    def times(self, start: clock, end: clock) -> str:
        """ "09:00–12:30", "9:00 AM – 12:30 PM"."""
        return self.forms["times"].format(start=self.time(start), end=self.time(end))

    def day(self, value: date) -> str:
        """ "Tue 24 Nov", "Tue, Nov 24"."""
        return self._date("day", value)

    def full_day(self, value: date) -> str:
        """ "24 Nov 2026", "Nov 24, 2026"."""
        return self._date("full_day", value)

    def long_day(self, value: date) -> str:
        """ "Tue 24 Nov 2026", "Tue, Nov 24, 2026"."""
        return self._date("long_day", value)

    def written_day(self, value: date) -> str:
        """ "24 November 2026", "November 24, 2026"."""
        return self._date("written_day", value)

    def month(self, value: date) -> str:
        """ "November 2026"."""
        return self._date("month", value)

    def at(self, day: str, value: clock) -> str:
        """A day that is written already, with a time: "Tue 24 Nov at 12:30"."""
        return self.forms["at"].format(day=day, time=self.time(value))

    def day_times(self, day: str, start: clock, end: clock) -> str:
        """ "Tue 24 Nov 09:00–12:30", "Tue, Nov 24, 9:00 AM – 12:30 PM"."""
        return self.forms["day_times"].format(day=day, times=self.times(start, end))

    def _date(self, form: str, value: date) -> str:
        return self.forms[form].format(
            weekday=self.names["weekdays"][value.weekday()],
            weekday_short=self.names["weekdays_short"][value.weekday()],
            day=value.day,
            month=self.names["months"][value.month - 1],
            month_short=self.names["months_short"][value.month - 1],
            year=value.year,
        )
