"""Finds acts in a note: a linear model over the clause features, one output a code."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reflections.feedback.features import (
    Frame,
    Lexicon,
    clause_features,
    context_features,
    gain,
)
from reflections.feedback.lexicon import CLASSES

MODEL_FILE = Path(__file__).with_name("acts.npz")
SCALE = 4.0
"""Length to which the features of every clause are brought, so that long clauses do not shout."""
BLEND = 0.5
"""Share of the second look in the final log odds."""


class ModelError(RuntimeError):
    """The shipped model is missing or is not the one this code was released with."""


@dataclass(frozen=True)
class SecondLook:
    """Small networks that read a clause's first scores among those of its neighbours."""

    inner: NDArray[np.float32]  # networks, inputs, hidden
    inner_bias: NDArray[np.float32]  # networks, hidden
    outer: NDArray[np.float32]  # networks, hidden, codes
    outer_bias: NDArray[np.float32]  # networks, codes

    def scores(self, inputs: NDArray[np.float32]) -> NDArray[np.float32]:
        """Log odds of the networks' mean probability, clauses by codes."""
        hidden = np.maximum(0, inputs @ self.inner + self.inner_bias[:, None, :])
        likely = sigmoid(hidden @ self.outer + self.outer_bias[:, None, :]).mean(axis=0)
        likely = np.clip(likely, 1e-6, 1 - 1e-6)
        return np.asarray(np.log(likely / (1 - likely)), dtype=np.float32)


@dataclass(frozen=True)
class Finder:
    """The act model: a linear first look at each clause, then a second look in context."""

    codes: tuple[str, ...]
    vocabulary: dict[str, int]
    gains: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    second: SecondLook | None = None

    def first_scores(self, made: list[Frame]) -> NDArray[np.float32]:
        """Log odds of each code in each clause by itself and its nearest words."""
        scores = np.tile(self.bias, (len(made), 1))
        for row in range(len(made)):
            known = sorted(
                self.vocabulary[name]
                for name in set(clause_features(made, row))
                if name in self.vocabulary
            )
            if known:
                values = self.gains[known]
                values = values * (SCALE / np.sqrt((values**2).sum()))
                scores[row] += values @ self.weights[known]
        return np.asarray(scores, dtype=np.float32)

    def probabilities(self, made: list[Frame]) -> NDArray[np.float32]:
        """Clauses by codes: how likely each clause carries each act."""
        scores = self.first_scores(made)
        if self.second is not None and made:
            again = self.second.scores(context_features(made, scores))
            scores = BLEND * again + (1 - BLEND) * scores
        return sigmoid(scores)


def sigmoid(scores: NDArray[np.floating]) -> NDArray[np.float32]:
    """Probabilities from log odds."""
    return np.asarray(1 / (1 + np.exp(-np.clip(scores, -30, 30))), dtype=np.float32)


@dataclass(frozen=True)
class Settings:
    """How probabilities become a reading.

    ``thresholds``: a probability a code, above which an act is shown. ``level_weights``: dimensions
    by levels, in the order of the enums.
    """

    thresholds: NDArray[np.float32]
    level_weights: NDArray[np.float32]


@dataclass(frozen=True)
class Model:
    """Everything the model file holds."""

    finder: Finder
    settings: Settings


def load_model(path: Path = MODEL_FILE, sha256: str | None = None) -> Model:
    """Reads the model; ModelError names the file where it is missing or altered."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ModelError(
            f"{path}: the feedback model cannot be read ({error.strerror}); reinstall the package"
        ) from error
    found = hashlib.sha256(raw).hexdigest()
    if sha256 is not None and found != sha256:
        raise ModelError(
            f"{path}: the feedback model is not the released one (sha256 {found[:12]}…, expected "
            f"{sha256[:12]}…); reinstall the package, or train anew and set MODEL_SHA256"
        )
    try:
        with np.load(io.BytesIO(raw), allow_pickle=False) as file:
            names = bytes(file["names"]).decode().split("\n")
            finder = Finder(
                codes=tuple(bytes(file["codes"]).decode().split("\n")),
                vocabulary={name: row for row, name in enumerate(names)},
                gains=np.array([gain(name) for name in names], dtype=np.float32),
                weights=file["weights"].astype(np.float32) * file["scales"],
                bias=file["bias"],
                second=SecondLook(
                    file["inner"].astype(np.float32),
                    file["inner_bias"],
                    file["outer"].astype(np.float32),
                    file["outer_bias"],
                ),
            )
            return Model(finder, Settings(file["thresholds"], file["level_weights"]))
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise ModelError(f"{path}: not a feedback model; reinstall the package") from error


def load_lexicon() -> Lexicon:
    """The word classes, made ready for look-up."""
    return Lexicon(CLASSES)
