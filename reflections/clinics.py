"""Reading what people write about clinics and days, and keeping their list of clinics in order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, time, timedelta

from reflections.calendars import held_on
from reflections.model import Clinic, Clinician, Leave

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MAX_CLINICS = 20
HALVES = {"am": (time(9), time(12, 30)), "pm": (time(13, 30), time(17)), "day": (time(9), time(17))}
"""The halves of a day, and the whole of it, where no times are given."""


class ClinicError(ValueError):
    """A clinic that could not be understood: ``reason`` is a key of the phrases under
    ``clinic.error``, ``found`` the part of the text, the date or the time that it is about.
    ``days`` (weekdays), ``on`` and ``times`` are what was understood all the same; ``unknown`` are
    further words that were not."""

    def __init__(self, reason: str, found: str | date | time) -> None:
        super().__init__(reason)
        self.reason = reason
        self.found = found
        self.days: tuple[int, ...] = ()
        self.on: date | None = None
        self.times: tuple[time, time] | None = None
        self.unknown: tuple[str, ...] = ()


# ---- a clinic ---------------------------------------------------------------------------------

_DAY_WORDS = {
    short: index
    for index, name in enumerate(DAYS)
    for short in {name.lower(), name.lower()[:3], name.lower() + "s"}
} | {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?:{'|'.join(_MONTHS)})[a-z]*\.?"
_YEAR = r"(?:\s+20\d\d(?!\s*(?:[-–—:.]|to\b|until\b|till\b)))?"
_DATE = re.compile(
    r"\b\d{4}-\d{2}-\d{2}\b"
    rf"|(?<![-–—:.\d])\b\d{{1,2}}(?:st|nd|rd|th)?(?:\s+of)?\s+{_MONTH}{_YEAR}"
    rf"|\b{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?!\s*(?:[-–—:.]\s*\d|to\s+\d)){_YEAR}"
    r"|(?<![-–—:.\d])\b\d{1,2}(?:/\d{1,2}|(?P<sep>[/.-])\d{1,2}(?P=sep)(?:\d{4}|\d{2}))\b(?!:)"
    r"|\btoday\b|\btomorrow\b"
)
_NEXT = re.compile(rf"\b(?:next|this|coming)\s+({'|'.join(_DAY_WORDS)})\b")
_TIME = r"(\d{1,2})(?:[:.h]?(\d{2}))?\s*(am|pm)?"
_RANGE = re.compile(rf"(?<![\d:.]){_TIME}\s*(?:-|–|—|to|until|till)\s*{_TIME}(?![\d:.])", re.I)
_IN_NUMBERS = re.compile(r"(\d{1,2})([/.-])(\d{1,2})(?:\2(\d{4}|\d{2}))?")
_DOTTED = re.compile(r"\b([ap])\.\s?m\b\.?")
_NOON = re.compile(r"\b(?:noon|midday)\b")
_HALF = re.compile(r"\b(?:(am|mornings?)|(pm|afternoons?)|(all day))\b")
_COUNTS = {
    **{"other": 2, "second": 2, "2nd": 2, "two": 2, "third": 3, "3rd": 3, "three": 3},
    **{"fourth": 4, "4th": 4, "four": 4},
}
_EVERY = re.compile(
    rf"\bevery\s+({'|'.join(_COUNTS)}|\d{{1,2}}(?=\s+weeks?))(?:\s+weeks?)?\b"
    r"|\b(fortnightly|fortnight|alternate|alternating)\b"
)
_FILLERS = {"and", "every", "each", "on", "from", "at", "in", "the", "of", "clinic", "clinics"} | {
    "starting",
    "beginning",
    "s",
}


def parse_clinics(text: str, today: date, *, month_first: bool = False) -> tuple[Clinic, ...]:
    """Read one clinic for each day named; raise ClinicError where the text is not one.

    Weekly: "Tue and Thu 9-12:30", "Mon-Fri 9-5", "Friday pm". Every n weeks, from the next such
    day or from a date: "every other Friday pm", "fortnightly Tue 9-12 from 8 December", "every 3
    weeks Mon 9-12". Once: "3 December 14:00-16:00", "tomorrow 9-12", "next Tuesday am".

    Without am or pm, an end before the start is taken as the afternoon ("9-5"), and a start before
    7 likewise ("1-5"). ``month_first`` says how 3/12 is read.
    """
    whole, rest = text.strip(), _NOON.sub("12:00", _DOTTED.sub(r"\1m", text.lower()))
    on = times = None
    days: tuple[int, ...] = ()
    try:
        on, rest = _one_date(rest, today, month_first)
        times, rest = _one_pair(rest, whole)
        every, rest = _interval(rest)
        days = _days(rest)
        if times is None:
            raise ClinicError("no_times", whole)
        start, end = times
        if on is None and not days:
            raise ClinicError("no_day", whole)
        if on and days and (every > 1 or _since(text)):
            return series(days, start, end, every, on)
        if on:
            if days and on.weekday() not in days:
                raise ClinicError("other_day", on)
            if every > 1:
                return (Clinic(on.weekday(), start, end, every, since=on),)
            return (Clinic(on.weekday(), start, end, on=on),)
        if every > 1:
            return series(days, start, end, every, today)
        return tuple(Clinic(day, start, end) for day in days)
    except ClinicError as error:
        error.on, error.times, error.days = on, times, days or _known_days(rest)
        error.unknown = tuple(w for w in _unknown_words(rest) if w != error.found)
        raise


def _since(text: str) -> bool:
    """Whether the date is the first of a series rather than the only one."""
    return bool(re.search(r"\b(from|starting|beginning)\b", text, re.I))


def series(
    days: Sequence[int], start: time, end: time, every: int, since: date
) -> tuple[Clinic, ...]:
    """A clinic every so many weeks on each of these weekdays, first held from ``since`` on."""
    if not days:
        raise ClinicError("no_day", "")
    return tuple(_from(Clinic(day, start, end, every), since) for day in days)


def _from(clinic: Clinic, day: date) -> Clinic:
    """The clinic, first held on its first weekday from ``day`` on."""
    return replace(clinic, since=day + timedelta(days=(clinic.weekday - day.weekday()) % 7))


def _one_date(text: str, today: date, month_first: bool) -> tuple[date | None, str]:
    """The only date in a text, and what is left of it."""
    found = list(_DATE.finditer(text)) or list(_NEXT.finditer(text))
    if not found:
        return None, text
    if len(found) > 1:
        raise ClinicError("several_dates", found[1].group())
    match = found[0]
    try:
        day = parse_day(match.group(), today, from_today=True, month_first=month_first)
    except DayError:
        raise ClinicError("not_a_date", match.group()) from None
    return day, f"{text[: match.start()]} {text[match.end() :]}"


def _one_pair(text: str, whole: str) -> tuple[tuple[time, time] | None, str]:
    """The only pair of times in a text, or the half of the day that it names, and the rest."""
    found = list(_RANGE.finditer(text))
    if len(found) > 1:
        raise ClinicError("several_times", whole)
    if found:
        rest = f"{text[: found[0].start()]} {text[found[0].end() :]}"
        return _times(found[0]), rest
    if half := _HALF.search(text):
        which = "am" if half.group(1) else "pm" if half.group(2) else "day"
        return HALVES[which], f"{text[: half.start()]} {text[half.end() :]}"
    return None, re.sub(r"\d\S*", " ", text)


def _interval(text: str) -> tuple[int, str]:
    """Every how many weeks, and what is left of the text."""
    match = _EVERY.search(text)
    if not match:
        return 1, text
    word = match.group(1)
    weeks = 2 if match.group(2) else _COUNTS.get(word) or int(word)
    if not 1 <= weeks <= 26:
        raise ClinicError("not_weeks", word)
    return weeks, f"{text[: match.start()]} {text[match.end() :]}"


def _times(match: re.Match[str]) -> tuple[time, time]:
    hour1, min1, half1, hour2, min2, half2 = match.groups()
    # "2-4pm" begins in the afternoon, "10-2pm" and "9-12:30pm" do not: noon is 12pm.
    same_half = half2 if int(hour1) % 12 < int(hour2) % 12 else None
    start = _time(hour1, min1, half1 or same_half)
    end = _time(hour2, min2, half2)
    if not half1 and not half2:
        # Nobody starts a clinic at 1 in the morning without saying so; "9-5" ends at 17:00.
        if start.hour < 7 and len(hour1) == 1:
            start = start.replace(hour=start.hour + 12)
        if end <= start and end.hour < 12 and end.hour + 12 > start.hour and len(hour2) == 1:
            end = end.replace(hour=end.hour + 12)
    if start == end:
        raise ClinicError("no_length", start)
    return start, end


def _time(hour: str, minute: str | None, half: str | None) -> time:
    h, m = int(hour), int(minute or 0)
    if half and 1 <= h <= 12:
        h = h % 12 + (12 if half.lower() == "pm" else 0)
    if h > 23 or m > 59:
        raise ClinicError("not_a_time", f"{hour}:{minute}" if minute else hour)
    return time(h, m)


def _days(text: str) -> tuple[int, ...]:
    days: list[int] = []
    upto = False
    for word in re.findall(r"[^\W\d_]+|[-–—]", text):
        if word in _DAY_WORDS:
            day = _DAY_WORDS[word]
            if upto and days:
                days += [d % 7 for d in range(days[-1] + 1, day if day > days[-1] else day + 7)]
            days.append(day)
            upto = False
        elif word in {"-", "–", "—", "to"}:
            upto = True
        elif word not in _FILLERS:
            raise ClinicError("unknown_word", word)
    return tuple(dict.fromkeys(days))


def _unknown_words(text: str) -> list[str]:
    """Words that belong to no day, date, time or rhythm."""
    left = _HALF.sub(" ", _EVERY.sub(" ", _RANGE.sub(" ", _NEXT.sub(" ", _DATE.sub(" ", text)))))
    known = {*_DAY_WORDS, *_FILLERS, "am", "pm", "to"}
    words = [w for w in re.findall(r"[^\W\d_]+", left) if w not in known and len(w) > 1]
    return list(dict.fromkeys(words))


def _known_days(text: str) -> tuple[int, ...]:
    words = re.findall(r"[^\W\d_]+", text)
    return tuple(dict.fromkeys(_DAY_WORDS[w] for w in words if w in _DAY_WORDS))


# ---- the list of clinics ----------------------------------------------------------------------


def add_clinics(clinician: Clinician, new: Iterable[Clinic], today: date) -> Clinician:
    """The clinician with these clinics as well, in the order of the week, those held once last and
    without those that are over; ClinicError if there are too many or if one has no length."""
    kept = {c.id: c for c in clinician.clinics if not is_over(c, today)}
    for clinic in new:
        if clinic.start == clinic.end:
            raise ClinicError("no_length", clinic.start)
        if clinic.on and clinic.on < today:
            raise ClinicError("gone", clinic.on)
        kept.setdefault(clinic.id, clinic)
    if len(kept) > MAX_CLINICS:
        raise ClinicError("too_many", str(MAX_CLINICS))
    return replace(clinician, clinics=tuple(sorted(kept.values(), key=_place)))


def without_clinic(clinician: Clinician, id: str) -> Clinician:
    """The clinician without this clinic; as they were where they have none by that id."""
    return replace(clinician, clinics=tuple(c for c in clinician.clinics if c.id != id))


def _place(clinic: Clinic) -> tuple[date, int, time, time]:
    return clinic.on or date.min, clinic.weekday, clinic.start, clinic.end


def is_over(clinic: Clinic, today: date) -> bool:
    """Whether a clinic held once lies behind; a day later, as it may run past midnight."""
    return clinic.on is not None and clinic.on < today - timedelta(days=1)


def known(clinician: Clinician, clinic: Clinic) -> bool:
    """Whether the clinician has just this clinic already."""
    return any(c.id == clinic.id for c in clinician.clinics)


def overlapping(clinician: Clinician, clinic: Clinic, today: date) -> tuple[Clinic, ...]:
    """The clinician's other clinics that share time with this one within half a year."""

    def minutes(c: Clinic) -> tuple[int, int]:
        start, end = c.start.hour * 60 + c.start.minute, c.end.hour * 60 + c.end.minute
        return start, end if end > start else end + 24 * 60

    def together(other: Clinic) -> bool:
        (a, b), (c, d) = minutes(clinic), minutes(other)
        days = (today + timedelta(days=n) for n in range(26 * 7))
        return a < d and c < b and any(clinic.held_on(x) and other.held_on(x) for x in days)

    return tuple(c for c in clinician.clinics if c.id != clinic.id and together(c))


def next_held(clinic: Clinic, today: date) -> date | None:
    """The next date on which a clinic is held, today included."""
    days = (today + timedelta(days=n) for n in range(400))
    return next((day for day in days if clinic.held_on(day)), None)


def skip_day(
    clinician: Clinician, day: date, today: date
) -> tuple[Clinician, list[tuple[time, time]]]:
    """The clinician without their clinics on one date, and when those were to be held."""
    gone = tuple(c for c in clinician.clinics if c.held_on(day))
    times = [(c.start, c.end) for c in gone]

    def without(clinic: Clinic) -> Clinic:
        if clinic not in gone:
            return clinic
        recent = (d for d in clinic.skips if d >= today - timedelta(days=7))
        return replace(clinic, skips=tuple(sorted({*recent, day})))

    clinics = tuple(without(c) for c in clinician.clinics if not (c in gone and c.on))
    calendar = clinician.calendar
    if calendar is not None and (spans := held_on(calendar, day, clinician.zone)):
        times += [
            (s.start.astimezone(clinician.zone).time(), s.end.astimezone(clinician.zone).time())
            for s in spans
        ]
        calendar = replace(calendar, skips=tuple(sorted({*calendar.skips, day})))
    return replace(clinician, clinics=clinics, calendar=calendar), times


# ---- a day, and days away ---------------------------------------------------------------------


class DayError(ValueError):
    """A day that is of no use: ``reason`` is ``unreadable`` or ``in_the_past``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def parse_day(
    text: str, today: date, *, from_today: bool = False, month_first: bool = False
) -> date:
    """Read "3 March", "March 3 2027", "2027-03-03", "3/3", "3.3.2027", "Monday", "tomorrow" or
    "2 weeks".

    A day without a year is the next one to come; always after ``today``, or on it with
    ``from_today``. "3/12" is in March with ``month_first``, else in December. Raises DayError.
    """
    text = text.strip().lower()
    words = re.findall(r"[a-z]+|\d+", text)
    after = today - timedelta(days=from_today)
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            day = date.fromisoformat(text)
        elif numbers := in_numbers(text, month_first):
            number, month, year = numbers
            spoken = [str(number), _MONTHS[month - 1]]
            day = _calendar_day(spoken, after) if year is None else date(year, month, number)
        elif words == ["today"]:
            day = today
        elif words == ["tomorrow"]:
            day = today + timedelta(days=1)
        elif words and len(words) <= 2 and words[-1] in _DAY_WORDS:
            day = today + timedelta(days=(_DAY_WORDS[words[-1]] - today.weekday() - 1) % 7 + 1)
        elif len(words) == 2 and words[1].rstrip("s") in ("day", "week"):
            day = today + timedelta(days=int(words[0]) * (7 if words[1][0] == "w" else 1))
        else:
            day = _calendar_day(words, after)
    except (ValueError, OverflowError, IndexError):
        raise DayError("unreadable") from None
    if day < today or (day == today and not from_today):
        raise DayError("in_the_past")
    return day


def in_numbers(text: str, month_first: bool) -> tuple[int, int, int | None] | None:
    """The day, the month and the year, None where none is said, of "3/12", "3.12.2026" or
    "3-12-26"; None for any other text, ValueError where there is no such month."""
    match = _IN_NUMBERS.fullmatch(text)
    if match is None:
        return None
    first, separator, second, year = match.groups()
    # Where dots are written, the day comes first, whatever the language.
    day, month = (second, first) if month_first and separator != "." else (first, second)
    if not 1 <= int(month) <= 12:
        raise ValueError(month)
    return int(day), int(month), int(year) + 2000 * (len(year) == 2) if year else None


def _calendar_day(words: Sequence[str], after: date) -> date:
    numbers = [int(w) for w in words if w.isdigit()]
    months = [_MONTHS.index(w[:3]) + 1 for w in words if w[:3] in _MONTHS]
    if len(months) != 1 or not 1 <= len(numbers) <= 2:
        raise ValueError(words)
    if len(numbers) == 2:
        return date(numbers[1], months[0], numbers[0])
    day = date(after.year, months[0], numbers[0])
    return day if day > after else date(after.year + 1, months[0], numbers[0])


def parse_leave(text: str, today: date, *, month_first: bool = False) -> Leave:
    """Read "20 Dec to 3 Jan", "20-24 December", "Dec 20-24", "until 3 January", "for 2 weeks" or
    one day, with ``month_first`` as for ``parse_day``.

    The last day is included. Raises DayError.
    """

    def day(words: str, since: date) -> date:
        return parse_day(words, since, from_today=True, month_first=month_first)

    text = re.sub(r"^(?:from|on)\s+", "", text.strip().lower())
    text = re.sub(r"\b(\d{1,2})-(\d{1,2})-(\d{4})\b", r"\1/\2/\3", text)  # no dash in a date
    if count := re.fullmatch(r"(?:for\s+)?(\d{1,3})\s+(day|week)s?", text):
        days = int(count[1]) * (7 if count[2] == "week" else 1)
        if days:
            return Leave(today, today + timedelta(days=days - 1))
    first, _, last = (
        part.strip()
        for part in re.sub(
            r"(?<!\d{4})(?<!\d{4}-\d{2})\s*[-–—]\s*|(?:^|\s+)(?:to|until|till|through)\s+",
            "|",
            text,
            count=1,
        ).partition("|")
    )
    if not last:
        only = day(first, today)
        return Leave(only, only)
    number = re.compile(r"\d{1,2}(?:st|nd|rd|th)?")
    if number.fullmatch(first):
        first = f"{first} {' '.join(re.findall('[a-z]+', last)[-1:])}"
    elif number.fullmatch(last):
        last = f"{' '.join(re.findall('[a-z]+', first)[:1])} {last}"
    start = day(first, today) if first else today
    return Leave(start, day(last, start))


def add_leave(clinician: Clinician, leave: Leave, today: date) -> Clinician:
    """The clinician with these days away as well; what is over is let go."""
    kept = {x for x in clinician.away if x.last >= today} | {leave}
    return replace(clinician, away=tuple(sorted(kept, key=lambda x: (x.first, x.last))))


def back(clinician: Clinician, today: date) -> Clinician:
    """The clinician back at work: no pause, and no leave that has begun."""
    away = tuple(x for x in clinician.away if x.first > today)
    return replace(clinician, paused=False, paused_until=None, none_on=None, away=away)
