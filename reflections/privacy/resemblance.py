"""Does a word nobody listed look like a name? Letter sequences of names against those of words.

A naive Bayes over runs of two to four letters, counted at start-up from the word lists already
loaded. It is one of the facts that the tagger knows of a word.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterator

_LEAST_COUNT = 3
_SMOOTHING = 0.5


def _runs(word: str) -> Iterator[str]:
    marked = f"^{word}$"
    for length in (2, 3, 4):
        for start in range(len(marked) - length + 1):
            yield marked[start : start + length]


class NameResemblance:
    """Mean log odds, per run of letters, that a word is a name rather than a word of English."""

    def __init__(self, names: Collection[str], words: Collection[str]) -> None:
        in_names: Counter[str] = Counter()
        in_words: Counter[str] = Counter()
        for name in names:
            in_names.update(_runs(name))
        for word in words:
            in_words.update(_runs(word))
        all_names, all_words = in_names.total(), in_words.total()
        self._odds = {
            run: math.log((in_names[run] + _SMOOTHING) / all_names)
            - math.log((in_words[run] + _SMOOTHING) / all_words)
            for run in in_names.keys() | in_words.keys()
            if in_names[run] + in_words[run] >= _LEAST_COUNT
        }

    def __call__(self, word: str) -> float:
        """The mean log odds for ``word`` (lower case); above zero leans to a name."""
        runs = list(_runs(word))
        return sum(self._odds.get(run, 0.0) for run in runs) / len(runs)
