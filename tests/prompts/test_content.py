"""What the shipped content promises: counts, evenness, coverage, length and tone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from prompts.library import Card, Dimension, Library, Prompt, Style, Tip, placeholders

# Slack refuses more than 75 characters on a button, 24 in a modal's title, submit or close.
BUTTONS = [
    "help.button",
    "prompt.reflect",
    "prompt.later",
    "prompt.skip",
    "prompt.snooze_30",
    "prompt.snooze_tonight",
    "prompt.snooze_tomorrow",
    "intake.use_redacted",
    "intake.edit",
    "intake.discard",
    "intake.delete",
    "frame.disagree",
    "frame.disagree_again",
    "home.reflect",
    "home.history_more",
    "home.why",
    "home.pause",
    "home.resume",
    "home.forget",
    "history.older",
    "history.newer",
    "history.open",
    "tip.try",
    "tip.write_own",
    "tip.approve",
    "tip.withdraw",
    "team.open",
    "plan.done",
    "plan.drop",
    "plan.change",
    "plan.undo",
    "plan.all",
    "plan.add",
]
MODAL_LINES = [
    "note.title",
    "note.submit",
    "note.close",
    "intake.bounced_title",
    "tip.modal_title",
    "tip.calendar_title",
    "tip.submit",
    "tip.save",
    "tip.show_preview",
    "plan.title",
    "plan.list_title",
    "plan.title_own",
    "plan.title_change",
    "plan.keep",
    "team.title",
    "looks.title",
]
CONFIRM_BUTTONS = [
    "intake.delete_confirm_yes",
    "intake.delete_confirm_no",
    "erase.confirm_yes",
    "tip.withdraw",
    "tip.withdraw_no",
    "plan.drop",
]


def items(library: Library) -> tuple[Prompt | Tip | Card, ...]:
    return (*library.prompts, *library.tips, *library.about)


def phrase_texts(library: Library) -> Iterator[tuple[str, str]]:
    for key, phrase in library.phrases.items():
        for text in (phrase,) if isinstance(phrase, str) else phrase:
            yield key, text


def all_texts(library: Library) -> Iterator[tuple[str, str]]:
    yield from ((item.id, item.text) for item in items(library))
    yield from ((claim.kind, claim.text) for claim in library.claims.values())
    yield from phrase_texts(library)


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.?!])['\"]?\s+", text) if part]


def syllables(word: str) -> int:
    word = re.sub(r"(?<=[^aeiouyl])e[sd]?$", "", word.lower())
    return max(1, len(re.findall(r"[aeiouy]+", word)))


def reading_ease(text: str) -> float:
    """Flesch reading ease: 60 to 70 is plain English, higher is easier."""
    words = re.findall(r"[A-Za-z']+", text)
    return (
        206.835
        - 1.015 * len(words) / len(sentences(text))
        - 84.6 * sum(map(syllables, words)) / len(words)
    )


def test_there_are_enough_prompts_and_a_tip_for_each_week(library: Library) -> None:
    assert len(library.prompts) >= 48
    assert len(library.tips) == 52
    assert 6 <= len(library.about) <= 8


def test_the_dimensions_have_equal_shares_of_the_prompts(library: Library) -> None:
    counts = Counter(p.dimension for p in library.prompts if p.dimension is not None)
    assert set(counts) == set(Dimension)
    assert len(set(counts.values())) == 1


def test_one_prompt_in_five_is_strength_or_rest(library: Library) -> None:
    kind = [p for p in library.prompts if p.style in (Style.STRENGTH, Style.REST)]
    assert len(kind) * 5 >= len(library.prompts)
    assert {p.dimension for p in kind if p.style is Style.STRENGTH} == set(Dimension)


def test_every_style_is_used(library: Library) -> None:
    assert {p.style for p in library.prompts} == set(Style)


def test_every_factor_has_a_prompt(library: Library) -> None:
    broad = {"B", "M"}  # the alliance as a whole, and the patient's view of it: tips alone
    parent = {"F8"}  # has its prompts and tips under F8a, F8b and F8c
    assert {p.factor for p in library.prompts} == set(library.factors) - broad - parent
    assert {t.factor for t in library.tips} >= broad


def test_every_tip_dimension_is_served(library: Library) -> None:
    counts = Counter(t.dimension for t in library.tips)
    assert all(counts[dimension] >= 10 for dimension in Dimension)


def test_every_concept_is_carried_by_content_that_names_it(library: Library) -> None:
    assert list(library.concepts) == [f"C{number:02}" for number in range(1, 27)]
    carriers = {
        concept: {
            term: [
                item.id
                for item in items(library)
                if concept in item.concepts and term.lower() in item.text.lower()
            ]
            for term in library.concept_terms[concept]
        }
        for concept in library.concepts
    }
    assert all(1 <= len(terms) <= 3 for terms in carriers.values())
    unused = [(c, t) for c, terms in carriers.items() for t, ids in terms.items() if not ids]
    assert not unused, f"no tagged content says: {unused}"


def test_every_reference_is_cited_and_dated(library: Library) -> None:
    cited = {s for item in (*library.tips, *library.about) for s in item.source.split("; ")}
    assert cited == set(library.references)
    for citation, reference in library.references.items():
        year = citation.rsplit(" ", 1)[1]
        assert re.fullmatch(r"(19|20)\d\d", year)
        assert year in reference, citation


def test_every_claim_is_used(library: Library) -> None:
    assert {tip.claim.kind for tip in library.tips} == set(library.claims)


@pytest.mark.parametrize(
    ("tip", "figures"),
    [
        ("W02", {"20", "384", "39"}),
        ("W03", {"21"}),
        ("W08", {"93", "75"}),
        ("W10", {"17"}),
        ("W51", {"117", "10", "3.1", "2.2", "1.8", "1.0"}),
    ],
)
def test_figures_stay_as_published(library: Library, tip: str, figures: set[str]) -> None:
    assert set(re.findall(r"\d+(?:\.\d+)?", library.tip(tip).text)) == figures


def test_no_other_tip_has_a_figure(library: Library) -> None:
    with_figures = {tip.id for tip in library.tips if re.search(r"\d", tip.text)}
    assert with_figures == {"W02", "W03", "W08", "W10", "W51"}


def test_prompts_are_easy_to_read(library: Library) -> None:
    for prompt in library.prompts:
        longest = max(len(sentence.split()) for sentence in sentences(prompt.text))
        assert longest <= 30, prompt.id
        assert len(prompt.text.split()) <= 50, prompt.id
    assert reading_ease(" ".join(p.text for p in library.prompts)) >= 75
    assert reading_ease(" ".join(t.text for t in library.tips)) >= 65
    assert min(reading_ease(p.text) for p in library.prompts) >= 55


def test_reading_ease_tells_plain_from_heavy() -> None:
    plain = "The cat sat on the mat. It was glad of the sun."
    heavy = "Conceptualisation of intersubjective reciprocity necessitates multidimensionality."
    assert reading_ease(plain) > 90 > 30 > reading_ease(heavy)


def test_prompts_invite(library: Library) -> None:
    bossy = re.compile(
        r"\b(should|must|ought|failed?|why didn't|you didn't|non-?complian\w*)\b", re.I
    )
    asks_facts = re.compile(
        r"\b(what (was|is) (his|her|their) name|initials|which ward|date)\b", re.I
    )
    for prompt in library.prompts:
        assert not bossy.search(prompt.text), prompt.id
        assert not asks_facts.search(prompt.text), prompt.id
        assert "?" in prompt.text or prompt.style is Style.REST, prompt.id


def test_prompts_do_not_suppose_one_profession_or_one_room(library: Library) -> None:
    narrow = re.compile(
        r"\b(couch|gym|ward round|surgery|physio\w*|the doctor|theatre|today)\b", re.I
    )
    for prompt in library.prompts:
        assert not narrow.search(prompt.text), prompt.id


def test_texts_differ(library: Library) -> None:
    texts = [item.text for item in items(library)]
    assert len(set(texts)) == len(texts)


def test_no_text_has_a_character_slack_would_escape_or_a_stray_space(library: Library) -> None:
    for key, text in all_texts(library):
        assert not set("<>&") & set(text), key
        assert text == text.strip() and "  " not in text, key


def test_texts_are_british(british: Library) -> None:
    american = re.compile(r"\b\w+(?:ization|izing|ized|ize)\b|\b(?:color|behavior|center)\b", re.I)
    size = {"size", "prize"}
    for key, text in all_texts(british):
        found = {word.lower() for word in american.findall(text)} - size
        assert not found, key


def test_nothing_scores_or_ranks_the_writer(library: Library) -> None:
    banned = re.compile(r"\b(streak|leader ?board|badge|percentile|your score|grade[ds]?)\b", re.I)
    for key, text in all_texts(library):
        assert not banned.search(text), key


def test_levels_and_absence_have_their_exact_words(library: Library) -> None:
    assert library.say("frame.level.strong") == "shows clearly"
    assert library.say("frame.level.partial") == "some signs"
    assert library.say("frame.level.missed") == "an opening without an answer in the note"
    assert library.say("frame.level.not_evident") == "not found in this note"
    for dimension in Dimension:
        assert "your note doesn't mention" in library.say(f"frame.absent.{dimension}")
    for key, text in phrase_texts(library):
        assert "you didn't" not in text.lower(), key


def test_safety_signposts_point_to_people_and_never_coach(library: Library) -> None:
    wanted = {
        "clinician_distress": {"local_contact", "support_line", "emergency"},
        "patient_safety": {"supervisor", "incident_system"},
        "safeguarding": {"safeguarding_contact", "emergency"},
    }
    for kind, names in wanted.items():
        template = library.phrases[f"safety.{kind}"]
        assert isinstance(template, str)
        assert placeholders(template) == names
        defaults = {name: library.say(f"safety.default.{name}") for name in names}
        text = library.say(f"safety.{kind}", **defaults)
        assert "{" not in text
        assert "othing was sent to a lead" in text
        assert not re.search(r"next time|try to|if-then|shows clearly|some signs", text, re.I)


def test_factors_named_by_phrases_are_known(library: Library) -> None:
    named = {str(text) for key, text in library.phrases.items() if key.endswith(".factor")}
    assert named <= set(library.factors)


EXAMPLES = {
    "en-GB": (
        "clinic add Tue 9-12:30",
        "clinic skip 1 December",
        "pause until 3 March",
        "away 20 Dec to 3 Jan",
        "holidays England",
    ),
    "en-US": (
        "clinic add Tue 9am-12:30pm",
        "clinic skip December 1",
        "pause until March 3",
        "away Dec 20 to Jan 3",
        "holidays US-CA",
    ),
}


def test_help_names_every_command_the_commonest_in_full(library: Library) -> None:
    first, *others = EXAMPLES[library.language]
    common = ("reflect", "history", "plans", first, "pause")
    for command in common:
        assert f"`/alliance {command}`" in library.say("help.common"), command
    for command in ("tip", "tips", "team"):
        assert f"`/alliance {command}`" in library.say("help.leads"), command
    for command in (
        "clinic add every other Friday pm",
        "clinic calendar",
        "clinic list",
        "clinic remove 1",
        "resume",
        "history last month",
        "export",
        "looks",
        "why",
        "forget me",
        *others,
    ):
        assert f"`{command}`" in library.say("help.rest"), command


def test_nobody_is_told_that_they_missed_something(library: Library) -> None:
    for key, text in phrase_texts(library):
        assert not re.search(r"missed (an )?opening|passed by a|opening passed", text), key


@pytest.mark.parametrize(
    ("keys", "limit"), [(BUTTONS, 75), (MODAL_LINES, 24), (CONFIRM_BUTTONS, 30)]
)
def test_short_texts_fit(library: Library, keys: list[str], limit: int) -> None:
    for key in keys:
        assert len(library.say(key)) <= limit, key


def test_form_texts_fit(library: Library) -> None:
    assert len(library.say("note.placeholder")) <= 150
    assert len(library.say("note.hint")) <= 2000
    for key in (
        "intake.delete_confirm",
        "erase.confirm",
        "tip.withdraw_confirm",
        "plan.drop_confirm",
    ):
        assert len(library.say(key)) <= 300, key
    for key in ("intake.delete_confirm_title", "erase.confirm_title", "plan.drop_title"):
        assert len(library.say(key)) <= 100, key
    for key, text in phrase_texts(library):
        assert len(text) <= 2000, key
