import pytest

from prompts.library import Dimension
from reflections.feedback.evaluate import evaluate, kappa, overlap, render
from reflections.model import Assessment, Level, Opportunity, OpportunityType, Safety


class Fixed:
    """An engine that gives one assessment whatever it reads."""

    def __init__(self, found: Assessment) -> None:
        self.found = found

    def assess(self, text: str) -> Assessment:
        return self.found


FOUND = Assessment(
    encounter=True,
    safety=Safety.NONE,
    levels={
        Dimension.EMPATHY: Level.MISSED,
        Dimension.PARTNERSHIP: Level.STRONG,
        Dimension.EXPECTATIONS: Level.NOT_EVIDENT,
    },
    opportunities=(Opportunity("scared of falling", OpportunityType.EMOTION, False),),
)
ROW = {
    "id": "n1",
    "text": "She is scared of falling. Frame checked.",
    "empathy": "missed",
    "partnership": "partial",
    "expectations": "not_evident",
    "opportunities": [{"quote": "She is scared of falling", "type": "emotion", "met": "no"}],
    "rupture": False,
    "repair": None,
    "safety": "none",
    "encounter": True,
}


def test_kappa_as_in_cohens_example() -> None:
    gold = ["a"] * 20 + ["a"] * 5 + ["b"] * 10 + ["b"] * 15
    found = ["a"] * 20 + ["b"] * 5 + ["a"] * 10 + ["b"] * 15
    assert kappa(gold, found) == pytest.approx(0.4)
    assert kappa(["a"], ["a"]) == 1
    assert kappa([], []) == 0


def test_quotes_overlap_by_half_of_the_shorter() -> None:
    text = "abcdefghij"
    assert overlap(text, "abcdef", "defghij")
    assert not overlap(text, "abcd", "defgh")
    assert not overlap(text, "abc", "xyz")


def test_figures_and_their_text() -> None:
    report = evaluate([ROW], Fixed(FOUND))
    assert report.opportunity_f1 == 1
    assert report.met_agreement == 1
    assert report.safety_false_alarms == 0
    assert report.safety_recall is None
    assert report.encounter_accuracy == 1
    assert report.worst == (("n1", ("partnership",)),)
    assert report.dimensions["empathy"].accuracy == 1
    shown = render(report)
    assert "scared" not in shown
    assert "safety, recall             not measured" in shown
    assert "n1: partnership" in shown


def test_a_false_missed_is_counted() -> None:
    report = evaluate([ROW | {"empathy": "strong"}], Fixed(FOUND))
    assert report.false_missed_notes == 1
    assert report.dimensions["empathy"].false_missed == 1


def test_a_row_without_labels_is_named() -> None:
    with pytest.raises(ValueError, match="row 2 has no text, empathy"):
        evaluate([ROW, {"id": "n2"}], Fixed(FOUND))


def test_nothing_to_measure() -> None:
    assert evaluate([], Fixed(FOUND)).notes == 0
    assert render(evaluate([], Fixed(FOUND)))
