"""When a prompt is due, and which one: pure functions of clinics, time zones and what was sent.

Nothing here reads a clock. Instants are aware UTC datetimes; clinics are local wall time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from prompts.library import Dimension, Library, Prompt, Style
from reflections.holiday import is_holiday
from reflections.model import (
    Calendar,
    Clinic,
    Clinician,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Level,
    Reflection,
)

GRACE = timedelta(hours=6)
"""A prompt later than this has lost its moment and is not sent any more."""
REPEAT_AFTER = timedelta(weeks=6)
GENTLE_EVERY = 5
"""Every fifth prompt asks for a strength or for nothing at all."""
GENTLE_STYLES = frozenset({"strength", "rest"})
SLOW_AFTER = 2
STOP_AFTER = 4
"""Prompts in a row that nothing came back to, before the pace is halved, and before it ends."""
HEAD_START = 3
"""Turns by which a prompt on what the last feedback left open may come earlier."""
REMIND_AFTER = timedelta(days=1)
LOOK_BACK = timedelta(weeks=52)
"""How far back past prompts matter: for repeats six weeks, for the pace four prompts."""
HORIZON = timedelta(weeks=10)
"""How far ahead a next prompt is looked for."""
_AGAIN = ":again:"


# ---- occurrences ------------------------------------------------------------------------------


def local_instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The UTC instant of a local wall time; the first one where clocks go back.

    A time inside the hour that the clocks skip moves forward by the length of the gap.
    """
    return datetime.combine(day, at, zone).replace(fold=0).astimezone(UTC)


def weekly(
    weekday: int, at: time, zone: ZoneInfo, after: datetime, until: datetime
) -> Iterator[tuple[date, datetime]]:
    """The local dates and instants of a weekly wall time in (after, until]."""
    day = after.astimezone(zone).date() - timedelta(days=2)
    day += timedelta(days=(weekday - day.weekday()) % 7)
    while (instant := local_instant(day, at, zone)) <= until:
        if instant > after:
            yield day, instant
        day += timedelta(days=7)


def clinic_ends(
    clinic: Clinic, zone: ZoneInfo, after: datetime, until: datetime
) -> Iterator[tuple[date, datetime]]:
    """The ends of a clinic in (after, until], each with the local date on which it started."""
    overnight = clinic.end <= clinic.start
    for day, instant in weekly((clinic.weekday + overnight) % 7, clinic.end, zone, after, until):
        started = day - timedelta(days=overnight)
        if clinic.held_on(started):
            yield started, instant


def all_clinic_ends(
    clinician: Clinician, after: datetime, until: datetime
) -> Iterator[tuple[datetime, date, str]]:
    """The ends of all of a person's clinics in (after, until]: instant, local date, clinic id.

    A clinic of their calendar ends at its instant, wherever they are by then.
    """
    for clinic in clinician.clinics:
        for day, instant in clinic_ends(clinic, clinician.zone, after, until):
            yield instant, day, clinic.id
    if clinician.calendar is not None:
        yield from _calendar_ends(clinician.calendar, clinician.zone, after, until)


def _calendar_ends(
    calendar: Calendar, zone: ZoneInfo, after: datetime, until: datetime
) -> Iterator[tuple[datetime, date, str]]:
    for span in calendar.spans:
        if after < span.end <= until:
            start, end = span.start.astimezone(zone), span.end.astimezone(zone)
            if start.date() not in calendar.skips:
                yield span.end, start.date(), f"calendar-{start:%H%M}-{end:%H%M}"


class NextEnds:
    """Whose clinics end next, so that a tick looks at few calendars: for each clinician, as they
    stood when they were last looked at, the first end after that."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Clinician, datetime, datetime]] = {}

    def ending(
        self, clinicians: Iterable[Clinician], after: datetime, until: datetime
    ) -> list[Clinician]:
        """Those with a clinic that ends in (after, until]."""
        found = []
        for clinician in clinicians:
            known = self._known.get(clinician.id)
            if known is None or known[0] is not clinician or after < known[1] or known[2] <= after:
                known = (clinician, after, _first_end(clinician, after))
                self._known[clinician.id] = known
            if known[2] <= until:
                found.append(clinician)
        return found


def _first_end(clinician: Clinician, after: datetime) -> datetime:
    """The first end of a clinic after an instant, as far as HORIZON; then it is looked at again."""
    until = after + HORIZON
    zone = clinician.zone
    firsts = (next(clinic_ends(c, zone, after, until), None) for c in clinician.clinics)
    ends = [first[1] for first in firsts if first]
    if clinician.calendar is not None:
        ends += [s.end for s in clinician.calendar.spans if after < s.end <= until][:1]
    return min(ends, default=until)


def may_be_asked(clinician: Clinician, on: date) -> bool:
    """Whether a question is welcome on local date ``on``."""
    return (
        clinician.left_at is None
        and not clinician.is_paused(on)
        and on != clinician.none_on
        and clinician.leave_on(on) is None
        and on.weekday() in clinician.working_days
        and not is_holiday(clinician.holidays, on)
    )


def in_quiet_hours(instant: datetime, clinician: Clinician) -> bool:
    start, end = clinician.quiet_from, clinician.quiet_until
    now = instant.astimezone(clinician.zone).time()
    return start <= now < end if start <= end else now >= start or now < end


def after_quiet_hours(instant: datetime, clinician: Clinician) -> datetime:
    """The instant itself, or the end of the quiet hours that it falls into."""
    if not in_quiet_hours(instant, clinician):
        return instant
    zone, end = clinician.zone, clinician.quiet_until
    local = instant.astimezone(zone)
    day = local.date() + timedelta(days=1 if local.time() >= end else 0)
    return local_instant(day, end, zone)


def next_free(instant: datetime, clinician: Clinician) -> datetime:
    """The first instant from this one on, within a month, at which the person may be asked."""
    for _ in range(31):
        instant = after_quiet_hours(instant, clinician)
        day = clinician.today(instant)
        if may_be_asked(clinician, day):
            break
        instant = local_instant(day + timedelta(days=1), time(), clinician.zone)
    return instant


# ---- kindness ---------------------------------------------------------------------------------


def unanswered(clinician: Clinician, past: Iterable[Delivery]) -> int:
    """How many prompts in a row, up to the last one sent, nothing came back to."""
    count = 0
    for delivery in sorted(past, key=lambda d: d.due, reverse=True):
        if delivery.state is not DeliveryState.SENT:
            continue
        if delivery.answered or (clinician.engaged_at and delivery.due <= clinician.engaged_at):
            break
        count += 1
    return count


def engaged(clinician: Clinician, now: datetime) -> Clinician:
    """The clinician after any sign of life: the pace is the one they chose again."""
    return replace(clinician, engaged_at=now, stopped=False)


def left_open(last: Sequence[Reflection]) -> Dimension | None:
    """The dimension that the newest of these feedbacks left open: the lowest label that rests on
    words of the note. None where all is strong, or where the writer said that it did not fit."""
    newest = next((r for r in last if r.feedback), None)
    if newest is None or newest.feedback is None or newest.disputed:
        return None
    read = newest.feedback.assessment
    for level in (Level.MISSED, Level.PARTIAL):
        for dimension in Dimension:
            if read.levels.get(dimension) is level and read.evidence.get(dimension):
                return dimension
    return None


def one_too_many(
    delivery: Delivery, past: Iterable[Delivery], clinician: Clinician, now: datetime
) -> bool:
    """Whether another question was put on the local date of ``now``: two replicas may plan at the
    same moment, from what they knew of clinics that were just changed. One that was put off and
    came back is the same question still."""
    today = clinician.today(now)
    return _AGAIN not in delivery.key and any(
        d.state is DeliveryState.SENT
        and d.key != delivery.key
        and _AGAIN not in d.key
        and clinician.today(d.claimed_at or d.due) == today
        for d in past
    )


def passed_by(past: Iterable[Delivery], now: datetime) -> Delivery | None:
    """The newest prompt of the last week that could not be sent in its time."""
    missed = (DeliveryState.EXPIRED, DeliveryState.FAILED)
    recent = [d for d in past if now - d.due < timedelta(days=7)]
    found = [d for d in recent if d.state in missed and not d.answered]
    return max(found, key=lambda d: d.due, default=None)


# ---- planning ---------------------------------------------------------------------------------


def plan_prompts(
    clinician: Clinician,
    past: Sequence[Delivery],
    library: Library,
    after: datetime,
    until: datetime,
    lean: Dimension | None = None,
) -> list[Delivery]:
    """The prompts that the clinics ending in (after, until] call for, with their reminders.

    ``past`` are the clinician's prompt deliveries so far. At most one a local date and
    ``prompts_per_week`` in a week, spread over it; none while paused. The key is the clinician,
    the clinic and its local date, so that planning the same span again makes nothing new.

    After SLOW_AFTER prompts that nothing came back to, the pace is halved, with a week between two
    at least; after STOP_AFTER a single notice takes the prompt's place. ``lean`` is the dimension
    that the last feedback left open.
    """
    ignored = unanswered(clinician, past)
    planned: list[Delivery] = []
    for key, due in _wanted(clinician, past, after, until, ignored):
        if ignored >= STOP_AFTER:
            last = max(d.due for d in past if d.state is DeliveryState.SENT)
            stop = f"notice:{clinician.id}:stopped:{last.isoformat()}"
            return [Delivery(stop, clinician.id, DeliveryKind.NOTICE, due=due, ref="stopped")]
        prompt = choose_prompt(library, [*past, *planned], due, clinician.id, lean)
        planned.append(Delivery(key, clinician.id, DeliveryKind.PROMPT, due=due, ref=prompt.id))
    if not clinician.reminders or ignored >= SLOW_AFTER:
        return planned
    return [*planned, *(_reminder(clinician, prompt) for prompt in planned)]


def _reminder(clinician: Clinician, prompt: Delivery) -> Delivery:
    due = after_quiet_hours(prompt.due + REMIND_AFTER, clinician)
    key = f"reminder:{prompt.key}"
    return Delivery(key, clinician.id, DeliveryKind.REMINDER, due=due, ref=prompt.key)


def _wanted(
    clinician: Clinician,
    past: Sequence[Delivery],
    after: datetime,
    until: datetime,
    ignored: int,
) -> Iterator[tuple[str, datetime]]:
    """The keys and times of the prompts that there is room for in (after, until]."""
    if clinician.stopped:
        return
    zone = clinician.zone
    known = {d.key for d in past}
    counted = [d for d in past if d.state not in (DeliveryState.EXPIRED, DeliveryState.DROPPED)]
    # What was put off is the same question again: it takes its day, but no place in the week.
    again = {d.due.astimezone(zone).date() for d in counted if _AGAIN in d.key}
    days = [d.due.astimezone(zone).date() for d in counted if _AGAIN not in d.key]
    for instant, day, clinic_id in sorted(all_clinic_ends(clinician, after, until)):
        key = f"prompt:{clinician.id}:{clinic_id}:{day.isoformat()}"
        due = after_quiet_hours(instant, clinician)
        due_day = due.astimezone(zone).date()
        if key in known or due_day in again:
            continue
        if not all(may_be_asked(clinician, d) for d in {day, due_day}):
            continue
        if _room_on(due_day, days, clinician.prompts_per_week, slow=ignored >= SLOW_AFTER):
            days.append(due_day)
            yield key, due


def _room_on(day: date, taken: Iterable[date], per_week: int, *, slow: bool = False) -> bool:
    """Whether another prompt fits: not beside one on the same day, nor too many in the ISO week."""
    taken = list(taken)
    week = [d for d in taken if d.isocalendar()[:2] == day.isocalendar()[:2]]
    spread = 7 // (per_week + 1) if per_week else 7
    if slow:
        spread = max(7, 14 // max(1, per_week))
    return len(week) < per_week and all(abs((day - d).days) >= max(1, spread) for d in taken)


def choose_prompt(
    library: Library,
    past: Sequence[Delivery],
    now: datetime,
    seed: str,
    lean: Dimension | None = None,
) -> Prompt:
    """The next prompt: none of the last six weeks, the factor asked longest ago first.

    Prompts on the dimension ``lean`` have a head start of HEAD_START turns, so that the other
    factors still come round. The first asks for a strength, and every fifth from there on for a
    strength or for rest. Ties are broken by the prompt's place in the library, turned by ``seed``
    so that two people do not get the same series.
    """
    by_id = {p.id: p for p in library.prompts}
    series = sorted((d for d in past if _AGAIN not in d.key), key=lambda d: d.due)
    history = [by_id[d.ref] for d in series if d.ref in by_id]
    recent = {d.ref for d in past if now - d.due < REPEAT_AFTER}
    lately = [p.style in GENTLE_STYLES for p in history[1 - GENTLE_EVERY :]]
    gentle = len(lately) == GENTLE_EVERY - 1 and not any(lately)
    fresh = [p for p in library.prompts if p.id not in recent] or list(library.prompts)
    pool = [p for p in fresh if (p.style in GENTLE_STYLES) == gentle] or fresh
    if not history:
        # The first question somebody meets is about what went well, not about a quarrel.
        pool = [p for p in fresh if p.style is Style.STRENGTH] or fresh
    last_asked = {p.factor: index for index, p in enumerate(history)}
    turn = sum(seed.encode()) % len(library.prompts)
    order = {p.id: (i - turn) % len(library.prompts) for i, p in enumerate(library.prompts)}

    def rank(prompt: Prompt) -> tuple[int, int]:
        start = HEAD_START if lean and prompt.dimension is lean else 0
        return last_asked.get(prompt.factor, -1) - start, order[prompt.id]

    return min(pool, key=rank)


def next_prompt_at(
    clinician: Clinician, past: Sequence[Delivery], now: datetime
) -> datetime | None:
    """When the next prompt is due, as things stand; None where none is in sight."""
    ignored = unanswered(clinician, past)
    waiting = [max(d.due, d.not_before or d.due) for d in past if d.state is DeliveryState.QUEUED]
    wanted = _wanted(clinician, past, now, now + HORIZON, ignored) if ignored < STOP_AFTER else ()
    return min([*waiting, *(due for _, due in wanted)], default=None)


# ---- putting off ------------------------------------------------------------------------------


def snooze_choices(now: datetime, clinician: Clinician) -> tuple[str, ...]:
    """What makes sense at this time of day: ``30min``, ``lunch``, ``tonight``, ``tomorrow``."""
    local = now.astimezone(clinician.zone).time()
    lunch = ("lunch",) if local < time(13, 0) else ()
    tonight = ("tonight",) if local < time(17, 30) else ()
    return ("30min", *lunch, *tonight, "tomorrow")


def snooze(delivery: Delivery, choice: str, now: datetime, clinician: Clinician) -> Delivery:
    """A one-off copy of a prompt for later; the series does not move.

    ``choice`` is ``30min``, ``lunch`` (13:30), ``tonight`` (18:00; either in half an hour where it
    has passed or is about to) or ``tomorrow`` (the time of day it is now, on the next day on which
    the person may be asked). Always outside quiet hours.
    """
    zone = clinician.zone
    local = now.astimezone(zone)
    times = {"lunch": time(13, 30), "tonight": time(18, 0)}
    if choice == "tomorrow":
        day = local.date() + timedelta(days=1)
        free = (day + timedelta(days=n) for n in range(14))
        day = next((d for d in free if may_be_asked(clinician, d)), day)
        due = local_instant(day, local.time(), zone)
    elif choice in times and choice in snooze_choices(now, clinician):
        due = local_instant(local.date(), times[choice], zone)
    elif choice in {"30min", *times}:
        due = now + timedelta(minutes=30)
    else:
        raise ValueError(f"unknown snooze choice {choice!r}: use 30min, lunch, tonight or tomorrow")
    base, _, count = delivery.key.partition(_AGAIN)
    return Delivery(
        f"{base}{_AGAIN}{int(count or 0) + 1}",
        delivery.owner,
        DeliveryKind.PROMPT,
        due=after_quiet_hours(due, clinician),
        ref=delivery.ref,
    )
