"""Questions about one's own history, as people write them, and what they find."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.library import Dimension, Library
from prompts.library import load as load_library
from reflections.history import Query, find, months_before, parse, span
from reflections.model import (
    Assessment,
    Feedback,
    Level,
    Note,
    Opportunity,
    OpportunityType,
    Reflection,
    Safety,
)

TODAY = date(2026, 11, 24)  # a Tuesday
LIBRARY = load_library()
LONDON = ZoneInfo("Europe/London")


def days(first: str, last: str = "") -> dict[str, date]:
    since = date.fromisoformat(first)
    return {"since": since, "until": date.fromisoformat(last) if last else since}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", {}),
        ("my notes", {}),
        ("last month", days("2026-10-01", "2026-10-31")),
        ("notes from this week", days("2026-11-23", "2026-11-29")),
        ("yesterday", days("2026-11-23")),
        ("March", days("2026-03-01", "2026-03-31")),
        ("in December", days("2025-12-01", "2025-12-31")),
        ("in December 2024", days("2024-12-01", "2024-12-31")),
        ("on 3 March", days("2026-03-03")),
        ("3/12", days("2025-12-03")),
        ("2025", days("2025-01-01", "2025-12-31")),
        ("last 3 months", days("2026-08-24", "2026-11-24")),
        ("the past 2 weeks", days("2026-11-10", "2026-11-24")),
        ("since October", {"since": date(2026, 10, 1)}),
        ("since 3 March 2026", {"since": date(2026, 3, 3)}),
        ("from 3 March on", {"since": date(2026, 3, 3)}),
        ("before June", {"until": date(2026, 5, 31)}),
        ("until yesterday", {"until": date(2026, 11, 23)}),
        ("between March and May", days("2026-03-01", "2026-05-31")),
        ("from 2026-01-05 to 2026-02-07", days("2026-01-05", "2026-02-07")),
        ("about expectations", {"about": "expectations"}),
        ("about empathy last month", {"about": "empathy", **days("2026-10-01", "2026-10-31")}),
        ("partnership", {"about": "partnership"}),
        ("about hopes and expectations", {"about": "F1"}),
        ("about communication", {"about": "F6"}),
        ("about the stairs", {"words": ("stairs",)}),
        ("about going home", {"words": ("going home",)}),
        ('"safety net"', {"words": ("safety net",)}),
        ("“safety net” in March", {"words": ("safety net",), **days("2026-03-01", "2026-03-31")}),
        ("with missed openings", {"missed": True}),
        ("openings passed by", {"missed": True}),
        ("openings without an answer", {"missed": True}),
        ("with openings without an answer in the note", {"missed": True}),
        ("openings with no answer", {"missed": True}),
        ("last month with missed openings", {"missed": True, **days("2026-10-01", "2026-10-31")}),
        ("where the feedback didn't fit", {"disputed": True}),
        ("stairs pain", {"words": ("stairs", "pain")}),
        ("Show me my notes about the wig?", {"words": ("wig",)}),
        ("in May", days("2026-05-01", "2026-05-31")),
        ("31/2", {"words": ("31", "2")}),
    ],
)
def test_a_question_is_read_as_people_write_it(text: str, wanted: dict[str, object]) -> None:
    assert parse(text, TODAY, LIBRARY) == Query(**wanted)  # type: ignore[arg-type]


@given(st.text(max_size=80), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_nothing_that_is_asked_makes_it_stumble(text: str, today: date) -> None:
    query = parse(text, today, LIBRARY)
    if query.since and query.until and query.until <= today:
        assert query.since <= query.until


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 600))
def test_months_before_is_so_many_months_before(day: date, months: int) -> None:
    found = months_before(day, months)
    assert (day.year - found.year) * 12 + day.month - found.month == months
    assert found.day == day.day or found.day == span(f"{found:%B %Y}", day)[1].day  # type: ignore[index]


def reflection(
    id: str, text: str, at: datetime, *, met: bool | None = None, **levels: Level
) -> Reflection:
    read = {d: levels.get(d.value, Level.NOT_EVIDENT) for d in Dimension}
    found = (Opportunity(text[:5], OpportunityType.EMOTION, met),) if met is not None else ()
    feedback = Feedback(Assessment(True, Safety.NONE, read, found), "", "", "", "rubric")
    return Reflection(id, Note(text, at), feedback)


AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
THESE = [
    reflection("new", "She feared the stairs.", AT, met=False, empathy=Level.MISSED),
    reflection(
        "met", "He cried; I’d waited.", AT - timedelta(days=30), met=True, empathy=Level.STRONG
    ),
    reflection(
        "old", "A safety  net, step by step.", AT - timedelta(days=60), expectations=Level.STRONG
    ),
]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", ["new", "met", "old"]),
        ("last month", ["met"]),
        ("about empathy", ["new", "met"]),
        ("about expectations", ["old"]),
        ('"Safety net"', ["old"]),
        ('"I\'d waited"', ["met"]),
        ("with missed openings", ["new"]),
        ("with missed openings last month", []),
        ("where it didn't fit", []),
    ],
)
def test_it_finds_what_was_asked_for(library: Library, text: str, wanted: list[str]) -> None:
    found = find(THESE, parse(text, TODAY, library), LONDON, library)
    assert [r.id for r in found] == wanted


def test_the_day_is_the_local_one(library: Library) -> None:
    late = reflection("late", "Late.", datetime(2026, 10, 31, 23, 30, tzinfo=UTC))
    query = parse("in November", TODAY, library)
    assert find([late], query, ZoneInfo("Asia/Kathmandu"), library) == [late]
    assert find([late], query, LONDON, library) == []


def test_the_writers_own_level_counts(library: Library) -> None:
    mine = replace(THESE[2], disputed=True, right={d: Level.PARTIAL for d in Dimension})
    assert find([mine], Query(about="empathy"), LONDON, library) == [mine]
    assert find([mine], Query(disputed=True), LONDON, library) == [mine]


def test_where_only_feedback_is_kept_its_quotes_are_searched(library: Library) -> None:
    bare = replace(THESE[0], note=replace(THESE[0].note, text=""))
    assert find([bare], Query(words=("she f",)), LONDON, library) == [bare]
    assert find([bare], Query(words=("stairs",)), LONDON, library) == []
