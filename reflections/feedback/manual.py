"""The coding manual as plain code: from acts found in a note to levels, step by step.

Acts carry the codes listed in ``CODES``. Each function below is one step of the manual; none looks
at the text, only at the acts and their order. Absence of evidence is ``not_evident``; ``missed``
needs an act that shows it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from prompts.library import Dimension
from reflections.model import (
    Act,
    Assessment,
    Level,
    Opportunity,
    OpportunityType,
    Repair,
    Safety,
)

CUES = {
    "cue_emotion": OpportunityType.EMOTION,
    "cue_challenge": OpportunityType.CHALLENGE,
    "cue_progress": OpportunityType.PROGRESS,
}
PATIENT_PARTNERSHIP = ("P1", "P2", "P3", "P4", "P5", "P6")
FROM_PATIENT = frozenset({"P1", "P3", "P6"})
"""Behaviours in which something that came from the patient is visible in the plan."""
TWO_WAY = frozenset({"E1", "E5", "E8"})
FORWARD = frozenset({"E2", "E3", "E4", "E6", "E7"})
STRAINS = ("strain_confrontation", "strain_withdrawal")
"""Acts that tell of strain; the first is spoken to first."""
CODES = (
    *CUES,
    "pt_view",
    "pt_question",
    "strain_withdrawal",
    "strain_confrontation",
    "resp_empathic",
    "resp_thin",
    "resp_closed",
    "emp_contrary",
    *PATIENT_PARTNERSHIP,
    "part_generic",
    "part_contrary",
    *(f"E{n}" for n in range(1, 9)),
    "exp_generic",
    "exp_contrary",
    "repair",
    "hindsight",
    "safety_distress",
    "safety_incident",
    "safety_safeguarding",
)


def answers(acts: Sequence[Act]) -> list[tuple[Act, Act | None]]:
    """Step 1: each cue with the response that answers it, or None.

    A response answers the cue before it; several cues in a row share the next response. A warm
    response after a closed one still counts (a late answer is an answer), as long as no other cue
    stands between.
    """
    ordered = sorted(acts, key=lambda act: (act.start, act.end))
    paired: list[tuple[Act, Act | None]] = []
    waiting: list[int] = []
    answered = False
    for act in ordered:
        if act.code in CUES:
            if answered:
                waiting = []
                answered = False
            waiting.append(len(paired))
            paired.append((act, None))
        elif act.code in ("resp_empathic", "resp_thin", "resp_closed", "emp_contrary"):
            answered = True
            for at in waiting:
                cue, before = paired[at]
                if _warmth(act) > _warmth(before):
                    paired[at] = (cue, act)
    return paired


def _warmth(act: Act | None) -> int:
    if act is None:
        return 0
    return {"resp_empathic": 3, "resp_thin": 2}.get(act.code, 1)


def is_met(response: Act | None) -> bool:
    """Whether a response is aimed at the feeling itself."""
    return response is not None and response.code in ("resp_empathic", "resp_thin")


def strain(acts: Sequence[Act]) -> tuple[bool, Repair | None]:
    """Step 6: whether strain in the relationship is recorded, and its repair."""
    strained = [act for act in acts if act.code.startswith("strain_")]
    if not strained:
        return False, None
    return True, Repair.YES if any(act.code == "repair" for act in acts) else Repair.NO


def unrepaired(acts: Sequence[Act], code: str) -> bool:
    """Step 5: a contrary act that no later repair with the patient took back."""
    last = max((act.start for act in acts if act.code == "repair"), default=-1)
    return any(act.code == code and act.start > last for act in acts)


def empathy(acts: Sequence[Act]) -> Level:
    """Step 2."""
    paired = answers(acts)
    codes = {act.code for act in acts}
    contrary = unrepaired(acts, "emp_contrary")
    met = [is_met(response) for _, response in paired]
    warm = "resp_empathic" in codes
    if not paired:
        if warm or "resp_thin" in codes:
            return Level.PARTIAL if contrary or not warm else Level.STRONG
        return Level.MISSED if contrary else Level.NOT_EVIDENT
    if not any(met):
        return Level.MISSED
    if all(met) and warm and not contrary:
        return Level.STRONG
    return Level.PARTIAL


def partnership(acts: Sequence[Act]) -> Level:
    """Step 3."""
    codes = {act.code for act in acts}
    behaviours = codes & set(PATIENT_PARTNERSHIP)
    contrary = unrepaired(acts, "part_contrary")
    if len(behaviours) >= 2 and behaviours & FROM_PATIENT:
        return Level.PARTIAL if contrary else Level.STRONG
    if contrary:
        return Level.MISSED
    if behaviours or "part_generic" in codes:
        return Level.PARTIAL
    if "pt_view" in codes:
        return Level.MISSED
    return Level.NOT_EVIDENT


def expectations(acts: Sequence[Act]) -> Level:
    """Step 4."""
    codes = {act.code for act in acts}
    two_way, forward = codes & TWO_WAY, codes & FORWARD
    if question_answered(acts):
        two_way |= {"E1"}
    contrary = unrepaired(acts, "exp_contrary")
    if (two_way and len(forward) >= 2) or (len(two_way) >= 2 and forward):
        return Level.PARTIAL if contrary else Level.STRONG
    if two_way or forward:
        return Level.PARTIAL
    if contrary:
        return Level.MISSED
    if "exp_generic" in codes:
        return Level.PARTIAL
    if "pt_question" in codes:
        return Level.MISSED
    return Level.NOT_EVIDENT


def question_answered(acts: Sequence[Act]) -> bool:
    """Whether the next thing said after a patient's question is a forward element.

    An answer counts both as taking the question up and as the element it contains.
    """
    asked = False
    for act in sorted(acts, key=lambda act: (act.start, act.end)):
        if act.code == "pt_question":
            asked = True
        elif asked and act.code in FORWARD:
            return True
        elif act.code.startswith(("E", "exp_", "resp_", "emp_", "cue_", "P", "part_")):
            asked = False
    return False


def levels(acts: Sequence[Act]) -> dict[Dimension, Level]:
    """The three tables applied to the acts of one note."""
    return {
        Dimension.EMPATHY: empathy(acts),
        Dimension.PARTNERSHIP: partnership(acts),
        Dimension.EXPECTATIONS: expectations(acts),
    }


_EVIDENCE: dict[tuple[Dimension, Level], tuple[str, ...]] = {
    (Dimension.EMPATHY, Level.STRONG): ("resp_empathic", "resp_thin"),
    (Dimension.EMPATHY, Level.PARTIAL): ("resp_empathic", "resp_thin", *CUES),
    (Dimension.EMPATHY, Level.MISSED): ("emp_contrary", "resp_closed", *CUES),
    (Dimension.PARTNERSHIP, Level.STRONG): PATIENT_PARTNERSHIP,
    (Dimension.PARTNERSHIP, Level.PARTIAL): (*PATIENT_PARTNERSHIP, "part_generic", "part_contrary"),
    (Dimension.PARTNERSHIP, Level.MISSED): ("part_contrary", "pt_view"),
    (Dimension.EXPECTATIONS, Level.STRONG): (*sorted(TWO_WAY), *sorted(FORWARD)),
    (Dimension.EXPECTATIONS, Level.PARTIAL): (
        *sorted(TWO_WAY),
        *sorted(FORWARD),
        "exp_generic",
        "pt_question",
        "exp_contrary",
    ),
    (Dimension.EXPECTATIONS, Level.MISSED): ("exp_contrary", "pt_question"),
}


def credit_codes(dimension: Dimension, level: Level) -> tuple[str, ...]:
    """The writer's acts that may show a level, for praise."""
    theirs = (*CUES, "pt_question", "pt_view")
    return tuple(code for code in _EVIDENCE.get((dimension, level), ()) if code not in theirs)


SURE = 0.4
"""From here an act found is more often right than wrong, by a good margin."""
_HEARD = {
    Dimension.EMPATHY: tuple(CUES),
    Dimension.PARTNERSHIP: ("pt_view",),
    Dimension.EXPECTATIONS: ("pt_question",),
}


def evidence(
    text: str, likely: Mapping[Act, float], found: Mapping[Dimension, Level]
) -> dict[Dimension, tuple[str, ...]]:
    """The spans that show each level, the surest first; none for ``not_evident``.

    Where what speaks for the writer is not sure, what the patient said or showed comes first.
    """
    spans: dict[Dimension, tuple[str, ...]] = {}
    for dimension, level in found.items():
        wanted = _EVIDENCE.get((dimension, level), ())
        chosen = sorted(
            (act for act in likely if act.code in wanted),
            key=lambda act: (-likely[act], act.start, act.code),
        )
        if level in (Level.STRONG, Level.PARTIAL) and chosen and likely[chosen[0]] < SURE:
            heard = [act for act in likely if act.code in _HEARD[dimension] and likely[act] >= SURE]
            chosen = [*sorted(heard, key=lambda act: -likely[act]), *chosen]
        spans[dimension] = tuple(dict.fromkeys(text[act.start : act.end] for act in chosen))[:4]
    return spans


def assessment(
    text: str,
    acts: Sequence[Act],
    likely: Mapping[Act, float],
    found: Mapping[Dimension, Level],
    safety: Safety,
) -> Assessment:
    """What the manual makes of the acts of an encounter, however sure each is (``likely``)."""
    rupture, repair = strain(acts)
    return Assessment(
        encounter=True,
        safety=safety,
        levels=found,
        opportunities=tuple(
            Opportunity(text[cue.start : cue.end], CUES[cue.code], is_met(reply))
            for cue, reply in answers(acts)
        ),
        rupture=rupture,
        repair=repair,
        evidence=evidence(text, likely, found),
        acts=tuple(acts),
    )
