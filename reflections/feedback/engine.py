"""The offline engine: acts found in the text, then the manual's tables on top."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from prompts.library import Dimension
from reflections.feedback import doubts, manual
from reflections.feedback.features import Lexicon, frames
from reflections.feedback.finder import Model, Settings, load_lexicon, load_model
from reflections.feedback.frame_rules import temper
from reflections.feedback.readings import Readings, read, settle
from reflections.feedback.release import MODEL_SHA256
from reflections.feedback.safety import is_encounter, safety_gate
from reflections.feedback.text import is_foreign
from reflections.model import Act, Assessment, Level, Safety

MAX_CHARACTERS = 8_000
"""Longer texts are read up to here; a note is a few hundred characters."""

SURE_ENOUGH = 0.6
"""From here the act finder closes the gate by itself: a net under the rules, seldom wrong."""
_NET = {
    "safety_distress": Safety.CLINICIAN_DISTRESS,
    "safety_safeguarding": Safety.SAFEGUARDING,
    "safety_incident": Safety.PATIENT_SAFETY,
}


_ORDINARY = re.compile(
    r"\b(?:tired|knackered|shattered|rushed|busy|late|listen\w*|rubbish|snapped|stressed|behind"
    r"|flat"
    r"|useless|long (?:day|week)|get through the (?:day|week|list|clinic))\b",
    re.IGNORECASE,
)
"""An ordinary bad day; what goes beyond one is the rules' to find."""


@dataclass(frozen=True)
class RubricEngine:
    """Reads a note by rubric, without a network. Immutable, so threads may share it."""

    model: Model
    lexicon: Lexicon

    def assess(self, text: str) -> Assessment:
        """What the note records; the same text always gives the same answer."""
        made = frames(text[:MAX_CHARACTERS], self.lexicon)
        finder = self.model.finder
        likely = temper(made, finder.probabilities(made), finder.codes)
        readings = read(made, likely, finder.codes)
        return assessment(text, readings, self.model.settings)


def assessment(text: str, readings: Readings, settings: Settings) -> Assessment:
    """The safety gate, then the most likely reading of the note, in the manual's terms."""
    safety = safety_gate(text)
    if safety is Safety.NONE:
        safety = second_net(readings, text)
    if safety is Safety.NONE and not is_encounter(text[:MAX_CHARACTERS]):
        return Assessment(False, safety, dict.fromkeys(Dimension, Level.NOT_EVIDENT))
    if is_foreign(text):
        return Assessment(True, safety, dict.fromkeys(Dimension, Level.NOT_EVIDENT))
    reading = settle(readings, settings)
    likely = joined(reading.likely, text)
    acts = tuple(likely)
    levels = {d: _held(d, level, text, acts) for d, level in reading.levels.items()}
    return manual.assessment(text, acts, likely, levels, safety)


def _held(dimension: Dimension, level: Level, text: str, acts: tuple[Act, ...]) -> Level:
    """The level, but ``missed`` only where nothing in the note speaks against it.

    Precision before coverage: where an answer may well be there, we say that we cannot tell.
    """
    if level is Level.MISSED and not doubts.missed_holds(dimension, text, acts):
        return Level.NOT_EVIDENT
    return level


def second_net(readings: Readings, text: str) -> Safety:
    """What the act finder, by itself sure enough, adds to the rules of the safety gate."""
    sure = [
        (likely, act.code)
        for act, likely in zip(readings.acts, readings.likely, strict=True)
        if act.code in _NET
        and likely >= SURE_ENOUGH
        and not (act.code == "safety_distress" and _ORDINARY.search(text[act.start : act.end]))
    ]
    return _NET[max(sure)[1]] if sure else Safety.NONE


def joined(likely: Mapping[Act, float], text: str) -> dict[Act, float]:
    """Acts of one code in neighbouring clauses of one sentence made into one."""
    whole: list[tuple[Act, float]] = []
    for act in sorted(likely, key=lambda act: (act.code, act.start)):
        last = whole[-1][0] if whole else None
        between = text[last.end : act.start] if last else ""
        if last and last.code == act.code and len(between) <= 3 and not set(".!?\n") & set(between):
            both = max(whole[-1][1], likely[act])
            whole[-1] = (Act(last.start, act.end, act.code, both), both)
        else:
            whole.append((Act(act.start, act.end, act.code, likely[act]), likely[act]))
    return dict(sorted(whole, key=lambda item: (item[0].start, item[0].end, item[0].code)))


def load_engine() -> RubricEngine:
    """The engine with the shipped model; ModelError where the model is missing or altered."""
    return RubricEngine(load_model(sha256=MODEL_SHA256), load_lexicon())
