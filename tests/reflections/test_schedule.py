"""When prompts are due: clinics, time zones, kindness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prompts.library import Dimension, Library
from reflections.model import (
    Assessment,
    Clinic,
    Clinician,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Feedback,
    Leave,
    Level,
    Note,
    Reflection,
    Safety,
)
from reflections.schedule import (
    GENTLE_STYLES,
    REPEAT_AFTER,
    NextEnds,
    after_quiet_hours,
    all_clinic_ends,
    choose_prompt,
    clinic_ends,
    engaged,
    left_open,
    local_instant,
    next_prompt_at,
    passed_by,
    plan_prompts,
    snooze,
    unanswered,
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


# ---- occurrences ------------------------------------------------------------------------------


def ticks(
    clinics: Sequence[Clinic], zone: str, start: datetime, stop: datetime
) -> list[tuple[Clinic, date]]:
    """Each occurrence that the clock sees, in ticks that fit no day."""
    seen = []
    at = start
    while at < stop:
        nxt = min(at + timedelta(hours=7, minutes=13), stop)
        for clinic in clinics:
            seen += [(clinic, day) for day, _ in clinic_ends(clinic, ZoneInfo(zone), at, nxt)]
        at = nxt
    return seen


def transitions(zone: str) -> list[date]:
    """The local dates of 2026 and 2027 on which the clocks change."""
    place = ZoneInfo(zone)
    noons = [datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=n) for n in range(730)]
    return [
        b.astimezone(place).date()
        for a, b in pairwise(noons)
        if a.astimezone(place).utcoffset() != b.astimezone(place).utcoffset()
    ]


@pytest.mark.parametrize("zone", ZONES)
def test_one_occurrence_around_every_change_of_the_clocks(zone: str) -> None:
    """Weekly, every other week and once, ending at any half hour, also overnight."""
    start, stop = datetime(2025, 12, 20, tzinfo=UTC), datetime(2028, 1, 10, tzinfo=UTC)
    for change in transitions(zone) or [date(2026, 3, 29)]:
        around = [change + timedelta(days=n) for n in range(-1, 2)]
        clinics = []
        for day in around:
            for half in range(0, 48, 3):
                end = time(half // 2, half % 2 * 30)
                begin = time((half // 2 + 21) % 24, end.minute)
                clinics += [
                    Clinic(day.weekday(), begin, end, on=day),
                    Clinic(day.weekday(), begin, end, 2, since=day),
                ]
        a, b = (datetime.combine(d, time(), UTC) for d in (around[0], around[-1]))
        seen = ticks(clinics, zone, max(start, a - timedelta(days=2)), b + timedelta(days=4))
        assert sorted(seen, key=str) == sorted(((c, c.on or c.since) for c in clinics), key=str)
    everything = [Clinic(d, time(9), time(12, 30), 3, since=date(2026, 1, 1)) for d in range(7)]
    days = [day for _, day in ticks(everything, zone, start, stop)]
    assert len(days) == len(set(days)) >= 240


def test_the_zones_of_the_tests_do_change_their_clocks() -> None:
    counts = {zone: len(transitions(zone)) for zone in ZONES}
    assert counts == {
        "Europe/London": 4,
        "America/New_York": 4,
        "America/Sao_Paulo": 0,
        "Australia/Lord_Howe": 4,
        "Africa/Casablanca": 4,
        "Asia/Kathmandu": 0,
        "Pacific/Apia": 0,
    }


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("end", [time(0, 0), time(1, 30), time(2, 30), time(12, 30), time(23, 59)])
def test_two_years_have_one_occurrence_a_clinic_and_local_date(zone: str, end: time) -> None:
    """Also on the nights when the clocks change, and however the span is cut into ticks."""
    clinics = [Clinic(day, time(22) if end < time(12) else time(9), end) for day in range(7)]
    start, stop = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
    seen = [day for _, day in ticks(clinics, zone, start, stop)]
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


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_the_next_ends_find_just_those_who_have_one(data: st.DataObject) -> None:
    """Whatever the ticks, also back in time, and when somebody's clinics or clock change."""
    hours = st.integers(0, 23)
    kept = {
        f"T1-U{i}": replace(
            clinician(
                *(
                    Clinic(data.draw(st.integers(0, 6)), time(h), time((h + 3) % 24))
                    for h in data.draw(st.sets(hours, max_size=3))
                )
            ),
            id=f"T1-U{i}",
        )
        for i in range(4)
    }
    ends = NextEnds()
    at = MONDAY
    for step in data.draw(st.lists(st.integers(-2, 60), max_size=12)):
        nxt = at + timedelta(hours=abs(step))
        found = {c.id for c in ends.ending(kept.values(), at, nxt)}
        assert found == {c.id for c in kept.values() if any(all_clinic_ends(c, at, nxt))}
        at = nxt if step >= 0 else at - timedelta(hours=5)
        if step % 7 == 0:
            kept["T1-U0"] = replace(kept["T1-U0"], time_zone=ZONES[step % len(ZONES)])


# ---- planning ---------------------------------------------------------------------------------


def weeks(person: Clinician, library: Library, days: int) -> list[Delivery]:
    """Plan day by day, as the clock does, with every prompt sent and answered."""
    past: list[Delivery] = []
    for day in range(days):
        after = MONDAY + timedelta(days=day)
        new = plan_prompts(person, past, library, after, after + timedelta(days=1))
        past += [replace(d, state=DeliveryState.SENT, answered=True) for d in new]
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


def test_the_first_and_every_fifth_ask_for_strength_or_rest(library: Library) -> None:
    sent = weeks(clinician(*EVERY_DAY, prompts_per_week=3), library, 120)
    gentle = [library.prompt(d.ref).style in GENTLE_STYLES for d in sent]
    assert gentle == [i % 5 == 0 for i in range(len(gentle))]
    assert library.prompt(sent[0].ref).style == "strength"


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


def test_none_on_leave_on_holidays_or_on_days_off(library: Library) -> None:
    every_day = clinician(*EVERY_DAY, prompts_per_week=7)
    friday = datetime(2026, 12, 18, tzinfo=UTC)

    def days(**changes: object) -> list[int]:
        person = replace(every_day, **changes)  # type: ignore[arg-type]
        made = plan_prompts(person, [], library, friday, friday + timedelta(days=14))
        return [d.due.astimezone(LONDON).day for d in made]

    assert days() == [*range(18, 32)]
    assert days(away=(Leave(date(2026, 12, 20), date(2026, 12, 29)),)) == [18, 19, 30, 31]
    assert days(holidays="GB-ENG") == [18, 19, 20, 21, 22, 23, 24, 27, 29, 30, 31]
    assert days(working_days=(0, 1, 2, 3, 4)) == [18, 21, 22, 23, 24, 25, 28, 29, 30, 31]


def test_a_night_clinic_before_leave_is_not_asked_about_on_its_first_day(library: Library) -> None:
    night = clinician(Clinic(1, time(18), time(22)))
    week = (MONDAY, MONDAY + timedelta(days=7))
    assert len(plan_prompts(night, [], library, *week)) == 1
    away = replace(night, away=(Leave(date(2026, 11, 25), date(2026, 11, 25)),))
    assert plan_prompts(away, [], library, *week) == []


def test_a_new_time_zone_moves_what_comes_and_asks_once_a_day(library: Library) -> None:
    person = clinician(Clinic(1, time(9), time(12, 30)))
    assert next_prompt_at(person, [], MONDAY) == datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
    abroad = replace(person, time_zone="America/New_York")
    assert next_prompt_at(abroad, [], MONDAY) == datetime(2026, 11, 24, 17, 30, tzinfo=UTC)
    asked = plan_prompts(person, [], library, MONDAY, MONDAY + timedelta(hours=37))
    assert len(asked) == 1
    assert (
        plan_prompts(abroad, asked, library, *(MONDAY + timedelta(hours=h) for h in (37, 45))) == []
    )


def test_an_evening_clinic_is_asked_about_in_the_morning(library: Library) -> None:
    person = clinician(Clinic(1, time(18), time(21)))
    (planned,) = plan_prompts(person, [], library, MONDAY, MONDAY + timedelta(days=7))
    assert planned.due.astimezone(LONDON) == datetime(2026, 11, 25, 7, 0, tzinfo=LONDON)
    assert planned.key.endswith("2026-11-24")


def test_the_next_prompt_is_what_will_be_planned(library: Library) -> None:
    person = clinician(Clinic(1, time(9), time(12, 30)))
    assert next_prompt_at(person, [], MONDAY) == datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
    assert next_prompt_at(replace(person, clinics=()), [], MONDAY) is None


@settings(deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 60))
def test_choosing_always_finds_one(library: Library, seed: int, asked: int) -> None:
    past = [
        Delivery(f"prompt:{i}", "T1-U1", DeliveryKind.PROMPT, MONDAY, library.prompts[i % 40].id)
        for i in range(asked)
    ]
    assert choose_prompt(library, past, MONDAY + timedelta(days=1), str(seed)) in library.prompts


# ---- kindness ---------------------------------------------------------------------------------


def silence(person: Clinician, library: Library, days: int) -> list[Delivery]:
    """Plan day by day while nothing ever comes back; the bot stops where it says so."""
    made: list[Delivery] = []
    for day in range(days):
        after = MONDAY + timedelta(days=day)
        past = [d for d in made if d.kind is DeliveryKind.PROMPT]
        new = plan_prompts(person, past, library, after, after + timedelta(days=1))
        made += [replace(d, state=DeliveryState.SENT) for d in new]
        if any(d.kind is DeliveryKind.NOTICE for d in new):
            person = replace(person, stopped=True)
    return made


@pytest.mark.parametrize(("per_week", "gap"), [(1, 14), (2, 7), (5, 7), (7, 7)])
def test_silence_is_met_by_fewer_questions_then_one_line_then_none(
    per_week: int, gap: int, library: Library
) -> None:
    made = silence(clinician(*EVERY_DAY, prompts_per_week=per_week), library, 800)
    assert [d.kind for d in made] == [DeliveryKind.PROMPT] * 4 + [DeliveryKind.NOTICE]
    days = [d.due.astimezone(LONDON).date() for d in made]
    gaps = [(b - a).days for a, b in pairwise(days)]
    assert gaps[0] <= 7 and min(gaps[1:]) >= gap
    assert library.say(f"notice.{made[-1].ref}")


@pytest.mark.parametrize("sign", ["answer", "note"])
def test_any_sign_of_life_brings_the_old_pace_back(sign: str, library: Library) -> None:
    person = clinician(*EVERY_DAY)
    past = silence(person, library, 20)
    assert unanswered(person, past) == 4
    now = past[-1].due + timedelta(hours=1)
    if sign == "answer":
        past[-1] = replace(past[-1], answered=True)
    else:
        person = engaged(replace(person, stopped=True), now)
    assert unanswered(person, past) == 0
    new = plan_prompts(person, past, library, now, now + timedelta(days=7))
    assert {d.kind for d in new} == {DeliveryKind.PROMPT}
    assert min((b.due - a.due).days for a, b in pairwise(new)) == 2


@settings(deadline=None, max_examples=50)
@given(fates=st.lists(st.sampled_from(["answered", "ignored", "expired", "dropped"]), max_size=60))
def test_no_more_than_four_questions_in_a_row_go_into_silence(
    fates: list[str], library: Library
) -> None:
    """Whatever was answered before, and whatever never arrived."""
    person, past, run = clinician(*EVERY_DAY), list[Delivery](), 0
    at = MONDAY
    for fate in fates:
        new = plan_prompts(person, past, library, at, at + timedelta(days=15))
        if not new or new[0].kind is DeliveryKind.NOTICE:
            assert run == 4
            return
        state = {"expired": DeliveryState.EXPIRED, "dropped": DeliveryState.DROPPED}
        past.append(
            replace(new[0], state=state.get(fate, DeliveryState.SENT), answered=fate == "answered")
        )
        run = {"answered": 0, "ignored": run + 1}.get(fate, run)
        at = new[0].due
    assert run <= 4


def read(levels: tuple[Level, Level, Level], **changes: object) -> Reflection:
    """A reflection whose feedback has these labels, each but not_evident with words to rest on."""
    by = dict(zip(Dimension, levels, strict=True))
    evidence = {d: ("words",) for d, level in by.items() if level is not Level.NOT_EVIDENT}
    found = Assessment(True, Safety.NONE, by, evidence=evidence)
    made = Reflection("r", Note("words", MONDAY), Feedback(found, "", "", "", "rubric"))
    return replace(made, **changes)  # type: ignore[arg-type]


S, P, M, N = Level.STRONG, Level.PARTIAL, Level.MISSED, Level.NOT_EVIDENT


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ((S, P, M), Dimension.EXPECTATIONS),
        ((S, P, N), Dimension.PARTNERSHIP),
        ((M, M, P), Dimension.EMPATHY),
        ((S, N, N), None),
        ((N, N, N), None),
    ],
)
def test_what_was_left_open_rests_on_words(
    levels: tuple[Level, Level, Level], expected: Dimension | None
) -> None:
    assert left_open([read(levels)]) is expected
    assert left_open([read(levels, disputed=True)]) is None
    assert left_open([]) is None


@pytest.mark.parametrize("lean", [None, *Dimension])
def test_what_was_left_open_comes_sooner_and_the_rotation_holds(
    lean: Dimension | None, library: Library
) -> None:
    past: list[Delivery] = []
    for turn in range(120):
        now = MONDAY + timedelta(days=3 * turn)
        prompt = choose_prompt(library, past, now, "T1-U1", lean)
        past.append(Delivery(f"prompt:{turn}", "x", DeliveryKind.PROMPT, now, prompt.id))
    asked = [library.prompt(d.ref) for d in past]
    if lean:
        plain = sum(p.dimension is lean for p in library.prompts) / len(library.prompts)
        assert sum(p.dimension is lean for p in asked[:14]) / 14 > plain
    assert [p.style in GENTLE_STYLES for p in asked] == [i % 5 == 0 for i in range(120)]
    for before, again in combinations(past, 2):
        assert before.ref != again.ref or again.due - before.due >= REPEAT_AFTER
    factors = [p.factor for p in asked]
    assert all(a != b for a, b in pairwise(factors))
    assert set(factors[-40:]) == {p.factor for p in library.prompts}


def test_reminders_are_off_come_once_and_not_into_silence(library: Library) -> None:
    tuesday = Clinic(1, time(9), time(12, 30))
    span = (MONDAY, MONDAY + timedelta(days=7))
    assert len(plan_prompts(clinician(tuesday), [], library, *span)) == 1
    willing = clinician(tuesday, reminders=True)
    prompt, reminder = plan_prompts(willing, [], library, *span)
    assert reminder.kind is DeliveryKind.REMINDER and reminder.ref == prompt.key
    assert reminder.due == prompt.due + timedelta(days=1)
    made = silence(replace(willing, prompts_per_week=7), library, 100)
    assert [d.kind for d in made].count(DeliveryKind.REMINDER) == 2


def test_no_more_today_leaves_tomorrow_alone(library: Library) -> None:
    person = clinician(*EVERY_DAY, prompts_per_week=7, none_on=date(2026, 11, 24))
    made = plan_prompts(person, [], library, MONDAY, MONDAY + timedelta(days=3))
    days = [d.due.astimezone(LONDON).day for d in made if d.kind is DeliveryKind.PROMPT]
    assert days == [23, 25]


def test_a_question_that_could_not_be_put_in_its_time_is_found_again() -> None:
    def ended(state: DeliveryState, hour: int, **changes: object) -> Delivery:
        due = MONDAY.replace(hour=12)
        claimed = MONDAY.replace(hour=hour)
        made = Delivery("p", "x", DeliveryKind.PROMPT, due, "P01", state, claimed_at=claimed)
        return replace(made, **changes)  # type: ignore[arg-type]

    now = MONDAY + timedelta(days=1)
    for missed in (ended(DeliveryState.EXPIRED, 19), ended(DeliveryState.FAILED, 12)):
        assert passed_by([missed], now) == missed
        assert passed_by([replace(missed, answered=True)], now) is None
        assert passed_by([missed], now + timedelta(days=7)) is None
    assert passed_by([ended(DeliveryState.DROPPED, 13)], now) is None
    assert passed_by([ended(DeliveryState.SENT, 12)], now) is None


# ---- putting off ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choice", "at", "expected"),
    [
        ("30min", "2026-11-24 12:30", "2026-11-24 13:00"),
        ("tonight", "2026-11-24 12:30", "2026-11-24 18:00"),
        ("lunch", "2026-11-24 12:30", "2026-11-24 13:30"),
        ("lunch", "2026-11-24 13:10", "2026-11-24 13:40"),
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


def test_what_is_put_off_does_not_move_the_series(library: Library) -> None:
    person = clinician(Clinic(1, time(9), time(12, 30)), Clinic(3, time(9), time(12, 30)))
    after, until = MONDAY + timedelta(days=2), MONDAY + timedelta(days=5)
    tuesday = plan_prompts(person, [], library, MONDAY, MONDAY + timedelta(days=2))
    answered = [replace(d, state=DeliveryState.SENT, answered=True) for d in tuesday]
    series = plan_prompts(person, answered, library, after, until)
    again = snooze(answered[0], "tomorrow", answered[0].due, person)
    assert again.due.date() == date(2026, 11, 25)
    with_copy = plan_prompts(person, [*answered, again], library, after, until)
    assert [(d.key, d.due) for d in with_copy] == [(d.key, d.due) for d in series] != []
    on_thursday = replace(again, due=again.due + timedelta(days=1))
    assert plan_prompts(person, [*answered, on_thursday], library, after, until) == []
