"""The words: short, from the note, specific, and never unkind."""

import re
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prompts.library import Dimension, Library
from reflections.feedback import RubricEngine, manual
from reflections.feedback.compose import (
    _SILENT_SITUATIONS,
    MAX_NEXT_STEP_WORDS,
    MAX_WORDS,
    compose,
    count_words,
    factor_of,
    is_to_try,
    parts_of,
    shorten,
    situation_of,
    strength_of,
)
from reflections.model import Act, Assessment, Feedback, Level, Opportunity, Repair, Safety

FORBIDDEN = re.compile(
    r"should have|you didn['’]t|you failed|score|grade|good clinician|/10|well done you", re.I
)


def assessed(*parts: tuple[str, str], repair: Repair | None = None) -> tuple[Assessment, str]:
    """A note made of clauses with their codes, and what the manual makes of it."""
    text, acts = "", []
    for words, codes in parts:
        for code in codes.split("+"):
            if code:
                acts.append(Act(len(text), len(text) + len(words), code))
        text += words + ". "
    levels = manual.levels(acts)
    rupture, found = manual.strain(acts)
    return (
        Assessment(
            encounter=True,
            safety=Safety.NONE,
            levels=levels,
            opportunities=tuple(
                Opportunity(text[cue.start : cue.end], manual.CUES[cue.code], manual.is_met(answer))
                for cue, answer in manual.answers(acts)
            ),
            rupture=rupture,
            repair=repair or found,
            evidence=manual.evidence(text, dict.fromkeys(acts, 0.9), levels),
            acts=tuple(acts),
        ),
        text,
    )


FEAR = ("She is terrified of the scan", "cue_emotion")


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        ((FEAR, ("I told her not to worry", "resp_closed")), "emotion_reassured"),
        ((FEAR, ("I booked bloods", "resp_closed")), "emotion_fixed"),
        ((FEAR,), "emotion_passed"),
        ((FEAR, ("I said that's common", "resp_thin")), "thin"),
        (
            (("He lost his job", "cue_challenge"), ("Took the swab", "resp_closed")),
            "challenge_fixed",
        ),
        ((("He lost his job", "cue_challenge"),), "challenge_passed"),
        ((("She walked to church", "cue_progress"),), "progress_passed"),
        (
            (FEAR, ("I asked why", "resp_empathic"), ("He lost his job", "cue_challenge")),
            "one_unmet",
        ),
        ((("I told him to grow up", "emp_contrary"),), "contrary"),
        ((("Difficult pt, told to grow up", "emp_contrary"),), "label"),
        ((("He wants tablets", "pt_view"), ("Drip put up", "part_contrary")), "view_overridden"),
        ((("He wants tablets", "pt_view"),), "view_passed"),
        ((("Told to lose weight", "part_contrary"),), "controlling"),
        ((("Shared decision", "part_generic"),), "bare_shared"),
        ((("Wants to garden again", "P1"),), "one_piece"),
        ((("Right as rain in a week", "exp_contrary"),), "guarantee"),
        ((("Will it heal?", "pt_question"), ("Hard to say", "exp_contrary")), "dodged"),
        ((("Will it heal?", "pt_question"),), "question_open"),
        ((("Explained everything", "exp_generic"),), "bare_explained"),
        ((("Six weeks, maybe eight", "E4"),), "no_two_way"),
        ((("Asked what he hoped for", "E1"),), "no_forward"),
        ((("'Whatever you say'", "strain_withdrawal"),), "withdrawal"),
        ((("'You never listen'", "strain_confrontation"), FEAR), "confrontation"),
        ((("I should have asked", "hindsight"),), "hindsight"),
        ((("BP 120/80", ""),), "facts"),
        ((("She said hello to the student", ""),), "nothing"),
        ((("I rushed everyone and listened to nobody", ""),), "hard_day"),
    ],
)
def test_what_happened_chooses_the_words(
    parts: tuple[tuple[str, str], ...], name: str, library: Library
) -> None:
    assessment, text = assessed(*parts)
    assert situation_of(assessment, text).name == name
    found = compose(assessment, text, library)
    assert found.opening and found.next_step
    assert factor_of(assessment, text, library) in {f"F{n}" for n in range(1, 9)}


def test_strain_comes_before_everything_unless_repaired(library: Library) -> None:
    parts = (("'You never listen'", "strain_confrontation"), FEAR)
    assessment, text = assessed(*parts)
    assert situation_of(assessment, text).name == "confrontation"
    mended, text = assessed(parts[0], ("You're right, I said, I'm sorry", "repair"), FEAR)
    assert situation_of(mended, text).name == "emotion_passed"
    assert "You're right, I said, I'm sorry" in compose(mended, text, library).strength


@pytest.mark.parametrize(
    ("strain", "kind"),
    [
        (("'You never listen'", "strain_confrontation"), "confrontation"),
        (("'Whatever you say'", "strain_withdrawal"), "withdrawal"),
    ],
)
def test_strain_without_repair_is_given_a_step_that_mends(
    strain: tuple[str, str], kind: str, library: Library
) -> None:
    """Also where it is too uncertain to be what the opening is about."""
    assessment, text = assessed(strain, ("I asked how it was for her", "resp_empathic"), FEAR)
    assert assessment.rupture and assessment.repair is Repair.NO
    assert situation_of(assessment, text).name not in (kind, "partly_repaired")
    steps = library.variants(f"feedback.situation.{kind}.next")
    assert compose(assessment, text, library).next_step in steps
    foreign = "Ella dijo que no la escucho y yo le dije que volviera otro dia con su hija. "
    elsewhere = compose(replace(assessment, acts=()), foreign * 3, library).next_step
    assert elsewhere in library.variants("feedback.situation.foreign.next")


def test_only_an_opening_is_called_one(library: Library) -> None:
    def headings(*parts: tuple[str, str]) -> list[str]:
        assessment, text = assessed(*parts)
        return [h for h, _ in parts_of(compose(assessment, text, library), library)]

    opening, next_step = library.say("frame.opening"), library.say("frame.next_step")
    assert headings(FEAR) == [opening, next_step]
    assert opening in headings(("'Whatever you say'", "strain_withdrawal"))
    whole = (
        FEAR,
        ("I asked what scared her most", "resp_empathic"),
        ("Goal: her garden", "P1"),
        ("She chose mornings", "P3"),
        ("Told me it back", "E5"),
        ("Six weeks", "E4"),
        ("Ring if it swells", "E6"),
    )
    assert library.say("feedback.situation.extend.heading") in headings(*whole)
    assert opening not in headings(*whole)
    looked_back = headings(("I should have asked her more about it", "hindsight"))
    assert library.say("feedback.situation.hindsight.heading") in looked_back


def test_a_models_comment_on_a_note_without_an_opening_is_not_called_one(
    library: Library,
) -> None:
    assessment, _ = assessed(FEAR, ("I asked what scared her most", "resp_empathic"))
    assert assessment.levels[Dimension.EMPATHY] is Level.STRONG
    said = Feedback(assessment, "", "“terrified of the scan” was met.", "If so, ask.", "model")
    assert next(h for h, _ in parts_of(said, library)) == library.say("frame.comment")
    missed = replace(assessment, levels={**assessment.levels, Dimension.PARTNERSHIP: Level.MISSED})
    said = replace(said, assessment=missed)
    assert next(h for h, _ in parts_of(said, library)) == library.say("frame.opening")


def test_at_one_level_empathy_comes_first(library: Library) -> None:
    assessment, text = assessed(FEAR, ("He wants tablets", "pt_view"), ("Cured", "exp_contrary"))
    assert set(assessment.levels.values()) == {Level.MISSED}
    assert situation_of(assessment, text).name == "emotion_passed"


def test_all_strong_extends_a_strength(library: Library) -> None:
    assessment, text = assessed(
        FEAR,
        ("I asked what scared her most", "resp_empathic"),
        ("Goal: her garden", "P1"),
        ("She chose mornings", "P3"),
        ("Told me it back", "E5"),
        ("Six weeks", "E4"),
        ("Ring if it swells", "E6"),
    )
    assert set(assessment.levels.values()) == {Level.STRONG}
    assert situation_of(assessment, text).name == "extend"


@pytest.mark.parametrize(
    "words",
    [
        "Her mother-in-law calls her lazy",
        "The student said he was non-compliant",
        "Carer: drama queen",
        "Nurse wrote 'non-adherent'",
        "A stubborn ulcer and a demanding job",
        "She's entitled to a second opinion, no drama",
    ],
)
def test_a_word_that_is_not_the_writers_is_no_label(words: str, library: Library) -> None:
    assessment, text = assessed(FEAR, (words, "fact"))
    assert situation_of(assessment, text).name == "emotion_passed"


def test_a_question_to_keep_is_nothing_to_try(library: Library) -> None:
    steps = library.variants("feedback.situation.facts.next")
    assert {is_to_try(step) for step in steps} == {True, False}
    assert not is_to_try("") and not is_to_try("What did this person say that stayed with you?")
    assert all(is_to_try(s) for s in library.variants("feedback.situation.withdrawal.next"))


def test_where_too_little_was_found_no_step_hints_at_strain(library: Library) -> None:
    assessment, text = assessed(("She sat down", "fact"))
    strained = replace(assessment, rupture=True, repair=Repair.NO)
    name = situation_of(strained, text).name
    assert name in ("nothing", "facts")
    given = compose(strained, text, library).next_step
    assert given in library.variants(f"feedback.situation.{name}.next")


GOAL, CHOSE = ("Goal: her garden", "P1"), ("She chose mornings", "P3")
HEARD = ("I asked what scared her most", "resp_empathic")


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        ((FEAR, HEARD), "extend_partnership"),
        ((GOAL, CHOSE), "extend_expectations"),
        ((FEAR, HEARD, GOAL, CHOSE), "extend_expectations"),
        (
            (("Told me it back", "E5"), ("Six weeks", "E4"), ("Ring if worse", "E6")),
            "extend_empathy",
        ),
        ((("Six weeks", "E4"), FEAR, HEARD), "extend_expectations"),
    ],
)
def test_what_a_note_shows_in_full_is_not_asked_for_again(
    parts: tuple[tuple[str, str], ...], name: str, library: Library
) -> None:
    assessment, text = assessed(*parts)
    assert situation_of(assessment, text).name == name
    assert not compose(assessment, text, library).opening


def test_the_strength_quotes_the_writer(library: Library) -> None:
    assessment, text = assessed(FEAR, ("I asked what scared her most", "resp_empathic"))
    assert "“I asked what scared her most”" in compose(assessment, text, library).strength


@pytest.mark.parametrize("safety", [s for s in Safety if s is not Safety.NONE])
def test_safety_is_answered_by_a_signpost_alone(safety: Safety, library: Library) -> None:
    assessment, text = assessed(FEAR)
    found = compose(replace(assessment, safety=safety), text, library)
    assert (found.strength, found.opening) == ("", "")
    assert count_words(found.next_step) <= MAX_NEXT_STEP_WORDS


def test_no_encounter_no_words(library: Library) -> None:
    nothing = Assessment(False, Safety.NONE, dict.fromkeys(Dimension, Level.NOT_EVIDENT))
    found = compose(nothing, "Rota swap please", library)
    assert (found.strength, found.opening, found.next_step) == ("", "", "")
    assert factor_of(nothing, "Rota swap please", library) is None


def test_the_same_wording_is_not_used_twice_in_a_row(library: Library) -> None:
    assessment, text = assessed(FEAR, ("I booked bloods", "resp_closed"))
    first = compose(assessment, text, library)
    again = compose(
        assessment,
        text,
        library,
        avoid=(first.strength, first.opening),
        previous_next_step=first.next_step,
    )
    assert first.opening != again.opening
    assert first.next_step != again.next_step
    assert again == compose(
        assessment,
        text,
        library,
        avoid=(first.strength, first.opening),
        previous_next_step=first.next_step,
    )


def test_a_wording_is_used_again_when_none_is_left(library: Library) -> None:
    assessment, text = assessed(FEAR)
    everything = library.variants("feedback.situation.emotion_passed.next")
    assert compose(assessment, text, library, avoid=everything).next_step in everything


@pytest.mark.parametrize(
    ("quote", "limit", "short"),
    [
        ("I waited with her.", 10, "I waited with her"),
        ("'whatever you think'", 10, "whatever you think"),
        ("and I asked what nights are like", 10, "I asked what nights are like"),
        ("one two three, four five six seven", 5, "one two three …"),
        ("one two three four five six seven", 5, "one two three four five …"),
    ],
)
def test_quotes_are_cut_but_never_changed(quote: str, limit: int, short: str) -> None:
    assert shorten(quote, limit) == short


@given(quote=st.text(max_size=200), limit=st.integers(3, 14))
def test_a_short_quote_is_verbatim(quote: str, limit: int) -> None:
    short = shorten(quote, limit)
    assert short.removesuffix(" …") in quote
    assert count_words(short) <= limit


def test_every_wording_keeps_the_rules(library: Library) -> None:
    keys = [key for key in library.phrases if key.startswith("feedback.")]
    assert len(keys) > 100
    for key in keys:
        value = library.phrases[key]
        for phrase in (value,) if isinstance(value, str) else value:
            assert not FORBIDDEN.search(phrase), key
            if key.endswith(".next"):
                assert count_words(phrase) <= MAX_NEXT_STEP_WORDS, key
                assert "{" not in phrase, key
        if not key.endswith(".factor") and ".signpost." not in key:
            assert len(value) >= 3, f"{key} would soon feel canned"
        if key.endswith(".factor"):
            assert value in {f"F{n}" for n in range(1, 9)}


def test_the_longest_words_fit(library: Library) -> None:
    """Strength, opening and next step at their longest, with quotes at their shortest."""
    longest: dict[str, int] = {}
    for key, value in library.phrases.items():
        if key.startswith("feedback.") and isinstance(value, tuple):
            part = key.rsplit(".", 1)[1]
            size = max(count_words(phrase) + 4 * phrase.count("{") for phrase in value)
            longest[part] = max(longest.get(part, 0), size)
    assert sum(longest.values()) <= MAX_WORDS


PIECES = (
    "She said she's terrified of the scan and hasn't slept",
    "I told her not to worry",
    "I said that sounds a lot to carry, and waited until she looked up",
    "he asked how long it would take to get back to the allotment",
    "told he must lose weight",
    "Offered splint, injection or waiting",
    "she picked the splint",
    "pt happy w/ plan",
    "'whatever you think'",
    "difficult patient",
    "I should have asked",
)


@given(parts=st.lists(st.sampled_from(PIECES), min_size=1, max_size=9))
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_feedback_on_any_note_is_short_and_from_the_note(
    engine: RubricEngine, library: Library, parts: list[str]
) -> None:
    text = ". ".join(parts)
    assessment = engine.assess(text)
    found = compose(assessment, text, library)
    assert found == compose(assessment, text, library)
    whole = (found.strength, found.opening, found.next_step)
    assert sum(map(count_words, whole)) <= MAX_WORDS
    assert count_words(found.next_step) <= MAX_NEXT_STEP_WORDS
    assert not any(FORBIDDEN.search(part.replace("I should have asked", "")) for part in whole)
    for part in whole[:2]:
        for quote in re.findall(r"“([^”]*)”", part):
            assert quote.removesuffix(" …") in text


def test_every_situation_and_strength_has_its_words(library: Library) -> None:
    situations = {key.split(".")[2] for key in library.phrases if ".situation." in key}
    for name, part in product(sorted(situations), ("opening", "next")):
        if part == "next" or name not in _SILENT_SITUATIONS:
            assert library.variants(f"feedback.situation.{name}.{part}")


def test_every_next_step_reads_as_english(library: Library) -> None:
    """An if-then begins with if, when or next time, and "when" needs no "then"."""
    steps = [
        phrase
        for key, value in library.phrases.items()
        if key.startswith("feedback.situation.") and key.endswith(".next")
        for phrase in value
    ]
    assert len(steps) > 60
    for step in steps:
        plan = re.sub("“[^”]*”", "", step)
        assert not re.match(r"When [^.:]*, then ", plan), step
        assert not re.match(r"Before ", plan), step


@pytest.mark.parametrize(
    ("after", "code"),
    [
        ("So I sat with her for a while", ""),
        ("I put a hand on her arm", ""),
        ("We talked about that", ""),
        ("Told her it made sense to be scared", ""),
        ("Apologised for the wait", ""),
    ],
)
def test_where_an_answer_may_be_there_nothing_is_said_to_be_missing(
    after: str, code: str, library: Library
) -> None:
    assessment, text = assessed(FEAR, (after, code))
    found = compose(assessment, text, library)
    assert "“" not in found.opening
    assert not re.search("isn't (in|mentioned)|doesn't mention|without", found.opening)


@pytest.mark.parametrize(
    ("quote", "family"),
    [
        ("I waited till she was ready to go on", "silence"),
        ("I put my hand on her arm and stayed with her", "presence"),
        ("I said sorry, you've been sat there for ages", "sorry"),
        ("I asked what the nights are like for her", "empathic_emotion"),
    ],
)
def test_praise_fits_what_was_done(quote: str, family: str, library: Library) -> None:
    assessment, text = assessed(FEAR, (quote, "resp_empathic"))
    found = strength_of(assessment, text)
    assert found is not None and found.name == family


def test_grief_is_no_request(library: Library) -> None:
    parts = (
        ("He wants his wife, who died in May", "pt_view"),
        ("Given exercises", "part_contrary"),
    )
    assessment, text = assessed(*parts)
    assert situation_of(assessment, text).name not in (
        "view_overridden",
        "view_refused",
        "view_passed",
    )


def test_only_a_no_is_called_one(library: Library) -> None:
    wish = ("He wants the injection", "pt_view")
    refused, text = assessed(wish, ("Explained that it's not indicated", "part_contrary"))
    assert situation_of(refused, text).name == "view_refused"
    other, text = assessed(wish, ("Gave the sheet of exercises", "part_contrary"))
    assert situation_of(other, text).name == "view_overridden"


def test_only_a_promise_is_called_one(library: Library) -> None:
    promised, text = assessed(("You'll be fine in a fortnight, I said", "exp_contrary"))
    assert situation_of(promised, text).name == "guarantee"
    moved, text = assessed(("And moved on to the stairs", "exp_contrary"))
    assert situation_of(moved, text).name != "guarantee"


def test_what_is_unlikely_is_neither_praised_nor_missed(library: Library) -> None:
    assessment, text = assessed(FEAR)
    unsure = replace(assessment, acts=tuple(replace(a, confidence=0.3) for a in assessment.acts))
    found = compose(unsure, text, library)
    assert "terrified" not in found.strength + found.opening


def test_a_long_text_says_how_far_it_was_read(engine: RubricEngine, library: Library) -> None:
    text = "She was scared of falling and I said that sounds hard " * 400
    found = compose(engine.assess(text), text, library)
    assert library.say("feedback.read_to") in found.opening


def test_another_language_is_said_not_to_be_read(engine: RubricEngine, library: Library) -> None:
    for text in (
        "La patiente avait très peur de tomber et je lui ai dit que c'était normal.",
        "El paciente estaba muy triste y no quería hablar con el equipo.",
        "Die Patientin hat geweint und ich habe nicht gewusst, was ich sagen soll.",
    ):
        found = compose(engine.assess(text), text, library)
        assert "English" in found.opening
        assert not found.strength
