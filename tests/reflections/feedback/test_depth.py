"""The question that leads a reflection further."""

from __future__ import annotations

import pytest

from prompts.library import Library
from reflections.feedback.depth import Rung, next_rung, question
from reflections.feedback.engine import RubricEngine


@pytest.mark.parametrize(
    ("note", "rung"),
    [
        ("He asked about the scan. I told him Thursday.", Rung.NOTICED),
        ("He asked about the scan and I felt rushed.", Rung.WHY),
        ("I was short with her. From her side it must have sounded like a no.", Rung.NEXT),
        ("I was short with her. Next time I'll ask before I look at the list.", None),
        ("If she goes quiet again, I'll wait.", None),
        ("She felt tired and said her chest was tight.", Rung.NOTICED),
    ],
)
def test_it_asks_one_rung_above_the_note(note: str, rung: Rung | None) -> None:
    assert next_rung(note) == rung


def test_it_quotes_the_moment_where_there_is_one(engine: RubricEngine, library: Library) -> None:
    note = "She said she was frightened of the stairs. I moved on to the dressing."
    asked = question(engine.assess(note), note, library)
    assert "frightened of the stairs" in asked


def test_the_same_wording_does_not_come_twice_in_a_row(
    engine: RubricEngine, library: Library
) -> None:
    note = "She said she was frightened of the stairs. I moved on to the dressing."
    assessment = engine.assess(note)
    first = question(assessment, note, library)
    second = question(assessment, note, library, [first])
    assert first != second
    assert question(assessment, note, library, [first, second]) not in (first, second)


@pytest.mark.parametrize(
    "note",
    [
        "I don't want to be here any more. She asked about the scan, I told her Thursday.",
        "Thanks, could someone swap my Thursday late?",
        "Long day, shattered.",
    ],
)
def test_it_asks_nothing_where_something_else_comes_first(
    engine: RubricEngine, library: Library, note: str
) -> None:
    assert question(engine.assess(note), note, library) == ""


def test_the_words_hold_no_reproach_and_no_rung(library: Library) -> None:
    for rung in Rung:
        for kind in ("moment", "visit"):
            variants = library.variants(f"depth.{rung}.{kind}")
            assert len(set(variants)) >= 3
            for words in variants:
                assert len(words.split()) <= 25
                for word in ("should", "didn't", "level", "depth", "score", "failed"):
                    assert word not in words.lower()
