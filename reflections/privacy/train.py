"""Train the tagger: ``python -m reflections.privacy.train``. For development; needs torch.

The notes in ``corpus/`` are our own, invented, one file an author or two; each row has ``id``,
``text`` and ``spans``. The clean notes of the feedback corpus say what is innocent. ``--hold-out
A,B`` leaves those authors out and measures on them; without it everything is learnt.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from reflections.privacy import measure
from reflections.privacy.lexicon import load_lexicon
from reflections.privacy.measure import LabelledNote
from reflections.privacy.normalise import fold
from reflections.privacy.screen import Screen, structured
from reflections.privacy.tagger import (
    BLANK,
    CAPITALS,
    CLASSES,
    KNOWLEDGE,
    MODEL_FILE,
    OTHER,
    Describer,
    Tagger,
)
from reflections.privacy.words import WordJudge
from reflections.training import Example, Noise, load_base, pack, train, write

CORPUS = Path(__file__).with_name("corpus")
CLEAN = Path(__file__).parents[1] / "feedback" / "corpus" / "acts.jsonl"
EPOCHS = 5
RATE = 2e-4
THRESHOLD = 0.15
FREQUENT = 3.8
"""Words of at least this frequency (Zipf) keep a piece of their own."""
_CLEAN = "feedback corpus"
_CLEAN_SHARE = 0.6
_REDACTED_SHARE = 0.3
_OUR_NAMES = {kind: at for at, kind in enumerate(CLASSES)}


def notes() -> Iterator[LabelledNote]:
    """Every note that may be learnt from."""
    yield from measure.rows(CORPUS)
    for line in CLEAN.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield LabelledNote(_CLEAN, row["text"], [])


def example(note: LabelledNote, describe: Describer, judge: WordJudge) -> Example:
    """A note as the network reads it, each unit under its class."""
    folded = fold(note.text)
    found = list(structured(folded, judge))
    units = describe(folded.text, folded.lower, found)
    targets = np.zeros((len(units.words), len(CLASSES)), np.float32)
    for row, (start, end) in enumerate(units.spans):
        a, b = folded.original_span(start, end)
        kinds = [s["type"] for s in note.spans if s["start"] < b and a < s["end"]]
        targets[row, _OUR_NAMES.get(kinds[0], _OUR_NAMES[OTHER]) if kinds else 0] = 1
    return Example(units.words, units.features, targets)


def redacted(note: LabelledNote, chance: random.Random) -> LabelledNote:
    """The note after some of its identifiers were taken out, as the screen's next round sees it."""
    kept: list[dict[str, Any]] = []
    text, at = "", 0
    for span in sorted(note.spans, key=lambda s: int(s["start"])):
        if span["start"] < at:
            continue
        text += note.text[at : span["start"]]
        start = len(text)
        out = chance.random() < 0.7
        text += BLANK * 6 if out else note.text[span["start"] : span["end"]]
        if not out:
            kept.append({"start": start, "end": len(text), "type": span["type"]})
        at = span["end"]
    return LabelledNote(note.author, text + note.text[at:], kept)


def examples(chosen: Sequence[LabelledNote], judge: WordJudge) -> list[Example]:
    describe = Describer(judge)
    chance = random.Random(0)
    made = []
    for note in chosen:
        if note.author == _CLEAN and chance.random() > _CLEAN_SHARE:
            continue
        made.append(example(note, describe, judge))
        if note.spans and chance.random() < _REDACTED_SHARE:
            made.append(example(redacted(note, chance), describe, judge))
    return [item for item in made if item.units]


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the privacy screen's tagger.")
    parser.add_argument(
        "--hold-out", default="", help="authors to leave out and measure, by commas"
    )
    parser.add_argument(
        "--also", type=Path, help="a directory of further labelled *.jsonl to learn from"
    )
    parser.add_argument("--out", type=Path, default=MODEL_FILE)
    arguments = parser.parse_args()
    held = tuple(filter(None, arguments.hold_out.split(",")))
    judge = WordJudge(load_lexicon())
    every = list(notes())
    if arguments.also:
        every += measure.rows(arguments.also)
    base = load_base([word for word, zipf in judge.lexicon.zipf.items() if zipf >= FREQUENT])
    learnt = examples([note for note in every if note.author not in held], judge)
    print(f"{len(learnt)} texts to learn from, {len(base.pieces)} word pieces", flush=True)
    network = train(
        base,
        learnt,
        epochs=EPOCHS,
        rate=RATE,
        noise=Noise(
            per_unit=(KNOWLEDGE, 0.15),
            per_text=(CAPITALS, 0.5),
        ),
    )
    arrays = pack(base, network, {"head": network.head, "last": network.last})
    arrays["threshold"] = np.array(THRESHOLD, np.float32)
    sha256 = write(arguments.out, arrays)
    print(f'TAGGER_SHA256 = "{sha256}"')
    if held:
        screen = Screen(judge, Tagger(Describer(judge), arguments.out, sha256))
        print(measure.by_author(screen, [n for n in every if n.author in held]))


if __name__ == "__main__":
    main()
