"""Clinics from a calendar: what is taken, what is left, and files that mean no good."""

from __future__ import annotations

import time as clock
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prompts.library import Library
from reflections.calendars import (
    TELL_AFTER,
    CalendarError,
    Reading,
    adopted,
    read,
    read_again,
)
from reflections.clinics import skip_day
from reflections.ics import MOST_SPANS, NotACalendar, find
from reflections.model import Clinician, DeliveryState, Span
from reflections.schedule import NextEnds, next_prompt_at, plan_prompts

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
"""A Tuesday."""
LONDON = "Europe/London"
LINK = "https://calendar.test/a.ics"


def ics(*events: str, head: str = "") -> bytes:
    """A calendar of these events; each is its lines."""
    made = [f"BEGIN:VEVENT\n{event.strip()}\nEND:VEVENT" for event in events]
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//t", *head.split(), *made, "END:VCALENDAR"]
    return "\r\n".join("\n".join(lines).split("\n")).encode()


WEEKLY = """
UID:1
SUMMARY:Lung clinic
DTSTART;TZID=Europe/London:20261124T090000
DTEND;TZID=Europe/London:20261124T123000
RRULE:FREQ=WEEKLY
EXDATE;TZID=Europe/London:20261208T090000
"""
MOVED = """
UID:1
RECURRENCE-ID;TZID=Europe/London:20261215T090000
SUMMARY:Lung clinic
DTSTART;TZID=Europe/London:20261216T100000
DTEND;TZID=Europe/London:20261216T110000
"""
NAMED = """
UID:2
SUMMARY:Mrs Brandt results
DESCRIPTION:hospital number 12345
DTSTART:20261125T140000Z
DTEND:20261125T143000Z
"""


def local(found: dict[str, object], zone: str = LONDON) -> list[str]:
    spans = found["spans"]
    assert isinstance(spans, list)
    place = ZoneInfo(zone)
    return [
        f"{datetime.fromtimestamp(a, place):%d %b %H:%M}–{datetime.fromtimestamp(b, place):%H:%M}"
        for a, b in spans
    ]


def test_the_events_with_the_word_are_taken_and_exceptions_hold() -> None:
    found = find(ics(WEEKLY, MOVED, NAMED), "CLINIC", LONDON, NOW)
    assert local(found)[:4] == [
        "24 Nov 09:00–12:30",
        "01 Dec 09:00–12:30",
        "16 Dec 10:00–11:00",
        "22 Dec 09:00–12:30",
    ]
    assert found["others"] == 1 and len(local(found)) == 53 - 1
    # The clinic stays at nine when the clocks change.
    assert {row.split()[2] for row in local(found)} == {"09:00–12:30", "10:00–11:00"}


def test_nothing_but_times_comes_out() -> None:
    assert set(find(ics(WEEKLY, NAMED), "clinic", LONDON, NOW)) == {"spans", "others", "untimed"}
    assert "Brandt" not in str(find(ics(WEEKLY, NAMED), "results", LONDON, NOW))


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ("DTSTART:20261124T090000\nDTEND:20261124T100000", ["24 Nov 09:00–10:00"]),
        ("DTSTART:20261124T090000Z\nDURATION:PT90M", ["24 Nov 09:00–10:30"]),
        (
            "DTSTART;TZID=America/New_York:20261124T090000\nDURATION:PT1H",
            ["24 Nov 14:00–15:00"],
        ),
        (
            "DTSTART;TZID=GMT Standard Time:20261124T090000\nDURATION:PT1H",
            ["24 Nov 09:00–10:00"],
        ),
        ("DTSTART:20261124T090000Z\nDTEND:20261124T090000Z", []),
        ("DTSTART:20261124T090000Z\nDTEND:20261126T090000Z", []),
        ("DTSTART:20261124T090000Z\nDTEND:20261124T100000Z\nSTATUS:CANCELLED", []),
        ("DTSTART:20261123T090000Z\nDTEND:20261123T100000Z", []),
        ("DTSTART:20271224T090000Z\nDTEND:20271224T100000Z", []),
        ("DTSTART;VALUE=DATE:20261124", []),
        ("DTSTART:20261124T220000Z\nDTEND:20261125T060000Z", ["24 Nov 22:00–06:00"]),
        ("DTSTART:20261124T090000Z\nDTEND:20261124T100000Z\nRRULE:FREQ=NONSENSE", []),
        ("DTSTART:20261124T090000Z\nDTEND:20261124T090100Z\nRRULE:FREQ=MINUTELY", []),
    ],
)
def test_how_an_event_is_read(event: str, expected: list[str]) -> None:
    assert local(find(ics(f"UID:9\nSUMMARY:clinic\n{event}"), "clinic", LONDON, NOW)) == expected


def test_times_without_a_zone_are_the_calendars_or_else_the_persons() -> None:
    event = "UID:9\nSUMMARY:clinic\nDTSTART:20261124T090000\nDTEND:20261124T100000"
    assert local(find(ics(event), "clinic", "Asia/Kathmandu", NOW - timedelta(days=1))) == [
        "24 Nov 03:15–04:15"
    ]
    named = ics(event, head="X-WR-TIMEZONE:America/New_York")
    assert local(find(named, "clinic", "Asia/Kathmandu", NOW)) == ["24 Nov 14:00–15:00"]


def test_no_more_is_kept_than_is_of_use() -> None:
    daily = (
        "UID:9\nSUMMARY:clinic\nDTSTART:20261124T090000Z\nDTEND:20261124T100000Z\nRRULE:FREQ=DAILY"
    )
    twice = daily.replace("UID:9", "UID:8").replace("T09", "T14").replace("T10", "T15")
    found = find(ics(daily, twice), "clinic", LONDON, NOW)["spans"]
    assert len(found) == MOST_SPANS
    assert all(a[1] <= b[1] for a, b in pairwise(found))


async def test_a_calendar_is_read_in_a_process_of_its_own() -> None:
    reading = await read(ics(WEEKLY, NAMED), "clinic", LONDON, NOW)
    first = Span(
        datetime(2026, 11, 24, 9, 0, tzinfo=UTC), datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
    )
    assert reading.spans[0] == first and reading.others == 1


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not_a_calendar"),
        (b"<html>sign in</html>", "not_a_calendar"),
        (b"\x89PNG\r\n\x1a\n\x00\xff\xfe", "not_a_calendar"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMM", "not_a_calendar"),
        (b"BEGIN:VEVENT\r\nEND:VEVENT\r\n", "not_a_calendar"),
        (ics(), "empty"),
        (ics(NAMED), "empty"),
        (ics("UID:9\nSUMMARY:clinic\nDTSTART;VALUE=DATE:20261130"), "untimed"),
    ],
)
async def test_what_is_of_no_use_is_named(data: bytes, reason: str) -> None:
    with pytest.raises(CalendarError) as caught:
        await read(data, "clinic", LONDON, NOW)
    assert caught.value.reason == reason


async def test_a_calendar_that_keeps_its_reader_busy_is_given_up() -> None:
    """A rule that comes true on no day of eight thousand years, three hundred times."""
    never = (
        "SUMMARY:clinic\nDTSTART:20261124T090000Z\nDTEND:20261124T100000Z\n"
        "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"
    )
    began = clock.monotonic()
    with pytest.raises(CalendarError) as caught:
        await read(ics(*(f"UID:{i}\n{never}" for i in range(300))), "clinic", LONDON, NOW, 3)
    assert caught.value.reason == "too_long"
    assert clock.monotonic() - began < 20


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200), st.text(max_size=5))
def test_any_bytes_are_a_calendar_or_an_error(data: bytes, keyword: str) -> None:
    for whole in (data, ics(data.decode("latin-1")), ics(f"SUMMARY:clinic\nDTSTART:{data!r}")):
        try:
            found = find(whole, keyword, LONDON, NOW)
        except NotACalendar:
            pass
        else:
            assert set(found) == {"spans", "others", "untimed"}


# ---- what is made of it -----------------------------------------------------------------------


def span(day: int, start: int = 9, end: int = 12, month: int = 12) -> Span:
    return Span(*(datetime(2026, month, day, hour, tzinfo=UTC) for hour in (start, end)))


def clinician(*spans: Span) -> Clinician:
    made = Clinician("T1-U1", "D1", LONDON)
    return adopted(made, LINK, "clinic", Reading(spans), NOW)


def test_questions_follow_the_clinics_of_a_calendar_once_each(library: Library) -> None:
    person = clinician(span(1), span(1, 14, 16), span(4), span(8))
    assert next_prompt_at(person, [], NOW) == span(1).end
    assert NextEnds().ending([person], NOW, NOW + timedelta(days=6)) == []
    assert NextEnds().ending([person], NOW, span(1).end) == [person]
    made = plan_prompts(person, [], library, NOW, NOW + timedelta(days=21))
    assert [d.due for d in made] == [span(1).end, span(4).end, span(8).end]
    assert made[0].key == "prompt:T1-U1:calendar-0900-1200:2026-12-01"
    sent = [replace(d, state=DeliveryState.SENT) for d in made]
    assert plan_prompts(person, sent, library, NOW, NOW + timedelta(days=21)) == []


def test_one_day_of_a_calendar_is_left_out_and_stays_so(library: Library) -> None:
    person, gone = skip_day(clinician(span(1), span(8)), date(2026, 12, 1), NOW.date())
    assert [(f"{a:%H:%M}", f"{b:%H:%M}") for a, b in gone] == [("09:00", "12:00")]
    assert next_prompt_at(person, [], NOW) == span(8).end
    assert person.calendar
    later, _ = read_again(person, person.calendar, Reading((span(1), span(8))), NOW)
    assert next_prompt_at(later, [], NOW) == span(8).end


def test_what_is_read_again_takes_the_place_of_what_was_known() -> None:
    person = clinician(span(1), span(8))
    assert person.calendar
    later, notice = read_again(person, person.calendar, Reading((span(2),)), NOW)
    assert later.calendar and later.calendar.spans == (span(2),) and not notice


@pytest.mark.parametrize(
    ("reason", "notice"),
    [
        ("refused", "calendar_gone"),
        ("too_long", "calendar_gone"),
        ("not_a_calendar", "calendar_gone"),
        ("empty", "calendar_empty"),
        ("untimed", "calendar_empty"),
    ],
)
def test_a_calendar_that_vanishes_is_told_once_and_what_was_known_stays(
    reason: str, notice: str
) -> None:
    person, told = clinician(span(1), span(8)), []
    for day in range(5):
        assert person.calendar
        now = NOW + timedelta(days=day)
        person, said = read_again(person, person.calendar, CalendarError(reason), now)
        told.append(said)
        assert person.calendar and person.calendar.spans == (span(1), span(8))
    assert told == ["", notice, "", "", ""]
    back, said = read_again(person, person.calendar, Reading((span(8),)), NOW + timedelta(days=6))
    assert not said and back.calendar and not back.calendar.told
    assert back.calendar.failing_since is None


def test_one_bad_day_is_not_spoken_of() -> None:
    person = clinician(span(8))
    assert person.calendar
    person, said = read_again(person, person.calendar, CalendarError("refused"), NOW)
    assert not said and person.calendar
    person, said = read_again(
        person, person.calendar, CalendarError("refused"), NOW + TELL_AFTER / 2
    )
    assert not said and person.calendar
    person, said = read_again(person, person.calendar, Reading((span(8),)), NOW + TELL_AFTER)
    assert not said and person.calendar and person.calendar.failing_since is None


def test_a_calendar_that_was_changed_meanwhile_is_left_alone() -> None:
    person = clinician(span(8))
    before = person.calendar
    assert before
    other = adopted(person, LINK, "ward", Reading((span(9),)), NOW)
    for now in (other, replace(person, calendar=None)):
        assert read_again(now, before, Reading((span(1),)), NOW) == (now, "")
        assert read_again(now, before, CalendarError("refused"), NOW) == (now, "")
