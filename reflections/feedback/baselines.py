"""Two plain readers to hold the engine against: key words, and the nearest notes by TF-IDF.

They exist so that ``alliance-bot evaluate`` shows what the engine adds; nothing else uses them.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from prompts.library import Dimension
from reflections.feedback.evaluate import Assesses, evaluate
from reflections.model import Assessment, Level, Safety

CORPUS = Path(__file__).with_name("corpus")
_WORD = re.compile(r"[a-z']+")
NEIGHBOURS = 9
_KEYS: Mapping[Dimension, Mapping[Level, re.Pattern[str]]] = {
    Dimension.EMPATHY: {
        Level.STRONG: re.compile(r"\b(?:made sense|no wonder|sounds? (?:like|as if)|sat with)\b"),
        Level.PARTIAL: re.compile(r"\b(?:acknowledged|empathi[sz]ed|normal to feel|sorry to hear)"),
        Level.MISSED: re.compile(
            r"\b(?:tearful|scared|worried|upset|fed up|angry|crying|anxious)\b"
        ),
    },
    Dimension.PARTNERSHIP: {
        Level.STRONG: re.compile(
            r"\b(?:her goal|his goal|their goal|chose|options?|up to (?:her|him))\b"
        ),
        Level.PARTIAL: re.compile(r"\b(?:agreed|shared decision|happy with (?:the )?plan)\b"),
        Level.MISSED: re.compile(
            r"\b(?:refused|insisted|must|non-?compliant|told (?:her|him) to)\b"
        ),
    },
    Dimension.EXPECTATIONS: {
        Level.STRONG: re.compile(r"\b(?:teach-?back|told me back|what (?:she|he) hoped)\b"),
        Level.PARTIAL: re.compile(r"\b(?:explained|weeks|safety-?net\w*|if it gets worse)\b"),
        Level.MISSED: re.compile(r"\b(?:will be fine|nothing to worry|hard to say)\b"),
    },
}


def _assessment(levels: Mapping[Dimension, Level]) -> Assessment:
    return Assessment(True, Safety.NONE, dict(levels))


class Keywords:
    """The first level, strongest first, one of whose key words the note holds."""

    def assess(self, text: str) -> Assessment:
        low = text.lower()
        return _assessment(
            {
                dimension: next(
                    (level for level, words in keys.items() if words.search(low)), Level.NOT_EVIDENT
                )
                for dimension, keys in _KEYS.items()
            }
        )


class NearestNotes:
    """The label that weighs most among the labelled notes with the nearest words."""

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """``rows`` hold ``text`` and a level a dimension, as a labelled file does."""
        self._rows = list(rows)
        counts = [Counter(_words(row["text"])) for row in self._rows]
        notes = Counter(word for count in counts for word in count)
        self._rarity = {word: math.log(len(counts) / seen) for word, seen in notes.items()}
        self._where: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        for at, count in enumerate(counts):
            for word, weight in self._weights(count).items():
                self._where[word].append((at, weight))

    def _weights(self, count: Counter[str]) -> dict[str, float]:
        weights = {
            word: (1 + math.log(seen)) * self._rarity[word]
            for word, seen in count.items()
            if word in self._rarity
        }
        length = math.sqrt(sum(weight**2 for weight in weights.values())) or 1.0
        return {word: weight / length for word, weight in weights.items()}

    def assess(self, text: str) -> Assessment:
        near: Counter[int] = Counter()
        for word, weight in self._weights(Counter(_words(text))).items():
            for at, other in self._where[word]:
                near[at] += weight * other  # type: ignore[assignment]
        best = near.most_common(NEIGHBOURS)
        levels = {}
        for dimension in Dimension:
            votes: Counter[str] = Counter()
            for at, likeness in best:
                votes[self._rows[at][dimension]] += likeness
            levels[dimension] = Level(votes.most_common(1)[0][0]) if votes else Level.NOT_EVIDENT
        return _assessment(levels)


def _words(text: str) -> list[str]:
    words = _WORD.findall(text.lower())
    return words + [" ".join(pair) for pair in pairwise(words)]


def baselines(rows: Sequence[Mapping[str, Any]]) -> str:
    """One line a plain reader: its kappa on ``rows``, and how often it says a false ``missed``."""
    given = {row["text"] for row in rows}
    learnt = [
        json.loads(line)
        for path in sorted(CORPUS.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    readers: dict[str, Assesses] = {
        "key words": Keywords(),
        "nearest notes": NearestNotes(row for row in learnt if row["text"] not in given),
    }
    lines = ["the same notes read plainly:"]
    for name, reader in readers.items():
        report = evaluate(rows, reader)
        kappas = ", ".join(f"{d} {a.kappa:.2f}" for d, a in report.dimensions.items())
        lines.append(f"{name:<15} kappa {kappas}; false missed {report.false_missed_notes:.3f}")
    return "\n".join(lines)
