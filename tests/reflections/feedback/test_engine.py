"""What holds for every assessment, and how the engine reads plain cases."""

import hashlib
import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import reflections.feedback
from prompts.library import Dimension
from reflections.feedback import ModelError, RubricEngine
from reflections.feedback.engine import MAX_CHARACTERS
from reflections.feedback.features import clause_features, frames
from reflections.feedback.finder import MODEL_FILE, load_model
from reflections.feedback.manual import CODES
from reflections.model import Level, Safety
from reflections.privacy.release import TAGGER_SHA256
from reflections.privacy.tagger import MODEL_FILE as TAGGER

CORPUS = Path(reflections.feedback.__file__).parent / "corpus"
PIECES = (
    "She said she's terrified of the scan",
    "I told her not to worry",
    "I said that sounds a lot to carry, and waited",
    "he asked how long it would take",
    "must lose weight",
    "Offered splint, injection or waiting",
    "she picked the splint",
    "BP 130/80",
    "pt happy w/ plan",
    "'whatever you think'",
    "full stop",
    "→",
    '"',
    "...",
    "😔",
    "\n",
)
notes = st.one_of(
    st.text(max_size=300),
    st.lists(st.sampled_from(PIECES), max_size=14).flatmap(
        lambda parts: st.sampled_from([" ", ". ", ", ", "\n"]).map(lambda by: by.join(parts))
    ),
)


@given(text=notes)
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_text_gives_a_valid_assessment(engine: RubricEngine, text: str) -> None:
    found = engine.assess(text)
    assert found == engine.assess(text)
    assert set(found.levels) == set(Dimension)
    for act in found.acts:
        assert act.code in CODES
        assert 0 <= act.start < act.end <= len(text)
    for opportunity in found.opportunities:
        assert opportunity.quote and opportunity.quote in text
    for dimension, spans in found.evidence.items():
        assert all(span and span in text for span in spans)
        if found.levels[dimension] is not Level.NOT_EVIDENT:
            assert spans, f"{dimension} is {found.levels[dimension]} with nothing to show"
    if not found.encounter:
        assert set(found.levels.values()) == {Level.NOT_EVIDENT}
    assert (found.repair is None) == (not found.rupture)


@pytest.mark.parametrize("text", ["", " ", "\n\n", "…", "🙂", "?!", "123"])
def test_a_text_without_words_is_no_encounter(engine: RubricEngine, text: str) -> None:
    assert not engine.assess(text).encounter


def test_a_very_long_text_is_read_up_to_a_limit(engine: RubricEngine) -> None:
    sentence = "She said she is scared of falling. I checked the frame. "
    assert engine.assess(sentence * 2_000) == engine.assess((sentence * 2_000)[:MAX_CHARACTERS])


def test_threads_give_the_same_answers(engine: RubricEngine) -> None:
    texts = [f"{piece}. {other}." for piece in PIECES for other in PIECES[:4]]
    alone = [engine.assess(text) for text in texts]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(engine.assess, texts)) == alone


@pytest.mark.parametrize(
    "text",
    [
        "ROS: denies anxiety, low mood, panic. BP 124/78. Cont ramipril. RV 12/12.",
        "Valgus stress negative. Psychiatric: negative for depression. PHQ-9 2. Discharged.",
        "Delightful lady. Stitches out, wound clean. Home.",
        "Knee R 0-110, quads 4/5. SLR 3x10, heel slides, ice. See 2/52.",
    ],
)
def test_plain_findings_are_not_evident(engine: RubricEngine, text: str) -> None:
    found = engine.assess(text)
    assert set(found.levels.values()) == {Level.NOT_EVIDENT}
    assert not found.opportunities


def test_a_feeling_that_is_answered(engine: RubricEngine) -> None:
    text = (
        "She said she was terrified of the operation. I put my pen down and said it must be "
        "frightening after what happened to her mother, and asked what scared her most."
    )
    found = engine.assess(text)
    assert found.levels[Dimension.EMPATHY] is Level.STRONG
    assert [(o.type, o.met) for o in found.opportunities] == [("emotion", True)]


def test_a_feeling_met_with_a_test(engine: RubricEngine) -> None:
    text = "He was in tears about losing his job. I checked his blood pressure and booked bloods."
    found = engine.assess(text)
    assert found.levels[Dimension.EMPATHY] is Level.MISSED
    assert [o.met for o in found.opportunities] == [False]


@pytest.mark.parametrize(
    "text",
    [
        "She welled up about her dog so I sat beside her and held her hand.",
        "He went quiet. I said it sounded as if he was frightened of the stairs. He nodded.",
        "Mum was tearful. I asked whether she was scared it would recur. We talked about it.",
    ],
)
def test_what_the_writer_does_is_no_missed_feeling(engine: RubricEngine, text: str) -> None:
    found = engine.assess(text)
    assert found.levels[Dimension.EMPATHY] is Level.STRONG
    cues = [text[a.start : a.end] for a in found.acts if a.code.startswith("cue_")]
    assert not [cue for cue in cues if "I said" in cue or "I asked" in cue or "scared it" in cue]


def test_a_placeholder_is_quoted_whole(engine: RubricEngine) -> None:
    text = "[NAME] was frightened of the scan. I said that makes sense after last time."
    found = engine.assess(text)
    assert found.opportunities[0].quote.startswith("[NAME]")


def test_hindsight_is_not_a_deed(engine: RubricEngine) -> None:
    text = "Wound check, healing well. I should have asked what she was hoping for. Stitches out."
    assert engine.assess(text).levels[Dimension.EXPECTATIONS] is Level.NOT_EVIDENT


def test_a_meeting_note_is_no_encounter(engine: RubricEngine) -> None:
    text = "Reminder: rota swap for Thursday, journal club slides due, please return the laminator."
    assert not engine.assess(text).encounter


def test_safety_is_part_of_the_assessment(engine: RubricEngine) -> None:
    assert engine.assess("I can't go on like this.").safety is Safety.CLINICIAN_DISTRESS


def test_an_altered_model_is_refused(tmp_path: Path) -> None:
    changed = tmp_path / "acts.npz"
    raw = bytearray(MODEL_FILE.read_bytes())
    raw[len(raw) // 2] ^= 1
    changed.write_bytes(raw)
    with pytest.raises(
        ModelError, match=r"acts\.npz: not the model this version was released with"
    ):
        load_model(changed)


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"nowhere\.npz: the model cannot be read"):
        load_model(tmp_path / "nowhere.npz")


def test_something_else_is_not_a_model(tmp_path: Path) -> None:
    other = tmp_path / "other.npz"
    other.write_bytes(b"not a model")
    with pytest.raises(ModelError, match="not a model file"):
        load_model(other, hashlib.sha256(b"not a model").hexdigest())


def test_another_model_is_not_taken_for_this_one() -> None:
    with pytest.raises(ModelError, match=r"tagger\.npz: not a feedback model"):
        load_model(TAGGER, TAGGER_SHA256)


def test_the_model_is_small() -> None:
    assert MODEL_FILE.stat().st_size < 18_000_000


def test_the_features_are_those_the_model_was_trained_on(engine: RubricEngine) -> None:
    """A word class or a feature that changed without training anew would show here."""
    texts = []
    for path in CORPUS.glob("*.jsonl"):
        with path.open(encoding="utf-8") as file:
            texts += [json.loads(line)["text"] for line in file]
    marked = (CORPUS / "extra.txt").read_text(encoding="utf-8")
    texts += re.sub(r"\{[\w+]+:([^{}]*)\}", r"\1", marked).splitlines()
    made: set[str] = set()
    for text in texts:
        note = frames(text, engine.lexicon)
        for at in range(len(note)):
            made.update(clause_features(note, at))
    vocabulary = set(engine.model.finder.vocabulary)
    assert len(vocabulary - made) < 0.02 * len(vocabulary)
