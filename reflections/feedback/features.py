"""What the act finder looks at in a clause: words, word classes, and who acts or feels.

The same code makes the features for training and for use, so the two cannot drift apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from reflections.feedback.text import Clause, Token, clauses

_MAX_PHRASE = 5
_GAIN = {"w": 2.0, "b": 1.5}
"""How much louder single words and pairs of words speak than the other kinds of feature."""


class Lexicon:
    """Word classes made ready for look-up: whole words, stems and phrases."""

    def __init__(self, classes: dict[str, str]) -> None:
        self._phrases: dict[tuple[str, ...], tuple[str, ...]] = {}
        stems: dict[str, set[str]] = {}
        phrases: dict[tuple[str, ...], set[str]] = {}
        for name, entries in classes.items():
            for entry in entries.split():
                if entry.endswith("*"):
                    stems.setdefault(entry[:-1], set()).add(name)
                else:
                    phrases.setdefault(tuple(entry.split("_")), set()).add(name)
        self._phrases = {key: tuple(sorted(value)) for key, value in phrases.items()}
        self._stems = {key: tuple(sorted(value)) for key, value in stems.items()}
        self._stem_lengths = sorted({len(stem) for stem in stems})

    def tag(self, words: list[str]) -> list[tuple[str, ...]]:
        """The classes of each word; a phrase puts its classes on its first word."""
        tags: list[set[str]] = [set() for _ in words]
        for i, word in enumerate(words):
            for length in range(1, min(_MAX_PHRASE, len(words) - i) + 1):
                tags[i].update(self._phrases.get(tuple(words[i : i + length]), ()))
            for length in self._stem_lengths:
                if length <= len(word):
                    tags[i].update(self._stems.get(word[:length], ()))
        return [tuple(sorted(tag)) for tag in tags]


@dataclass(frozen=True)
class Frame:
    """A clause made ready: normal words, their classes and whose clause it is."""

    clause: Clause
    words: tuple[str, ...]
    tags: tuple[tuple[str, ...], ...]
    subject: str
    quoted: bool


_DURATION = re.compile(r"\d+/(?:7|52|12|24)")


def _normal(token: Token) -> str:
    word = token.norm
    if _DURATION.fullmatch(word):
        return "0/0"  # shorthand for days, weeks or months
    if word[0].isdigit():
        return "0"
    return word


def _shape(words: tuple[str, ...]) -> Iterator[str]:
    """Marks that carry meaning beyond words: ranges, shares, arrows, lists, verb endings."""
    for left, middle, right in zip(words, words[1:], words[2:], strict=False):
        if left[0] == "0" and middle in ("-", "–", "to", "or") and right[0] == "0":
            yield "x:range"
        if left == "0" and middle in ("in", "of") and right == "0":
            yield "x:share"
        if middle in ("/", "vs", "or") and left.isalpha() and right.isalpha():
            yield "x:either"
    for word in words:
        if word in (
            "%",
            "→",
            "=",
            "?",
            "!",
            "+",
            "/",
            "*",
            ">",
            "<",
            "↑",
            "↓",
            "×",
            "&",
            ":",
            "0/0",
        ):
            yield f"x:{word}"
    first = words[0]
    if len(first) > 4 and first.endswith("ed"):
        yield "x:first-ed"
    if len(first) > 4 and first.endswith("ing"):
        yield "x:first-ing"
    if sum(word.endswith("ed") and len(word) > 4 for word in words) > 1:
        yield "x:many-ed"
    if any(word.endswith("ll") and len(word) > 2 for word in words) or "will" in words:
        yield "x:future"


def _subject(words: list[str], tags: list[tuple[str, ...]], before: str) -> str:
    """Who leads the clause: the first person named in its first words, else the one before."""
    for word, tag in list(zip(words, tags, strict=True))[:6]:
        for name in ("I", "FAM", "PT", "WE", "STAFF"):
            if name in tag and word not in ("my", "me", "him", "his", "them", "their", "us"):
                return name
    return before.lower()


def frames(text: str, lexicon: Lexicon) -> list[Frame]:
    """The note's clauses with word classes; the subject carries over where none is named."""
    made: list[Frame] = []
    subject = "none"
    inside = False
    for clause in clauses(text):
        words = [_normal(token) for token in clause.tokens]
        tags = lexicon.tag(words)
        subject = _subject(words, tags, subject)
        marks = sum(word in '"“”' for word in words) + sum(word in "'‘’" for word in words)
        quoted = inside or marks > 0
        if marks % 2:
            inside = not inside
        made.append(Frame(clause, tuple(words), tuple(tags), subject, quoted))
    return made


def clause_features(made: list[Frame], index: int) -> Iterator[str]:
    """Names of the features present in one clause and its neighbours."""
    frame = made[index]
    words, tags = frame.words, frame.tags
    seq = ["^", *words, "$"]
    for i, word in enumerate(seq):
        yield f"w:{word}"
        if i + 1 < len(seq):
            yield f"b:{word} {seq[i + 1]}"
        if i + 2 < len(seq):
            yield f"t:{word} {seq[i + 1]} {seq[i + 2]}"
    for word in words:
        if len(word) > 4:
            padded = f"<{word}>"
            for i in range(len(padded) - 3):
                yield f"c:{padded[i : i + 4]}"
    present: list[str] = []
    for tag in tags:
        present.extend(tag)
    unique = sorted(set(present))
    for name in unique:
        yield f"k:{name}"
        if "NEG" in unique and name != "NEG":
            yield f"kn:{name}"
        if "HINDSIGHT" in unique and name != "HINDSIGHT":
            yield f"kh:{name}"
        if frame.quoted:
            yield f"kq:{name}"
    # Ordered pairs of classes: "I" before "ASK" before "EMO" is not "PT" before "EMO".
    seen: set[str] = set()
    for tag in tags:
        for one in seen:
            for two in tag:
                if one != two:
                    yield f"o:{one}>{two}"
        seen.update(tag)
    for left, right in pairwise(tags):
        for one in left:
            for two in right:
                yield f"a:{one}+{two}"
    yield f"s:{frame.subject}"
    yield from _shape(words)
    first = words[0]
    yield f"f:{first}"
    if tags[0]:
        for name in tags[0]:
            yield f"fk:{name}"
    if frame.quoted:
        yield "quoted"
    if words[-1] == "?" or "?" in words:
        yield "question"
    if "0" in words:
        yield "digit"
    size = len(words)
    yield f"len:{0 if size < 3 else 1 if size < 6 else 2 if size < 11 else 3 if size < 20 else 4}"
    if index == 0:
        yield "first"
    if index == len(made) - 1:
        yield "last"
    yield f"pos:{4 * index // len(made)}"
    yield f"notelen:{min(4, len(made) // 4)}"
    for step, prefix in ((-1, "p"), (-2, "pp"), (1, "n"), (2, "nn")):
        at = index + step
        if not 0 <= at < len(made):
            yield f"{prefix}:none"
            continue
        other = made[at]
        yield f"{prefix}s:{other.subject}>{frame.subject}"
        for name in sorted({name for tag in other.tags for name in tag}):
            yield f"{prefix}k:{name}"
        if abs(step) == 1:
            for word in set(other.words):
                yield f"{prefix}w:{word}"
            if other.quoted:
                yield f"{prefix}quoted"


def gain(name: str) -> float:
    """The weight of a feature before the features of a clause are brought to one length."""
    return _GAIN.get(name.split(":", 1)[0], 1.0)
