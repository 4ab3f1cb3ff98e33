"""Trains the act model from the committed corpus: ``python -m reflections.feedback.train``.

A development tool, not used at run time: it needs SciPy. Deterministic: the same corpus and code
give the same file. It prints the line for ``release.py``.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reflections.feedback.features import Frame, clause_features, frames
from reflections.feedback.finder import MODEL_FILE, SCALE, Finder, load_lexicon
from reflections.feedback.manual import CODES

CORPUS = Path(__file__).parent / "corpus" / "acts.jsonl"
PENALTY = 0.4
MIN_COUNT = 2
ITERATIONS = 80
OVERLAP = 0.5
"""A clause carries an act when it shares half of the shorter of the two with its quote."""


@dataclass(frozen=True)
class Example:
    """One note of the corpus, made ready: its clauses, their features, and clauses by codes."""

    row: dict[str, Any]
    made: list[Frame]
    features: list[list[str]]
    labels: NDArray[np.float64]


def prepare(rows: Iterable[dict[str, Any]]) -> list[Example]:
    """Cuts every note into clauses and marks which carry which act."""
    lexicon = load_lexicon()
    examples = []
    for row in rows:
        made = frames(row["text"], lexicon)
        labels = np.zeros((len(made), len(CODES)))
        for act in row.get("acts", ()):
            start = row["text"].find(act["quote"])
            end = start + len(act["quote"])
            for at, frame in enumerate(made):
                shared = min(end, frame.clause.end) - max(start, frame.clause.start)
                if shared >= OVERLAP * min(end - start, frame.clause.end - frame.clause.start):
                    labels[at, CODES.index(act["act"])] = 1
        features = [sorted(set(clause_features(made, at))) for at in range(len(made))]
        examples.append(Example(row, made, features, labels))
    return examples


def train(examples: Sequence[Example]) -> tuple[list[str], NDArray[Any], NDArray[Any]]:
    """Vocabulary, weights (features by codes) and bias of one penalised logistic model a code."""
    from scipy.optimize import minimize  # type: ignore[import-untyped]
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

    counts = Counter(name for e in examples for names in e.features for name in names)
    vocabulary = sorted(name for name, count in counts.items() if count >= MIN_COUNT)
    index = {name: at for at, name in enumerate(vocabulary)}
    columns: list[int] = []
    values: list[float] = []
    rows = [0]
    for example in examples:
        for names in example.features:
            known = [index[name] for name in names if name in index]
            columns += known
            values += [SCALE / float(np.sqrt(len(names)))] * len(known)
            rows.append(len(columns))
    data = csr_matrix((values, columns, rows), shape=(len(rows) - 1, len(vocabulary)))
    turned = data.T.tocsr()
    labels = np.vstack([e.labels for e in examples])
    shape = (len(vocabulary), len(CODES))
    size = shape[0] * shape[1]

    def loss(flat: NDArray[Any]) -> tuple[float, NDArray[Any]]:
        weights, bias = flat[:size].reshape(shape), flat[size:]
        scores = data @ weights + bias
        error = 1 / (1 + np.exp(-scores)) - labels
        value = (np.logaddexp(0, scores) - labels * scores).sum()
        value += 0.5 * PENALTY * (weights**2).sum()
        gradient = turned @ error + PENALTY * weights
        return float(value), np.concatenate([gradient.ravel(), error.sum(axis=0)])

    rate = labels.mean(axis=0) + 1e-4
    start = np.concatenate([np.zeros(size), np.log(rate / (1 - rate))])
    found = minimize(
        loss, start, jac=True, method="L-BFGS-B", options={"maxiter": ITERATIONS, "maxcor": 5}
    ).x
    return vocabulary, found[:size].reshape(shape), found[size:]


def pack(
    vocabulary: list[str], weights: NDArray[Any], bias: NDArray[Any], thresholds: NDArray[Any]
) -> bytes:
    """The model file: eight-bit weights with a scale a code, features without weight left out."""
    scales = np.abs(weights).max(axis=0) / 127
    small = np.rint(weights / scales).astype(np.int8)
    small[np.abs(small) < 2] = 0
    kept = np.flatnonzero(small.any(axis=1))
    arrays = {
        "names": np.frombuffer("\n".join(vocabulary[at] for at in kept).encode(), np.uint8),
        "codes": np.frombuffer("\n".join(CODES).encode(), np.uint8),
        "weights": small[kept],
        "scales": scales.astype(np.float32),
        "bias": bias.astype(np.float32),
        "thresholds": thresholds.astype(np.float32),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in sorted(arrays.items()):
            part = io.BytesIO()
            np.lib.format.write_array(part, array, allow_pickle=False)
            info = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, part.getvalue())
    return buffer.getvalue()


def scores_of(
    model: tuple[list[str], NDArray[Any], NDArray[Any]], examples: Sequence[Example]
) -> list[NDArray[Any]]:
    """Clause probabilities of each note under a model just trained."""
    vocabulary, weights, bias = model
    finder = Finder(
        CODES,
        {name: at for at, name in enumerate(vocabulary)},
        weights.astype(np.float32),
        bias.astype(np.float32),
        np.full(len(CODES), 0.5, np.float32),
    )
    return [finder.probabilities(example.made) for example in examples]


def best_thresholds(labels: NDArray[Any], scores: NDArray[Any]) -> NDArray[Any]:
    """The probability a code at which F1 over held-out clauses is best."""
    chosen = []
    for column in range(labels.shape[1]):
        best, at = -1.0, 0.5
        for threshold in np.arange(0.10, 0.80, 0.02):
            hit = scores[:, column] >= threshold
            both = float((hit * labels[:, column]).sum())
            value = 2 * both / (hit.sum() + labels[:, column].sum() + 1e-9)
            if value > best:
                best, at = value, float(threshold)
        chosen.append(at)
    return np.array(chosen)


def held_out_scores(examples: Sequence[Example]) -> list[NDArray[Any]]:
    """Clause probabilities of every note from a model that never saw its author."""
    author = [example.row["id"][:2] for example in examples]
    scores: list[NDArray[Any]] = [np.zeros(0)] * len(examples)
    for name in sorted(set(author)):
        model = train([e for e, a in zip(examples, author, strict=True) if a != name])
        at = [i for i, a in enumerate(author) if a == name]
        for i, score in zip(at, scores_of(model, [examples[i] for i in at]), strict=True):
            scores[i] = score
        print(f"held out {name}: {len(at)} notes")
    return scores


def read_rows(path: Path = CORPUS) -> list[dict[str, Any]]:
    """The rows of a JSON-lines file."""
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def main() -> None:
    """Trains, sets thresholds on held-out authors, writes the file and prints its checksum."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=MODEL_FILE)
    out = parser.parse_args().out
    examples = prepare(read_rows())
    held = held_out_scores(examples)
    thresholds = best_thresholds(
        np.vstack([e.labels for e in examples]), np.vstack([np.asarray(s) for s in held])
    )
    raw = pack(*train(examples), thresholds)
    out.write_bytes(raw)
    print(f'{len(raw)} bytes\nMODEL_SHA256 = "{hashlib.sha256(raw).hexdigest()}"')


if __name__ == "__main__":
    main()
