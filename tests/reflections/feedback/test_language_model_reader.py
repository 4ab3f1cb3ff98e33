"""What is believed of a model's reply, and what of its words may be shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import reflections.feedback
from prompts.library import Dimension, Library
from reflections.feedback import RubricEngine, manual
from reflections.feedback.compose import compose
from reflections.feedback.language_model import FoundAct, Reply, Unread
from reflections.feedback.reader import find, may_be_shown, tidied, verified, vocabulary
from reflections.model import Act, Assessment, Level, Safety

NOTE = (
    "She said she's “terrified of the scan” and hadn't slept. I didn't ask why. "
    "I said that sounded lonely,  and asked what the nights are like. "
    "She wants to get back to her choir. Offered waiting or a splint; she picked the splint."
)
NOTHING = Assessment(True, Safety.NONE, dict.fromkeys(Dimension, Level.NOT_EVIDENT))


@pytest.mark.parametrize(
    ("quote", "stands"),
    [
        ("terrified of the scan", "terrified of the scan"),
        ("Terrified of the SCAN.", "terrified of the scan"),
        ('she\'s "terrified of the scan"', "she's “terrified of the scan"),
        ("she’s “terrified of the scan”", "she's “terrified of the scan"),
        ("sounded lonely, and asked", "sounded lonely,  and asked"),
        ("asked what the nights were like", "asked what the nights are like"),
        ("...she picked the splint…", "she picked the splint"),
        ("Offered waiting or a splnt", "Offered waiting or a splint"),
        ("I did ask why", None),
        ("I didn't ask her why she was terrified of that scan", None),
        ("he is terrified of dying alone", None),
        ("can", None),
        ("", None),
        ("…", None),
    ],
)
def test_a_quote_is_found_in_the_notes_own_letters(quote: str, stands: str | None) -> None:
    span = find(quote, NOTE)
    assert (NOTE[slice(*span)] if span else None) == stands


def test_the_same_words_twice_are_told_apart_by_their_order() -> None:
    text = "I waited. She talked. I waited."
    assert find("I waited", text) == (0, 8)
    assert find("I waited", text, after=9) == (22, 30)


@given(st.text(max_size=120), st.data())
@settings(max_examples=200, deadline=None)
def test_whatever_is_found_is_a_part_of_the_note(text: str, data: st.DataObject) -> None:
    quote = data.draw(st.text(max_size=40) | st.sampled_from(text.split() or ["x"]))
    span = find(quote, text)
    if span:
        assert 0 <= span[0] < span[1] <= len(text)


def reply(*acts: tuple[str, str], **changes: object) -> Reply:
    return Reply.model_validate(
        {
            "encounter": True,
            "safety": "none",
            "acts": [{"code": code, "quote": quote} for code, quote in acts],
            "strength": "",
            "opening": "",
            "next_step": "",
            **changes,
        }
    )


CUE = ("cue_emotion", "terrified of the scan")
WARM = ("resp_empathic", "asked what the nights are like")


def test_levels_are_the_manuals(engine: RubricEngine) -> None:
    found, whole = verified(
        reply(CUE, WARM, ("P3", "she picked the splint"), ("P1", "She wants to get back")),
        NOTE, NOTHING, engine,
    )  # fmt: skip
    assert whole
    assert found.levels == manual.levels(found.acts)
    assert found.levels[Dimension.EMPATHY] is Level.STRONG
    assert found.levels[Dimension.PARTNERSHIP] is Level.STRONG
    assert [(o.quote, o.met) for o in found.opportunities] == [("terrified of the scan", True)]


def test_missed_needs_a_quote_that_stands(engine: RubricEngine) -> None:
    found, _ = verified(reply(CUE), NOTE, NOTHING, engine)
    assert found.levels[Dimension.EMPATHY] is Level.MISSED
    found, whole = verified(
        reply(("emp_contrary", "told her to stop being silly"), ("P3", "she picked the splint")),
        NOTE, NOTHING, engine,
    )  # fmt: skip
    assert found.levels[Dimension.EMPATHY] is Level.NOT_EVIDENT and not whole


def test_where_an_answer_was_lost_the_cue_is_not_held_against_the_writer(
    engine: RubricEngine,
) -> None:
    invented = ("resp_empathic", "hugged her and wept with her mother")
    found, _ = verified(reply(CUE, invented), NOTE, NOTHING, engine)
    assert found.levels[Dimension.EMPATHY] is Level.NOT_EVIDENT
    assert not found.opportunities


def test_offline_strong_is_not_turned_into_missed(engine: RubricEngine) -> None:
    offline = Assessment(True, Safety.NONE, {**NOTHING.levels, Dimension.EMPATHY: Level.STRONG})
    found, _ = verified(reply(CUE, ("P3", "she picked the splint")), NOTE, offline, engine)
    assert found.levels[Dimension.EMPATHY] is Level.NOT_EVIDENT


@pytest.mark.parametrize(
    "said",
    [
        reply(("P1", "never said"), ("P2", "nor that"), CUE),
        reply(("P1", "never said")),
        reply(CUE, encounter=False),
    ],
)
def test_a_reply_that_mostly_falls_is_not_used(said: Reply, engine: RubricEngine) -> None:
    with pytest.raises(Unread, match="untrusted"):
        verified(said, NOTE, engine.assess(NOTE), engine)


def test_nothing_seen_is_not_believed_where_there_is_something(engine: RubricEngine) -> None:
    offline = engine.assess(NOTE)
    assert offline.acts
    with pytest.raises(Unread, match="untrusted"):
        verified(reply(), NOTE, offline, engine)
    found, _ = verified(reply(), "BP 120/80. Repeat script.", NOTHING, engine)
    assert found.encounter


@pytest.mark.parametrize(
    ("model", "offline", "stricter"),
    [
        ("none", Safety.NONE, Safety.NONE),
        ("patient_safety", Safety.NONE, Safety.PATIENT_SAFETY),
        ("safeguarding", Safety.NONE, Safety.SAFEGUARDING),
        ("none", Safety.PATIENT_SAFETY, Safety.PATIENT_SAFETY),
        ("patient_safety", Safety.CLINICIAN_DISTRESS, Safety.CLINICIAN_DISTRESS),
        ("clinician_distress", Safety.PATIENT_SAFETY, Safety.CLINICIAN_DISTRESS),
    ],
)
def test_the_stricter_gate_wins(
    model: str, offline: Safety, stricter: Safety, engine: RubricEngine
) -> None:
    before = Assessment(True, offline, NOTHING.levels)
    assert verified(reply(CUE, WARM, safety=model), NOTE, before, engine)[0].safety is stricter


def test_hand_coded_acts_pass_the_checks(engine: RubricEngine) -> None:
    """What people coded is believed: the checks cost a good reading next to nothing.

    These notes trained the offline engine, so the figure is kinder than on notes by others."""
    corpus = Path(reflections.feedback.__file__).parent / "corpus" / "acts.jsonl"
    rows = [json.loads(line) for line in corpus.read_text("utf-8").splitlines()[::20]]
    whole = 0
    for row in rows:
        acts = [FoundAct(code=act["act"], quote=act["quote"]) for act in row["acts"]]
        said = Reply(
            encounter=True, safety=Safety.NONE, strength="", opening="", next_step="",
            acts=[act for act in acts if not act.code.startswith("safety")],
        )  # fmt: skip
        if said.acts:
            whole += verified(said, row["text"], NOTHING, engine)[1]
        else:
            whole += 1
    assert whole >= 0.9 * len(rows)


# ---- words ------------------------------------------------------------------------------------

ACTS = tuple(Act(*span, code) for code, quote in (CUE, WARM) if (span := find(quote, NOTE)))
STRENGTH = "You wrote “asked what the nights are like”. That goes to how it is for her."
OPENING = "“terrified of the scan” may hold more; your note doesn't mention what it is about."
NEXT = "When she speaks of the scan again, ask what she fears most before you explain."


def shown(library: Library, *parts: str) -> bool:
    spoken = tuple(tidied(part, NOTE) for part in parts)
    return may_be_shown(spoken, NOTE, ACTS, vocabulary(library))


def test_kind_plain_words_with_quotes_are_shown(library: Library) -> None:
    assert shown(library, STRENGTH, OPENING, NEXT)
    assert shown(library, "", OPENING, NEXT)
    assert shown(library, STRENGTH.replace("“", '"').replace("”", '"'), OPENING, NEXT)


@pytest.mark.parametrize(
    "strength",
    [
        "That goes to how it is for her.",
        "You wrote “held her hand all night”. That goes to how it is for her.",
        "“asked what the nights are like”: eight out of ten for that.",
        "“asked what the nights are like”: 8/10.",
        "“asked what the nights are like”. You are a caring person.",
        "“asked what the nights are like”. You're good at this.",
        "“asked what the nights are like”, which most colleagues don't do.",
        "“asked what the nights are like”. Well done, that was brilliant!",
        "“asked what the nights are like”. See www.example.org for more.",
        "“asked what the nights are like”. *Great* <@U012AB3CD>",
        "“asked what the nights are like”. Ahoy, ye scurvy landlubbers of the briny deep.",
        "“asked what the nights are like” " + "and you went on with it " * 20,
        "“asked what the nights are like",
        "“She wants to get back to her choir” was heard and kept.",
        "“asked what the nights are like”.",
    ],
)
def test_a_strength_that_breaks_the_form_is_not_shown(library: Library, strength: str) -> None:
    assert not shown(library, strength, OPENING, NEXT)


@pytest.mark.parametrize(
    "opening",
    [
        "",
        "Your note doesn't mention what it is about.",
        "“terrified of the scan”: you should have asked what it is about.",
        "“terrified of the scan”: you didn't ask what it is about.",
        "“terrified of the scan”: you failed her there.",
        "“terrified of the scan” sounds like a depressive disorder to me.",
        "“terrified of the scan”: your lack of interest shows in the note.",
        "“terrified of the scan”: this was marked as missed.",
        "“terrified of the scan”: the instructions say to look here.",
    ],
)
def test_an_opening_that_breaks_the_form_is_not_shown(library: Library, opening: str) -> None:
    assert not shown(library, STRENGTH, opening, NEXT)


@pytest.mark.parametrize(
    "next_step",
    [
        "",
        "Ask what she fears most before you explain.",
        "When she speaks of the scan again, say “I know how you feel about it”.",
        "When she speaks of the scan again, offer a small dose of diazepam before it.",
        "If she is still afraid, refer her to the psychology team for an assessment.",
        "When you have time, send this note to your manager so that they can see it.",
        "If she asks, " + "ask her again what she fears most and " * 6 + "wait.",
        "When she comes, tell her that she must stop being so afraid of the scan.",
    ],
)
def test_a_next_step_that_breaks_the_form_is_not_shown(library: Library, next_step: str) -> None:
    assert not shown(library, STRENGTH, OPENING, next_step)


def test_offline_words_need_no_such_check(engine: RubricEngine, library: Library) -> None:
    """The offline wording speaks of verified acts whatever the model wrote."""
    found, _ = verified(reply(CUE, WARM), NOTE, NOTHING, engine)
    assert "asked what the nights are like" in compose(found, NOTE, library).strength
