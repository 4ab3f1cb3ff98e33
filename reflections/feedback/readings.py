"""From probabilities to one reading of the note, by way of the manual.

Clauses are seldom certain. So the manual's tables are applied to many plausible readings of the
note (each draws the acts by their probability), and every level is weighed by how many readings
come to it. The acts that are shown are those of the most likely reading that has the level found,
so a level never stands without the acts that lead to it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from prompts.library import Dimension
from reflections.feedback import manual
from reflections.feedback.features import Frame
from reflections.feedback.finder import Settings
from reflections.model import Act, Level

READINGS = 100
LEAST = 0.02
"""Acts less likely than this are in no reading."""
LEAST_CREDIT, LEAST_MISSED = 0.2, 0.3
"""How likely the likeliest act in favour must be for ``strong`` or ``partial``; for ``missed``."""
_LEVELS = tuple(Level)
_BEHIND: dict[tuple[Dimension, bool], tuple[str, ...]] = {
    (Dimension.EMPATHY, True): ("resp_empathic", "resp_thin"),
    (Dimension.EMPATHY, False): (*manual.CUES, "emp_contrary"),
    (Dimension.PARTNERSHIP, True): (*manual.PATIENT_PARTNERSHIP, "part_generic"),
    (Dimension.PARTNERSHIP, False): ("pt_view", "part_contrary"),
    (Dimension.EXPECTATIONS, True): (*manual.TWO_WAY, *manual.FORWARD, "exp_generic"),
    (Dimension.EXPECTATIONS, False): ("pt_question", "exp_contrary"),
}
_OWN_CODES = {
    Dimension.EMPATHY: ("cue_", "resp_", "emp_"),
    Dimension.PARTNERSHIP: ("P", "part_", "pt_view"),
    Dimension.EXPECTATIONS: ("E", "exp_", "pt_question"),
}
_LEVEL_OF = {
    Dimension.EMPATHY: manual.empathy,
    Dimension.PARTNERSHIP: manual.partnership,
    Dimension.EXPECTATIONS: manual.expectations,
}


@dataclass(frozen=True)
class Reading:
    """The levels found and the acts that lead to them."""

    levels: dict[Dimension, Level]
    acts: tuple[Act, ...]
    likely: dict[Act, float]


@dataclass(frozen=True)
class Readings:
    """Candidate acts of a note with their probabilities, and which are in which reading."""

    acts: list[Act]
    codes: list[int]
    likely: NDArray[np.float32]
    drawn: NDArray[np.bool_]
    levels: dict[Dimension, list[Level]]

    def shares(self) -> NDArray[np.float64]:
        """Dimensions by levels: the share of readings that come to each level.

        Zero where no single act in favour is likely enough: then the level is no option.
        """
        shares = np.array(
            [
                [found.count(level) / len(found) for level in _LEVELS]
                for found in (self.levels[dimension] for dimension in Dimension)
            ]
        )
        for at, dimension in enumerate(Dimension):
            for credit, least in ((True, LEAST_CREDIT), (False, LEAST_MISSED)):
                behind = _BEHIND[dimension, credit]
                top = max(
                    (
                        p
                        for act, p in zip(self.acts, self.likely, strict=True)
                        if act.code in behind
                    ),
                    default=0.0,
                )
                if top < least:
                    concerned = (Level.STRONG, Level.PARTIAL) if credit else (Level.MISSED,)
                    shares[at, [_LEVELS.index(level) for level in concerned]] = 0
        return shares


def read(made: list[Frame], probabilities: NDArray[np.float32], codes: tuple[str, ...]) -> Readings:
    """Draws the readings and applies the manual to each; the same note gives the same draws."""
    places = np.argwhere(probabilities > LEAST)
    acts = [
        Act(made[row].clause.start, made[row].clause.end, codes[column]) for row, column in places
    ]
    likely = probabilities[places[:, 0], places[:, 1]]
    order = np.lexsort((places[:, 1], places[:, 0]))
    acts = [acts[at] for at in order]
    columns = [int(places[at, 1]) for at in order]
    likely = likely[order]
    generator = np.random.Generator(np.random.PCG64(0))
    drawn = generator.random((READINGS, len(acts))) < likely
    levels: dict[Dimension, list[Level]] = {dimension: [] for dimension in Dimension}
    for row in drawn:
        reading = [acts[at] for at in np.flatnonzero(row)]
        for dimension in Dimension:
            levels[dimension].append(_LEVEL_OF[dimension](reading))
    return Readings(acts, columns, likely, drawn, levels)


def settle(readings: Readings, settings: Settings) -> Reading:
    """The level of each dimension, and for each the acts of the likeliest reading that has it."""
    shares = readings.shares() * settings.level_weights
    shown = (
        readings.likely >= settings.thresholds[readings.codes]
        if readings.acts
        else np.zeros(0, bool)
    )
    sure = [act for act, kept in zip(readings.acts, shown, strict=True) if kept]
    levels: dict[Dimension, Level] = {}
    chosen: list[Act] = []
    for at, dimension in enumerate(Dimension):
        level = _LEVELS[int(shares[at].argmax())]
        levels[dimension] = level
        own = np.array([act.code.startswith(_OWN_CODES[dimension]) for act in readings.acts], bool)
        if _LEVEL_OF[dimension](sure) is level:
            keep = shown & own
        else:
            keep = _likeliest(readings, dimension, level, own)
        chosen += [act for act, kept in zip(readings.acts, keep, strict=True) if kept]
    others = tuple(prefix for prefixes in _OWN_CODES.values() for prefix in prefixes)
    chosen += [act for act in sure if not act.code.startswith(others)]
    likely = dict(zip(readings.acts, map(float, readings.likely), strict=True))
    ordered = tuple(sorted(chosen, key=lambda act: (act.start, act.end, act.code)))
    return Reading(levels, ordered, {act: likely[act] for act in ordered})


def _likeliest(
    readings: Readings, dimension: Dimension, level: Level, own: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """The dimension's acts in the likeliest drawn reading that comes to this level."""
    odds = np.log(np.clip(readings.likely, 1e-6, 1) / np.clip(1 - readings.likely, 1e-6, 1))
    best = np.zeros(len(readings.acts), bool)
    top = -np.inf
    for row, found in zip(readings.drawn, readings.levels[dimension], strict=True):
        if found is level:
            value = float(odds[row & own].sum())
            if value > top:
                top, best = value, row & own
    return best
