"""Looking back: a question about one's own reflections, read as people write it, and its answer.

"last month", "about expectations", "“safety net”", "with missed openings", and all of them at once.
Pure: the reflections come from their owner's shard, and go to nobody else.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from prompts.library import Dimension, Library
from reflections.feedback.compose import factor_of
from reflections.model import Level, Opportunity, Reflection

MAIN_FACTORS = tuple(f"F{n}" for n in range(1, 9))
"""The eight of Besley 2011; what the library adds to them is no part of a count of them."""


@dataclass(frozen=True)
class Query:
    """What is looked for; all that is set has to hold.

    ``since`` and ``until`` are local dates, both included. ``about`` is a dimension or a factor
    (F1 to F8). ``words`` are phrases that the note holds. ``missed`` wants an opening that the note
    tells of no answer to, ``disputed`` feedback that did not fit.
    """

    since: date | None = None
    until: date | None = None
    about: str = ""
    words: tuple[str, ...] = ()
    missed: bool = False
    disputed: bool = False

    def __bool__(self) -> bool:
        return self != Query()


# ---- reading a question -------------------------------------------------------------------------

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
)
_UNIT = r"(day|week|month|year)"
_DAY = (
    rf"(?:\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}/\d{{1,2}}(?:/\d{{4}})?"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH}(?:\s+\d{{4}})?"
    rf"|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?(?!\d)"
    rf"|{_MONTH}(?:\s+\d{{4}})?|\d{{4}}|today|yesterday|(?:last|this)\s+{_UNIT[1:-1]})"
).replace(_UNIT[1:-1], "(?:day|week|month|year)")
_QUOTED = re.compile(r"[\"“”„«»]([^\"“”„«»]+)[\"“”„«»]")
_MISSED = re.compile(
    r"\b(?:with|where|and|that|had|have|has|an?|any|the|my)?\s*"
    r"(?:(?:missed|unmet|unanswered)\s+(?:openings?|opportunit(?:y|ies))"
    r"|(?:openings?|opportunit(?:y|ies))\s+(?:(?:that\s+)?(?:were|was|i|went)\s+)?"
    r"(?:missed|unmet|unanswered|passed\s+by"
    r"|(?:with(?:out|\s+no)|and\s+no)\s+(?:an\s+)?answers?(?:\s+in\s+(?:the|my)\s+notes?)?))\b"
)
_DISPUTED = re.compile(
    r"\b(?:where\s+|that\s+|which\s+)?(?:the\s+)?(?:feedback\s+)?"
    r"(?:disputed|(?:didn['’]?t|did\s+not|doesn['’]?t|does\s+not)\s+fit)\b"
)
_BETWEEN = re.compile(rf"\b(?:between|from)\s+({_DAY})\s+(?:and|to|until|till|-|–)\s+({_DAY})\b")
_SINCE = re.compile(
    rf"\b(?:since|after|from(?=.*\bon(?:wards?)?\b))\s+({_DAY})(?:\s+on(?:wards?)?)?\b"
)
_UNTIL = re.compile(rf"\b(?:until|till|up to|before)\s+({_DAY})\b")
_LAST_N = re.compile(rf"\b(?:in\s+)?(?:the\s+)?(?:last|past)\s+(\d{{1,3}})\s+{_UNIT}s?\b")
_WHEN = re.compile(rf"\b(?:in|on|of|during|from)?\s*({_DAY})\b")
_ABOUT = re.compile(r"\b(?:about|on|regarding)\s+(.+)$")
_FILLERS = {
    "a", "all", "an", "and", "any", "did", "do", "for", "from", "had", "have", "i", "in", "is",
    "it", "me", "mentioning", "my", "note", "notes", "of", "on", "or", "please", "reflection",
    "reflections", "show", "that", "the", "them", "to", "was", "were", "what", "when", "where",
    "which", "with", "word", "words", "wrote",
}  # fmt: skip
_SUBJECTS = {
    "empathy": Dimension.EMPATHY.value,
    "partnership": Dimension.PARTNERSHIP.value,
    "expectations": Dimension.EXPECTATIONS.value,
    "expectation": Dimension.EXPECTATIONS.value,
    "expectation setting": Dimension.EXPECTATIONS.value,
    "expectation-setting": Dimension.EXPECTATIONS.value,
    "hopes": "F1",
    "personalised care": "F2",
    "self-management": "F4",
    "goals": "F5",
    "communication": "F6",
    "warmth": "F7",
}
"""Words that name a dimension or a factor; the factors' own names are added from the library."""


def parse(text: str, today: date, library: Library) -> Query:
    """Read a question. What is no time, no subject and no condition is looked for as words; dates
    are in the past, so that "March" in February is that of last year. Never raises: there is
    nothing that cannot at least be looked for."""
    query = Query()
    quoted = [" ".join(found.split()) for found in _QUOTED.findall(text)]
    rest = " ".join(_QUOTED.sub(" ", text).lower().split()).rstrip("?.!")
    if _MISSED.search(rest):
        query, rest = replace(query, missed=True), _MISSED.sub(" ", rest, count=1)
    if _DISPUTED.search(rest):
        query, rest = replace(query, disputed=True), _DISPUTED.sub(" ", rest, count=1)
    query, rest = _times(query, " ".join(rest.split()), today)
    subjects = _subjects(library)
    if match := _ABOUT.search(rest):
        before, subject = rest[: match.start()], _bare(match[1])
        if subject in subjects:
            query, rest = replace(query, about=subjects[subject]), before
        elif subject:
            quoted.append(subject)
            rest = before
    if _bare(rest) in subjects and not query.about:
        query, rest = replace(query, about=subjects[_bare(rest)]), ""
    words = [w for w in re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", rest) if w not in _FILLERS]
    return replace(query, words=tuple(dict.fromkeys(w for w in (*quoted, *words) if w)))


def _subjects(library: Library) -> dict[str, str]:
    named = {library.factors[f].name.lower(): f for f in MAIN_FACTORS if f in library.factors}
    return {**named, **_SUBJECTS}


def _bare(text: str) -> str:
    """Without the small words at either end."""
    words = text.strip(" ,;").split()
    while words and words[0] in _FILLERS:
        words.pop(0)
    while words and words[-1] in _FILLERS:
        words.pop()
    return " ".join(words)


def _times(query: Query, rest: str, today: date) -> tuple[Query, str]:
    """The time that a question names, and what is left of it."""

    def without(match: re.Match[str]) -> str:
        return " ".join((rest[: match.start()] + " " + rest[match.end() :]).split())

    if match := _BETWEEN.search(rest):
        first, last = span(match[1], today), span(match[2], today)
        if first and last:
            since, until = min(first[0], last[0]), max(first[1], last[1])
            return replace(query, since=since, until=until), without(match)
    if match := _LAST_N.search(rest):
        since = _back(today, int(match[1]), match[2])
        return replace(query, since=since, until=today), without(match)
    if (match := _SINCE.search(rest)) and (found := span(match[1], today)):
        after = match[0].startswith("after")
        since = found[1] + timedelta(days=1) if after else found[0]
        query, rest = replace(query, since=since), without(match)
    if (match := _UNTIL.search(rest)) and (found := span(match[1], today)):
        before = match[0].startswith("before")
        until = found[0] - timedelta(days=1) if before else found[1]
        query, rest = replace(query, until=until), without(match)
    if query.since or query.until:
        return query, rest
    if (match := _WHEN.search(rest)) and (found := span(match[1], today)):
        return replace(query, since=found[0], until=found[1]), without(match)
    return query, rest


def _back(today: date, count: int, unit: str) -> date:
    """The first of the days of "the last ``count`` units"."""
    try:
        if unit in ("month", "year"):
            return months_before(today, count * (12 if unit == "year" else 1))
        return today - timedelta(days=count * (7 if unit == "week" else 1))
    except (OverflowError, ValueError):
        return date.min


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def span(text: str, today: date) -> tuple[date, date] | None:
    """The first and the last day of "yesterday", "last week", "March", "3 March 2026", "2025",
    "3/12" or "2026-03-01"; None where it is none of them, or no real date."""
    text = text.strip().lower()
    try:
        return _span(text, today)
    except ValueError:
        return None


def _span(text: str, today: date) -> tuple[date, date] | None:
    if text in ("today", "this day"):
        return today, today
    if text in ("yesterday", "last day"):
        day = today - timedelta(days=1)
        return day, day
    if match := re.fullmatch(r"(last|this)\s+(week|month|year)", text):
        back = match[1] == "last"
        if match[2] == "week":
            monday = today - timedelta(days=today.weekday() + 7 * back)
            return monday, monday + timedelta(days=6)
        if match[2] == "month":
            return month_of(months_before(today.replace(day=1), int(back)))
        return date(today.year - back, 1, 1), date(today.year - back, 12, 31)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        day = date.fromisoformat(text)
        return day, day
    if re.fullmatch(r"(?:19|20)\d\d", text):
        return date(int(text), 1, 1), date(int(text), 12, 31)
    if match := re.fullmatch(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}))?", text):
        day = _past(int(match[1]), int(match[2]), match[3], today)
        return day, day
    numbers = re.findall(r"\d+", text)
    months = [_MONTHS.index(w[:3]) + 1 for w in re.findall(r"[a-z]{3,}", text) if w[:3] in _MONTHS]
    if len(months) != 1:
        return None
    year = next((n for n in numbers if len(n) == 4), None)
    day_number = next((n for n in numbers if len(n) < 3), None)
    if day_number:
        day = _past(int(day_number), months[0], year, today)
        return day, day
    return month_of(_past(1, months[0], year, today))


def _past(day: int, month: int, year: str | None, today: date) -> date:
    """That date; without a year, the last time it was."""
    if year:
        return date(int(year), month, day)
    for back in range(9):  # the 29th of February may be eight years ago
        with_year = today.year - back
        if (month, day) == (2, 29) and not calendar.isleap(with_year):
            continue
        if (found := date(with_year, month, day)) <= today:
            return found
    raise ValueError((day, month))


def month_of(day: date) -> tuple[date, date]:
    """The first and the last day of a date's month."""
    return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])


# ---- answering it -------------------------------------------------------------------------------


def find(
    reflections: Iterable[Reflection], query: Query, zone: ZoneInfo, library: Library
) -> list[Reflection]:
    """Those of the reflections that the query asks for, in their order."""
    return [r for r in reflections if _fits(r, query, zone, library)]


def _fits(reflection: Reflection, query: Query, zone: ZoneInfo, library: Library) -> bool:
    day = written_on(reflection, zone)
    if (query.since and day < query.since) or (query.until and day > query.until):
        return False
    if query.missed and not any(not o.met for o in openings(reflection)):
        return False
    if query.disputed and not reflection.disputed:
        return False
    text = " ".join(_searched(reflection).casefold().replace("’", "'").split())
    if not all(word.casefold().replace("’", "'") in text for word in query.words):
        return False
    return not query.about or query.about in subjects(reflection, library)


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
