"""The network that reads a whole note."""

from __future__ import annotations

import numpy as np
import pytest

from reflections.feedback import RubricEngine
from reflections.feedback.features import frames
from reflections.feedback.lexicon import CLASSES
from reflections.feedback.manual import CODES
from reflections.feedback.network import SAFETY, class_columns, unite

NOTE = "She said she's terrified of the scan. I said that sounds a lot to carry, and waited."
COLUMNS = class_columns(sorted(CLASSES))


def test_every_word_of_a_clause_is_given_to_it(engine: RubricEngine) -> None:
    made = frames(NOTE, engine.lexicon)
    units = unite(NOTE, made, COLUMNS)
    for row, frame in enumerate(made):
        inside = [w for w, at in zip(units.words, units.clause, strict=True) if at == row]
        letters = "".join(inside)
        for token in frame.clause.tokens:
            assert "".join(filter(str.isalnum, token.norm)) in letters.replace("'", "")


def test_word_classes_stand_with_their_words(engine: RubricEngine) -> None:
    units = unite(NOTE, frames(NOTE, engine.lexicon), COLUMNS)
    at = units.words.index("terrified")
    assert units.classes[at, COLUMNS["EMO"]] == 1
    assert units.classes[units.words.index("."), COLUMNS["EMO"]] == 0


@pytest.mark.parametrize("text", ["", " ", ".", "🙂", "[NAME]", "I said " * 900, "a" * 4000])
def test_any_text_gives_figures_of_the_right_shape(engine: RubricEngine, text: str) -> None:
    made = frames(text, engine.lexicon)
    found = engine.model.network(text, made)
    assert found.acts.shape == (len(made), len(CODES))
    assert np.isfinite(found.acts).all()
    assert found.safety.shape == (len(SAFETY),)
    assert found.safety.sum() == pytest.approx(1, abs=1e-4)


def test_a_clause_is_read_in_its_note(engine: RubricEngine) -> None:
    """What the linear reader cannot see: the same words, far from what they answer."""
    about = "We talked about her garden and the bus and the weather for a while, at length. "
    answer = "I said no wonder."
    feeling = "She said she was terrified of dying. "
    column = CODES.index("resp_empathic")

    def last(text: str) -> float:
        return float(engine.model.network(text, frames(text, engine.lexicon)).acts[-1, column])

    assert last(feeling + answer) != pytest.approx(last(about + answer), abs=0.01)
