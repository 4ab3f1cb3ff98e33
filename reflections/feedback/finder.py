"""Finds acts in a note: a linear model over each clause and a network over the whole."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reflections.encoder import ModelError, read_arrays
from reflections.feedback.features import Frame, Lexicon, clause_features, gain
from reflections.feedback.lexicon import CLASSES
from reflections.feedback.network import Network, NetworkReading
from reflections.feedback.release import MODEL_SHA256

MODEL_FILE = Path(__file__).with_name("acts.npz")
CAUTION = 0.8
"""Both readers are a little too sure of notes by authors they have not met."""
SCALE = 4.0
"""Length to which the features of every clause are brought, so that long clauses do not shout."""


@dataclass(frozen=True)
class Finder:
    """A linear model over the features of a clause, one output a code."""

    codes: tuple[str, ...]
    vocabulary: dict[str, int]
    gains: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def scores(self, made: list[Frame]) -> NDArray[np.float32]:
        """Log odds, clauses by codes."""
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
    """Everything the model file holds: two readers of a note, and what to make of them."""

    finder: Finder
    network: Network
    settings: Settings

    def read(self, text: str, made: list[Frame]) -> NetworkReading:
        """What the network reads, its acts mixed with those of the linear model."""
        seen = self.network(text, made)
        return replace(seen, acts=mixed(self.finder.scores(made), seen.acts))


def mixed(linear: NDArray[np.float32], network: NDArray[np.float32]) -> NDArray[np.float32]:
    """The log odds of both, weighed alike: each sees what the other misses."""
    return np.asarray(CAUTION * (linear + network) / 2, dtype=np.float32)


def load_model(path: Path = MODEL_FILE, sha256: str = MODEL_SHA256) -> Model:
    """Reads the model.

    Raises:
        ModelError: the file is missing, altered or not a model file.
    """
    file = read_arrays(path, sha256)
    try:
        return unpack(file)
    except (KeyError, ValueError) as error:
        raise ModelError(f"{path.name}: not a feedback model. Reinstall alliance-bot.") from error


def unpack(file: dict[str, NDArray[np.generic]]) -> Model:
    """The model in the arrays of a file."""
    names = bytes(file["names"]).decode().split("\n")
    finder = Finder(
        codes=tuple(bytes(file["codes"]).decode().split("\n")),
        vocabulary={name: row for row, name in enumerate(names)},
        gains=np.array([gain(name) for name in names], dtype=np.float32),
        weights=file["weights"].astype(np.float32) * file["scales"].astype(np.float32),
        bias=file["bias"].astype(np.float32),
    )
    settings = Settings(
        file["thresholds"].astype(np.float32), file["level_weights"].astype(np.float32)
    )
    return Model(finder, Network(file), settings)


def load_lexicon() -> Lexicon:
    """The word classes, made ready for look-up."""
    return Lexicon(CLASSES)
