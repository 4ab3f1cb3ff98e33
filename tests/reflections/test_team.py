"""What is told of a team gives away no group under five, whatever anybody does or asks."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import combinations, pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from reflections.model import Month
from reflections.stores import Store
from reflections.team import (
    EVERYBODY,
    NOBODYS,
    Counted,
    may_tell,
    months_over,
    publish,
    told,
)
from reflections.tips import FEWEST

LONDON = ZoneInfo("Europe/London")
PEOPLE = 12
GROUPS = (NOBODYS, "team-a", "team-b", "team-c")
Parts = list[tuple[str, int]]


def number(person: int) -> int:
    """Each person's number is a power of two, so that a sum says whose numbers are in it."""
    return 1 << person


def within(total: int) -> frozenset[int]:
    return frozenset(i for i in range(PEOPLE) if total >> i & 1)


def smallest_revealed(sums: Iterable[frozenset[int]]) -> int:
    """The smallest group on which any arithmetic with these sums gives a figure of its own.

    A sum is a row over the people. Whoever adds and subtracts rows can reach exactly the row space;
    a group is revealed where that holds something that is nothing outside of the group. Then the
    rows lose rank when the group's columns are left out.
    """
    return _smallest_revealed(frozenset(filter(None, sums)))


@cache  # most months are as they were a step before
def _smallest_revealed(rows: frozenset[frozenset[int]]) -> int:
    if not rows:
        return PEOPLE
    matrix = np.array([[i in row for i in range(PEOPLE)] for row in rows], dtype=float)
    rank = np.linalg.matrix_rank(matrix)

    def revealed(size: int) -> bool:
        rests = (
            [i for i in range(PEOPLE) if i not in g] for g in combinations(range(PEOPLE), size)
        )
        return any(np.linalg.matrix_rank(matrix[:, rest]) < rank for rest in rests)

    # A group that is revealed is within a larger one, so that four cover the smaller ones.
    if not revealed(FEWEST - 1):
        return FEWEST
    return next(size for size in range(1, FEWEST) if revealed(size))


def revealed_of(parts: Parts, tell: Callable[[Parts], dict[str, int]] = told) -> int:
    return smallest_revealed(within(total) for total in tell(parts).values())


everybody = st.lists(
    st.tuples(st.sampled_from(GROUPS), st.booleans()), min_size=PEOPLE, max_size=PEOPLE
).map(lambda rows: [(group, number(i) * takes) for i, (group, takes) in enumerate(rows)])


@settings(max_examples=100, deadline=None)
@given(everybody)
def test_no_sum_or_difference_of_sums_speaks_of_fewer_than_five(parts: Parts) -> None:
    assert revealed_of(parts) >= FEWEST


def naive(parts: Parts) -> dict[str, int]:
    """What would be told without care for what can be subtracted."""
    sums: dict[str, int] = {}
    people: dict[str, int] = {}
    for group, value in parts:
        for name in {group, EVERYBODY} - {NOBODYS}:
            sums[name] = sums.get(name, 0) + value
            people[name] = people.get(name, 0) + bool(value)
    return {name: total for name, total in sums.items() if people[name] >= FEWEST}


def test_the_attack_finds_what_is_given_away_without_that_care() -> None:
    parts = [("team-a" if i < 10 else "team-b", number(i)) for i in range(12)]
    assert revealed_of(parts, naive) == 2, "everybody less team a is the two of team b"
    assert told(parts).keys() == {"team-a"}
    assert smallest_revealed([frozenset(range(9)), frozenset(range(10))]) == 1


@pytest.mark.parametrize("people", range(8))
def test_five_is_the_fewest(people: int) -> None:
    shown = told([("team-a", 3)] * people)
    assert shown == ({"team-a": 3 * people, EVERYBODY: 3 * people} if people >= 5 else {})
    assert may_tell(people) == (people if people >= 5 else 0)


def test_those_without_a_number_do_not_fill_a_group_up() -> None:
    assert told([("team-a", 3)] * 4 + [("team-a", 0)] * 9) == {}


def test_all_together_are_told_where_the_small_groups_make_five() -> None:
    parts = [("team-a", 1)] * 6 + [("team-b", 1)] * 3 + [(NOBODYS, 1)] * 2
    assert told(parts) == {"team-a": 6, EVERYBODY: 11}
    assert told(parts[:-1]) == {"team-a": 6}


def test_no_method_of_a_store_looks_across_people_but_those_that_the_clock_needs() -> None:
    of_one = {"owner", "clinician", "delivery", "claimed"}
    across = {
        name
        for name, method in vars(Store).items()
        if inspect.isfunction(method)
        and not name.startswith("_")
        and not of_one & set(inspect.signature(method).parameters)
    }
    assert across == {
        "open",
        "close",
        "clinicians",
        "due",
        "watermark",
        "set_watermark",
        "count_tokens",
        "change_pace",
        "forgettings",
        "put_forgetting",
        "weeks",  # sums over five people or more
    }


# ---- over time --------------------------------------------------------------------------------


class Months(RuleBasedStateMachine):
    """People join, leave, change teams and write; leads look whenever they like, at any month and
    any team; months are published by the clock, as the bot does. Everything that anybody has ever
    been shown is collected, and no arithmetic with it may reach a group under five."""

    @initialize()
    def begin(self) -> None:
        self.now = datetime(2026, 1, 10, tzinfo=UTC)
        self.group = dict.fromkeys(range(PEOPLE), "team-a")
        self.wrote: dict[tuple[int, int], int] = {}
        self.kept: dict[datetime, Month] = {}
        self.seen: dict[datetime, set[int]] = {}

    few = st.sets(st.integers(0, PEOPLE - 1), min_size=1, max_size=3)
    most = few.map(lambda few: set(range(PEOPLE)) - few)

    @rule(who=few | most, group=st.sampled_from((*GROUPS, None)))
    def join_leave_or_change(self, who: set[int], group: str | None) -> None:
        for person in who:
            if group is None:
                self.group.pop(person, None)  # erased, with all that they wrote
            else:
                self.group[person] = group

    @rule(who=few | most, days=st.integers(1, 40))
    def people_write_and_time_passes(self, who: set[int], days: int) -> None:
        for person in who:
            self.wrote[person, self.now.year * 12 + self.now.month] = number(person)
        self.now += timedelta(days=days)

    @rule(filters=st.sets(st.sampled_from((*GROUPS[1:], EVERYBODY)), min_size=1))
    def the_clock_counts_and_leads_look(self, filters: set[str]) -> None:
        for begins, _ in months_over(LONDON, self.now):
            local = begins.astimezone(LONDON)
            month = local.year * 12 + local.month
            people = [
                Counted(group, 1, self.wrote.get((person, month), 0))
                for person, group in self.group.items()
            ]
            # What the store does: the first figure stays.
            kept = self.kept.setdefault(begins, publish(begins, people))
            seen = self.seen.setdefault(begins, set())
            seen |= {kept.reflections[f] for f in filters if f in kept.reflections}

    @invariant()
    def nobody_is_worked_out(self) -> None:
        for sums in getattr(self, "seen", {}).values():
            assert smallest_revealed(within(total) for total in sums) >= FEWEST


Months.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestMonths = Months.TestCase


# ---- months -----------------------------------------------------------------------------------


def test_a_month_is_counted_when_it_is_over_by_local_time_and_settled() -> None:
    before = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    assert [m[0] for m in months_over(LONDON, before)][-1] == datetime(2026, 4, 30, 23, tzinfo=UTC)
    after = before + timedelta(hours=1)
    begins, ends = list(months_over(LONDON, after))[-1]
    assert begins == datetime(2026, 5, 31, 23, tzinfo=UTC)
    assert ends == datetime(2026, 6, 30, 23, tzinfo=UTC)
    over = list(months_over(LONDON, after))
    assert len(over) == 12
    assert all(a[1] == b[0] for a, b in pairwise(over))
