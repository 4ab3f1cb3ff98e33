"""A small text encoder: word pieces and three transformer layers, in numpy alone.

The network is a cut-down BERT (Devlin 2019), begun from the first layers of
sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0) and trained further on our own notes; the model
cards under ``docs/`` say how. What ships is arrays of eight-bit numbers with a scale a row: no
pickle, no framework, nothing is fetched.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

UNIT = re.compile(r"[^\W_]+|[^\w\s]|_")
"""A run of letters and digits, or one sign of punctuation."""

WINDOW = 192
"""Pieces that are read at once: the work grows with the length of a text, not with its square."""
MARGIN = 32
"""Pieces at a window's edge that are read for their neighbours' sake and judged by the next one."""

_HEADS = 12
_LONGEST_WORD = 64
_TINY = 1e-12
_START, _END = "[CLS]", "[SEP]"


class ModelError(RuntimeError):
    """A model file is missing, or is not the one this code was released with."""


class WordPieces:
    """Splits lower-case words into the longest pieces that the vocabulary knows."""

    def __init__(self, pieces: Sequence[str]) -> None:
        self._ids = {piece: at for at, piece in enumerate(pieces)}
        self.start, self.end = self._ids[_START], self._ids[_END]
        self._unknown = self._ids["[UNK]"]

    def __call__(self, word: str) -> list[int]:
        """The ids of ``word``'s pieces; one unknown where some letter is in no piece."""
        ids: list[int] = []
        at = 0
        while at < len(word) and len(word) <= _LONGEST_WORD:
            for end in range(len(word), at, -1):
                piece = self._ids.get(("##" if at else "") + word[at:end])
                if piece is not None:
                    ids.append(piece)
                    at = end
                    break
            else:
                return [self._unknown]
        return ids or [self._unknown]


@dataclass(frozen=True)
class _Layer:
    """One transformer layer; matrices are inputs by outputs."""

    query_key_value: Floats
    query_key_value_bias: Floats
    out: Floats
    out_bias: Floats
    norm: Floats  # scale and shift
    inner: Floats
    inner_bias: Floats
    outer: Floats
    outer_bias: Floats
    last_norm: Floats

    def __call__(self, x: Floats) -> Floats:
        count, width = x.shape
        size = width // _HEADS
        mixed = (x @ self.query_key_value + self.query_key_value_bias).reshape(count, 3, _HEADS, -1)
        query, key, value = mixed.transpose(1, 2, 0, 3)
        weights = query @ key.transpose(0, 2, 1) / np.float32(np.sqrt(size))
        weights = np.exp(weights - weights.max(axis=-1, keepdims=True))
        weights /= weights.sum(axis=-1, keepdims=True)
        seen = (weights @ value).transpose(1, 0, 2).reshape(count, width)
        x = _normal(x + seen @ self.out + self.out_bias, self.norm)
        inner = gelu(x @ self.inner + self.inner_bias)
        return _normal(x + inner @ self.outer + self.outer_bias, self.last_norm)


class Encoder:
    """Reads units of text into vectors; deterministic, without state, safe across threads."""

    def __init__(self, file: dict[str, NDArray[np.generic]]) -> None:
        """``file`` holds the arrays that :func:`reflections.training.pack` wrote."""
        self.pieces = WordPieces(bytes(file["pieces"]).decode().split("\n"))
        self._words = file["words"]
        self._word_scales = file["words.scale"].astype(np.float32)
        self._places = matrix(file, "places")
        self._features = matrix(file, "features") if "features" in file else None
        self._norm = file["norm"].astype(np.float32)
        self._layers: list[_Layer] = []
        while f"{len(self._layers)}.out" in file:
            at = len(self._layers)
            self._layers.append(
                _Layer(
                    *(
                        matrix(file, f"{at}.{name}")
                        if f"{at}.{name}.scale" in file
                        else file[f"{at}.{name}"].astype(np.float32)
                        for name in _Layer.__dataclass_fields__
                    )
                )
            )

    def __call__(
        self, units: Sequence[str], features: Floats | None = None
    ) -> tuple[Floats, NDArray[np.int64]]:
        """One vector a piece, pieces by width, and for each piece the unit that it is part of.

        ``features``: units by features, what is known of each unit beside its letters.
        """
        ids: list[int] = []
        counts: list[int] = []
        for unit in units:
            pieces = self.pieces(unit)
            ids += pieces
            counts.append(len(pieces))
        owners = np.repeat(np.arange(len(units)), counts)
        read = np.zeros((len(ids), self._norm.shape[1]), np.float32)
        for first in range(0, len(ids), WINDOW - 2 * MARGIN):
            if first and first + MARGIN >= len(ids):
                break
            window = slice(first, first + WINDOW)
            known = None if features is None else features[owners[window]]
            skip = MARGIN if first else 0
            read[first + skip : first + WINDOW] = self._read(ids[window], known)[skip:]
        return read, owners

    def _read(self, ids: list[int], features: Floats | None) -> Floats:
        rows = [self.pieces.start, *ids, self.pieces.end]
        x = self._words[rows].astype(np.float32) * self._word_scales[rows]
        x = _normal(x + self._places[: len(rows)], self._norm)
        if features is not None and self._features is not None:
            x[1:-1] += features @ self._features
        for layer in self._layers:
            x = layer(x)
        return x[1:-1]


def gelu(x: Floats) -> Floats:
    """The tanh form of the Gaussian error linear unit (Hendrycks 2016)."""
    return np.asarray(
        x
        * np.float32(0.5)
        * (1 + np.tanh(x * (np.float32(0.79788456) * (1 + np.float32(0.044715) * x * x)))),
        dtype=np.float32,
    )


def matrix(file: dict[str, NDArray[np.generic]], name: str) -> Floats:
    """A matrix that was stored as eight-bit numbers with a scale a column."""
    return np.asarray(
        file[name].astype(np.float32) * file[f"{name}.scale"].astype(np.float32), dtype=np.float32
    )


def read_arrays(path: Path, sha256: str) -> dict[str, NDArray[np.generic]]:
    """The arrays of a model file.

    Raises:
        ModelError: the file is missing, altered or not a model file.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ModelError(
            f"{path.name}: the model cannot be read ({error.strerror}). Reinstall alliance-bot."
        ) from error
    found = hashlib.sha256(raw).hexdigest()
    if found != sha256:
        raise ModelError(
            f"{path.name}: not the model this version was released with (sha256 {found[:12]}…, "
            f"expected {sha256[:12]}…). Reinstall alliance-bot."
        )
    try:
        with np.load(io.BytesIO(raw), allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise ModelError(f"{path.name}: not a model file. Reinstall alliance-bot.") from error


def _normal(x: Floats, norm: Floats) -> Floats:
    mean = x.mean(axis=-1, keepdims=True)
    x = x - mean
    spread = np.sqrt((x * x).mean(axis=-1, keepdims=True) + np.float32(_TINY))
    return np.asarray(x / spread * norm[0] + norm[1], dtype=np.float32)
