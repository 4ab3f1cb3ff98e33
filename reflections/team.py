"""What may be told of a team: sums over at least five people, once a month, and for good.

Nothing here, and nothing in a store, gives one person's number to anybody else: the counts of the
people come in, and only sums that speak of five or more go out.

Why nobody can be worked out. Each person is counted in one group at most, so the groups of a month
share nobody. The sum over everybody is told only if those in it that no told group covers are none
or at least five. A month is published once and never worked out again, so that whoever joins or
leaves makes no second figure to compare with. Leads are not counted, so that none can take
their own part away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from reflections.model import Month
from reflections.schedule import local_instant
from reflections.tips import FEWEST

EVERYBODY = "everybody"
"""The group of all who are counted; no team may have this name."""
NOBODYS = ""
"""The group of those who belong to no team."""
MONTHS_BACK = 12
SETTLES_AFTER = timedelta(days=1)
"""What was under way when a month ended has ended by then."""


@dataclass(frozen=True)
class Counted:
    """One person's month, on its way into a sum: never kept, shown or handed on."""

    group: str
    prompts: int
    reflections: int


def publish(begins: datetime, people: Iterable[Counted]) -> Month:
    """What may be told of a month."""
    counted = list(people)
    return Month(
        begins,
        told((p.group, p.prompts) for p in counted),
        told((p.group, p.reflections) for p in counted),
    )


def told(parts: Iterable[tuple[str, int]]) -> dict[str, int]:
    """The sums that may be told, by group and for everybody. ``parts`` are each person's group and
    number; who has none takes no part."""
    people: dict[str, int] = {}
    sums: dict[str, int] = {}
    for group, number in parts:
        if number > 0:
            people[group] = people.get(group, 0) + 1
            sums[group] = sums.get(group, 0) + number
    shown = {g: sums[g] for g in sums if g != NOBODYS and people[g] >= FEWEST}
    rest = sum(n for g, n in people.items() if g not in shown)
    if sum(people.values()) >= FEWEST and (rest == 0 or rest >= FEWEST):
        shown[EVERYBODY] = sum(sums.values())
    return shown


def may_tell(people: int) -> int:
    """A number of people as it may be told: itself from five on, else 0."""
    return people if people >= FEWEST else 0


def months_over(zone: ZoneInfo, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The months of the last year that are over and settled, oldest first: first instant and
    end."""
    today = now.astimezone(zone).date()
    for back in range(MONTHS_BACK, 0, -1):
        first = _month(today, -back)
        begins, ends = (local_instant(d, time(), zone) for d in (first, _month(first, 1)))
        if ends + SETTLES_AFTER <= now:
            yield begins, ends


def _month(day: date, by: int) -> date:
    """The first of the month so many months from the one of ``day``."""
    count = day.year * 12 + day.month - 1 + by
    return date(count // 12, count % 12 + 1, 1)
