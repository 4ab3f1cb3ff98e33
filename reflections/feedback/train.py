"""Trains the act model from the committed corpus: ``python -m reflections.feedback.train``.

A development tool, not used at run time: it needs SciPy, and torch for the network. Deterministic:
the same corpus and code give the same file. It prints the line for ``release.py``.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore
from scipy.sparse import csr_matrix  # type: ignore

from prompts.library import Dimension
from reflections.encoder import WordPieces
from reflections.feedback import train_network as acts_network
from reflections.feedback.engine import assessment
from reflections.feedback.evaluate import evaluate, kappa, render
from reflections.feedback.features import Frame, clause_features, frames, gain
from reflections.feedback.finder import (
    MODEL_FILE,
    SCALE,
    Finder,
    Settings,
    load_lexicon,
    mixed,
    sigmoid,
)
from reflections.feedback.frame_rules import temper
from reflections.feedback.manual import CODES, CUES, answers, is_met
from reflections.feedback.network import Network
from reflections.feedback.readings import read
from reflections.model import Act, Assessment, Level
from reflections.privacy.lexicon import frequencies
from reflections.training import Array, Base, load_base, write

CORPUS = Path(__file__).parent / "corpus"
EXTRA = CORPUS / "extra.txt"
PENALTY = 0.3
MIN_COUNT = 2
ITERATIONS = 50
FOLDS = 3
FOR_SAFETY = ("s1", "s2")
"""Authors who wrote for the safety gate alone."""
FREQUENT = 3.5
"""How common a word must be (zipf) to be a piece of its own."""
PRICE = 4.0
"""What a share of notes with a false ``missed`` costs, in kappa: nothing else is said so seldom
without ground. Set so that some 3 % of notes have one."""
_TRIALS = (
    (1, 1.5, 2.2, 3.2, 4.5, 6),
    (0.5, 0.7, 1, 1.4, 2),
    (0.05, 0.1, 0.15, 0.2, 0.27, 0.35, 0.5, 0.7, 1),
    (0.5, 0.7, 1),
)
"""Weights that are tried, by level."""
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
    """The linear reader: a penalised logistic model a code, over features seen at least twice."""
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


def pack(finder: Finder, settings: Settings, network: Mapping[str, Array]) -> dict[str, Array]:
    """The arrays of the model file: eight-bit weights with a scale a code, and the network's."""
    names = sorted(finder.vocabulary, key=lambda name: finder.vocabulary[name])
    scales = np.abs(finder.weights).max(axis=0) / 127
    small = np.rint(finder.weights / scales).astype(np.int8)
    small[np.abs(small) < 2] = 0
    kept = np.flatnonzero(small.any(axis=1))
    return {
        **network,
        "names": np.frombuffer("\n".join(names[at] for at in kept).encode(), np.uint8),
        "codes": np.frombuffer("\n".join(CODES).encode(), np.uint8),
        "weights": small[kept],
        "scales": scales.astype(np.float32),
        "bias": finder.bias,
        "thresholds": settings.thresholds,
        "level_weights": settings.level_weights,
    }


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


def best_level_weights(shares: NDArray[Any], gold: Sequence[dict[str, Any]]) -> NDArray[Any]:
    """Weights of the levels, a dimension, with the best kappa at the price of a false ``missed``.

    ``shares`` is notes by dimensions by levels. Of equal weights the smallest are taken.
    """
    levels = [str(level) for level in Level]
    missed = levels.index(str(Level.MISSED))
    trials = np.array(list(product(*_TRIALS)))
    chosen = []
    for at, dimension in enumerate(Dimension):
        truth = np.array([levels.index(row[dimension]) for row in gold])
        best, weights = -np.inf, trials[0]
        for trial in trials:
            found = (shares[:, at] * trial).argmax(axis=1)
            wrong = float(((found == missed) & (truth != missed)).mean())
            value = kappa(truth.tolist(), found.tolist()) - PRICE * wrong
            if value > best + 1e-9:
                best, weights = value, trial
        chosen.append(weights)
    return np.array(chosen)


@dataclass(frozen=True)
class Seen:
    """What both readers make of a note whose author they have not met."""

    likely: NDArray[np.float32]  # clauses by codes
    safety: NDArray[np.float32]


def train_network(base: Base, examples: Sequence[Example]) -> dict[str, Array]:
    """The network's arrays."""
    pieces = WordPieces(base.pieces)
    rows = [acts_network.row(pieces, e.row["text"], e.made, e.labels, e.row) for e in examples]
    return acts_network.train(base, rows)


def held_out(base: Base, examples: Sequence[Example]) -> list[Seen]:
    """Every note as read without its author, a share of the authors at a time.

    Notes that were written for the safety gate alone are no part of this: more than every second of
    them would close it, which no clinic's do.
    """
    authors = sorted({e.author for e in examples})
    seen: dict[int, Seen] = {}
    for fold in range(FOLDS):
        apart = set(authors[fold::FOLDS])
        print(f"without {', '.join(sorted(apart))}", flush=True)
        learnt = [e for e in examples if e.author not in apart]
        finder, network = train(learnt), Network(train_network(base, learnt))
        for at, example in enumerate(examples):
            if example.author in apart:
                found = network(example.row["text"], example.made)
                scores = mixed(finder.scores(example.made), found.acts)
                likely = temper(example.made, sigmoid(scores), CODES)
                seen[at] = Seen(likely, found.safety)
    return [seen[at] for at in range(len(examples))]


def read_rows(path: Path) -> list[dict[str, Any]]:
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


def settings_of(examples: Sequence[Example], seen: Sequence[Seen]) -> Settings:
    """The thresholds and weights that do best on notes whose authors were not met."""
    full = [at for at, e in enumerate(examples) if "empathy" in e.row]
    labels = np.vstack([examples[at].labels for at in full])
    likely = np.vstack([seen[at].likely for at in full])
    shares = np.array([read(examples[at].made, seen[at].likely, CODES).shares() for at in full])
    return Settings(
        best_thresholds(labels, likely).astype(np.float32),
        best_level_weights(shares, [examples[at].row for at in full]).astype(np.float32),
    )


def report(examples: Sequence[Example], seen: Sequence[Seen]) -> None:
    """Figures on authors that were not met; thresholds and weights too are set without them."""
    found: dict[str, Assessment] = {}
    kept = [at for at, e in enumerate(examples) if "empathy" in e.row]
    for name in sorted({examples[at].author for at in kept}):
        rest = [at for at in kept if examples[at].author != name]
        settings = settings_of([examples[at] for at in rest], [seen[at] for at in rest])
        for at in kept:
            if examples[at].author == name:
                text = examples[at].row["text"]
                readings = read(examples[at].made, seen[at].likely, CODES)
                found[text] = assessment(text, readings, seen[at].safety, settings)
    rows = [labelled(examples[at].row) for at in kept]
    print(render(evaluate(rows, Replay(found))))


def main() -> None:
    """Trains, sets thresholds on held-out authors, writes the file and prints its checksum."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=MODEL_FILE)
    out = parser.parse_args().out
    base = load_base([word for word, zipf in frequencies().items() if zipf >= FREQUENT])
    examples = corpus()
    print(f"{len(examples)} notes to learn from, {len(base.pieces)} word pieces", flush=True)
    usual = [e for e in examples if e.author not in FOR_SAFETY]
    seen = held_out(base, usual)
    report(usual, seen)
    network = train_network(base, examples)
    arrays = pack(train(examples), settings_of(usual, seen), network)
    print(f'MODEL_SHA256 = "{write(out, arrays)}"')


def corpus() -> list[Example]:
    """All notes that there are to learn from."""
    rows = [row for path in sorted(CORPUS.glob("*.jsonl")) for row in read_rows(path)]
    return prepare([*rows, *read_marked()])


if __name__ == "__main__":
    main()
