"""Looking back: a question about one's own reflections, read as people write it, and its answer.

"last month", "about expectations", "“safety net”", "with missed openings", "that man with the
shoulder", "falls since Easter", and all of them at once. Pure: the reflections come from their
owner's shard, and go to nobody else.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from dateutil.easter import easter

from prompts.library import Dimension, Library
from reflections.clinics import in_numbers
from reflections.feedback.compose import factor_of
from reflections.model import Level, Opportunity, Reflection
from reflections.words import Meant, Vocabulary, folded, words_in

MAIN_FACTORS = tuple(f"F{n}" for n in range(1, 9))
"""The eight of Besley 2011; what the library adds to them is no part of a count of them."""
_MOST_WORDS = 20


@dataclass(frozen=True)
class Query:
    """What is looked for; all that is set has to hold.

    ``since`` and ``until`` are local dates, both included. ``about`` is a dimension or a factor
    (F1 to F8). The note holds each of ``words``, anywhere and in any form (``reflections.words``),
    and each of ``phrases`` as it stands. ``missed`` wants an opening that the note tells of no
    answer to, ``disputed`` feedback that did not fit.
    """

    since: date | None = None
    until: date | None = None
    about: str = ""
    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    missed: bool = False
    disputed: bool = False

    def __bool__(self) -> bool:
        return self != Query()


@dataclass(frozen=True)
class Answer:
    """What a question finds, newest first. Where nothing holds all its words, those that hold most
    of them, ``closest`` first. ``slips`` are words of the question that stand in no note, and what
    they were taken for, nothing where there is nothing like them."""

    reflections: Sequence[Reflection]
    closest: bool = False
    slips: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


# ---- reading a question -------------------------------------------------------------------------

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}
"""The month in which each begins, as the weather services of the northern half have it. A language
may call them otherwise."""
_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "couple": 2, "three": 3, "four": 4, "few": 4, "five": 5,
    "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip
_AROUND = 15
"""Days before and after "this time last year"."""
_LATELY = 28
"""Days back of what was "lately" or "the other day"."""


def _any(words: Iterable[str]) -> str:
    return "(?:" + "|".join(sorted(words, key=len, reverse=True)) + ")"


_UNITS = {"wk": "week", "mth": "month", "yr": "year"}
_UNIT = f"(?:day|week|fortnight|month|year|{'|'.join(_UNITS)})"
_COUNT = rf"(?:\d{{1,3}}|(?:a\s+)?(?:couple|few)(?:\s+of)?|{_any(_NUMBERS)})"
_FULL_MONTH = _any(set(_MONTHS) - {"may"})
_MONTH = rf"(?:{_FULL_MONTH}|may|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
_YEAR = r"(?:\s+(?:of\s+)?(?:\d{4}(?:/\d\d)?|(?:last|this)\s+year))?"
_ORDINAL = r"\d{1,2}(?:st|nd|rd|th)?"
_BY_WEEKDAY = rf"(?:{_any({*_WEEKDAYS, *(day[:3] for day in _WEEKDAYS)})},?\s+)?"
_FEAST = r"(?:easter|christmas|xmas|(?:the\s+)?new\s+year)"
_NAMED = rf"(?:{_any(_SEASONS)}|{_FEAST}|{_any(_WEEKDAYS)})"
_STRONG = (
    rf"(?:\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}[/.-]\d{{1,2}}[/.-](?:\d{{4}}|\d{{2}})\b"
    rf"|\d{{1,2}}/\d{{1,2}}"
    rf"|{_COUNT}\s+{_UNIT}s?\s+ago"
    rf"|{_BY_WEEKDAY}(?:the\s+)?{_ORDINAL}\s+(?:of\s+)?{_MONTH}{_YEAR}"
    rf"|{_BY_WEEKDAY}{_MONTH}\s+{_ORDINAL}(?:,?\s+\d{{4}})?(?![\d/])"
    rf"|(?:around\s+)?this\s+time\s+last\s+year"
    rf"|(?:last|this)\s+(?:{_UNIT}|weekend|night|morning|afternoon|evening|{_MONTH}|{_NAMED}){_YEAR}"
    rf"|the\s+other\s+(?:day|week)|lately$|recently$|tonight|today|yesterday"
    rf"|may\s+\d{{4}}|may\s+(?:of\s+)?(?:last|this)\s+year"
    rf"|(?:{_any(_SEASONS)}|{_FEAST})\s+(?:of\s+)?(?:\d{{4}}(?:/\d\d)?|(?:last|this)\s+year)"
    rf"|(?!may){_MONTH}{_YEAR}|(?:19|20)\d{{2}})"
)
"""What is a time wherever it stands."""
_WEAK = rf"(?:may|{_NAMED}|(?:the\s+)?weekend)"
"""What is one only where a small word says so: "she may cry", "a Christmas visit"."""
_DAY = rf"(?:{_STRONG}|(?:the\s+)?{_WEAK})"
_IN = r"(?:in|on|of|during|from|over|at|around|for)"
_PART = (
    r"(?:(?:early|earlier|late|later|mid)[\s-]+(?:in\s+)?"
    r"|(?:the\s+)?(?:start|beginning|middle|end)\s+of\s+)?"
)

_QUOTED = re.compile(r"[\"“”„«»]([^\"“”„«»]+)[\"“”„«»]")
_OPENING = r"(?:openings?|opportunit(?:y|ies))"
_MISSED = re.compile(
    r"\b(?:(?:with|where|and|that|had|have|has|an?|any|the|my|i)\s+)*"
    rf"(?:(?:missed|unmet|unanswered|open)\s+(?:(?:an?|any|the|some|my)\s+)?{_OPENING}"
    rf"|{_OPENING}\s+(?:(?:that|which|were|was|i|had|have|has|been|went|got)\s+)*"
    r"(?:missed|unmet|unanswered|passed(?:\s+me)?\s+by|(?:went|gone|go)\s+by|not\s+answered"
    r"|left\s+open"
    r"|(?:with(?:out|\s+no)|and\s+no)\s+(?:an\s+)?answers?(?:\s+in\s+(?:the|my)\s+notes?)?))\b"
)
_DISPUTED = re.compile(
    r"\b(?:where\s+|that\s+|which\s+|when\s+)?(?:did\s+)?(?:the\s+|your\s+)?(?:feedback\s+|it\s+)?"
    r"(?:disputed|(?:didn['’]?t|did\s+not|doesn['’]?t|(?:did\s+|does\s+)?not)\s+(?:really\s+)?fit)\b"
)
_TO = r"(?:\s+(?:and|or|to|until|till|through)\s+|\s*[-–]\s*)"
_DAYS = re.compile(rf"\b({_ORDINAL}){_TO}(?={_ORDINAL}\s+(?:of\s+)?({_MONTH}{_YEAR})\b)")
_BETWEEN = re.compile(
    rf"\b(?:(?:between|from|in|over|during)\s+)?{_PART}({_DAY}){_TO}{_PART}({_DAY})\b"
)
_ONWARDS = re.compile(rf"\b(?:{_IN}\s+)?{_PART}({_DAY})\s+onwards?\b")
_SINCE = re.compile(
    rf"\b(?:ever\s+)?(?:since|after|from(?=.*\bon(?:wards?)?\b))\s+{_PART}({_DAY})(?:\s+on(?:wards?)?)?\b"
)
_UNTIL = re.compile(rf"\b(?:until|till|up\s+to|before)\s+{_PART}({_DAY})\b")
_LAST_N = re.compile(
    rf"\b(?:{_IN}\s+|within\s+)?(?:the\s+|these\s+|my\s+)?"
    rf"(?:(?:last|past)\s+({_COUNT})|past)\s+({_UNIT})s?\b"
)
_WHEN = re.compile(
    rf"(?:\b(?:{_IN}\s+)?{_PART}({_STRONG})|\b{_IN}\s+{_PART}((?:the\s+)?{_WEAK})|^(may|easter|{_any(_SEASONS)})$)(?:'s)?\b"
)
_ABOUT = re.compile(r"\b(?:about|on|regarding|concerning|around)\s+(.+)$")
_ASKING = re.compile(
    r"\b(?:(?:(?:did|have|had|do)\s+i|i(?:'ve|'d)?(?:\s+(?:have|had))?)\s+(?:ever\s+)?"
    r"(?:write|wrote|written|note|noted|put|say|said|record|recorded)(?:\s+down)?"
    r"|(?:please\s+)?(?:show|find|give|get|tell)\s+me|look(?:ing)?\s+for|search(?:ing)?(?:\s+for)?"
    r"|(?:with|mentioning|holding)\s+the\s+words?"
    r"|(?:the|that|a|any|every)\s+(?:time|times|day|one|ones|visit|patient|person|somebody|someone)"
    r"\s+(?=where|when|who|that|with|whose|about|i\b|he\b|she\b|they\b))"
)
"""Words that ask, and are no part of what is asked for."""
FILLERS = frozenset(
    re.findall(
        r"\S+",
        """
    a about again all also an and any anybody anything are as at be been being but by can
    could did do does done entries entry ever every everything for from had has have having he
    her hers him his history how i i'd i'll i'm i've if in into is it it's its just last
    latest maybe me mentioned mentioning mine my newest note notes of on one ones or our
    please really reflection reflections regarding she should show since so some somebody
    someone something stuff than that that's the their them then there these they things this
    those to too up us very was we were what what's when where which who who's whom whose why
    with would wrote yet you your
    """,
    )
)
"""Small words of a question that are not looked for."""
_SUBJECTS = {
    "empathy": Dimension.EMPATHY.value,
    "empathic": Dimension.EMPATHY.value,
    "partnership": Dimension.PARTNERSHIP.value,
    "expectations": Dimension.EXPECTATIONS.value,
    "expectation": Dimension.EXPECTATIONS.value,
    "expectation setting": Dimension.EXPECTATIONS.value,
    "setting expectations": Dimension.EXPECTATIONS.value,
    "hopes": "F1",
    "hope": "F1",
    "personalised care": "F2",
    "personalized care": "F2",
    "self management": "F4",
    "goals": "F5",
    "goal": "F5",
    "goal setting": "F5",
    "communication": "F6",
    "warmth": "F7",
}
"""Words that name a dimension or a factor; the factors' own names are added from the library."""
_SLIP = 0.85
"""Of difflib's ratio, for the name of a month or of a subject."""


def parse(text: str, today: date, library: Library) -> Query:
    """Read a question. What is no time, no subject and no condition is looked for as words; dates
    are in the past, so that "March" in February is that of last year. Never raises: there is
    nothing that cannot at least be looked for."""
    query = Query()
    phrases = [" ".join(found.split()) for found in _QUOTED.findall(text)]
    rest = folded(_QUOTED.sub(" ", text)).strip(" ?.!,;:")
    if _MISSED.search(rest):
        query, rest = replace(query, missed=True), _MISSED.sub(" ", rest, count=1)
    if _DISPUTED.search(rest):
        query, rest = replace(query, disputed=True), _DISPUTED.sub(" ", rest, count=1)
    rest = " ".join(rest.split()).replace("half a year", "six months")
    rest = _seasons_known(_months_mended(rest), library)
    query, rest = _times(query, rest, today, library.dates.month_first)
    rest = " ".join(_ASKING.sub(" ", rest).split())
    subjects = _subjects(library)
    match = _ABOUT.search(rest)
    about, left = _subject(match[1] if match else rest, subjects, whole=not match)
    if about:
        query = replace(query, about=about)
        rest = f"{rest[: match.start()] if match else ''} {left}"
    return replace(
        query,
        words=tuple(dict.fromkeys(_told(rest)))[:_MOST_WORDS],
        phrases=tuple(dict.fromkeys(p for p in phrases if p)),
    )


def _subjects(library: Library) -> dict[str, str]:
    named = {library.factors[f].name: f for f in MAIN_FACTORS if f in library.factors}
    return {" ".join(_told(name)): f for name, f in {**named, **_SUBJECTS}.items()}


def _told(text: str) -> list[str]:
    """Its words, without the small ones."""
    return [word for word in words_in(text) if word not in FILLERS]


def _subject(text: str, subjects: Mapping[str, str], *, whole: bool) -> tuple[str, str]:
    """The subject that a text begins with, and what is left of it. Where it has to be the
    ``whole`` text, a name of one word is not enough with others beside it, as it may be an ordinary
    word; but a dimension's name is one wherever it stands."""
    words = _told(text)
    for n in range(len(words), 0, -1):
        name = " ".join(words[:n])
        alike = [other for other in subjects if other.count(" ") == n - 1]
        near = get_close_matches(name, alike, 1, _SLIP) if len(name) > 5 else []
        found = subjects.get(name) or (subjects[near[0]] if near else "")
        if found and (n == len(words) or n > 1 or not whole):
            return found, " ".join(words[n:])
    for word in words:
        if subjects.get(word) in set(Dimension):
            return subjects[word], " ".join(w for w in words if w != word)
    return "", text


def _months_mended(rest: str) -> str:
    """With the names of months spelt right."""
    long = [month for month in _MONTHS if len(month) > 5]

    def mended(match: re.Match[str]) -> str:
        return next(iter(get_close_matches(match[0], long, 1, _SLIP)), match[0])

    return re.sub(r"(?<=\b(?:in|of|on|at) )[a-z]{6,}|(?<=\b(?:last|this) )[a-z]{6,}", mended, rest)


def _seasons_known(rest: str, library: Library) -> str:
    """With our names for seasons that the reader's language has another for. Such a name may be an
    ordinary word as well, as "fall" is, so it has to stand as a time does."""
    for ours, name in zip(_SEASONS, library.dates.names["seasons"], strict=True):
        if name.lower() != ours:
            season = re.escape(name.lower())
            rest = re.sub(
                rf"\b(last |this |since |in the ){season}\b"
                rf"|\b{season}(?= (?:of )?(?:(?:19|20)\d\d\b|(?:last|this) year\b))",
                rf"\1{ours}",
                rest,
            )
    return rest


def _times(query: Query, rest: str, today: date, month_first: bool) -> tuple[Query, str]:
    """The time that a question names, and what is left of it."""

    def named(text: str) -> tuple[date, date] | None:
        return span(text, today, month_first=month_first)

    def without(match: re.Match[str]) -> str:
        return " ".join((rest[: match.start()] + " " + rest[match.end() :]).split())

    rest = _DAYS.sub(r"\1 \2 to ", rest)  # "1-14 November"
    if match := _BETWEEN.search(rest):
        last = named(match[2])
        first = named(match[1])
        if first and last and first[0] > last[1]:
            first = (
                span(match[1], last[1], month_first=month_first) or first
            )  # "from November to January"
        if first and last:
            since, until = min(first[0], last[0]), max(first[1], last[1])
            return replace(query, since=since, until=until), without(match)
    if match := _LAST_N.search(rest):
        since = _back(today, _number(match[1] or "one"), _unit(match[2]))
        return replace(query, since=since, until=today), without(match)
    if (match := _SINCE.search(rest)) and (found := named(match[1])):
        after = match[0].startswith("after")
        since = _beside(found[1], 1) if after else found[0]
        query, rest = replace(query, since=since), without(match)
    if not query.since and (match := _ONWARDS.search(rest)) and (found := named(match[1])):
        query, rest = replace(query, since=found[0]), without(match)
    if (match := _UNTIL.search(rest)) and (found := named(match[1])):
        before = match[0].startswith("before")
        until = _beside(found[0], -1) if before else found[1]
        query, rest = replace(query, until=until), without(match)
    if query.since or query.until:
        return query, rest
    if (match := _WHEN.search(rest)) and (found := named(match[1] or match[2] or match[3])):
        return replace(query, since=found[0], until=found[1]), without(match)
    return query, rest


def _beside(day: date, days: int) -> date:
    """So many days later; the first or the last day of all has itself beside it."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return day


def _number(text: str) -> int:
    """ "3", "three", "a couple of"."""
    words = text.split()
    return next((_NUMBERS[w] for w in words[::-1] if w in _NUMBERS), 0) or int(words[0])


def _unit(text: str) -> str:
    return _UNITS.get(text, text)


def _back(today: date, count: int, unit: str) -> date:
    """The first of the days of "the last ``count`` units"."""
    try:
        if unit in ("month", "year"):
            return months_before(today, count * (12 if unit == "year" else 1))
        return today - timedelta(days=count * {"week": 7, "fortnight": 14}.get(unit, 1))
    except (OverflowError, ValueError):
        return date.min


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def span(text: str, today: date, *, month_first: bool = False) -> tuple[date, date] | None:
    """The first and the last day of "yesterday", "last week", "March", "3 March 2026", "2025",
    "3/12" (in March with ``month_first``), "2026-03-01", "last spring", "Easter", "two weeks ago";
    None where it is none of them, or no real date."""
    try:
        return _span(" ".join(text.lower().split()).removeprefix("the "), today, month_first)
    except (OverflowError, ValueError):
        return None


def _span(text: str, today: date, month_first: bool) -> tuple[date, date] | None:
    if text in ("today", "this day", "tonight", "this morning", "this afternoon", "this evening"):
        return today, today
    if text in ("yesterday", "last day", "last night"):
        day = today - timedelta(days=1)
        return day, day
    if text in ("lately", "recently", "other day", "other week"):
        return today - timedelta(days=_LATELY), today
    if text.endswith("this time last year"):
        middle = months_before(today, 12)
        return middle - timedelta(days=_AROUND), middle + timedelta(days=_AROUND)
    if match := re.fullmatch(rf"({_COUNT}) ({_UNIT})s? ago", text):
        count, unit = _number(match[1]), _unit(match[2])
        return _unit_of(_back(today, count, unit), "week" if unit == "fortnight" else unit)
    if match := re.fullmatch(rf"(last|this) {_UNIT}", text):
        unit = _unit(text.split()[1])
        if unit == "fortnight":
            return today - timedelta(days=13), today
        back = int(match[1] == "last")
        if unit == "week":
            return _unit_of(today - timedelta(days=7 * back), unit)
        return _unit_of(_back(today.replace(day=1), back, unit), unit)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        day = date.fromisoformat(text)
        return day, day
    if re.fullmatch(r"(?:19|20)\d\d", text):
        return date(int(text), 1, 1), date(int(text), 12, 31)
    if numbers := in_numbers(text, month_first):
        day = _past(*numbers, today)
        return day, day
    return _named(text, today)


def _unit_of(day: date, unit: str) -> tuple[date, date]:
    """The whole day, week, month or year that a day is in."""
    if unit == "week":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    if unit == "month":
        return month_of(day)
    if unit == "year":
        return day.replace(month=1, day=1), day.replace(month=12, day=31)
    return day, day


def _named(text: str, today: date) -> tuple[date, date] | None:
    """What has a name and comes again: a month, a day of one, a season, a feast, a weekday. Without
    a year it is the newest that has begun; with "last", the newest that is over."""
    over = text.startswith("last ")
    this = text.startswith("this ")
    text = re.sub(r"^(?:last|this) ", "", text)
    year = next((int(n) for n in re.findall(r"\b\d{4}\b", text)), 0)
    if match := re.search(r"\b(last|this) year$", text):
        year, text = today.year - (match[1] == "last"), text[: match.start()].strip()
    if this and not year and not any(day in text for day in (*_WEEKDAYS, "weekend")):
        year = today.year
    name = re.sub(r"/\d\d$|\b(?:of|the|\d+(?:st|nd|rd|th)?)\b|,", " ", text).strip()
    name = name.split()[-1] if re.search(rf"\b{_MONTH}\b", name) else name  # "Wed 12 Nov"
    numbers = [int(n) for n in re.findall(r"(?<!/)\b(\d{1,2})(?:st|nd|rd|th)?\b", text)]
    if name in _WEEKDAYS or name == "weekend":
        first = 5 if name == "weekend" else _WEEKDAYS.index(name)
        back = (today.weekday() - first) % 7 or (0 if this else 7)
        day = today - timedelta(days=back)
        return day, day + timedelta(days=name == "weekend")
    if year and not 1 <= year <= 9998:
        return None
    years = [year] if year else [today.year - back for back in range(9)]
    for each in years:  # the 29th of February may be eight years ago
        found = _of_year(name, numbers, each)
        if found and (year or (found[1] < today if over else found[0] <= today)):
            return found
    return None


def _of_year(name: str, numbers: Sequence[int], year: int) -> tuple[date, date] | None:
    """A month, a day of one, a season or a feast of one year; the winter of the year in which it
    begins. None where the year has none of that."""
    if name in _SEASONS:
        first = date(year, _SEASONS[name], 1)
        return first, month_of(months_before(first, -2))[1]
    if name == "easter":
        sunday = easter(year)
        return sunday - timedelta(days=2), sunday + timedelta(days=1)
    if name in ("christmas", "xmas"):
        return date(year, 12, 24), date(year + 1, 1, 1)
    if name == "new year":
        return date(year, 1, 1), date(year, 1, 1)
    months = [
        n for n, month in enumerate(_MONTHS, 1) if len(name) > 2 and month.startswith(name[:3])
    ]
    if len(months) != 1 or not re.fullmatch(_MONTH, name):
        return None
    if not numbers:
        return month_of(date(year, months[0], 1))
    if numbers[0] > calendar.monthrange(year, months[0])[1]:
        return None
    day = date(year, months[0], numbers[0])
    return day, day


def _past(day: int, month: int, year: int | None, today: date) -> date:
    """That date; without a year, the last time it was."""
    if year is not None:
        return date(year, month, day)
    for each in [today.year - back for back in range(9)]:
        found = _of_year(_MONTHS[month - 1], [day], each) if day else None
        if found and found[0] <= today:
            return found[0]
    raise ValueError((day, month))


def month_of(day: date) -> tuple[date, date]:
    """The first and the last day of a date's month."""
    return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])


# ---- answering it -------------------------------------------------------------------------------


def find(
    reflections: Sequence[Reflection], query: Query, zone: ZoneInfo, library: Library
) -> Answer:
    """Those of somebody's reflections, all of which come newest first, that a question asks for.
    Where none holds all its words, those that hold most of them; all else always has to hold."""
    if not query.words and not query.about:
        return Answer([r for r in reflections if _fits(r, query, zone)])
    held = [frozenset(words_in(_searched(r))) for r in reflections]
    vocabulary = Vocabulary(word for words in held for word in words)
    names = {n for name in _names(query.about) for n in vocabulary.forms(name)}
    meant = {word: vocabulary.meant(word) for word in query.words}
    slips = {word: tuple(sorted(found.words)) for word, found in meant.items() if found.slip}
    fitting = [
        (_count(words, meant.values()), reflection)
        for reflection, words in zip(reflections, held, strict=True)
        if _fits(reflection, query, zone)
        and (
            not query.about
            or not names.isdisjoint(words)
            or query.about in subjects(reflection, library)
        )
    ]
    if all_of_them := [r for count, r in fitting if count == len(meant)]:
        return Answer(all_of_them, slips=slips)
    nearest = sorted((each for each in fitting if each[0]), key=lambda each: -each[0])
    return Answer([r for _, r in nearest], closest=bool(nearest), slips=slips)


def _names(subject: str) -> list[str]:
    """The words that name a subject."""
    return [name for name, named in _SUBJECTS.items() if named == subject and " " not in name]


def _count(held: Collection[str], wanted: Iterable[Meant]) -> int:
    """How many of the words are held."""
    return sum(not found.words.isdisjoint(held) for found in wanted)


def _fits(reflection: Reflection, query: Query, zone: ZoneInfo) -> bool:
    """Whether all holds but the words and what it is about."""
    day = written_on(reflection, zone)
    if (query.since and day < query.since) or (query.until and day > query.until):
        return False
    if query.missed and not any(not o.met for o in openings(reflection)):
        return False
    if query.disputed and not reflection.disputed:
        return False
    if not query.phrases:
        return True
    text = folded(_searched(reflection))
    return all(folded(phrase) in text for phrase in query.phrases)


def _searched(reflection: Reflection) -> str:
    """The words of the note and of what came of it; where only the feedback is kept, what it
    quotes of them."""
    if reflection.note.text or reflection.feedback is None:
        return f"{reflection.note.text} … {reflection.thought}"
    quotes = reflection.feedback.assessment.evidence.values()
    return " … ".join(
        [q for spans in quotes for q in spans] + [o.quote for o in openings(reflection)]
    )


def written_on(reflection: Reflection, zone: ZoneInfo) -> date:
    """The local date on which it was written."""
    return reflection.note.written_at.astimezone(zone).date()


def openings(reflection: Reflection) -> Sequence[Opportunity]:
    """The openings for empathy that the note records."""
    return reflection.feedback.assessment.opportunities if reflection.feedback else ()


def subjects(reflection: Reflection, library: Library) -> frozenset[str]:
    """The dimensions that the note records something on, and the factors that its question and its
    feedback are about."""
    found: set[str] = set(factors(reflection, library))
    if reflection.feedback:
        levels = levels_of(reflection)
        found |= {d.value for d, level in levels.items() if level is not Level.NOT_EVIDENT}
    return frozenset(found)


def levels_of(reflection: Reflection) -> dict[Dimension, Level]:
    """A level for each dimension, the writer's own where they have said it; empty without
    feedback."""
    if reflection.feedback is None:
        return {}
    return {**reflection.feedback.assessment.levels, **reflection.right}


def factors(reflection: Reflection, library: Library) -> frozenset[str]:
    """Which of the eight factors a reflection touches, by its question and its feedback."""
    found: set[str] = set()
    prompts = [p for p in library.prompts if p.id == reflection.note.prompt_id]
    found |= {p.factor for p in prompts}
    if reflection.feedback:
        found.add(factor_of(reflection.feedback.assessment, reflection.note.text, library) or "")
    return frozenset(f[:2] for f in found if f[:2] in MAIN_FACTORS)
