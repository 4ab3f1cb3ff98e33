"""Measures an engine on labelled notes: agreement, opportunities, rupture, safety, worst notes.

A labelled row holds ``id``, ``text``, the three dimensions, ``opportunities`` (``quote``, ``type``,
``met``), ``rupture``, ``safety`` and ``encounter``; what a row leaves out is not measured on it.
The report never holds a note's text, only ids and figures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from prompts.library import Dimension
from reflections.model import Assessment, Level, Safety

_LEVELS = tuple(level.value for level in Level)
WORST = 10


class Assesses(Protocol):
    """What is measured."""

    def assess(self, text: str) -> Assessment:
        """What the note records."""
        ...


@dataclass(frozen=True)
class Agreement:
    """One dimension: Cohen's kappa, F1 of each label, and labels by predictions."""

    kappa: float
    accuracy: float
    f1: Mapping[str, float]
    confusion: Mapping[tuple[str, str], int]
    false_missed: float

    @property
    def mean_f1(self) -> float | None:
        """The mean F1 of the labels that occur; None where none does."""
        occurring = {label for label, _ in self.confusion}
        return sum(self.f1[label] for label in occurring) / len(occurring) if occurring else None


@dataclass(frozen=True)
class Report:
    """Figures over ``notes`` rows; a rate is None where no row allows it.

    ``false_missed_notes`` is the share of notes with at least one ``missed`` that the label does
    not bear out. ``worst`` holds ids with the dimensions that differ, most first.
    """

    notes: int
    dimensions: Mapping[str, Agreement]
    false_missed_notes: float
    opportunity_precision: float | None
    opportunity_recall: float | None
    opportunity_f1: float | None
    met_agreement: float | None
    rupture_f1: float | None
    repair_agreement: float | None
    safety_recall: float | None
    safety_false_alarms: float | None
    encounter_accuracy: float | None
    worst: tuple[tuple[str, tuple[str, ...]], ...]


def kappa(gold: Sequence[object], found: Sequence[object]) -> float:
    """Cohen's kappa of two label sequences of equal length; 1 where both never vary and agree."""
    total = len(gold)
    if not total:
        return 0.0
    agreed = sum(a == b for a, b in zip(gold, found, strict=True)) / total
    left, right = Counter(gold), Counter(found)
    chance = sum(left[label] * right[label] for label in left) / total**2
    return 1.0 if chance == 1 else (agreed - chance) / (1 - chance)


def f1(hits: int, found: int, wanted: int) -> float | None:
    """Harmonic mean of precision and recall; None where nothing was found or wanted."""
    return 2 * hits / (found + wanted) if found + wanted else None


def overlap(text: str, one: str, other: str) -> bool:
    """Whether two quotes of the text share at least half of the shorter."""
    first, second = text.find(one), text.find(other)
    if first < 0 or second < 0 or not one or not other:
        return False
    shared = min(first + len(one), second + len(other)) - max(first, second)
    return shared >= 0.5 * min(len(one), len(other))


def evaluate(rows: Iterable[Mapping[str, Any]], engine: Assesses) -> Report:
    """Figures for ``engine`` over labelled rows; ValueError names a row without text or labels."""
    kept = list(rows)
    check_rows(kept)
    found = [engine.assess(row["text"]) for row in kept]
    pairs = list(zip(kept, found, strict=True))
    dimensions = {str(dimension): _agreement(pairs, dimension) for dimension in Dimension}
    false_missed = sum(any(_false_missed(row, a, d) for d in Dimension) for row, a in pairs)
    hits = wanted = offered = met_same = 0
    for row, assessment in pairs:
        if "opportunities" not in row:
            continue
        wanted += len(row["opportunities"])
        offered += len(assessment.opportunities)
        free = list(assessment.opportunities)
        for gold in row["opportunities"]:
            match = next((o for o in free if overlap(row["text"], o.quote, gold["quote"])), None)
            if match:
                free.remove(match)
                hits += 1
                met_same += match.met == (gold["met"] in ("yes", True))
    labelled = any("opportunities" in row for row in kept)
    strained = [(row, a) for row, a in pairs if "rupture" in row]
    both = [(row, a) for row, a in strained if row["rupture"] and a.rupture]
    unsafe = [a for row, a in pairs if row.get("safety", "none") not in ("none", "identifier")]
    safe = [a for row, a in pairs if row.get("safety") == "none"]
    met = [(row, a) for row, a in pairs if "encounter" in row]
    differing = [
        (str(row.get("id", at)), tuple(str(d) for d in Dimension if row[d] != a.levels[d]))
        for at, (row, a) in enumerate(pairs, start=1)
    ]
    return Report(
        notes=len(kept),
        dimensions=dimensions,
        false_missed_notes=false_missed / len(kept) if kept else 0.0,
        opportunity_precision=hits / offered if labelled and offered else None,
        opportunity_recall=hits / wanted if wanted else None,
        opportunity_f1=f1(hits, offered, wanted) if labelled else None,
        met_agreement=met_same / hits if hits else None,
        rupture_f1=f1(
            len(both),
            sum(a.rupture for _, a in strained),
            sum(row["rupture"] for row, _ in strained),
        ),
        repair_agreement=sum(row.get("repair") == a.repair for row, a in both) / len(both)
        if both
        else None,
        safety_recall=sum(a.safety is not Safety.NONE for a in unsafe) / len(unsafe)
        if unsafe
        else None,
        safety_false_alarms=sum(a.safety is not Safety.NONE for a in safe) / len(safe)
        if safe
        else None,
        encounter_accuracy=sum(row["encounter"] == a.encounter for row, a in met) / len(met)
        if met
        else None,
        worst=tuple(
            sorted((item for item in differing if item[1]), key=lambda item: -len(item[1]))[:WORST]
        ),
    )


def check_rows(rows: Sequence[Mapping[str, Any]]) -> None:
    """ValueError names a row without text or labels."""
    for at, row in enumerate(rows, start=1):
        lacking = [key for key in ("text", *map(str, Dimension)) if key not in row]
        if lacking:
            raise ValueError(f"row {at} has no {', '.join(lacking)}: a labelled note needs them")


def _false_missed(row: Mapping[str, Any], found: Assessment, dimension: Dimension) -> bool:
    return found.levels[dimension] is Level.MISSED and row[dimension] != Level.MISSED


def _agreement(
    pairs: Sequence[tuple[Mapping[str, Any], Assessment]], dimension: Dimension
) -> Agreement:
    gold = [str(row[dimension]) for row, _ in pairs]
    found = [str(assessment.levels[dimension]) for _, assessment in pairs]
    confusion = Counter(zip(gold, found, strict=True))
    total = max(1, len(pairs))
    return Agreement(
        kappa=kappa(gold, found),
        accuracy=sum(a == b for a, b in zip(gold, found, strict=True)) / total,
        f1={
            level: f1(confusion[level, level], found.count(level), gold.count(level)) or 0.0
            for level in _LEVELS
        },
        confusion=dict(confusion),
        false_missed=sum(_false_missed(row, a, dimension) for row, a in pairs) / total,
    )


def render(report: Report) -> str:
    """The report as plain text: figures, confusions (rows: label, columns: found), worst notes."""
    lines = [f"{report.notes} notes", ""]
    for name, agreement in report.dimensions.items():
        lines.append(
            f"{name}: kappa {agreement.kappa:.2f}, same label {agreement.accuracy:.0%}, "
            f"false missed {agreement.false_missed:.1%}"
        )
        lines.append("  " + "".join(f"{level:>13}" for level in ("label", *_LEVELS, "F1")))
        for level in _LEVELS:
            cells = [str(agreement.confusion.get((level, other), 0)) for other in _LEVELS]
            cells = [level, *cells, f"{agreement.f1[level]:.2f}"]
            lines.append("  " + "".join(f"{cell:>13}" for cell in cells))
        lines.append("")
    figures = (
        ("notes with a false missed", report.false_missed_notes),
        ("opportunities, precision", report.opportunity_precision),
        ("opportunities, recall", report.opportunity_recall),
        ("opportunities, F1", report.opportunity_f1),
        ("met or not, agreement", report.met_agreement),
        ("rupture, F1", report.rupture_f1),
        ("repair, agreement", report.repair_agreement),
        ("safety, recall", report.safety_recall),
        ("safety, false alarms", report.safety_false_alarms),
        ("encounter, accuracy", report.encounter_accuracy),
    )
    for name, value in figures:
        lines.append(f"{name:<27}" + ("not measured" if value is None else f"{value:.3f}"))
    if report.worst:
        lines += ["", "notes that differ most:"]
        lines += [f"  {name}: {', '.join(dimensions)}" for name, dimensions in report.worst]
    return "\n".join(lines)
