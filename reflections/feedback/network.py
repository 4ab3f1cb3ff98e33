"""A small network that reads a whole note and says of each clause which acts it may carry.

The linear model sees a clause and its nearest words; this one sees the note, so it can tell who
feels, who acts and what an answer answers. It is :mod:`reflections.encoder`'s encoder over the
note's words and their word classes, with a head for the acts of a clause and one for safety.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reflections.encoder import UNIT, Encoder, Floats, gelu, matrix
from reflections.feedback.features import Frame
from reflections.model import Safety
from reflections.privacy.normalise import fold

SAFETY = tuple(Safety)
_UNLIKELY = -8.0
"""Log odds of every act in a clause of which the network sees no word."""


@dataclass(frozen=True)
class Units:
    """A note's words and marks; the clause of each (-1 outside of all), units by word classes."""

    words: list[str]
    clause: NDArray[np.int64]
    classes: Floats


@dataclass(frozen=True)
class NetworkReading:
    """Log odds, clauses by codes; and how likely each of ``SAFETY`` is."""

    acts: Floats
    safety: Floats


class Network:
    """Deterministic, without state, safe across threads."""

    def __init__(self, file: dict[str, NDArray[np.generic]]) -> None:
        """``file`` holds the arrays that ``train_network`` packed.

        Raises:
            KeyError: an array is missing.
        """
        self._classes = class_columns(bytes(file["classes"]).decode().split("\n"))
        self._encoder = Encoder(file)
        self._acts = tuple(_dense(file, name) for name in ("acts", "acts_last"))
        self._safety = tuple(_dense(file, name) for name in ("safety", "safety_last"))

    def __call__(self, text: str, made: Sequence[Frame]) -> NetworkReading:
        """What the network makes of the clauses of ``text``."""
        units = unite(text, made, self._classes)
        codes = len(self._acts[1][1])
        scores = np.full((len(made), codes), _UNLIKELY, np.float32)
        if not units.words:
            nothing = np.array([value is Safety.NONE for value in SAFETY], dtype=np.float32)
            return NetworkReading(scores, nothing)
        vectors, owners = self._encoder(units.words, units.classes)
        clause = units.clause[owners]
        classes = units.classes[owners]
        pooled = np.zeros((len(made), 2 * vectors.shape[1] + classes.shape[1]), np.float32)
        seen = np.unique(clause[clause >= 0])
        for row in seen:
            inside = clause == row
            own = vectors[inside]
            pooled[row] = np.concatenate([own.mean(0), own.max(0), classes[inside].max(0)])
        scores[seen] = _through(pooled[seen], *self._acts)
        whole = np.concatenate([vectors.mean(0), vectors.max(0)])
        odds = _through(whole, *self._safety)
        likely = np.exp(odds - odds.max())
        return NetworkReading(scores, np.asarray(likely / likely.sum(), dtype=np.float32))


def class_columns(names: Sequence[str]) -> dict[str, int]:
    """The column of each word class."""
    return {name: at for at, name in enumerate(names)}


def unite(text: str, made: Sequence[Frame], columns: dict[str, int]) -> Units:
    """The units of ``text`` with their clauses and word classes; the same for training and use."""
    folded = fold(text)
    found = [(m.group(), folded.original_span(*m.span())) for m in UNIT.finditer(folded.lower)]
    clause = np.full(len(found), -1, np.int64)
    classes = np.zeros((len(found), len(columns)), np.float32)
    tokens = [
        (token.start, token.end, row, tag)
        for row, frame in enumerate(made)
        for token, tag in zip(frame.clause.tokens, frame.tags, strict=True)
    ]
    at = 0
    for unit, (_, (start, end)) in enumerate(found):
        while at < len(tokens) and tokens[at][1] <= start:
            at += 1
        if at < len(tokens) and tokens[at][0] < end:
            clause[unit] = tokens[at][2]
            classes[unit, [columns[name] for name in tokens[at][3] if name in columns]] = 1
    return Units([word for word, _ in found], clause, classes)


def _dense(file: dict[str, NDArray[np.generic]], name: str) -> tuple[Floats, Floats]:
    return matrix(file, name), file[f"{name}.bias"].astype(np.float32)


def _through(x: Floats, first: tuple[Floats, Floats], last: tuple[Floats, Floats]) -> Floats:
    """Two dense layers."""
    return np.asarray(gelu(x @ first[0] + first[1]) @ last[0] + last[1], dtype=np.float32)
