"""Training of :mod:`reflections.feedback.network`. For development: it needs torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from prompts.library import Dimension
from reflections.encoder import WINDOW, Floats, WordPieces
from reflections.feedback.features import Frame
from reflections.feedback.lexicon import CLASSES
from reflections.feedback.manual import CODES
from reflections.feedback.network import SAFETY, class_columns, unite
from reflections.model import Level
from reflections.training import Array, Base, Body, fit, pack, start

BATCH = 8
EPOCHS = 8
RATE = 4e-4
HIDDEN, NOTE_HIDDEN = 256, 128
NOTE_SHARE, SAFETY_SHARE = 0.3, 1.0
"""How much what is known of the whole note weighs beside the acts of its clauses."""
_NAMES = sorted(CLASSES)
_LEVELS = tuple(map(str, Level))
_ABSENT = -1e4
_NOT_ASKED = -100


@dataclass(frozen=True)
class Row:
    """A note as the network learns from it, and what its author said of it."""

    ids: list[int]
    clause: list[int]  # of each piece; -1 outside
    classes: Floats  # pieces by word classes
    acts: NDArray[np.float32]  # clauses by codes
    levels: list[int]
    safety: int
    rupture: float  # NaN where not asked


class ActNetwork(Body):
    """The encoder with heads for acts and safety; and, to learn from alone, for levels."""

    def __init__(self, base: Base, rates: NDArray[np.float64]) -> None:
        super().__init__(base, len(_NAMES))
        width = self.words.embedding_dim
        # The notes are too few to move the words themselves.
        self.words.weight.requires_grad_(False)
        self.acts = nn.Linear(2 * width + len(_NAMES), HIDDEN)
        self.acts_last = nn.Linear(HIDDEN, len(CODES))
        self.acts_last.bias.data = torch.tensor(np.log(rates / (1 - rates)), dtype=torch.float32)
        self.acts_last.weight.data *= 0.1
        self.safety = nn.Linear(2 * width, NOTE_HIDDEN)
        self.safety_last = nn.Linear(NOTE_HIDDEN, len(SAFETY))
        self.levels = nn.Linear(width, NOTE_HIDDEN)
        self.levels_last = nn.Linear(NOTE_HIDDEN, len(Dimension) * len(Level) + 1)

    def forward(
        self, ids: Tensor, mask: Tensor, classes: Tensor, inside: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Scores of acts (notes, clauses, codes), of safety, and of levels and rupture.

        ``inside``: notes, clauses, pieces; 1 where a piece is part of a clause.
        """
        x = self.encode(ids, mask, classes)
        count = inside.sum(-1, keepdim=True).clamp(min=1)
        mean = (inside / count) @ x
        most = x.unsqueeze(1).masked_fill(inside.unsqueeze(-1) == 0, _ABSENT).amax(2)
        most = torch.where(inside.any(-1, keepdim=True), most, torch.zeros_like(most))
        known = ((inside @ classes) > 0).float()
        pooled = self._drop(torch.cat([mean, most, known], -1))
        acts = self.acts_last(self._drop(_gelu(self.acts(pooled))))
        words = mask.clone()  # without the marks at both ends
        words[:, 0] = False
        words[torch.arange(len(ids)), mask.sum(1) - 1] = False
        shares = words.float() / words.sum(1, keepdim=True).clamp(min=1)
        note = (shares.unsqueeze(1) @ x).squeeze(1)
        # One clause among many may be what matters.
        most = x.masked_fill(~words.unsqueeze(-1), _ABSENT).amax(1)
        safety = self.safety_last(_gelu(self.safety(self._drop(torch.cat([note, most], -1)))))
        return acts, safety, self.levels_last(_gelu(self.levels(self._drop(note))))

    def _drop(self, x: Tensor) -> Tensor:
        return functional.dropout(x, 0.1, self.training)


def _gelu(x: Tensor) -> Tensor:
    return functional.gelu(x, approximate="tanh")


def row(
    pieces: WordPieces,
    text: str,
    made: Sequence[Frame],
    acts: NDArray[np.float64],
    labels: dict[str, object],
) -> Row:
    """``labels`` are the note's own: the dimensions, ``safety`` and ``rupture``, where given."""
    units = unite(text, made, class_columns(_NAMES))
    nothing = np.zeros(len(_NAMES), np.float32)
    ids, clause, classes = [pieces.start], [-1], [nothing]
    for word, at, known in zip(units.words, units.clause, units.classes, strict=True):
        for piece in pieces(word):
            ids.append(piece)
            clause.append(int(at))
            classes.append(known)
    ids, clause, classes = ids[: WINDOW + 1], clause[: WINDOW + 1], classes[: WINDOW + 1]
    safety = labels.get("safety")
    return Row(
        [*ids, pieces.end],
        [*clause, -1],
        np.stack([*classes, nothing]),
        acts.astype(np.float32),
        [_LEVELS.index(str(labels[d])) if d in labels else _NOT_ASKED for d in Dimension],
        SAFETY.index(safety) if safety in SAFETY else _NOT_ASKED,
        float(bool(labels["rupture"])) if "rupture" in labels else float("nan"),
    )


def train(base: Base, rows: Sequence[Row], seed: int = 0) -> dict[str, Array]:
    """The arrays of a network that learnt from ``rows``."""
    start(seed)
    rates = np.vstack([r.acts for r in rows]).mean(0).astype(np.float64) + 1e-3
    network = ActNetwork(base, rates)

    def loss(chosen: Sequence[Row]) -> Tensor:
        ids, mask, classes, inside, wanted = _tensors(chosen)
        # Half the bits, half the time; the figures are the same.
        with torch.autocast("cpu", torch.bfloat16):
            acts, safety, levels = network(ids, mask, classes, inside)
        asked = inside.any(-1)
        value = len(CODES) * functional.binary_cross_entropy_with_logits(
            acts.float()[asked], wanted[asked]
        )
        kept = torch.tensor([r.safety for r in chosen])
        value = value + SAFETY_SHARE * _sum(
            functional.cross_entropy(safety.float(), kept, reduction="none"), kept
        )
        note = torch.zeros(())
        for at in range(len(Dimension)):
            gold = torch.tensor([r.levels[at] for r in chosen])
            scores = levels.float()[:, at * len(Level) : (at + 1) * len(Level)]
            note = note + _sum(functional.cross_entropy(scores, gold, reduction="none"), gold)
        rupture = torch.tensor([r.rupture for r in chosen])
        told = ~rupture.isnan()
        if told.any():
            note = note + functional.binary_cross_entropy_with_logits(
                levels.float()[told, -1], rupture[told]
            )
        return value + NOTE_SHARE * note

    fit(network, rows, loss, epochs=EPOCHS, rate=RATE, batch=BATCH, size=lambda r: len(r.ids))
    names = ("acts", "acts_last", "safety", "safety_last")
    heads = {name: getattr(network, name) for name in names}
    return pack(base, network, heads) | {
        "classes": np.frombuffer("\n".join(_NAMES).encode(), np.uint8)
    }


def _sum(values: Tensor, gold: Tensor) -> Tensor:
    """The mean over those that were asked; 0 where none was."""
    return values.sum() / (gold != _NOT_ASKED).sum().clamp(min=1)


def _tensors(rows: Sequence[Row]) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    longest = max(len(r.ids) for r in rows)
    clauses = max(1, *(len(r.acts) for r in rows))
    ids = torch.zeros(len(rows), longest, dtype=torch.long)
    mask = torch.zeros(len(rows), longest, dtype=torch.bool)
    classes = torch.zeros(len(rows), longest, len(_NAMES))
    inside = torch.zeros(len(rows), clauses, longest)
    wanted = torch.zeros(len(rows), clauses, len(CODES))
    for at, r in enumerate(rows):
        size = len(r.ids)
        ids[at, :size] = torch.tensor(r.ids)
        mask[at, :size] = True
        classes[at, :size] = torch.from_numpy(r.classes)
        wanted[at, : len(r.acts)] = torch.from_numpy(r.acts)
        for place, clause in enumerate(r.clause):
            if clause >= 0:
                inside[at, clause, place] = 1
    return ids, mask, classes, inside, wanted
