"""The offline engine: acts found in the text, then the manual's tables on top."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from prompts.library import Dimension
from reflections.feedback import manual
from reflections.feedback.features import Frame, Lexicon, frames
from reflections.feedback.finder import Finder, load_finder, load_lexicon
from reflections.feedback.release import MODEL_SHA256
from reflections.feedback.safety import is_encounter, safety_gate
from reflections.model import Act, Assessment, Level, Opportunity, Safety

MAX_CHARACTERS = 20_000
"""Longer texts are read up to here; a note is a few hundred characters."""


@dataclass(frozen=True)
class RubricEngine:
    """Reads a note by rubric, without a network. Immutable, so threads may share it."""

    finder: Finder
    lexicon: Lexicon

    def assess(self, text: str) -> Assessment:
        """What the note records; the same text always gives the same answer."""
        text = text[:MAX_CHARACTERS]
        safety = safety_gate(text)
        if not is_encounter(text) and safety is Safety.NONE:
            return Assessment(False, safety, dict.fromkeys(Dimension, Level.NOT_EVIDENT))
        made = frames(text, self.lexicon)
        if not made:
            return Assessment(False, safety, dict.fromkeys(Dimension, Level.NOT_EVIDENT))
        acts = acts_from(made, self.finder.probabilities(made), self.finder)
        levels = manual.levels(acts)
        rupture, repair = manual.strain(acts)
        return Assessment(
            encounter=True,
            safety=safety,
            levels=levels,
            opportunities=tuple(
                Opportunity(text[cue.start : cue.end], manual.CUES[cue.code], manual.is_met(reply))
                for cue, reply in manual.answers(acts)
            ),
            rupture=rupture,
            repair=repair,
            evidence=manual.evidence(text, acts, levels),
            acts=tuple(acts),
        )


def acts_from(made: list[Frame], probabilities: NDArray[np.float32], finder: Finder) -> list[Act]:
    """Clauses whose probability passes the code's threshold; neighbours of one code merge."""
    acts: list[Act] = []
    for column, code in enumerate(finder.codes):
        last: Act | None = None
        last_row = -2
        for row in np.flatnonzero(probabilities[:, column] >= finder.thresholds[column]):
            clause = made[row].clause
            if last and row == last_row + 1 and made[last_row].clause.sentence == clause.sentence:
                acts.remove(last)
                last = Act(last.start, clause.end, code)
            else:
                last = Act(clause.start, clause.end, code)
            acts.append(last)
            last_row = int(row)
    return sorted(acts, key=lambda act: (act.start, act.end, act.code))


def load_engine() -> RubricEngine:
    """The engine with the shipped model; ModelError where the model is missing or altered."""
    return RubricEngine(load_finder(sha256=MODEL_SHA256), load_lexicon())
