"""Every rule of the loader, broken in a copy of the content, with the file and line reported."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.library import ContentError, Dimension, Library, Style, fill, load, placeholders

Edit = Callable[[str], str]


def problems_after(content: Path, name: str, edit: Edit) -> tuple[str, ...]:
    """Edit one file of the content and return the problems of loading it."""
    path = content / "en-GB" / name
    before = path.read_text(encoding="utf-8")
    after = edit(before)
    assert after != before, "the edit changed nothing, so the test would prove nothing"
    path.write_text(after, encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load(root=content)
    return caught.value.problems


def line_of(content: Path, name: str, text: str) -> int:
    """The first line that contains the text, counted from 1."""
    lines = (content / "en-GB" / name).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def swap(old: str, new: str) -> Edit:
    return lambda text: text.replace(old, new, 1)


FIRST_PROMPT = """\
- id: P01
  factor: F7
  dimension: empathy
  style: recall
  concepts: [C13]
  text: Bring back one moment.
"""
FIRST_TIP = """\
- id: W01
  factor: B
  dimension: all
  source: Bordin 1979
  claim: theory
  concepts: [C04]
  text: Bordin saw three threads.
"""
FIRST_CARD = """\
- id: A1
  title: One idea
  concepts: [C04]
  source: Bordin 1979
  text: Bordin gave it three parts.
"""
INSTRUCTION = """\
version: "1"
text: Read.
"""

# what is broken, in a file of one entry: (file, entry, old, new, line of the problem, message)
BROKEN = [
    ("prompts.yaml", FIRST_PROMPT, "factor: F7", "factor: F9", 2, "unknown factor 'F9'"),
    ("prompts.yaml", FIRST_PROMPT, "empathy", "sympathy", 3, "unknown dimension 'sympathy'"),
    ("prompts.yaml", FIRST_PROMPT, "empathy", "all", 3, "unknown dimension 'all'"),
    ("prompts.yaml", FIRST_PROMPT, "empathy", "null", 3, "only a rest prompt may have no"),
    ("prompts.yaml", FIRST_PROMPT, "style: recall", "style: exam", 4, "unknown style 'exam'"),
    ("prompts.yaml", FIRST_PROMPT, "[C13]", "[C13, C99]", 5, "unknown concept 'C99'"),
    ("prompts.yaml", FIRST_PROMPT, "[C13]", "[]", 5, "a list is wanted here"),
    ("prompts.yaml", FIRST_PROMPT, "[C13]", "C13", 5, "a list is wanted here"),
    ("prompts.yaml", FIRST_PROMPT, "Bring back one moment.", "x" * 281, 6, "281 characters"),
    ("prompts.yaml", FIRST_PROMPT, "Bring back one moment.", "''", 6, "the text is empty"),
    ("prompts.yaml", FIRST_PROMPT, "Bring back one moment.", "42", 6, "'42' is none"),
    ("prompts.yaml", FIRST_PROMPT, "Bring back one moment.", "[a]", 6, "a text is wanted"),
    ("prompts.yaml", FIRST_PROMPT, "  style: recall\n", "", 1, "'style' is missing"),
    ("prompts.yaml", FIRST_PROMPT, "style:", "stile:", 4, "unknown key 'stile'"),
    ("prompts.yaml", FIRST_PROMPT, "style: recall", "factor: F1", 4, "'factor' is here twice"),
    ("prompts.yaml", FIRST_PROMPT, "id: P01", "id: P 01", 1, "'P 01' is no id"),
    ("prompts.yaml", FIRST_PROMPT, "- id: P01", "- P01\n- id: P01", 1, "keys with values"),
    ("tips.yaml", FIRST_TIP, "factor: B", "factor: Z", 2, "unknown factor 'Z'"),
    ("tips.yaml", FIRST_TIP, "dimension: all", "dimension: null", 3, "a text is wanted"),
    ("tips.yaml", FIRST_TIP, "dimension: all", "dimension: both", 3, "unknown dimension"),
    ("tips.yaml", FIRST_TIP, "  source: Bordin 1979\n", "", 1, "'source' is missing"),
    ("tips.yaml", FIRST_TIP, "Bordin 1979", "''", 4, "the text is empty"),
    ("tips.yaml", FIRST_TIP, "Bordin 1979", "Bordin 1970", 4, "'Bordin 1970' is not among"),
    ("tips.yaml", FIRST_TIP, "Bordin 1979", "Bordin 1979; X 2000", 4, "'X 2000' is not among"),
    ("tips.yaml", FIRST_TIP, "claim: theory", "claim: proof", 5, "unknown claim 'proof'"),
    ("tips.yaml", FIRST_TIP, "[C04]", "[C4]", 6, "unknown concept 'C4'"),
    ("tips.yaml", FIRST_TIP, "Bordin saw three threads.", "a " * 61, 7, "61 words"),
    ("about.yaml", FIRST_CARD, "  title: One idea\n", "", 1, "'title' is missing"),
    ("about.yaml", FIRST_CARD, "Bordin gave it three parts.", "a " * 81, 5, "81 words"),
    ("about.yaml", FIRST_CARD, "Bordin 1979", "Nobody 1979", 4, "'Nobody 1979' is not among"),
    ("about.yaml", FIRST_CARD, "[C04]", "[C4]", 3, "unknown concept 'C4'"),
    ("instruction.yaml", INSTRUCTION, 'version: "1"', "version: 1", 1, "'1' is none"),
    ("instruction.yaml", INSTRUCTION, "text: Read.\n", "", 1, "'text' is missing"),
    ("instruction.yaml", INSTRUCTION, "text:", "texts:", 2, "unknown key 'texts'"),
]


@pytest.mark.parametrize(
    ("name", "entry", "old", "new", "line", "message"), BROKEN, ids=lambda value: str(value)[:30]
)
def test_a_broken_entry_is_reported_with_its_line(
    content: Path, name: str, entry: str, old: str, new: str, line: int, message: str
) -> None:
    assert old in entry
    problems = problems_after(content, name, lambda _: entry.replace(old, new, 1))
    where = f"{content / 'en-GB' / name}:{line}: "
    assert any(p.startswith(where) and message in p for p in problems), problems
    assert all("To mend it: " in problem for problem in problems)


@pytest.mark.parametrize(
    ("name", "entry"),
    [("prompts.yaml", FIRST_PROMPT), ("tips.yaml", FIRST_TIP), ("about.yaml", FIRST_CARD)],
)
def test_the_entries_the_tests_break_are_sound(content: Path, name: str, entry: str) -> None:
    (content / "en-GB" / name).write_text(entry, encoding="utf-8")
    load(root=content)


@pytest.mark.parametrize("name", ["prompts.yaml", "tips.yaml", "about.yaml"])
def test_an_id_that_is_there_twice_is_reported(content: Path, name: str) -> None:
    entry = {"prompts.yaml": FIRST_PROMPT, "tips.yaml": FIRST_TIP, "about.yaml": FIRST_CARD}[name]
    problems = problems_after(content, name, lambda _: entry + entry)
    line = entry.count("\n") + 1
    (problem,) = problems
    assert f"{name}:{line}: the id " in problem
    assert "stands already on line 1" in problem


def test_lengths_at_the_limit_are_allowed(content: Path) -> None:
    folder = content / "en-GB"
    prompt = FIRST_PROMPT.replace("Bring back one moment.", "x" * 280)
    tip = FIRST_TIP.replace("Bordin saw three threads.", " ".join(["a"] * 60))
    (folder / "prompts.yaml").write_text(prompt, encoding="utf-8")
    (folder / "tips.yaml").write_text(tip, encoding="utf-8")
    library = load(root=content)
    assert len(library.prompts[0].text) == 280
    assert len(library.tips[0].text.split()) == 60


def test_a_rest_prompt_may_have_no_dimension(content: Path) -> None:
    entry = FIRST_PROMPT.replace("empathy", "null").replace("recall", "rest")
    (content / "en-GB" / "prompts.yaml").write_text(entry, encoding="utf-8")
    (prompt,) = load(root=content).prompts
    assert prompt.dimension is None
    assert prompt.style is Style.REST


def test_a_tip_for_all_dimensions_has_none(content: Path) -> None:
    (content / "en-GB" / "tips.yaml").write_text(FIRST_TIP, encoding="utf-8")
    (tip,) = load(root=content).tips
    assert tip.dimension is None


@pytest.mark.parametrize(
    ("old", "new", "marker", "message"),
    [
        ("factors:", "faktors:", "faktors:", "unknown key 'faktors'"),
        ("  F1: hopes", "  F1: hopes\n  F1: hopes", "  F2:", "'F1' is here twice"),
        ("terms: [person-centred, WHO]", "terms: []", "  C01:", "a list is wanted"),
        ("terms: [person-centred, WHO]", "words: [x]", "  C01:", "'terms' is missing"),
        ("  theory: ", "  theory: ''\n  x: ", "  theory:", "the text is empty"),
    ],
)
def test_a_broken_framework_is_reported(
    content: Path, old: str, new: str, marker: str, message: str
) -> None:
    problems = problems_after(content, "framework.yaml", swap(old, new))
    near = line_of(content, "framework.yaml", marker)
    hits = [p for p in problems if message in p]
    assert hits, problems
    line = int(hits[0].split("framework.yaml:")[1].split(":")[0])
    assert abs(line - near) <= 1


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a:\n  b: hello {name\n", 2, "a placeholder is wrong"),
        ("a:\n  b: hello }\n", 2, "a placeholder is wrong"),
        ("a:\n  b: 'hello {}'\n", 2, "{} is not a plain lower-case name"),
        ("a:\n  b: 'hello {0}'\n", 2, "{0} is not"),
        ("a:\n  b: 'hello {Name}'\n", 2, "{Name} is not"),
        ("a:\n  b: 'hello {name!r}'\n", 2, "{name} is not"),
        ("a:\n  b: 'hello {name:>9}'\n", 2, "{name} is not"),
        ("a:\n  b: 'hello {name.secret}'\n", 2, "{name.secret} is not"),
        ("a:\n  b:\n    - hi {one}\n    - hi {\n", 4, "a placeholder is wrong"),
        ("a:\n  b: hi\n  b: ho\n", 3, "'b' is here twice"),
        ("a:\n  yes: hi\n", 2, "a text is wanted here and 'yes' is none"),
        ("a:\n  b: 3\n", 2, "'3' is none"),
        ("a:\n  b:\n", 2, "a text is wanted"),
        ("a:\n  b: []\n", 2, "a list is wanted"),
        ("a:\n  B: hi\n", 2, "'B' is no key"),
        ("- a\n", 1, "keys with values are wanted"),
    ],
)
def test_a_broken_phrase_is_reported(content: Path, text: str, line: int, message: str) -> None:
    problems = problems_after(content, "phrases.yaml", lambda _: text)
    where = f"{content / 'en-GB' / 'phrases.yaml'}:{line}: "
    assert any(p.startswith(where) and message in p for p in problems), problems


def test_a_key_in_both_phrase_files_is_reported(content: Path) -> None:
    folder = content / "en-GB"
    (folder / "phrases.yaml").write_text("a:\n  b: hi\n", encoding="utf-8")
    (folder / "feedback.yaml").write_text("c: ho\na:\n  b: hey\n", encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load(root=content)
    (problem,) = caught.value.problems
    assert problem.startswith(f"{folder / 'feedback.yaml'}:3: the key 'a.b' stands already at")
    assert f"{folder / 'phrases.yaml'}:2" in problem


@pytest.mark.parametrize(
    "name",
    [
        "framework.yaml",
        "prompts.yaml",
        "tips.yaml",
        "about.yaml",
        "instruction.yaml",
        "phrases.yaml",
        "feedback.yaml",
    ],
)
def test_a_missing_or_empty_file_is_reported(content: Path, name: str) -> None:
    path = content / "en-GB" / name
    path.write_text("# nothing\n", encoding="utf-8")
    with pytest.raises(ContentError, match=f"{name}:1: the file is empty"):
        load(root=content)
    path.unlink()
    if name == "framework.yaml":
        # it marks a language folder, yet its absence is told like any other file's
        assert path.parent.is_dir()
    with pytest.raises(ContentError, match=f"{name}:1: the file is missing"):
        load(root=content)


def test_text_that_is_not_yaml_is_reported_with_its_line(content: Path) -> None:
    problems = problems_after(content, "tips.yaml", lambda _: "- id: W01\n  text: one: two\n")
    assert any("tips.yaml:2: this is not YAML" in problem for problem in problems)


def test_bytes_that_are_not_utf8_are_reported_with_their_line(content: Path) -> None:
    (content / "en-GB" / "tips.yaml").write_bytes(b"- id: W01\n  text: caf\xe9\n")
    with pytest.raises(ContentError, match=r"tips\.yaml:2: the file is not UTF-8"):
        load(root=content)


def test_an_unprintable_character_is_reported_with_its_line(content: Path) -> None:
    problems = problems_after(content, "tips.yaml", lambda _: "- id: W01\n  text: a\x07b\n")
    assert any("tips.yaml:2: an unprintable character" in problem for problem in problems)


def test_an_unknown_language_names_those_there_are(content: Path) -> None:
    with pytest.raises(ContentError, match=r"xx-XX: there is no such folder.*en-GB"):
        load("xx-XX", root=content)


def test_all_problems_of_a_load_come_in_one_error(content: Path) -> None:
    folder = content / "en-GB"
    for name, entry, old in [
        ("prompts.yaml", FIRST_PROMPT, "factor: F7"),
        ("tips.yaml", FIRST_TIP, "factor: B"),
    ]:
        (folder / name).write_text(entry.replace(old, "factor: Q"), encoding="utf-8")
    (folder / "phrases.yaml").write_text("a: 1\nb: '{'\n", encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load(root=content)
    text = str(caught.value)
    assert "4 problems" in text
    assert all(name in text for name in ("prompts.yaml:2", "tips.yaml:2", "phrases.yaml:1"))
    assert isinstance(caught.value, ValueError)


def test_the_content_cannot_be_changed_in_place(library: Library) -> None:
    with pytest.raises(AttributeError):
        library.prompts[0].text = "x"  # type: ignore[misc]
    with pytest.raises(TypeError):
        library.phrases["x"] = "y"  # type: ignore[index]


def test_nothing_is_read_at_import() -> None:
    code = (
        "import sys; opened = [];"
        "sys.addaudithook(lambda e, a: opened.append(str(a[0])) if e == 'open' else None);"
        "import prompts.library;"
        "print([name for name in opened if name.endswith('.yaml')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_lookups_find_or_name_what_is_near(library: Library) -> None:
    assert library.prompt("P01").id == "P01"
    assert library.tip("W52").id == "W52"
    with pytest.raises(KeyError, match="no prompt 'P99'; near it: P"):
        library.prompt("P99")
    with pytest.raises(KeyError, match="no tip 'zzzz'"):
        library.tip("zzzz")


def test_say_fills_a_phrase(content: Path) -> None:
    text = "a:\n  one: 'Hello {name}, {{really}}'\n  many:\n    - hi {x}\n    - ho {x}\n"
    (content / "en-GB" / "phrases.yaml").write_text(text, encoding="utf-8")
    library = load(root=content)
    assert library.say("a.one", name="{x}") == "Hello {x}, {really}"
    assert library.variants("a.many") == ("hi {x}", "ho {x}")
    with pytest.raises(KeyError, match=r"no phrase 'a.onne'; near it: a.one"):
        library.say("a.onne")
    with pytest.raises(KeyError, match=r"near it: a\.one, a\.many"):
        library.say("a.q")
    with pytest.raises(ValueError, match=r"'a.one': no value for name; no placeholder for nom"):
        library.say("a.one", nom="x")
    with pytest.raises(ValueError, match="holds variants"):
        library.say("a.many", x="1")
    with pytest.raises(ValueError, match="holds a single text"):
        library.variants("a.one")
    with pytest.raises(KeyError):
        library.variants("a.none")


def test_fill_wants_every_value_and_no_other() -> None:
    assert fill("hi {x}", x=1) == "hi 1"
    with pytest.raises(ValueError, match="no value for x"):
        fill("hi {x}")
    with pytest.raises(ValueError, match="no placeholder for y"):
        fill("hi {x}", x=1, y=2)


def test_a_wrong_fill_never_shows_a_value() -> None:
    with pytest.raises(ValueError) as caught:
        fill("hello", note="the patient cried")
    assert "patient" not in str(caught.value)


@given(st.text(), st.text())
def test_what_is_filled_in_comes_out_unchanged(before: str, value: str) -> None:
    escaped = before.replace("{", "{{").replace("}", "}}")
    assert fill(escaped + "{name}", name=value) == before + value
    assert placeholders(escaped) == frozenset()


def test_dimensions_keep_their_names() -> None:
    assert [str(d) for d in Dimension] == ["empathy", "partnership", "expectations"]
