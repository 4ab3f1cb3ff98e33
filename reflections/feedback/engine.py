"""The offline engine: acts found in the text, then the manual's tables on top."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from prompts.library import Dimension
from reflections.encoder import Floats
from reflections.feedback import manual
from reflections.feedback.features import Frame, Lexicon, frames
from reflections.feedback.finder import Model, Settings, load_lexicon, load_model, sigmoid
from reflections.feedback.frame_rules import temper
from reflections.feedback.network import SAFETY
from reflections.feedback.readings import Readings, read, settle
from reflections.feedback.safety import is_encounter, safety_gate
from reflections.feedback.text import is_foreign
from reflections.model import Act, Assessment, Level, Safety

MAX_CHARACTERS = 8_000
"""Longer texts are read up to here; a note is a few hundred characters."""

SURE_ENOUGH = 0.25
"""From here the readers close the gate by themselves. A signpost too many costs less than one that
is missing."""
LEAST_WORDS, SURE_OF_A_CLAUSE = 40, 0.6
_WORD = re.compile(r"\w+")
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
    """Reads a note by rubric, on this machine. Immutable, so threads may share it."""

    model: Model
    lexicon: Lexicon

    def assess(self, text: str) -> Assessment:
        """What the note records; the same text always gives the same answer."""
        made, likely, safety = self.likely(text)
        readings = read(made, likely, self.model.finder.codes)
        return assessment(text, readings, safety, self.model.settings)

    def likely(self, text: str) -> tuple[list[Frame], Floats, Floats]:
        """The clauses of a note; how likely each carries each act; how likely each ``SAFETY``."""
        text = text[:MAX_CHARACTERS]
        made = frames(text, self.lexicon)
        found = self.model.read(text, made)
        return made, temper(made, sigmoid(found.acts), self.model.finder.codes), found.safety


def assessment(text: str, readings: Readings, danger: Floats, settings: Settings) -> Assessment:
    """The safety gate, then the most likely reading of the note, in the manual's terms."""
    safety = safety_gate(text)
    if safety is Safety.NONE:
        safety = second_net(readings, danger, text)
    if safety is Safety.NONE and not is_encounter(text[:MAX_CHARACTERS]):
        return Assessment(False, safety, dict.fromkeys(Dimension, Level.NOT_EVIDENT))
    if is_foreign(text):
        return Assessment(True, safety, dict.fromkeys(Dimension, Level.NOT_EVIDENT))
    reading = settle(readings, settings)
    likely = joined(reading.likely, text)
    acts = tuple(likely)
    return manual.assessment(text, acts, likely, reading.levels, safety)


def second_net(readings: Readings, danger: Floats, text: str) -> Safety:
    """What the two readers add to the rules of the safety gate: each clause by itself, and the
    note as a whole (``danger``, how likely each ``SAFETY`` is), weighed alike. A text too short to
    be like the notes that the network learnt from is judged by its clauses alone."""
    told: dict[Safety, tuple[float, Act]] = {}
    for act, likely in zip(readings.acts, readings.likely, strict=True):
        kind = _NET.get(act.code)
        if kind and likely > told.get(kind, (0.0, act))[0]:
            told[kind] = (float(likely), act)
    clause = max((likely for likely, _ in told.values()), default=0.0)
    whole = dict(zip(SAFETY, map(float, danger), strict=True))
    brief = len(_WORD.findall(text)) < LEAST_WORDS
    if brief and clause < SURE_OF_A_CLAUSE:
        return Safety.NONE
    if not brief and (clause + 1 - whole[Safety.NONE]) / 2 < SURE_ENOUGH:
        return Safety.NONE
    kind = max(_NET.values(), key=lambda k: whole[k] + told.get(k, (0.0,))[0])
    if kind is Safety.CLINICIAN_DISTRESS and kind in told:
        act = told[kind][1]
        if _ORDINARY.search(text[act.start : act.end]):
            return Safety.NONE
    return kind


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
    return RubricEngine(load_model(), load_lexicon())
