"""One language over another: what it changes, what it leaves, and every way to get it wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.library import ContentError, Libraries, Library, languages, load, placeholders
from tests.prompts.american import not_american

BRITISH, AMERICAN = load("en-GB"), load("en-US")


def shown(library: Library) -> Iterator[tuple[str, str]]:
    """Every text that a person reads, by its name."""
    for item in (*library.prompts, *library.tips, *library.about):
        yield item.id, item.text
    yield from ((card.id, card.title) for card in library.about)
    yield from ((factor.id, factor.name) for factor in library.factors.values())
    yield from ((claim.kind, claim.text) for claim in library.claims.values())
    yield from library.concepts.items()
    for key, phrase in library.phrases.items():
        yield from ((key, text) for text in ([phrase] if isinstance(phrase, str) else phrase))


def test_nothing_british_is_left_in_american_texts() -> None:
    found = [(name, words) for name, text in shown(AMERICAN) if (words := not_american(text))]
    assert not found


def test_the_british_texts_would_not_pass() -> None:
    """Else the check above proves nothing."""
    assert sum(bool(not_american(text)) for _, text in shown(BRITISH)) > 40


def test_a_model_is_told_which_english_to_write() -> None:
    assert "British English" in BRITISH.instruction.text
    assert "American English" in AMERICAN.instruction.text
    assert AMERICAN.instruction.text.replace("American", "British") == BRITISH.instruction.text


def test_only_words_differ() -> None:
    assert AMERICAN.references == BRITISH.references
    assert [replace(p, text="") for p in AMERICAN.prompts] == [
        replace(p, text="") for p in BRITISH.prompts
    ]
    for tip, base in zip(AMERICAN.tips, BRITISH.tips, strict=True):
        assert (tip.id, tip.source, tip.claim.kind) == (base.id, base.source, base.claim.kind)
        assert tip.claim is AMERICAN.claims[tip.claim.kind]
    for card, base_card in zip(AMERICAN.about, BRITISH.about, strict=True):
        assert (card.id, card.source) == (base_card.id, base_card.source)
    assert list(AMERICAN.phrases) == list(BRITISH.phrases)
    for key, phrase in BRITISH.phrases.items():
        other = AMERICAN.phrases[key]
        if isinstance(phrase, str):
            assert isinstance(other, str) and placeholders(other) == placeholders(phrase), key
        else:
            assert [placeholders(text) for text in other] == [placeholders(t) for t in phrase], key


def test_it_is_thin() -> None:
    """An overlay that copies whole texts would grow stale beside them."""
    same = sum(a == b for a, b in zip(shown(AMERICAN), shown(BRITISH), strict=True))
    assert same > 0.85 * len(list(shown(BRITISH)))


def test_each_language_has_its_own_name() -> None:
    assert languages() == ("en-GB", "en-US")
    assert [load(language).name for language in languages()] == ["English (UK)", "English (US)"]


def test_who_chose_none_reads_the_workspaces() -> None:
    libraries = Libraries({"en-GB": BRITISH, "en-US": AMERICAN}, "en-GB")
    assert libraries.of("en-US") is AMERICAN
    assert libraries.of("") is BRITISH
    assert libraries.of("tlh") is BRITISH, "a language that was taken away"


# ---- dates and times ----------------------------------------------------------------------------

TUESDAY = date(2026, 11, 24)


def test_dates_are_written_in_each_languages_way() -> None:
    gb, us = BRITISH.dates, AMERICAN.dates
    assert gb.at(gb.long_day(TUESDAY), time(12, 30)) == "Tue 24 Nov 2026 at 12:30"
    assert us.at(us.long_day(TUESDAY), time(12, 30)) == "Tue, Nov 24, 2026 at 12:30 PM"
    assert (gb.day(TUESDAY), us.day(TUESDAY)) == ("Tue 24 Nov", "Tue, Nov 24")
    assert (gb.full_day(TUESDAY), us.full_day(TUESDAY)) == ("24 Nov 2026", "Nov 24, 2026")
    assert gb.written_day(TUESDAY) == "24 November 2026"
    assert us.written_day(TUESDAY) == "November 24, 2026"
    assert gb.month(TUESDAY) == us.month(TUESDAY) == "November 2026"
    assert gb.day_times("Fri", time(9), time(17)) == "Fri 09:00–17:00"
    assert us.day_times("Fri", time(9), time(17)) == "Fri, 9:00 AM – 5:00 PM"


@pytest.mark.parametrize(
    ("value", "wanted"),
    [("00:05", "12:05 AM"), ("09:00", "9:00 AM"), ("12:00", "12:00 PM"), ("23:59", "11:59 PM")],
)
def test_the_clock_with_two_halves(value: str, wanted: str) -> None:
    assert AMERICAN.dates.time(time.fromisoformat(value)) == wanted


@given(st.dates())
def test_names_are_those_of_the_day(day: date) -> None:
    """strftime is right in the locale that Python starts with, which is English."""
    for dates in (BRITISH.dates, AMERICAN.dates):
        assert {f"{day:%a}", f"{day:%b}", str(day.day)} <= set(re.findall(r"\w+", dates.day(day)))
        assert f"{day:%B}" in dates.month(day)


# ---- what can be wrong with it ------------------------------------------------------------------

Edit = Callable[[str], str]


def problems_after(content: Path, name: str, edit: Edit) -> tuple[str, ...]:
    path = content / name
    before = path.read_text("utf-8")
    after = edit(before)
    assert after != before, "the edit changed nothing, so the test would prove nothing"
    path.write_text(after, "utf-8")
    with pytest.raises(ContentError) as caught:
        load("en-US", root=content)
    assert all("To mend it: " in problem for problem in caught.value.problems)
    return caught.value.problems


def swap(old: str, new: str) -> Edit:
    return lambda text: text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("base: en-GB", "base: en-AU", "unknown base 'en-AU'"),
        ("base: en-GB", "base: en-US", "unknown base 'en-US'"),
        ("base: en-GB", "", "'base' is missing"),
        ("name: English (US)", "name: ''", "the text is empty"),
        ("words:", "wrds:", "unknown key 'wrds'"),
        ("  favour: favor", "  flavour: flavor", "'flavour' does not occur in any text"),
        ("  favour: favor", "  favour: favor\n  favour: x", "'favour' is here twice"),
        ("P11: {cross: angry}", "P11: {crass: angry}", "'crass' does not occur in prompts P11"),
        ("P11: {cross: angry}", "P99: {cross: angry}", "'cross' does not occur in prompts P99"),
        ("welcome.private: {app", "welcome.privat: {app", "does not occur in phrases welcome.priv"),
        ("W01: {do with: use}", "W01: {do with: ''}", "the text is empty"),
        ("W01: {do with: use}", f"W01: {{do with: {'a ' * 60}b}}", "words. To mend it: cut it"),
        ("P11: {cross: angry}", f"P11: {{cross: {'x' * 280}}}", "characters. To mend it: cut it"),
        ("{OPD: rounds}", "{OPD: '{rounds}'}", "has other placeholders than in its base"),
        ("numbers: month first", "numbers: year first", "unknown order 'year first'"),
        ("halves: [AM, PM]", "halves: [AM]", "'halves' has 1 names"),
        ("{hour12}:", "{hour24}:", "unknown placeholder 'hour24'"),
        ("  times:", "  tines:", "unknown key 'tines'"),
    ],
)
def test_a_broken_overlay_is_reported_with_its_line(
    content: Path, old: str, new: str, message: str
) -> None:
    path = content / "en-US" / "overlay.yaml"
    lines = path.read_text("utf-8").splitlines()
    assert any(old in line for line in lines)
    found = problems_after(content, "en-US/overlay.yaml", swap(old, new))
    hits = [p for p in found if message in p]
    assert hits and all(re.match(rf"{re.escape(str(path))}:\d+: ", hit) for hit in hits), found


def test_a_word_that_the_base_gave_up_is_reported(content: Path) -> None:
    (problem,) = problems_after(
        content, "en-GB/prompts.yaml", swap("Somebody was cross,", "X was,")
    )
    assert "'cross' does not occur in prompts P11" in problem


def test_what_is_wrong_with_the_base_is_told_with_its_own_file(content: Path) -> None:
    found = problems_after(content, "en-GB/prompts.yaml", swap("factor: F7", "factor: F9"))
    assert any("en-GB" in problem and "unknown factor 'F9'" in problem for problem in found)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("weekdays: [Monday, ", "weekdays: [", "'weekdays' has 6 names"),
        ("  month: ", "  mnth: ", "'month' is missing"),
        ("today: today", 'today: "{now}"', "unknown placeholder 'now'"),
        ("name: English (UK)", "nom: English", "'name' is missing"),
    ],
)
def test_a_broken_language_file_is_reported(
    content: Path, old: str, new: str, message: str
) -> None:
    found = problems_after(content, "en-GB/language.yaml", swap(old, new))
    assert any("language.yaml:" in p and message in p for p in found), found


def overlaid(content: Path, text: str, words: str) -> str:
    """What becomes of a phrase of the base."""
    (content / "en-GB" / "phrases.yaml").write_text(f"a: {text!r}\n", "utf-8")
    empty = "".join(f"{name}: {{}}\n" for name in ("dates", "phrases", "prompts", "tips", "about"))
    made = f"base: en-GB\nname: X\n{empty}words:\n{words}"
    (content / "en-US" / "overlay.yaml").write_text(made, "utf-8")
    return str(load("en-US", root=content).phrases["a"])


@pytest.mark.parametrize(
    ("text", "words", "wanted"),
    [
        ("colour, Colour, COLOUR", "  colour: color", "color, Color, COLOR"),
        ("colour, colourful, discolour", "  colour: color", "color, colourful, discolour"),
        ("person-centred", "  centred: centered", "person-centered"),
        ("{colour} colour", "  colour: color", "{colour} color"),
        (
            "ring the bell, ring me",
            "  ring: call\n  ring the: strike the",
            "strike the bell, call me",
        ),
        ("a b", "  a: b\n  b: c", "b c"),
        ("the GP said", "  GP: PCP", "the PCP said"),
        ("3 March", "  3 March: March 3", "March 3"),
    ],
)
def test_words_are_whole_and_keep_their_case(
    content: Path, text: str, words: str, wanted: str
) -> None:
    assert overlaid(content, text, words) == wanted
