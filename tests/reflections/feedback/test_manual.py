"""The coding manual's tables, row by row."""

import pytest

from prompts.library import Dimension
from reflections.feedback import manual
from reflections.model import Act, Level, Repair


def acts(*codes: str) -> list[Act]:
    """Acts in this order, ten characters each; ``a+b`` puts two codes on one span."""
    return [
        Act(10 * at, 10 * at + 9, code)
        for at, group in enumerate(codes)
        for code in group.split("+")
    ]


@pytest.mark.parametrize(
    ("codes", "level"),
    [
        ((), Level.NOT_EVIDENT),
        (("P1", "E4", "pt_view", "pt_question"), Level.NOT_EVIDENT),
        (("hindsight",), Level.NOT_EVIDENT),
        (("cue_emotion", "resp_empathic"), Level.STRONG),
        (("cue_challenge", "resp_closed", "resp_empathic"), Level.STRONG),  # late still counts
        (("cue_emotion", "cue_challenge", "resp_empathic"), Level.STRONG),  # one answer to both
        (("cue_emotion", "resp_thin"), Level.PARTIAL),
        (("cue_emotion", "resp_empathic", "cue_emotion"), Level.PARTIAL),
        (("cue_emotion", "resp_empathic", "cue_emotion", "resp_closed"), Level.PARTIAL),
        (("cue_emotion", "resp_empathic", "emp_contrary"), Level.PARTIAL),
        (("cue_emotion", "emp_contrary", "repair", "resp_empathic"), Level.STRONG),  # repaired
        (("cue_progress",), Level.MISSED),
        (("cue_emotion", "resp_closed"), Level.MISSED),
        (("cue_emotion", "hindsight"), Level.MISSED),  # insight afterwards changes nothing
        (("emp_contrary",), Level.MISSED),  # with no opportunity at all
        (("emp_contrary", "repair"), Level.NOT_EVIDENT),
    ],
)
def test_empathy(codes: tuple[str, ...], level: Level) -> None:
    assert manual.empathy(acts(*codes)) is level


@pytest.mark.parametrize(
    ("codes", "level"),
    [
        ((), Level.NOT_EVIDENT),
        (("cue_emotion", "resp_closed"), Level.NOT_EVIDENT),
        (("P1", "P3"), Level.STRONG),
        (("P2", "P6"), Level.STRONG),
        (("P2", "P4"), Level.PARTIAL),  # nothing of the patient's is visible in the plan
        (("P2",), Level.PARTIAL),
        (("part_generic",), Level.PARTIAL),
        (("P1", "P3", "part_contrary"), Level.PARTIAL),
        (("part_contrary", "repair", "P1", "P3"), Level.STRONG),
        (("pt_view",), Level.MISSED),
        (("pt_view", "part_contrary"), Level.MISSED),
        (("part_contrary",), Level.MISSED),
        (("P1", "part_contrary"), Level.MISSED),
    ],
)
def test_partnership(codes: tuple[str, ...], level: Level) -> None:
    assert manual.partnership(acts(*codes)) is level


@pytest.mark.parametrize(
    ("codes", "level"),
    [
        ((), Level.NOT_EVIDENT),
        (("E1+E4", "E6"), Level.STRONG),
        (("E5", "E2", "E3"), Level.STRONG),
        (("E5", "E8", "E4"), Level.STRONG),
        (("E1", "E4"), Level.PARTIAL),
        (("E4", "E6", "E7"), Level.PARTIAL),  # nothing two-way
        (("E1", "E5"), Level.PARTIAL),  # nothing forward
        (("exp_generic",), Level.PARTIAL),
        (("E4", "pt_question"), Level.PARTIAL),
        (("E1", "E4", "E6", "exp_contrary"), Level.PARTIAL),
        (("pt_question",), Level.MISSED),
        (("pt_question", "exp_contrary"), Level.MISSED),
        (("exp_contrary",), Level.MISSED),
    ],
)
def test_expectations(codes: tuple[str, ...], level: Level) -> None:
    assert manual.expectations(acts(*codes)) is level


@pytest.mark.parametrize(
    ("codes", "found"),
    [
        (("cue_emotion",), (False, None)),
        (("strain_withdrawal",), (True, Repair.NO)),
        (("strain_confrontation", "repair"), (True, Repair.YES)),
        (("repair",), (False, None)),
    ],
)
def test_rupture(codes: tuple[str, ...], found: tuple[bool, Repair | None]) -> None:
    assert manual.strain(acts(*codes)) == found


def test_evidence_is_what_shows_the_level() -> None:
    text = "She was scared." + " " * 5 + "I waited with her."
    found = [Act(0, 15, "cue_emotion"), Act(20, 38, "resp_empathic"), Act(0, 15, "pt_view")]
    likely = dict.fromkeys(found, 0.9)
    spans = manual.evidence(text, likely, manual.levels(found))
    assert spans[Dimension.EMPATHY] == ("I waited with her.",)
    assert spans[Dimension.PARTNERSHIP] == ("She was scared.",)
    assert spans[Dimension.EXPECTATIONS] == ()
