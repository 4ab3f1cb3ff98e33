"""Finds acts in a note: a linear model over the clause features, one output a code."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reflections.feedback.features import Frame, Lexicon, clause_features
from reflections.feedback.lexicon import CLASSES

MODEL_FILE = Path(__file__).with_name("acts.npz")
SCALE = 4.0
"""Each clause's features share this much weight, so that long clauses do not shout."""


class ModelError(RuntimeError):
    """The shipped model is missing or is not the one this code was released with."""


@dataclass(frozen=True)
class Finder:
    """The act model: ``weights`` is features by codes, ``thresholds`` a probability a code."""

    codes: tuple[str, ...]
    vocabulary: dict[str, int]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    thresholds: NDArray[np.float32]

    def probabilities(self, made: list[Frame]) -> NDArray[np.float32]:
        """Clauses by codes: how likely each clause carries each act."""
        scores = np.zeros((len(made), len(self.codes)), dtype=np.float32)
        for row in range(len(made)):
            features = set(clause_features(made, row))
            known = [self.vocabulary[name] for name in features if name in self.vocabulary]
            scores[row] = self.bias
            if known:
                value = SCALE / np.sqrt(len(features))
                scores[row] += value * self.weights[sorted(known)].sum(axis=0)
        return np.asarray(1.0 / (1.0 + np.exp(-scores)), dtype=np.float32)


def load_finder(path: Path = MODEL_FILE, sha256: str | None = None) -> Finder:
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
            return Finder(
                codes=tuple(bytes(file["codes"]).decode().split("\n")),
                vocabulary={name: row for row, name in enumerate(names)},
                weights=file["weights"].astype(np.float32) * file["scales"],
                bias=file["bias"].astype(np.float32),
                thresholds=file["thresholds"].astype(np.float32),
            )
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise ModelError(f"{path}: not a feedback model; reinstall the package") from error


def load_lexicon() -> Lexicon:
    """The word classes, made ready for look-up."""
    return Lexicon(CLASSES)
