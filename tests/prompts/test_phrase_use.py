"""The phrases that the code asks for are there, with the placeholders it fills."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from prompts.library import Library, placeholders

ROOT = Path(__file__).parents[2]
DOTTED = re.compile(r"[a-z]+\.[a-z0-9_.]+")


def calls() -> Iterator[tuple[str, ast.Call, str]]:
    """Each call of ``say`` or ``variants`` in the code: where, the call, and which of the two."""
    for path in sorted([*(ROOT / "bot").rglob("*.py"), *(ROOT / "reflections").rglob("*.py")]):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                func = node.func
                name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
                if name in ("say", "variants"):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", node, name


def test_every_key_the_code_names_is_there_with_its_placeholders(library: Library) -> None:
    wrong = []
    seen = 0
    for where, call, name in calls():
        first = call.args[0]
        choices = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
        for choice in choices:
            if not isinstance(choice, ast.Constant) or not DOTTED.fullmatch(str(choice.value)):
                continue
            key = str(choice.value)
            seen += 1
            if key not in library.phrases:
                wrong.append(f"{where}: no phrase {key!r}")
                continue
            phrase = library.phrases[key]
            if isinstance(phrase, str) is (name == "variants"):
                wrong.append(f"{where}: {key!r} is not what {name}() gives")
            elif isinstance(phrase, str) and all(keyword.arg for keyword in call.keywords):
                given = {str(keyword.arg) for keyword in call.keywords}
                if given != placeholders(phrase):
                    wrong.append(f"{where}: {key!r} wants {sorted(placeholders(phrase))}")
    assert not wrong, "\n".join(wrong)
    assert seen > 50, "the walk found hardly any calls, so it proves nothing"


def test_every_composed_key_has_a_phrase(library: Library) -> None:
    wrong = []
    for where, call, _ in calls():
        first = call.args[0]
        if not isinstance(first, ast.JoinedStr) or not isinstance(first.values[0], ast.Constant):
            continue
        pattern = "".join(
            re.escape(str(part.value)) if isinstance(part, ast.Constant) else "[a-z0-9_]+"
            for part in first.values
        )
        starts_like_a_key = re.match(r"[a-z]+\.", str(first.values[0].value))
        if starts_like_a_key and not any(re.fullmatch(pattern, key) for key in library.phrases):
            wrong.append(f"{where}: no phrase like {ast.unparse(first)}")
    assert not wrong, "\n".join(wrong)


def test_no_phrase_is_without_use(library: Library) -> None:
    """Words that nobody can see grow stale: each key is named, or fits a key that is composed."""
    named: set[str] = set()
    composed: list[str] = []
    for _, call, _ in calls():
        for node in ast.walk(call.args[0]):
            if isinstance(node, ast.Constant):
                named.add(str(node.value))
            elif isinstance(node, ast.JoinedStr):
                composed.append(
                    "".join(
                        re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+"
                        for part in node.values
                    )
                )
    unused = [
        key
        for key in library.phrases
        if not key.startswith("feedback.")
        and key not in named
        and not any(re.fullmatch(pattern, key) for pattern in composed)
    ]
    assert unused == []
