"""Measure the screen on labelled notes: ``python -m reflections.privacy.measure --data DIR``.

Every ``*.jsonl`` file of the directory is read whose rows hold ``text``. A row with ``spans``
(``start``, ``end`` exclusive, ``type``) is a note with its identifiers marked, or, with an empty
list, a clean note; a row without ``spans`` counts as clean. Authors are told apart by file and by
the letters before the first digit of a row's ``id``. The tables are written as Markdown.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from typing import Any

from reflections.privacy.findings import Finding, Screening
from reflections.privacy.screen import load_screen

ALL = "all together"


@dataclass
class Tally:
    """Counts for one author in one case."""

    spans: Counter[str] = field(default_factory=Counter)
    covered: Counter[str] = field(default_factory=Counter)
    notes: int = 0
    leaking: int = 0
    clean: int = 0
    flagged: int = 0

    def add(self, findings: Sequence[Finding], text: str, spans: Iterable[dict[str, Any]]) -> None:
        """Count one note. A span is covered when each of its letters and digits is."""
        covered = {i for found in findings for i in range(found.start, found.end)}
        leaks = False
        marked = list(spans)
        for span in marked:
            whole = all(
                i in covered or not text[i].isalnum() for i in range(span["start"], span["end"])
            )
            self.spans[span["type"]] += 1
            self.covered[span["type"]] += whole
            leaks = leaks or not whole
        if marked:
            self.notes += 1
            self.leaking += leaks
        else:
            self.clean += 1
            self.flagged += bool(findings)


@dataclass(frozen=True)
class LabelledNote:
    """A note with its identifiers marked: ``start``, ``end`` (exclusive) and ``type`` a span."""

    author: str
    text: str
    spans: Sequence[dict[str, Any]]


def rows(directory: Path) -> Iterator[LabelledNote]:
    """Every labelled row.

    Raises:
        FileNotFoundError: the directory holds no ``*.jsonl`` file.
    """
    files = sorted(directory.glob("*.jsonl"))
    if not files:
        raise FileNotFoundError(f"No *.jsonl file in {directory}: nothing to measure.")
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line) if line.strip() else {}
            if "text" in row:
                author = re.match(r"[A-Za-z]*", str(row.get("id", "")))
                name = author.group() if author else ""
                yield LabelledNote(
                    file.stem if name == file.stem else f"{file.stem} {name}".strip(),
                    row["text"],
                    row.get("spans") or [],
                )


def lower_cased(text: str) -> str:
    """``text`` in lower case, every letter where it was."""
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} % ({part}/{whole})" if whole else "–"


def measure(directory: Path) -> str:
    """The tables, as Markdown."""
    notes = list(rows(directory))
    began = time.perf_counter()
    screen = load_screen()
    start_up = time.perf_counter() - began
    times: list[float] = []

    def timed(text: str) -> Screening:
        began = time.perf_counter()
        screening = screen(text)
        times.append(1000 * (time.perf_counter() - began))
        return screening

    tables = by_author(timed, notes)
    return f"{tables}\n\n{_cost(times, start_up)}"


def by_author(screen: Callable[[str], Screening], notes: Iterable[LabelledNote]) -> str:
    """The tables without the cost."""
    tallies: dict[str, dict[bool, Tally]] = defaultdict(lambda: {False: Tally(), True: Tally()})
    for note in notes:
        for lower in (False, True):
            text = lower_cased(note.text) if lower else note.text
            findings = screen(text).findings
            for author in (note.author, ALL):
                tallies[author][lower].add(findings, text, note.spans)
    return "\n".join([*_by_author(tallies), "", *_by_type(tallies)])


def _by_author(tallies: dict[str, dict[bool, Tally]]) -> Iterator[str]:
    yield "| author | case | spans covered | notes with a leak | clean notes flagged |"
    yield "|---|---|---|---|---|"
    for author, cases in sorted(tallies.items()):
        for lower, tally in cases.items():
            yield (
                f"| {author} | {'lower' if lower else 'as written'} "
                f"| {percent(tally.covered.total(), tally.spans.total())} "
                f"| {percent(tally.leaking, tally.notes)} "
                f"| {percent(tally.flagged, tally.clean)} |"
            )


def _by_type(tallies: dict[str, dict[bool, Tally]]) -> Iterator[str]:
    yield "| author | type | as written | lower case |"
    yield "|---|---|---|---|"
    for author, cases in sorted(tallies.items()):
        for kind in sorted(cases[False].spans):
            written, lower = (
                percent(cases[case].covered[kind], cases[case].spans[kind])
                for case in (False, True)
            )
            yield f"| {author} | {kind} | {written} | {lower} |"


def _cost(times: list[float], start_up: float) -> str:
    cuts = quantiles(times, n=100)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return (
        f"Per note: median {cuts[49]:.1f} ms, 99th percentile {cuts[98]:.1f} ms. "
        f"Start-up {start_up:.1f} s, peak resident memory {peak:.0f} MB."
    )


def main(arguments: list[str] | None = None) -> int:
    """Write the tables to standard output; 2 where there is nothing to measure."""
    parser = argparse.ArgumentParser(description="Measure the privacy screen on labelled notes.")
    parser.add_argument("--data", type=Path, required=True, help="directory of *.jsonl files")
    try:
        print(measure(parser.parse_args(arguments).data))
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
