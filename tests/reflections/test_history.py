"""Questions about one's own history, as people write them, and what they find."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.library import Dimension, Library
from prompts.library import load as load_library
from reflections.history import FILLERS, Query, find, months_before, parse, span
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
from reflections.words import words_in

TODAY = date(2026, 11, 24)  # a Tuesday
LIBRARY, AMERICAN = load_library(), load_library("en-US")
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
        ("about going home", {"words": ("going", "home")}),
        ('"safety net"', {"phrases": ("safety net",)}),
        ("“safety net” in March", {"phrases": ("safety net",), **days("2026-03-01", "2026-03-31")}),
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
        # Times as people say them.
        ("March last year", days("2025-03-01", "2025-03-31")),
        ("last November", days("2025-11-01", "2025-11-30")),
        ("this November", days("2026-11-01", "2026-11-30")),
        ("in febuary", days("2026-02-01", "2026-02-28")),
        ("end of last month", days("2026-10-01", "2026-10-31")),
        ("early in March", days("2026-03-01", "2026-03-31")),
        ("on the 3rd of March", days("2026-03-03")),
        ("3/3/26", days("2026-03-03")),
        ("last spring", days("2026-03-01", "2026-05-31")),
        ("last autumn", days("2025-09-01", "2025-11-30")),
        ("this autumn", days("2026-09-01", "2026-11-30")),
        ("over the winter", days("2025-12-01", "2026-02-28")),
        ("winter 2023", days("2023-12-01", "2024-02-29")),
        ("since Easter", {"since": date(2026, 4, 3)}),
        ("before Christmas", {"until": date(2025, 12, 23)}),
        ("since new year", {"since": date(2026, 1, 1)}),
        ("from November to January", days("2025-11-01", "2026-01-31")),
        ("last few weeks", days("2026-10-27", "2026-11-24")),
        ("over the past three months", days("2026-08-24", "2026-11-24")),
        ("the past fortnight", days("2026-11-10", "2026-11-24")),
        ("two weeks ago", days("2026-11-09", "2026-11-15")),
        ("a month ago", days("2026-10-01", "2026-10-31")),
        ("the other day", days("2026-10-27", "2026-11-24")),
        ("last Friday", days("2026-11-20")),
        ("jan-mar", days("2026-01-01", "2026-03-31")),
        ("March 2026 - May 2026", days("2026-03-01", "2026-05-31")),
        ("1-14 November", days("2026-11-01", "2026-11-14")),
        ("between 1 and 14 nov", days("2026-11-01", "2026-11-14")),
        ("stairs in May or June", {"words": ("stairs",), **days("2026-05-01", "2026-06-30")}),
        ("November 2025 onwards", {"since": date(2025, 11, 1)}),
        ("20.11.2026", days("2026-11-20")),
        ("Thursday, 12 November", days("2026-11-12")),
        ("in the last 6 wks", days("2026-10-13", "2026-11-24")),
        ("half a year ago", days("2026-05-01", "2026-05-31")),
        ("this time last year", days("2025-11-09", "2025-12-09")),
        ("winter 2025/26", days("2025-12-01", "2026-02-28")),
        ("earlier this year", days("2026-01-01", "2026-12-31")),
        ("on Tuesday", days("2026-11-17")),
        ("last weekend", days("2026-11-21", "2026-11-22")),
        ("may", days("2026-05-01", "2026-05-31")),
        # What only looks like one.
        ("she may cry", {"words": ("may", "cry")}),
        ("the Christmas visit", {"words": ("christmas", "visit")}),
        ("the recently bereaved man", {"words": ("recently", "bereaved", "man")}),
        ("2 weeks", {"words": ("2", "weeks")}),
        # As a tired clinician types.
        ("that man with the shoulder", {"words": ("man", "shoulder")}),
        ("about the shoulder man", {"words": ("shoulder", "man")}),
        ("the one where she cried", {"words": ("cried",)}),
        ("falls in march", {"words": ("falls",), **days("2026-03-01", "2026-03-31")}),
        (
            "what did I write about hope last spring",
            {"about": "F1", **days("2026-03-01", "2026-05-31")},
        ),
        ("my notes on goals since easter", {"about": "F5", "since": date(2026, 4, 3)}),
        ("emapthy", {"about": "empathy"}),
        ("expectation setting with the knee", {"about": "expectations", "words": ("knee",)}),
        ("about empathy and the stairs", {"about": "empathy", "words": ("stairs",)}),
        ("the patient who was scared", {"words": ("scared",)}),
        ("the patient", {"words": ("patient",)}),
        ("show me the time I sat down", {"words": ("sat", "down")}),
        ("with the word stairs", {"words": ("stairs",)}),
        (
            "where an opening went by last month",
            {"missed": True, **days("2026-10-01", "2026-10-31")},
        ),
        ("did the feedback not fit", {"disputed": True}),
        ("where I missed an opening", {"missed": True}),
    ],
)
def test_a_question_is_read_as_people_write_it(text: str, wanted: dict[str, object]) -> None:
    assert parse(text, TODAY, LIBRARY) == Query(**wanted)  # type: ignore[arg-type]
    if "/" not in text:
        assert parse(text, TODAY, AMERICAN) == Query(**wanted)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("3/12", days("2026-03-12")),
        ("10/3", days("2026-10-03")),
        ("on 10/3/2025", days("2025-10-03")),
        ("from 3/1 to 3/12", days("2026-03-01", "2026-03-12")),
        ("since March 3, 2026", {"since": date(2026, 3, 3)}),
        ("about personalized care", {"about": "F2"}),
    ],
)
def test_a_question_is_read_as_americans_write_it(text: str, wanted: dict[str, object]) -> None:
    assert parse(text, TODAY, AMERICAN) == Query(**wanted)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("last fall", days("2025-09-01", "2025-11-30")),
        ("this fall", days("2026-09-01", "2026-11-30")),
        ("since fall", {"since": date(2026, 9, 1)}),
        ("in the fall", days("2026-09-01", "2026-11-30")),
        ("fall 2025", days("2025-09-01", "2025-11-30")),
        ("fall of 2025", days("2025-09-01", "2025-11-30")),
        ("fall of last year", days("2025-09-01", "2025-11-30")),
        ("last autumn", days("2025-09-01", "2025-11-30")),
        (
            "the fall on the stairs last fall",
            {"words": ("fall", "stairs"), **days("2025-09-01", "2025-11-30")},
        ),
        ("her fall", {"words": ("fall",)}),
        ("about the fall", {"words": ("fall",)}),
        ("after the fall", {"words": ("after", "fall")}),
        ("falls since spring", {"words": ("falls",), "since": date(2026, 3, 1)}),
    ],
)
def test_fall_is_a_season_for_americans_where_it_stands_as_a_time(
    text: str, wanted: dict[str, object]
) -> None:
    assert parse(text, TODAY, AMERICAN) == Query(**wanted)  # type: ignore[arg-type]
    if "last fall" in text:
        assert "fall" in parse(text, TODAY, LIBRARY).words


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("after 9999-12-31", {"since": date.max}),
        ("before 0001-01-01", {"until": date.min}),
    ],
)
def test_there_is_a_last_day_and_a_first(text: str, wanted: dict[str, object]) -> None:
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
    assert [r.id for r in found.reflections] == wanted and not found.closest


def test_the_day_is_the_local_one(library: Library) -> None:
    late = reflection("late", "Late.", datetime(2026, 10, 31, 23, 30, tzinfo=UTC))
    query = parse("in November", TODAY, library)
    assert found([late], query, library, ZoneInfo("Asia/Kathmandu")) == [late]
    assert found([late], query, library) == []


def test_the_writers_own_level_counts(library: Library) -> None:
    mine = replace(THESE[2], disputed=True, right={d: Level.PARTIAL for d in Dimension})
    assert found([mine], Query(about="empathy"), library) == [mine]
    assert found([mine], Query(disputed=True), library) == [mine]


def test_where_only_feedback_is_kept_its_quotes_are_searched(library: Library) -> None:
    bare = replace(THESE[0], note=replace(THESE[0].note, text=""))
    assert found([bare], Query(phrases=("she f",)), library) == [bare]
    assert found([bare], Query(words=("stairs",)), library) == []


# ---- search that forgives -----------------------------------------------------------------------

NOTES = {
    "shoulder": (4, "Gentleman with a frozen shoulder after his fall. I said what to expect."),
    "wig": (12, "She was in tears about the wig. I waited and asked what the worst part was."),
    "flight": (27, "He was worried about the stairs at home; we agreed to try one flight."),
    "daughter": (70, "Her daughter did all the talking, and the patient never got a word in."),
    "hope": (189, "She still hopes the hand will come back. I said we would see week by week."),
    "goals": (216, "We set two goals: stairs by June and the bus by August."),
    "fell": (251, "Fell twice at home, she told me, ashamed. I moved on to the exercises."),
    "winter": (265, "Third fall this winter; his wife was frightened. I asked what worried her."),
    "room": (316, "Breathless and scared in the waiting room. I sat down next to him."),
    "word": (600, "She cried when I named the word cancer. I held her hand and was silent."),
}
HISTORY = [reflection(id, text, AT - timedelta(days=days)) for id, (days, text) in NOTES.items()]


def found(
    these: Sequence[Reflection], query: Query, library: Library, zone: ZoneInfo = LONDON
) -> list[Reflection]:
    return list(find(these, query, zone, library).reflections)


def ask(text: str, library: Library) -> list[str]:
    return [r.id for r in found(HISTORY, parse(text, TODAY, library), library)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("that man with the shoulder", ["shoulder"]),
        ("about the shoulder man", ["shoulder"]),
        ("the one where she cried", ["wig", "word"]),
        ("falls in march", ["fell", "winter"]),
        ("what did I write about hope last spring", ["hope"]),
        ("my notes on goals since easter", ["goals"]),
        ("stair", ["flight", "goals"]),
        ("worry", ["flight", "winter"]),
        ("the wig lady", ["wig"]),
        ("the daughter who talked", ["daughter"]),
        ("breathlessness", ["room"]),
        ("hands", ["hope", "word"]),
        ("frozen", ["shoulder"]),
        ("ashame", ["fell"]),
        ("“the worst part”", ["wig"]),
        ("“worst the part”", []),
    ],
)
def test_a_tired_question_finds_what_was_meant(
    library: Library, text: str, wanted: list[str]
) -> None:
    assert ask(text, library) == wanted


@pytest.mark.parametrize(
    ("text", "meant", "wanted"),
    [
        ("sholder", ("shoulder",), ["shoulder"]),
        ("shuolder", ("shoulder",), ["shoulder"]),
        ("breatless", ("breathless",), ["room"]),
        ("excercises", ("exercises",), ["fell"]),
        ("wfie", ("wife",), ["winter"]),
        ("zebra", (), []),
    ],
)
def test_a_slip_is_forgiven_and_said(
    library: Library, text: str, meant: tuple[str, ...], wanted: list[str]
) -> None:
    answer = find(HISTORY, parse(text, TODAY, library), LONDON, library)
    assert answer.slips == {text: meant}
    assert [r.id for r in answer.reflections] == wanted


def test_where_nothing_holds_all_words_the_closest_come_first(library: Library) -> None:
    query = parse("she cried and held the wig", TODAY, library)
    answer = find(HISTORY, query, LONDON, library)
    assert answer.closest
    assert [r.id for r in answer.reflections] == ["wig", "word"], "both hold two of three"
    answer = find(HISTORY, replace(query, words=("silent", "stairs", "june")), LONDON, library)
    assert [r.id for r in answer.reflections] == ["goals", "flight", "word"]
    # All but the words still holds.
    only = replace(query, until=TODAY - timedelta(days=100))
    assert [r.id for r in found(HISTORY, only, library)] == ["word"]


OWN_WORDS = sorted({w for r in HISTORY for w in words_in(r.note.text)} - FILLERS)
WORDS = st.sampled_from([*OWN_WORDS, "zebra", "sholder", "stair", "worries"])
QUERIES = st.builds(
    Query,
    since=st.none() | st.dates(date(2025, 1, 1), TODAY),
    until=st.none() | st.dates(date(2025, 1, 1), TODAY),
    about=st.sampled_from(["", "F1", "F5", "empathy"]),
    words=st.lists(WORDS, max_size=3, unique=True).map(tuple),
    phrases=st.sampled_from([(), ("the w",), ("i sat",)]),
    missed=st.booleans(),
    disputed=st.booleans(),
)


@given(st.sampled_from(HISTORY), st.data())
def test_a_note_is_found_by_any_word_of_its_own(note: Reflection, data: st.DataObject) -> None:
    own = sorted(set(words_in(note.note.text)) - FILLERS)
    query = parse(data.draw(st.sampled_from(own)), TODAY, LIBRARY)
    if not query.since:  # "June" is a time, wherever else it stands
        answer = find(HISTORY, query, LONDON, LIBRARY)
        assert note in answer.reflections and not answer.closest


@given(QUERIES, QUERIES)
def test_asking_for_more_finds_no_more(query: Query, more: Query) -> None:
    both = Query(
        since=max(filter(None, (query.since, more.since)), default=None),
        until=min(filter(None, (query.until, more.until)), default=None),
        about=query.about or more.about,
        words=tuple(dict.fromkeys((*query.words, *more.words))),
        phrases=(*query.phrases, *more.phrases),
        missed=query.missed or more.missed,
        disputed=query.disputed or more.disputed,
    )
    narrow = find(HISTORY, both, LONDON, LIBRARY)
    if not narrow.closest:
        wide = find(HISTORY, query, LONDON, LIBRARY)
        assert {r.id for r in narrow.reflections} <= {r.id for r in wide.reflections}


@given(st.lists(st.text(max_size=40), max_size=3), st.text(max_size=40))
def test_nothing_that_is_written_or_asked_makes_it_stumble(notes: list[str], text: str) -> None:
    these = [reflection(str(i), note, AT) for i, note in enumerate(notes)]
    query = parse(text, TODAY, LIBRARY)
    assert all(r in these for r in found(these, query, LIBRARY))


@given(st.text(st.characters(categories=["L", "Mn", "Nd"]), min_size=1, max_size=30))
def test_whatever_the_script_a_word_finds_itself(word: str) -> None:
    own = words_in(word)
    if own:
        note = reflection("r", f"Before {word} after.", AT)
        assert found([note], Query(words=tuple(own[:1])), LIBRARY) == [note]
