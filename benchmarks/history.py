"""A question about one's own history, beside looking for its letters as they stand, in one run.

python benchmarks/history.py [reflections, 5000 unless told]

The notes are those that the engine learnt from, and then mixtures of two of them, so that a long
history has the many words that one has. Times are of the processor.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from time import process_time
from zoneinfo import ZoneInfo

from prompts.library import load
from reflections.history import find, parse
from reflections.model import Note, Reflection
from reflections.words import words_in

NOTES = Path(__file__).parents[1] / "reflections" / "feedback" / "corpus"
ROUNDS = 5
TODAY = date(2026, 11, 24)
QUESTIONS = (
    "stairs",
    "that man with the shoulder",
    "falls last spring",
    "about hope",
    "sholder",
    "the daughter who was worried about the diagnosis and the scan in the waiting room",
    "qwertz asdfg yxcvb",
)


def history(number: int) -> list[Reflection]:
    """So many reflections, newest first."""
    texts = [
        json.loads(line)["text"]
        for file in sorted(NOTES.glob("*.jsonl"))
        for line in file.read_text("utf-8").splitlines()
    ]
    random = Random(1)
    while len(texts) < number:
        one, other = random.choice(texts), random.choice(texts)
        texts.append(f"{one[: len(one) // 2]} {other[len(other) // 2 :]}")
    newest = datetime(2026, 11, 24, 12, tzinfo=UTC)
    return [
        Reflection(f"r{i}", Note(text, newest - timedelta(hours=7 * i)))
        for i, text in enumerate(texts[:number])
    ]


def milliseconds(work: Callable[[], object]) -> float:
    took = []
    for _ in range(ROUNDS):
        began = process_time()
        work()
        took.append(1000 * (process_time() - began))
    return median(took)


def main() -> None:
    reflections = history(int(sys.argv[1]) if len(sys.argv) > 1 else 5000)
    library, zone = load(), ZoneInfo("Europe/London")
    words = {word for r in reflections for word in words_in(r.note.text)}
    print(f"{len(reflections)} reflections, {len(words)} different words")

    def plainly(question: str) -> Callable[[], object]:
        return lambda: [r for r in reflections if question in r.note.text.casefold()]

    def forgivingly(question: str) -> Callable[[], object]:
        return lambda: find(reflections, parse(question, TODAY, library), zone, library)

    for question in QUESTIONS:
        ours, theirs = milliseconds(forgivingly(question)), milliseconds(plainly(question))
        found = find(reflections, parse(question, TODAY, library), zone, library)
        how = "closest" if found.closest else "all words"
        print(
            f"{ours:6.0f} ms, {ours / theirs:4.0f} times as long as its letters ({theirs:.0f} ms); "
            f"{len(found.reflections)} found, {how}: {question}"
        )


if __name__ == "__main__":
    main()
