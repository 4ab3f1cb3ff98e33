"""How things went over time, for the writer alone: counts of what their notes record, in words.

Nothing here is a score, a rank or a comparison, and a month without a note is left out rather than
shown as a gap. Where the writer reads a note otherwise than the engine, theirs counts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from wordfreq import zipf_frequency

from prompts.library import Dimension, Library
from reflections.history import MAIN_FACTORS, factors, levels_of, openings, written_on
from reflections.model import Level, Reflection

MONTHS = 12
_SHOWS = (Level.STRONG, Level.PARTIAL)
_WORD = re.compile(r"(?<![\[\w])[^\W\d_]{4,}(?![\w\]])")
_EVERYDAY = 5.2
"""Words of this Zipf frequency and above (about one in 6,000) say nothing of one's own."""
_COMES_BACK = 3
"""Notes in which a word stands before it counts as one that comes back."""
_WORDS_SHOWN = 8


@dataclass(frozen=True)
class Month:
    """What the notes of one month record: ``recorded`` openings for empathy, ``met`` of them with
    an answer in the note, and in how many notes each dimension shows."""

    first: date
    notes: int
    recorded: int
    met: int
    shows: Mapping[Dimension, int]


@dataclass(frozen=True)
class Trends:
    """``months`` holds those with a note, oldest first. ``touched`` and ``not_yet`` are factors
    (F1 to F8); ``words`` stand in several notes, those in most notes first."""

    months: tuple[Month, ...]
    touched: tuple[str, ...]
    not_yet: tuple[str, ...]
    words: tuple[str, ...]


def can_be_drawn(found: Trends) -> bool:
    """Whether there is enough for a picture; one month is said better in words."""
    return len(found.months) > 1


def trends(reflections: Iterable[Reflection], zone: ZoneInfo, library: Library) -> Trends:
    """What these reflections show over time; the last MONTHS months in which there is one."""
    by_month: dict[date, list[Reflection]] = {}
    touched: set[str] = set()
    words: Counter[str] = Counter()
    for reflection in reflections:
        first = written_on(reflection, zone).replace(day=1)
        by_month.setdefault(first, []).append(reflection)
        touched |= factors(reflection, library)
        words.update(set(_WORD.findall(reflection.note.text.lower())))
    months = [month(first, by_month[first]) for first in sorted(by_month)[-MONTHS:]]
    own = [
        word
        for word, notes in sorted(words.items(), key=lambda item: (-item[1], item[0]))
        if notes >= _COMES_BACK and zipf_frequency(word, "en") < _EVERYDAY
    ]
    return Trends(
        tuple(months),
        tuple(f for f in MAIN_FACTORS if f in touched),
        tuple(f for f in MAIN_FACTORS if f not in touched),
        tuple(own[:_WORDS_SHOWN]),
    )


def month(first: date, reflections: Sequence[Reflection]) -> Month:
    """One month's notes. Openings are left out of a note whose empathy its writer reads
    otherwise: which of them was met is then theirs to say."""
    counted = [
        opening
        for r in reflections
        if not (r.feedback and _otherwise(r, Dimension.EMPATHY))
        for opening in openings(r)
    ]
    shows = {d: sum(levels_of(r).get(d) in _SHOWS for r in reflections) for d in Dimension}
    return Month(first, len(reflections), len(counted), sum(o.met for o in counted), shows)


def _otherwise(reflection: Reflection, dimension: Dimension) -> bool:
    read = reflection.feedback.assessment.levels if reflection.feedback else {}
    return dimension in reflection.right and reflection.right[dimension] is not read.get(dimension)


# ---- in words -----------------------------------------------------------------------------------


def month_in_words(library: Library, month: Month) -> str:
    """ "November 2026: 4 openings in your notes, 2 of them with an answer there. …"."""
    say = library.say
    name = library.dates.month(month.first)
    if month.recorded == 1:
        line = say("trends.one_met" if month.met else "trends.one_unmet", month=name)
    elif month.recorded:
        met = month.met or say("trends.none")
        line = say("trends.openings", month=name, recorded=month.recorded, met=met)
    else:
        line = say("trends.no_openings", month=name)
    shown = [say(f"frame.dimension.{d.value}").lower() for d in Dimension if month.shows[d]]
    if not shown:
        return line
    return f"{line} {say('trends.shows', dimensions=_joined(library, shown))}"


def in_words(library: Library, trends: Trends) -> list[str]:
    """All that the picture shows, newest month first, and what it does not."""
    say = library.say
    lines = [month_in_words(library, month) for month in reversed(trends.months)]
    if any(month.recorded for month in trends.months):
        lines.append(say("trends.morse"))
    if trends.touched:
        lines.append(say("trends.touched", factors=_names(library, trends.touched)))
    if trends.touched and trends.not_yet:
        lines.append(say("trends.not_yet", factors=_names(library, trends.not_yet)))
    if trends.words:
        lines.append(say("trends.words", words=", ".join(trends.words)))
    return lines


def _names(library: Library, factors: Sequence[str]) -> str:
    return "; ".join(library.factors[f].name for f in factors)


def _joined(library: Library, names: Sequence[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return library.say("kinds.join_last", first=", ".join(names[:-1]), last=names[-1])
