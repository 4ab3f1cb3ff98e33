"""The reader of words: a small network that says of each word, in its context, what it gives away.

It reads the letters and neighbours of every word together with what the lists and the patterns
say of it, and so tells "grace was scared" from "a period of grace", finds names that no list
holds, and hears what singles somebody out. ``docs/privacy-model.md`` is its model card.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from reflections.encoder import UNIT, Encoder, Floats, ModelError, gelu, matrix, read_arrays
from reflections.privacy.findings import IdentifierType
from reflections.privacy.lexicon import ScreenResourceError
from reflections.privacy.patterns import Span
from reflections.privacy.release import TAGGER_SHA256
from reflections.privacy.tokens import Token, capitals_say_nothing, tokenise
from reflections.privacy.words import WordJudge

MODEL_FILE = Path(__file__).with_name("tagger.npz")

BLANK = "□"
"""Stands for what is redacted already: neither letter, digit, space nor punctuation."""

OTHER = "OTHER"
CLASSES: tuple[str | None, ...] = (
    None,
    IdentifierType.NAME,
    IdentifierType.LOCATION,
    IdentifierType.FACILITY,
    IdentifierType.UNIQUE,
    IdentifierType.AGE90,
    OTHER,
)
"""What a unit may be; None is nothing, OTHER any number, code, date or address."""

_UNIT = re.compile(rf"{BLANK}+|{UNIT.pattern}")
_MASK = "[MASK]"
# What may stand between two words of one finding.
_JOINT = re.compile(r"[ .'/&@_-]{0,2}\n?")
_GAP_IN_A_FACT = 3


@dataclass(frozen=True)
class Units:
    """The units of a folded text and what is known of each beside its letters."""

    spans: list[tuple[int, int]]
    words: list[str]
    features: Floats  # units by features


class Describer:
    """Says what lists and patterns know of each unit of a text."""

    def __init__(self, judge: WordJudge) -> None:
        lexicon = judge.lexicon
        self.judge = judge
        self._lists = (
            lexicon.given,
            lexicon.english_given,
            lexicon.family,
            lexicon.places,
            lexicon.ordinary,
            lexicon.clinical,
            lexicon.word_names,
            lexicon.eponyms,
            lexicon.regions,
        )
        self._zipf = lexicon.zipf
        self._phrases = (lexicon.long_places, lexicon.institutions)

    def __call__(self, text: str, lower: str, structured: Iterable[Span]) -> Units:
        """``structured`` are the findings of the patterns, in ``text``."""
        tokens = tokenise(text, lower)
        plain = capitals_say_nothing(tokens)
        phrases = [_in_phrases(tokens, known) for known in self._phrases]
        shaped = bytearray(len(text))
        for start, end, _ in structured:
            shaped[start:end] = b"\1" * (end - start)
        spans: list[tuple[int, int]] = []
        words: list[str] = []
        rows: list[list[float]] = []
        at = 0
        described = -1
        known = [0.0] * FEATURES
        for match in _UNIT.finditer(lower):
            start, end = match.span()
            word = match.group()
            while at + 1 < len(tokens) and tokens[at + 1].start <= start:
                at += 1
            within = bool(tokens) and tokens[at].start <= start < tokens[at].end
            if within and described != at:
                known = self._row(tokens[at], plain)
                known[_PHRASES] = [float(at in inside) for inside in phrases]
                described = at
            row = known.copy() if within else [0.0] * FEATURES
            row[_SHAPED] = float(shaped[start])
            row[_PLAIN] = float(plain)
            spans.append((start, end))
            words.append(_MASK if word[0] == BLANK else word)
            rows.append(row)
        return Units(spans, words, np.array(rows, np.float32).reshape(len(rows), FEATURES))

    def _row(self, token: Token, plain: bool) -> list[float]:
        row = [0.0] * FEATURES
        word = token.base
        row[_LISTS] = [float(word in words) for words in self._lists]
        zipf = self._zipf.get(word, 0.0)
        row[_ZIPF.start + sum(zipf >= edge for edge in _ZIPF_EDGES)] = 1.0
        row[_LIKENESS] = [max(-1.0, min(1.5, odds)) / 1.5 for odds in self.judge.likeness(word)]
        row[_SLIP] = float(self.judge.is_slip(word))
        if not plain:
            capital = token.shape != "lower"
            row[_CASE] = [
                float(capital),
                float(capital and not token.initial),
                float(token.shape == "UPPER"),
            ]
        return row


def _in_phrases(
    tokens: Sequence[Token], phrases: Mapping[str, tuple[tuple[str, ...], ...]]
) -> set[int]:
    """Which tokens stand in one of ``phrases``, which are kept under their first word."""
    inside: set[int] = set()
    for at, token in enumerate(tokens):
        for phrase in phrases.get(token.base, ()):
            members = tokens[at : at + len(phrase)]
            if tuple(member.base for member in members) == phrase:
                inside.update(range(at, at + len(phrase)))
                break
    return inside


_ZIPF_EDGES = (0.01, 2.2, 3.0, 4.0, 5.0)
_LISTS = slice(0, 9)
_ZIPF = slice(9, 15)
_LIKENESS = slice(15, 17)
_CASE = slice(17, 20)
_PHRASES = slice(20, 22)
_SLIP, _PLAIN, _SHAPED = 22, 23, 24
FEATURES = 25
KNOWLEDGE = [0, 1, 2, 3, 15, 16, 20, 21]
"""Columns that lists of names and places fill: in training they are left out now and then, so that
letters and neighbours have to do."""
CAPITALS = [17, 18, 19]


class Tagger:
    """Encoder and head. Deterministic, without state, safe across threads."""

    def __init__(
        self, describe: Describer, path: Path = MODEL_FILE, sha256: str = TAGGER_SHA256
    ) -> None:
        """
        Raises:
            ScreenResourceError: the model file is missing or is not the one released.
        """
        try:
            file = read_arrays(path, sha256)
            self._encoder = Encoder(file)
            self._head = (matrix(file, "head"), file["head.bias"].astype(np.float32))
            self._last = (matrix(file, "last"), file["last.bias"].astype(np.float32))
            self._threshold = float(file["threshold"])
        except (ModelError, KeyError) as error:
            raise ScreenResourceError(f"The privacy screen cannot start: {error}") from error
        self._describe = describe

    def probabilities(self, units: Units) -> Floats:
        """Units by classes; of a unit's pieces the one that gives most away speaks for it."""
        if not units.words:
            return np.zeros((0, len(CLASSES)), np.float32)
        vectors, owners = self._encoder(units.words, units.features)
        known = np.concatenate([vectors, units.features[owners]], axis=1)
        scores = gelu(known @ self._head[0] + self._head[1]) @ self._last[0] + self._last[1]
        likely = np.exp(scores - scores.max(axis=1, keepdims=True))
        likely /= likely.sum(axis=1, keepdims=True)
        # The last written of a unit stays: the piece that is least likely nothing.
        order = np.argsort(-likely[:, 0], kind="stable")
        found = np.zeros((len(units.words), len(CLASSES)), np.float32)
        found[owners[order]] = likely[order]
        return found

    def __call__(self, text: str, lower: str, structured: Sequence[Span]) -> Iterator[Span]:
        """What gives somebody away in a folded text, beside what the patterns found."""
        units = self._describe(text, lower, structured)
        found = [
            (start, end, _kind(start, end, kind, structured))
            for start, end, kind in spans(text, units, self.probabilities(units), self._threshold)
            if not _is_no(kind, lower[start:end])
        ]
        yield from found
        # A name found once is found everywhere.
        inside = bytearray(len(text))
        for first, last, kind in found:
            if kind is IdentifierType.NAME:
                inside[first:last] = b"\1" * (last - first)
        placed = list(zip(units.words, units.spans, strict=True))
        named = {word for word, (start, _) in placed if inside[start] and self._is_naming(word)}
        for word, (start, end) in placed:
            if word in named:
                yield start, end, IdentifierType.NAME

    def _is_naming(self, word: str) -> bool:
        return len(word) > 2 and not self._describe.judge.is_innocent(word)


_GREAT_AGE = re.compile(r"(?<!\d)(?:9\d|1[01]\d|12[0-5])(?!\d)|ninet|hundred|centenar|nonagenar")
_BARE_YEAR = re.compile(r"(?:19|20)\d\d")


def _is_no(kind: str, words: str) -> bool:
    """By definition not of its kind: an age under ninety, a bare year, a fact in one word."""
    if kind == IdentifierType.AGE90:
        return _GREAT_AGE.search(words) is None
    if kind == IdentifierType.UNIQUE:
        return " " not in words
    return kind == OTHER and _BARE_YEAR.fullmatch(words) is not None


def _kind(start: int, end: int, kind: str, structured: Sequence[Span]) -> IdentifierType:
    """The type of a run; for "some other identifier" what the patterns call it, where they do."""
    if kind != OTHER:
        return IdentifierType(kind)
    return next((k for a, b, k in structured if a < end and start < b), IdentifierType.ID)


def spans(
    text: str, units: Units, probabilities: Floats, threshold: float
) -> Iterator[tuple[int, int, str]]:
    """Runs of units that are more likely something than ``threshold``, each under its type."""
    told = 1 - probabilities[:, 0] >= threshold
    told &= np.array(
        [any(c.isalnum() for c in word) and word != _MASK for word in units.words], bool
    )
    kinds = 1 + probabilities[:, 1:].argmax(axis=1) if len(told) else np.zeros(0, int)
    unique = CLASSES.index(IdentifierType.UNIQUE)
    run: list[int] = []
    for at in np.flatnonzero(told).tolist():
        if run:
            between = text[units.spans[run[-1]][1] : units.spans[at][0]]
            fact = kinds[run[-1]] == kinds[at] == unique and at - run[-1] - 1 <= _GAP_IN_A_FACT
            if not _JOINT.fullmatch(between) and not (fact and BLANK not in between):
                yield _span(units, probabilities, run)
                run = []
        run.append(at)
    if run:
        yield _span(units, probabilities, run)


def _span(units: Units, probabilities: Floats, run: Sequence[int]) -> tuple[int, int, str]:
    kind = CLASSES[1 + int(probabilities[list(run), 1:].sum(axis=0).argmax())]
    return units.spans[run[0]][0], units.spans[run[-1]][1], str(kind)
