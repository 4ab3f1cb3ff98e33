"""When prompts are due: clinics, time zones, kindness."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prompts import library as content
from prompts.library import Library
from reflections.model import Clinic, Clinician, Delivery, DeliveryKind, DeliveryState, TipPlan
from reflections.schedule import (
    GENTLE_STYLES,
    REPEAT_AFTER,
    ClinicError,
    DayError,
    add_clinics,
    after_quiet_hours,
    choose_prompt,
    clinic_ends,
    local_instant,
    next_prompt_at,
    parse_clinics,
    parse_day,
    plan_prompts,
    plan_tips,
    snooze,
)

LONDON = ZoneInfo("Europe/London")
ZONES = (
    "Europe/London",
    "America/New_York",
    "America/Sao_Paulo",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "Pacific/Apia",
)
MONDAY = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)


def clinician(*clinics: Clinic, **changes: object) -> Clinician:
    made = Clinician("T1-U1", "D1", "Europe/London", clinics)
    return replace(made, **changes)  # type: ignore[arg-type]


# ---- reading ----------------------------------------------------------------------------------


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
    ],
)
def test_a_clinic_is_read_as_people_write_it(
    text: str, expected: list[tuple[int, str, str]]
) -> None:
    read = [(c.weekday, f"{c.start:%H:%M}", f"{c.end:%H:%M}") for c in parse_clinics(text)]
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
        ("Tue 9-12 and 13-17", ("several_times", "Tue 9-12 and 13-17")),
        ("Tue 14:00-14:00", ("no_length", "14:00")),
    ],
)
def test_a_clinic_that_cannot_be_read_says_what(
    text: str, says: tuple[str, str], library: Library
) -> None:
    with pytest.raises(ClinicError) as caught:
        parse_clinics(text)
    assert (caught.value.reason, caught.value.found) == says
    assert says[1] in library.say(f"clinic.error.{says[0]}", found=says[1])


@given(st.text(max_size=60))
def test_any_text_is_a_clinic_or_a_clear_error(text: str) -> None:
    try:
        clinics = parse_clinics(text)
    except ClinicError as error:
        assert error.reason
    else:
        assert clinics and all(c.start != c.end for c in clinics)


def test_adding_keeps_the_order_of_the_week_and_no_doubles() -> None:
    tuesday, monday = Clinic(1, time(9), time(12)), Clinic(0, time(9), time(12))
    person = add_clinics(clinician(tuesday), [monday, tuesday])
    assert person.clinics == (monday, tuesday)
    with pytest.raises(ClinicError, match="too_many"):
        add_clinics(person, [Clinic(2, time(h), time(h, 30)) for h in range(20)])


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
        ("10 days", date(2026, 12, 4)),
    ],
)
def test_a_day_is_read_as_people_write_it(text: str, expected: date) -> None:
    assert parse_day(text, date(2026, 11, 24)) == expected


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


# ---- occurrences ------------------------------------------------------------------------------


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("end", [time(0, 0), time(1, 30), time(2, 30), time(12, 30), time(23, 59)])
def test_two_years_have_one_occurrence_a_clinic_and_local_date(zone: str, end: time) -> None:
    """Also on the nights when the clocks change, and however the span is cut into ticks."""
    clinics = [Clinic(day, time(22) if end < time(12) else time(9), end) for day in range(7)]
    start, stop = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
    seen: list[date] = []
    at = start
    while at < stop:
        nxt = min(at + timedelta(hours=7, minutes=13), stop)
        for clinic in clinics:
            seen += [day for day, _ in clinic_ends(clinic, ZoneInfo(zone), at, nxt)]
        at = nxt
    assert len(seen) == len(set(seen))
    days = {min(seen) + timedelta(days=i) for i in range((max(seen) - min(seen)).days + 1)}
    assert days == set(seen) and len(days) >= 729


def test_a_time_that_the_clocks_skip_moves_forward() -> None:
    skipped = local_instant(date(2026, 3, 29), time(1, 30), LONDON)
    assert skipped.astimezone(LONDON).time() == time(2, 30)


def test_a_time_that_comes_twice_counts_the_first() -> None:
    twice = local_instant(date(2026, 10, 25), time(1, 30), LONDON)
    assert twice == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),
    st.sampled_from(ZONES),
    st.times(),
    st.times(),
)
def test_nothing_is_due_in_quiet_hours(
    instant: datetime, zone: str, quiet_from: time, quiet_until: time
) -> None:
    quiet_from, quiet_until = quiet_from.replace(second=0), quiet_until.replace(second=0)
    person = replace(
        clinician(),
        time_zone=zone,
        quiet_from=quiet_from.replace(microsecond=0),
        quiet_until=quiet_until.replace(microsecond=0),
    )
    given_at = instant.replace(tzinfo=UTC)
    due = after_quiet_hours(given_at, person)
    assert given_at <= due <= given_at + timedelta(hours=26)
    if ZoneInfo(zone).utcoffset(given_at) == ZoneInfo(zone).utcoffset(due):
        # Where the clocks change in between, the end of the quiet hours may not exist at all.
        assert after_quiet_hours(due, person) == due


# ---- planning ---------------------------------------------------------------------------------


def weeks(person: Clinician, library: Library, days: int) -> list[Delivery]:
    """Plan day by day, as the clock does, with every prompt sent."""
    past: list[Delivery] = []
    for day in range(days):
        after = MONDAY + timedelta(days=day)
        new = plan_prompts(person, past, library, after, after + timedelta(days=1))
        past += [replace(d, state=DeliveryState.SENT) for d in new]
    return past


EVERY_DAY = tuple(Clinic(day, time(h), time(h + 3)) for day in range(7) for h in (8, 13))


@pytest.mark.parametrize("per_week", [1, 2, 3, 5, 7])
def test_at_most_one_a_day_and_so_many_a_week(per_week: int, library: Library) -> None:
    sent = weeks(clinician(*EVERY_DAY, prompts_per_week=per_week), library, 70)
    days = [d.due.astimezone(LONDON).date() for d in sent]
    assert len(days) == len(set(days))
    by_week: dict[tuple[int, int], int] = {}
    for day in days:
        week = day.isocalendar()[:2]
        by_week[week] = by_week.get(week, 0) + 1
    assert max(by_week.values()) == per_week


def test_two_a_week_do_not_come_on_days_in_a_row(library: Library) -> None:
    sent = weeks(clinician(*EVERY_DAY), library, 70)
    days = sorted(d.due.astimezone(LONDON).date() for d in sent)
    assert min((b - a).days for a, b in pairwise(days)) >= 2


def test_no_prompt_comes_back_within_six_weeks_and_factors_rotate(library: Library) -> None:
    sent = weeks(clinician(*EVERY_DAY, prompts_per_week=3), library, 365)
    last: dict[str, datetime] = {}
    for d in sent:
        assert d.ref not in last or d.due - last[d.ref] >= REPEAT_AFTER
        last[d.ref] = d.due
    factors = [library.prompt(d.ref).factor for d in sent]
    assert len(set(factors)) == len({p.factor for p in library.prompts})
    assert all(a != b for a, b in pairwise(factors))


def test_every_fifth_asks_for_strength_or_rest(library: Library) -> None:
    sent = weeks(clinician(*EVERY_DAY, prompts_per_week=3), library, 120)
    gentle = [library.prompt(d.ref).style in GENTLE_STYLES for d in sent]
    assert gentle[4::5] == [True] * len(gentle[4::5])


def test_planning_the_same_span_again_makes_nothing_new(library: Library) -> None:
    person = clinician(Clinic(1, time(9), time(12, 30)))
    first = plan_prompts(person, [], library, MONDAY, MONDAY + timedelta(days=7))
    assert len(first) == 1
    assert plan_prompts(person, first, library, MONDAY, MONDAY + timedelta(days=7)) == []


def test_none_while_paused_and_again_afterwards(library: Library) -> None:
    person = clinician(Clinic(1, time(9), time(12, 30)), paused=True)
    span = (MONDAY, MONDAY + timedelta(days=7))
    assert plan_prompts(person, [], library, *span) == []
    until = replace(person, paused_until=date(2026, 11, 24))
    assert len(plan_prompts(until, [], library, *span)) == 1
    later = replace(person, paused_until=date(2026, 11, 25))
    assert plan_prompts(later, [], library, *span) == []


def test_an_evening_clinic_is_asked_about_in_the_morning(library: Library) -> None:
    person = clinician(Clinic(1, time(18), time(21)))
    (planned,) = plan_prompts(person, [], library, MONDAY, MONDAY + timedelta(days=7))
    assert planned.due.astimezone(LONDON) == datetime(2026, 11, 25, 7, 0, tzinfo=LONDON)
    assert planned.key.endswith("2026-11-24")


def test_the_next_prompt_is_what_will_be_planned(library: Library) -> None:
    person = clinician(Clinic(1, time(9), time(12, 30)))
    assert next_prompt_at(person, [], library, MONDAY) == datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
    assert next_prompt_at(replace(person, clinics=()), [], library, MONDAY) is None


@settings(max_examples=50)
@given(st.integers(0, 2**32), st.integers(0, 60))
def test_choosing_always_finds_one(seed: int, asked: int) -> None:
    library = content.load()
    past = [
        Delivery(f"prompt:{i}", "T1-U1", DeliveryKind.PROMPT, MONDAY, library.prompts[i % 40].id)
        for i in range(asked)
    ]
    assert choose_prompt(library, past, MONDAY + timedelta(days=1), str(seed)) in library.prompts


# ---- putting off ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choice", "at", "expected"),
    [
        ("30min", "2026-11-24 12:30", "2026-11-24 13:00"),
        ("tonight", "2026-11-24 12:30", "2026-11-24 18:00"),
        ("tonight", "2026-11-24 17:45", "2026-11-24 18:15"),
        ("tomorrow", "2026-11-24 12:30", "2026-11-25 12:30"),
        ("30min", "2026-11-24 19:45", "2026-11-25 07:00"),
    ],
)
def test_snooze_is_a_one_off(choice: str, at: str, expected: str) -> None:
    now = datetime.fromisoformat(at).replace(tzinfo=LONDON).astimezone(UTC)
    first = Delivery("prompt:x", "T1-U1", DeliveryKind.PROMPT, due=now, ref="P01")
    again = snooze(first, choice, now, clinician())
    assert again.due == datetime.fromisoformat(expected).replace(tzinfo=LONDON)
    assert again.ref == "P01" and again.key == "prompt:x:again:1"
    assert snooze(again, choice, now, clinician()).key == "prompt:x:again:2"


def test_tips_follow_the_library_week_by_week_and_start_over(library: Library) -> None:
    plan = TipPlan(0, time(9), "Europe/London", library.tips[-1].id)
    tips, moved = plan_tips(plan, "team", library, MONDAY, MONDAY + timedelta(days=14))
    assert [t.ref for t in tips] == [library.tips[-1].id, library.tips[0].id]
    assert moved.next_tip == library.tips[1].id
    assert len({t.key for t in tips}) == 2
