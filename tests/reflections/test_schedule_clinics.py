"""Reading clinics, days, leave and holidays as people write them."""

from __future__ import annotations

from contextlib import nullcontext, suppress
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.library import Library, load
from reflections.clinics import (
    ClinicError,
    DayError,
    add_clinics,
    add_leave,
    back,
    next_held,
    overlapping,
    parse_clinics,
    parse_day,
    parse_leave,
    skip_day,
)
from reflections.history import span
from reflections.holiday import HolidayError, find_place, is_holiday, place_name
from reflections.model import Clinic, Clinician, Leave

TODAY = date(2026, 11, 24)
"""A Tuesday."""


def clinician(*clinics: Clinic, **changes: object) -> Clinician:
    made = Clinician("T1-U1", "D1", "Europe/London", clinics)
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tue 9-12:30", [(1, "09:00", "12:30")]),
        ("Tue and Thu 9-12:30", [(1, "09:00", "12:30"), (3, "09:00", "12:30")]),
        ("tuesdays 9 to 5", [(1, "09:00", "17:00")]),
        ("Mon-Fri 08:30-12", [(d, "08:30", "12:00") for d in range(5)]),
        ("fri 1-5", [(4, "13:00", "17:00")]),
        ("every Friday 1pm-5pm", [(4, "13:00", "17:00")]),
        ("wed 9am – 1pm", [(2, "09:00", "13:00")]),
        ("Sat, Sun 22:00-06:00", [(5, "22:00", "06:00"), (6, "22:00", "06:00")]),
        ("thurs 1330-1700", [(3, "13:30", "17:00")]),
        ("Mon 10-2", [(0, "10:00", "14:00")]),
        ("Mon 2-4pm", [(0, "14:00", "16:00")]),
        ("Tue 9-12:30pm", [(1, "09:00", "12:30")]),
        ("Tue 9-12pm", [(1, "09:00", "12:00")]),
        ("Tue 10-2pm", [(1, "10:00", "14:00")]),
        ("Tue 12-4pm", [(1, "12:00", "16:00")]),
        ("Tue 9 a.m. to 12:30 p.m.", [(1, "09:00", "12:30")]),
        ("Tue 9:00 AM – 12:30 PM", [(1, "09:00", "12:30")]),
        ("Tue 9am-noon", [(1, "09:00", "12:00")]),
        ("Tue noon to 3", [(1, "12:00", "15:00")]),
    ],
)
def test_a_clinic_is_read_as_people_write_it(
    text: str, expected: list[tuple[int, str, str]]
) -> None:
    read = [(c.weekday, f"{c.start:%H:%M}", f"{c.end:%H:%M}") for c in parse_clinics(text, TODAY)]
    assert read == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", ("no_times", "")),
        ("Tue", ("no_times", "Tue")),
        ("9-12", ("no_day", "9-12")),
        ("Funday 9-12", ("unknown_word", "funday")),
        ("Tue 25-26", ("not_a_time", "25")),
        ("Tue 9:75-12", ("not_a_time", "9:75")),
        ("31 Feb 9-12", ("not_a_date", "31 feb")),
        ("3 Dec and 4 Dec 9-12", ("several_dates", "4 dec")),
        ("Tue 3 December 9-12", ("other_day", date(2026, 12, 3))),
        ("every 40 weeks Tue 9-12", ("not_weeks", "40")),
        ("biweekly Tue 9-12", ("unknown_word", "biweekly")),
        ("Tue 9-12 and 13-17", ("several_times", "Tue 9-12 and 13-17")),
        ("Tue 14:00-14:00", ("no_length", time(14))),
    ],
)
def test_a_clinic_that_cannot_be_read_says_what(
    text: str, says: tuple[str, str | date | time], library: Library
) -> None:
    with pytest.raises(ClinicError) as caught:
        parse_clinics(text, TODAY)
    assert (caught.value.reason, caught.value.found) == says
    assert str(says[1]) in library.say(f"clinic.error.{says[0]}", found=says[1])


@given(st.text(max_size=60))
def test_any_text_is_a_clinic_or_a_clear_error(text: str) -> None:
    try:
        clinics = parse_clinics(text, TODAY)
    except ClinicError as error:
        assert error.reason
    else:
        assert clinics and all(c.start != c.end for c in clinics)


def test_adding_keeps_the_order_of_the_week_and_no_doubles() -> None:
    tuesday, monday = Clinic(1, time(9), time(12)), Clinic(0, time(9), time(12))
    person = add_clinics(clinician(tuesday), [monday, tuesday], TODAY)
    assert person.clinics == (monday, tuesday)
    with pytest.raises(ClinicError, match="too_many"):
        add_clinics(person, [Clinic(2, time(h), time(h, 30)) for h in range(20)], TODAY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3 March", date(2027, 3, 3)),
        ("March 3", date(2027, 3, 3)),
        ("3rd of December", date(2026, 12, 3)),
        ("3 March 2028", date(2028, 3, 3)),
        ("2026-12-24", date(2026, 12, 24)),
        ("tomorrow", date(2026, 11, 25)),
        ("monday", date(2026, 11, 30)),
        ("next tuesday", date(2026, 12, 1)),
        ("2 weeks", date(2026, 12, 8)),
        ("3/12", date(2026, 12, 3)),
        ("3.12.2026", date(2026, 12, 3)),
        ("3.12.26", date(2026, 12, 3)),
        ("10 days", date(2026, 12, 4)),
    ],
)
def test_a_day_is_read_as_people_write_it(text: str, expected: date) -> None:
    assert parse_day(text, date(2026, 11, 24)) == expected
    if "/" not in text:
        assert parse_day(text, date(2026, 11, 24), month_first=True) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12/3", date(2026, 12, 3)),
        ("3/12", date(2027, 3, 12)),
        ("12/24/2027", date(2027, 12, 24)),
        ("11/25", date(2026, 11, 25)),
    ],
)
def test_the_month_comes_first_where_it_is_written_first(text: str, expected: date) -> None:
    assert parse_day(text, date(2026, 11, 24), month_first=True) == expected


@given(
    st.dates(date(2026, 11, 25), date(2030, 1, 1)),
    st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    st.integers(1, 23 * 60),
    st.sampled_from([load("en-GB"), load("en-US")]),
)
def test_what_a_language_writes_it_reads(
    day: date, start: time, minutes: int, language: Library
) -> None:
    dates = language.dates
    first = dates.month_first
    assert parse_day(dates.full_day(day), TODAY, month_first=first) == day
    assert parse_day(dates.written_day(day), TODAY, month_first=first) == day
    end = (datetime.combine(day, start) + timedelta(minutes=minutes)).time()
    if language.language == "en-US":  # "9:00–5:00" on a clock of 24 hours is read as 9 to 17
        weekly = f"{dates.names['weekdays'][day.weekday()]} {dates.times(start, end)}"
        assert parse_clinics(weekly, TODAY) == (Clinic(day.weekday(), start, end),)


@given(st.integers(1, 31), st.integers(0, 99))
def test_a_date_in_numbers_is_read_one_way_or_not_at_all(day: int, month: int) -> None:
    """It is never turned round where there is no such month: the answer would surprise."""
    for text, first in ((f"{day}/{month}/2028", False), (f"{month}/{day}/2028", True)):
        with suppress(DayError):
            read = parse_day(text, date(2026, 11, 24), month_first=first)
            assert (read.day, read.month) == (day, month)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "unreadable"),
        ("soon", "unreadable"),
        ("31 Feb", "unreadable"),
        ("3 3", "unreadable"),
        ("99999999999 weeks", "unreadable"),
        ("2026-11-24", "in_the_past"),
        ("3 March 2020", "in_the_past"),
        ("0 days", "in_the_past"),
    ],
)
def test_a_day_that_cannot_be_read_or_is_past(text: str, reason: str) -> None:
    with pytest.raises(DayError, match=reason):
        parse_day(text, date(2026, 11, 24))


@given(st.text(max_size=40), st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_any_text_is_a_day_to_come_or_an_error(text: str, today: date) -> None:
    with suppress(DayError):
        assert parse_day(text, today) > today


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("every other Friday pm", Clinic(4, time(13, 30), time(17), 2, date(2026, 11, 27))),
        ("fortnightly Tue 9-12", Clinic(1, time(9), time(12), 2, date(2026, 11, 24))),
        ("fortnightly Tue 9-12 from 7 Dec", Clinic(1, time(9), time(12), 2, date(2026, 12, 8))),
        ("every 3 weeks on Mon 9-12", Clinic(0, time(9), time(12), 3, date(2026, 11, 30))),
        ("alternate Weds 9am to 1pm", Clinic(2, time(9), time(13), 2, date(2026, 11, 25))),
        ("Tue 9-12 from 8 December", Clinic(1, time(9), time(12), since=date(2026, 12, 8))),
        ("Friday am", Clinic(4, time(9), time(12, 30))),
        ("tuesday afternoons", Clinic(1, time(13, 30), time(17))),
        ("3 December 14:00-16:00", Clinic(3, time(14), time(16), on=date(2026, 12, 3))),
        ("Thu 3 Dec 1400-1600", Clinic(3, time(14), time(16), on=date(2026, 12, 3))),
        ("2026-12-03 14-16", Clinic(3, time(14), time(16), on=date(2026, 12, 3))),
        ("9-12 Dec 3", Clinic(3, time(9), time(12), on=date(2026, 12, 3))),
        ("3/12 9-12", Clinic(3, time(9), time(12), on=date(2026, 12, 3))),
        ("tomorrow 9-12", Clinic(2, time(9), time(12), on=date(2026, 11, 25))),
        ("today pm", Clinic(1, time(13, 30), time(17), on=date(2026, 11, 24))),
        ("next Tuesday am", Clinic(1, time(9), time(12, 30), on=date(2026, 12, 1))),
    ],
)
def test_other_rhythms_and_single_days_are_read(text: str, expected: Clinic) -> None:
    assert parse_clinics(text, TODAY) == (expected,)
    if "/" not in text:
        assert parse_clinics(text, TODAY, month_first=True) == (expected,)


@pytest.mark.parametrize(
    "text", ["3/12/2026 2-4pm", "3.12.2026 14.00-16.00", "3-12-2026 2-4pm", "3.12.26, 2-4pm"]
)
def test_a_single_day_is_read_with_any_separator(text: str) -> None:
    expected = Clinic(3, time(14), time(16), on=date(2026, 12, 3))
    assert parse_clinics(text, TODAY) == (expected,)
    if "." in text[:2]:
        assert parse_clinics(text, TODAY, month_first=True) == (expected,)


@pytest.mark.parametrize("text", ["3.13.2026 2-4pm", "3/13/2026 2-4pm", "3-13-2026 2-4pm"])
def test_a_month_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(ClinicError) as refused:
        parse_clinics(text, TODAY)
    assert refused.value.reason == "not_a_date"


@given(
    st.dates(date(2026, 11, 25), date(2030, 1, 1)),
    st.sampled_from(["{0:%d/%m/%Y}", "{0:%d.%m.%Y}", "{0:%d-%m-%Y}", "{0:%d.%m.%y}"]),
    st.booleans(),
)
def test_a_day_to_come_is_read_as_one_that_was(day: date, form: str, month_first: bool) -> None:
    text = form.format(day)
    was = span(text, date(2030, 1, 1), month_first=month_first)
    if was is None or was[0] > TODAY:
        with suppress(DayError) if was is None else nullcontext():
            read = parse_day(text, TODAY, month_first=month_first)
            assert was == (read, read)


@pytest.mark.parametrize("text", ["12/3 2-4pm", "December 3, 2-4 PM", "Thu, Dec 3 2 p.m. - 4 p.m."])
def test_single_days_are_read_as_americans_write_them(text: str) -> None:
    expected = Clinic(3, time(14), time(16), on=date(2026, 12, 3))
    assert parse_clinics(text, TODAY, month_first=True) == (expected,)


def test_what_was_understood_is_told_with_what_was_not() -> None:
    with pytest.raises(ClinicError) as caught:
        parse_clinics("Tue banana 9-12", TODAY)
    assert caught.value.days == (1,) and caught.value.times == (time(9), time(12))
    with pytest.raises(ClinicError) as caught:
        parse_clinics("3 December at noon", TODAY)
    assert caught.value.on == date(2026, 12, 3) and caught.value.times is None
    with pytest.raises(ClinicError) as caught:
        parse_clinics("Mon, Funday 25-26", TODAY)
    assert (caught.value.reason, caught.value.found) == ("not_a_time", "25")
    assert caught.value.days == (0,) and caught.value.unknown == ("funday",)


def test_a_fortnight_is_kept_over_the_turn_of_the_year() -> None:
    """Also where the year has 53 ISO weeks, as 2026 has."""
    (clinic,) = parse_clinics("every other Friday pm from 27 November", TODAY)
    held = [d for n in range(60) if clinic.held_on(d := TODAY + timedelta(days=n))]
    assert held == [date(2026, 11, 27) + timedelta(days=14 * n) for n in range(5)]
    assert not clinic.held_on(date(2026, 11, 13)), "not before it began"


@given(st.integers(1, 26), st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.integers(0, 6))
def test_every_n_weeks_is_every_n_weeks(every: int, since: date, weekday: int) -> None:
    clinic = Clinic(weekday, time(9), time(12), every, since)
    held = [d for n in range(365) if clinic.held_on(d := since + timedelta(days=n))]
    assert {(b - a).days for a, b in pairwise(held)} == {7 * every}


def test_the_same_fortnight_is_one_clinic_and_the_other_week_another() -> None:
    (first,) = parse_clinics("fortnightly Tue 9-12 from 24 November", TODAY)
    (same,) = parse_clinics("fortnightly Tue 9-12 from 8 December", TODAY)
    (other,) = parse_clinics("fortnightly Tue 9-12 from 1 December", TODAY)
    person = add_clinics(clinician(), [first, same, other], TODAY)
    assert person.clinics == (first, other)


def test_overlaps_are_found_where_two_clinics_can_meet() -> None:
    weekly = Clinic(1, time(9), time(12))
    (even,) = parse_clinics("fortnightly Tue 10-13", TODAY)
    (odd,) = parse_clinics("fortnightly Tue 10-13 from 1 December", TODAY)
    (once,) = parse_clinics("1 December 11-14", TODAY)
    assert overlapping(clinician(weekly), even, TODAY) == (weekly,)
    assert overlapping(clinician(even), odd, TODAY) == ()
    assert overlapping(clinician(weekly, even, odd), once, TODAY) == (weekly, odd)
    assert overlapping(clinician(weekly), Clinic(1, time(12), time(13)), TODAY) == ()


def test_one_day_is_left_out_and_the_next_is_not() -> None:
    weekly, once = Clinic(1, time(9), time(12)), Clinic(1, time(14), time(15), on=date(2026, 12, 1))
    person, gone = skip_day(clinician(weekly, once), date(2026, 12, 1), TODAY)
    assert gone == [(time(9), time(12)), (time(14), time(15))]
    (left,) = person.clinics
    assert not left.held_on(date(2026, 12, 1)) and left.held_on(date(2026, 12, 8))
    assert next_held(left, date(2026, 12, 1)) == date(2026, 12, 8)
    assert left.id == weekly.id
    assert skip_day(person, date(2026, 12, 2), TODAY) == (person, [])


def test_what_was_held_once_and_is_over_is_let_go() -> None:
    once = Clinic(1, time(9), time(12), on=TODAY)
    person = add_clinics(clinician(once), [Clinic(2, time(9), time(12))], TODAY + timedelta(days=2))
    assert once not in person.clinics
    with pytest.raises(ClinicError, match="gone"):
        add_clinics(clinician(), [once], TODAY + timedelta(days=1))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("20 Dec to 3 Jan", date(2026, 12, 20), date(2027, 1, 3)),
        ("20 Dec - 3 Jan 2027", date(2026, 12, 20), date(2027, 1, 3)),
        ("20-24 December", date(2026, 12, 20), date(2026, 12, 24)),
        ("20th to 24th December", date(2026, 12, 20), date(2026, 12, 24)),
        ("2026-12-20 - 2027-01-03", date(2026, 12, 20), date(2027, 1, 3)),
        ("20/12 - 3/1", date(2026, 12, 20), date(2027, 1, 3)),
        ("20.12.2026 to 3.1.2027", date(2026, 12, 20), date(2027, 1, 3)),
        ("20-12-2026 to 3-1-2027", date(2026, 12, 20), date(2027, 1, 3)),
        ("20.12.2026 - 3.1.2027", date(2026, 12, 20), date(2027, 1, 3)),
        ("from tomorrow to friday", date(2026, 11, 25), date(2026, 11, 27)),
        ("until 3 Jan", TODAY, date(2027, 1, 3)),
        ("for 2 weeks", TODAY, date(2026, 12, 7)),
        ("3 December", date(2026, 12, 3), date(2026, 12, 3)),
    ],
)
def test_leave_is_read_with_its_last_day(text: str, first: date, last: date) -> None:
    assert parse_leave(text, TODAY) == Leave(first, last)


@pytest.mark.parametrize(
    "text",
    ["12/20 to 12/24", "12/20-12/24", "Dec 20-24", "December 20th to 24th", "Dec 20 - Dec 24"],
)
def test_leave_is_read_as_americans_write_it(text: str) -> None:
    expected = Leave(date(2026, 12, 20), date(2026, 12, 24))
    assert parse_leave(text, TODAY, month_first=True) == expected


@given(st.text(max_size=40))
def test_any_text_is_leave_to_come_or_an_error(text: str) -> None:
    with suppress(DayError):
        leave = parse_leave(text, TODAY)
        assert TODAY <= leave.first <= leave.last


def test_back_early_ends_what_has_begun_and_keeps_what_has_not() -> None:
    begun, coming = Leave(TODAY, date(2026, 12, 7)), Leave(date(2027, 1, 1), date(2027, 1, 9))
    person = add_leave(add_leave(clinician(paused=True), begun, TODAY), coming, TODAY)
    assert person.leave_on(date(2026, 12, 7)) == begun and not person.leave_on(date(2026, 12, 8))
    again = back(person, TODAY)
    assert again.away == (coming,) and not again.paused


@pytest.mark.parametrize(
    ("text", "place", "name"),
    [
        ("England", "GB-ENG", "England"),
        ("scotland", "GB-SCT", "Scotland"),
        ("GB-NIR", "GB-NIR", "Northern Ireland"),
        ("uk", "GB", "United Kingdom"),
        ("Ireland", "IE", "Ireland"),
        ("Germany, Bayern", "DE-BY", "Germany, Bayern"),
        ("US-CA", "US-CA", "United States, California"),
    ],
)
def test_a_place_is_found_and_named(text: str, place: str, name: str) -> None:
    assert find_place(text) == place
    assert place_name(place) == name
    assert find_place(name) == place


@given(st.text(max_size=30))
def test_any_text_is_a_place_or_an_error(text: str) -> None:
    with suppress(HolidayError):
        assert place_name(find_place(text))


def test_holidays_are_those_of_the_place_and_none_where_none_was_chosen() -> None:
    st_andrew = date(2026, 11, 30)
    assert is_holiday("GB-SCT", st_andrew) and not is_holiday("GB-ENG", st_andrew)
    assert is_holiday("GB-ENG", date(2026, 12, 25))
    assert not is_holiday("", date(2026, 12, 25))
