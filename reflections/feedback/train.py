"""Trains the act model from the committed corpus: ``python -m reflections.feedback.train``.

A development tool, not used at run time: it needs SciPy. Deterministic: the same corpus and code
give the same file. It prints the line for ``release.py``.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import re
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore
from scipy.sparse import csr_matrix  # type: ignore
from sklearn.exceptions import ConvergenceWarning  # type: ignore
from sklearn.neural_network import MLPClassifier  # type: ignore

from prompts.library import Dimension
from reflections.feedback.engine import assessment
from reflections.feedback.evaluate import evaluate, kappa, render
from reflections.feedback.features import (
    Frame,
    clause_features,
    context_features,
    frames,
    gain,
)
from reflections.feedback.finder import (
    BLEND,
    MODEL_FILE,
    SCALE,
    Finder,
    Model,
    SecondLook,
    Settings,
    load_lexicon,
    sigmoid,
)
from reflections.feedback.frame_rules import temper
from reflections.feedback.manual import CODES, CUES, answers, is_met
from reflections.feedback.readings import read
from reflections.model import Act, Assessment, Level

CORPUS = Path(__file__).parent / "corpus" / "acts.jsonl"
EXTRA = Path(__file__).parent / "corpus" / "extra.txt"
PENALTY = 0.3
MIN_COUNT = 2
ITERATIONS = 50
HIDDEN, NETWORKS, EPOCHS = 48, 3, 10
FALSE_MISSED = 0.025
FLOORS = {"repair": 0.3, "hindsight": 0.5}
"""Codes that are shown on their own, so naming them wrongly would hurt."""
OVERLAP = 0.5
"""A clause carries an act when it shares half of the shorter of the two with its quote."""


@dataclass(frozen=True)
class Example:
    """One note of the corpus, made ready: its clauses, their features, and clauses by codes."""

    row: dict[str, Any]
    made: list[Frame]
    features: list[list[str]]
    labels: NDArray[np.float64]

    @property
    def author(self) -> str:
        """The first two characters of the id."""
        return str(self.row["id"][:2])


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


def train(examples: Sequence[Example]) -> Finder:
    """The first look: one penalised logistic model a code, over features seen at least twice."""
    counts = Counter(name for e in examples for names in e.features for name in names)
    vocabulary = sorted(name for name, count in counts.items() if count >= MIN_COUNT)
    index = {name: at for at, name in enumerate(vocabulary)}
    gains = np.array([gain(name) for name in vocabulary], dtype=np.float32)
    columns: list[int] = []
    values: list[NDArray[Any]] = []
    rows = [0]
    for example in examples:
        for names in example.features:
            known = [index[name] for name in names if name in index]
            loud = gains[known]
            columns += known
            values.append(loud * (SCALE / np.sqrt((loud**2).sum() + 1e-9)))
            rows.append(len(columns))
    data = csr_matrix(
        (np.concatenate(values), columns, rows), shape=(len(rows) - 1, len(vocabulary))
    )
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
    return Finder(
        CODES,
        index,
        gains,
        found[:size].reshape(shape).astype(np.float32),
        found[size:].astype(np.float32),
    )


def train_second(examples: Sequence[Example], scores: Sequence[NDArray[np.float32]]) -> SecondLook:
    """The second look, from first scores that were made without the note's author."""
    inputs = np.vstack([context_features(e.made, s) for e, s in zip(examples, scores, strict=True)])
    labels = np.vstack([e.labels for e in examples])
    middle, spread = inputs.mean(axis=0), inputs.std(axis=0) + 0.1
    networks = [
        MLPClassifier(
            (HIDDEN,),
            alpha=1.0,
            max_iter=EPOCHS,
            batch_size=128,
            learning_rate_init=0.002,
            random_state=seed,
        ).fit((inputs - middle) / spread, labels)
        for seed in range(NETWORKS)
    ]
    # The scaling of the inputs is folded into the first layer.
    inner = np.stack([n.coefs_[0] / spread[:, None] for n in networks])
    inner_bias = np.stack([n.intercepts_[0] - (middle / spread) @ n.coefs_[0] for n in networks])
    return SecondLook(
        inner.astype(np.float32),
        inner_bias.astype(np.float32),
        np.stack([n.coefs_[1] for n in networks]).astype(np.float32),
        np.stack([n.intercepts_[1] for n in networks]).astype(np.float32),
    )


def pack(model: Model) -> bytes:
    """The model file: eight-bit weights with a scale a code, features without weight left out."""
    finder, second = model.finder, model.finder.second
    assert second is not None
    names = sorted(finder.vocabulary, key=lambda name: finder.vocabulary[name])
    scales = np.abs(finder.weights).max(axis=0) / 127
    small = np.rint(finder.weights / scales).astype(np.int8)
    small[np.abs(small) < 2] = 0
    kept = np.flatnonzero(small.any(axis=1))
    arrays = {
        "names": np.frombuffer("\n".join(names[at] for at in kept).encode(), np.uint8),
        "codes": np.frombuffer("\n".join(CODES).encode(), np.uint8),
        "weights": small[kept],
        "scales": scales.astype(np.float32),
        "bias": finder.bias,
        "inner": second.inner.astype(np.float16),
        "inner_bias": second.inner_bias,
        "outer": second.outer.astype(np.float16),
        "outer_bias": second.outer_bias,
        "thresholds": model.settings.thresholds,
        "level_weights": model.settings.level_weights,
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in sorted(arrays.items()):
            part = io.BytesIO()
            np.lib.format.write_array(part, np.asarray(array), allow_pickle=False)
            info = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, part.getvalue())
    return buffer.getvalue()


def best_thresholds(labels: NDArray[Any], scores: NDArray[Any]) -> NDArray[Any]:
    """The probability a code at which F1 over held-out clauses is best, not below its floor."""
    chosen = []
    for column, code in enumerate(CODES):
        best, at = -1.0, 0.5
        for threshold in np.arange(FLOORS.get(code, 0.20), 0.70, 0.02):
            hit = scores[:, column] >= threshold
            both = float((hit * labels[:, column]).sum())
            value = 2 * both / (hit.sum() + labels[:, column].sum() + 1e-9)
            if value > best:
                best, at = value, float(threshold)
        chosen.append(at)
    return np.array(chosen)


def best_level_weights(
    shares: NDArray[Any], gold: Sequence[dict[str, Any]], most: float = FALSE_MISSED
) -> NDArray[Any]:
    """Weights of the levels, a dimension, with the best kappa at few enough false ``missed``.

    ``shares`` is notes by dimensions by levels. Of equal weights the smallest are taken.
    """
    levels = [str(level) for level in Level]
    chosen = []
    for at, dimension in enumerate(Dimension):
        truth = np.array([levels.index(row[dimension]) for row in gold])
        missed = levels.index(str(Level.MISSED))
        best, weights = -1.0, np.ones(4)
        for trial in product(
            (1, 1.5, 2.2, 3.2, 4.5),
            (0.5, 0.7, 1, 1.4, 2),
            (0.35, 0.5, 0.7, 1, 1.4, 2),
            (0.5, 0.7, 1),
        ):
            found = (shares[:, at] * np.array(trial)).argmax(axis=1)
            wrong = float(((found == missed) & (truth != missed)).mean())
            value = kappa([levels[t] for t in truth], [levels[f] for f in found])
            value -= 5 * max(0.0, wrong - most)
            if value > best + 1e-9:
                best, weights = value, np.array(trial)
        chosen.append(weights)
    return np.array(chosen)


def held_out(examples: Sequence[Example]) -> tuple[list[NDArray[Any]], list[NDArray[Any]]]:
    """First scores and final probabilities of every note, never having seen its author.

    The second look of an author's notes is trained on the other authors' held-out first scores.
    """
    authors = sorted({e.author for e in examples})
    first: dict[int, NDArray[Any]] = {}
    for name in authors:
        finder = train([e for e in examples if e.author != name])
        for at, example in enumerate(examples):
            if example.author == name:
                first[at] = finder.first_scores(example.made)
        print(f"first look without {name}", flush=True)
    scores = [first[at] for at in range(len(examples))]
    final: dict[int, NDArray[Any]] = {}
    for name in authors:
        rest = [at for at, e in enumerate(examples) if e.author != name]
        second = train_second([examples[at] for at in rest], [scores[at] for at in rest])
        for at, example in enumerate(examples):
            if example.author == name:
                again = second.scores(context_features(example.made, scores[at]))
                likely = sigmoid(BLEND * again + (1 - BLEND) * scores[at])
                final[at] = temper(example.made, likely, CODES)
    return scores, [final[at] for at in range(len(examples))]


def read_rows(path: Path = CORPUS) -> list[dict[str, Any]]:
    """The rows of a JSON-lines file."""
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def read_marked(path: Path = EXTRA) -> list[dict[str, Any]]:
    """Notes with their acts marked in place, ``{code+code:words}``, one a line, author ``z1``."""
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        acts: list[dict[str, str]] = []

        def plain(mark: re.Match[str], acts: list[dict[str, str]] = acts) -> str:
            acts.extend({"quote": mark[2], "act": code} for code in mark[1].split("+"))
            return mark[2]

        text = re.sub(r"\{([\w+]+):([^{}]*)\}", plain, line).strip()
        rows.append({"id": f"z1-{number:03d}", "text": text, "acts": acts})
    return rows


def labelled(row: Mapping[str, Any]) -> dict[str, Any]:
    """A corpus row with its opportunities spelled out from its acts, as evaluate reads them."""
    acts = []
    for act in row["acts"]:
        start = row["text"].find(act["quote"])
        acts.append(Act(start, start + len(act["quote"]), act["act"]))
    return dict(row) | {
        "opportunities": [
            {
                "quote": row["text"][cue.start : cue.end],
                "type": str(CUES[cue.code]),
                "met": is_met(reply),
            }
            for cue, reply in answers(acts)
        ]
    }


@dataclass(frozen=True)
class Replay:
    """An engine that gives assessments made before, by text."""

    made: Mapping[str, Assessment]

    def assess(self, text: str) -> Assessment:
        """The assessment made before for this text."""
        return self.made[text]


def main() -> None:
    """Trains, sets thresholds on held-out authors, writes the file and prints its checksum."""
    warnings.simplefilter("ignore", ConvergenceWarning)  # the number of epochs is a choice
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=MODEL_FILE)
    out = parser.parse_args().out
    examples = prepare([*read_rows(), *read_marked()])
    scores, final = held_out(examples)
    full = [at for at, e in enumerate(examples) if "empathy" in e.row]
    labels = np.vstack([examples[at].labels for at in full])
    shares = np.array([read(examples[at].made, final[at], CODES).shares() for at in full])
    gold = [examples[at].row for at in full]
    model = Model(
        replace(train(examples), second=train_second(examples, scores)),
        Settings(
            best_thresholds(labels, np.vstack([final[at] for at in full])).astype(np.float32),
            best_level_weights(shares, gold).astype(np.float32),
        ),
    )
    report(examples, full, final, shares, gold)
    raw = pack(model)
    out.write_bytes(raw)
    print(f'{len(raw)} bytes\nMODEL_SHA256 = "{hashlib.sha256(raw).hexdigest()}"')


def report(
    examples: Sequence[Example],
    full: Sequence[int],
    final: Sequence[NDArray[Any]],
    shares: NDArray[Any],
    gold: Sequence[dict[str, Any]],
) -> None:
    """Leave-one-author-out figures; thresholds and weights too are set without the author."""
    author = np.array([examples[at].author for at in full])
    found: dict[str, Assessment] = {}
    for name in sorted(set(author)):
        rest = np.flatnonzero(author != name)
        thresholds = best_thresholds(
            np.vstack([examples[full[int(i)]].labels for i in rest]),
            np.vstack([final[full[int(i)]] for i in rest]),
        )
        weights = best_level_weights(shares[rest], [gold[int(i)] for i in rest])
        settings = Settings(thresholds.astype(np.float32), weights.astype(np.float32))
        for i in map(int, np.flatnonzero(author == name)):
            example = examples[full[i]]
            text = example.row["text"]
            found[text] = assessment(text, read(example.made, final[full[i]], CODES), settings)
    print(render(evaluate([labelled(row) for row in gold], Replay(found))))


if __name__ == "__main__":
    main()
