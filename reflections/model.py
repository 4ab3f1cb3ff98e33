"""What the product speaks about: frozen values, free of Slack, disk and clock.

Names follow the glossary in ``docs/architecture.md``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from prompts.library import Dimension


class Level(StrEnum):
    """What a note records on one dimension; never a judgement of the person."""

    STRONG = "strong"
    PARTIAL = "partial"
    MISSED = "missed"
    NOT_EVIDENT = "not_evident"


class Safety(StrEnum):
    """What the safety gate found; anything but NONE is answered by a signpost, not coaching."""

    NONE = "none"
    CLINICIAN_DISTRESS = "clinician_distress"
    PATIENT_SAFETY = "patient_safety"
    SAFEGUARDING = "safeguarding"


class OpportunityType(StrEnum):
    EMOTION = "emotion"
    CHALLENGE = "challenge"
    PROGRESS = "progress"


class Repair(StrEnum):
    YES = "yes"
    PARTIAL = "partial"
    NO = "no"


@dataclass(frozen=True)
class Act:
    """One coded span of a note; ``start`` and ``end`` are character offsets, end exclusive."""

    start: int
    end: int
    code: str


@dataclass(frozen=True)
class Opportunity:
    """An empathic opportunity: ``quote`` is a verbatim span of the note."""

    quote: str
    type: OpportunityType
    met: bool


@dataclass(frozen=True)
class Assessment:
    """What an engine read in a note.

    ``evidence`` holds, for each dimension, verbatim spans of the note. ``repair`` is None where no
    rupture is recorded. ``encounter`` is False for a text that is not an account of an encounter;
    its levels are all NOT_EVIDENT.
    """

    encounter: bool
    safety: Safety
    levels: Mapping[Dimension, Level]
    opportunities: tuple[Opportunity, ...] = ()
    rupture: bool = False
    repair: Repair | None = None
    evidence: Mapping[Dimension, tuple[str, ...]] = field(default_factory=dict)
    acts: tuple[Act, ...] = ()


@dataclass(frozen=True)
class Feedback:
    """An assessment and the words for it: at most 90 words in the three parts together.

    A part is empty where the note gives nothing to build it on. ``engine`` names who read the
    note (``rubric`` for the offline engine).
    """

    assessment: Assessment
    strength: str
    opening: str
    next_step: str
    engine: str
