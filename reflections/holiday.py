"""Public holidays by country and region, from the ``holidays`` package, which is read on first use.

A place is written as in ISO 3166: ``GB-ENG``, ``DE-BY``, ``IE``.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

_HOME = "GB"
"""The country whose regions may be named without it: "Scotland"."""


class HolidayError(ValueError):
    """A place that we do not know; ``found`` is the part of the text that it is about."""

    def __init__(self, found: str) -> None:
        super().__init__(found)
        self.found = found


def find_place(text: str) -> str:
    """Read "England", "Germany, Bayern", "US-CA" or "Ireland" as a place; raise HolidayError."""
    text = " ".join(text.split())
    countries = _countries()
    if text.lower() in countries:
        return countries[text.lower()]
    for separator in (",", "-", ":"):
        country, found, region = text.partition(separator)
        code = countries.get(country.strip().lower())
        if found and code:
            return f"{code}-{_region(code, region.strip())}"
    try:
        return f"{_HOME}-{_region(_HOME, text)}"
    except HolidayError:
        raise HolidayError(text) from None


def place_name(place: str) -> str:
    """A place as a person writes it: "England", "Germany, Bayern"."""
    code, _, region = place.partition("-")
    shown = next(name for name, c in _countries().items() if c == code)
    if not region:
        return shown.title()
    names = {c: n for n, c in _class(code).subdivisions_aliases.items()}
    name = names.get(region, region)
    return name if code == _HOME else f"{shown.title()}, {name}"


def is_holiday(place: str, day: date) -> bool:
    """Whether ``day`` is a public holiday in ``place``; never where the place is empty."""
    return bool(place) and day in _holidays(place, day.year)


@lru_cache(maxsize=256)
def _holidays(place: str, year: int) -> frozenset[date]:
    import holidays

    country, _, region = place.partition("-")
    return frozenset(holidays.country_holidays(country, subdiv=region or None, years=year))


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    """Names and codes of the countries, in lower case, to their two letters."""
    from holidays.registry import COUNTRIES

    found: dict[str, str] = {}
    for name, (_, code, *others) in COUNTRIES.items():
        for word in (name.replace("_", " "), code, *others):
            found.setdefault(word.lower(), code)
    return found | {"uk": "GB", "usa": "US"}


def _class(code: str) -> Any:
    import holidays

    return getattr(holidays, code)


def _region(code: str, text: str) -> str:
    known = _class(code)
    names = {name.lower(): c for name, c in known.subdivisions_aliases.items()}
    codes = {c.lower(): c for c in known.subdivisions}
    found = codes.get(text.lower()) or names.get(text.lower())
    if found is None:
        raise HolidayError(text)
    return str(found)
