"""The measuring command, and floors under the figures on the notes kept with the tests."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reflections.privacy import Screen, measure

NOTES = Path(__file__).parent / "notes"


def test_counts_a_half_covered_span_as_a_leak(screen: Screen) -> None:
    text = "saw Emily about pacing"
    tally = measure.Tally()
    tally.add(screen, text, [{"start": 4, "end": 15, "type": "NAME"}])
    assert (tally.spans["NAME"], tally.covered["NAME"], tally.leaking) == (1, 0, 1)


def test_counts_a_flagged_clean_note(screen: Screen) -> None:
    tally = measure.Tally()
    tally.add(screen, "saw Emily", [])
    tally.add(screen, "pain 4/10, heat helped", [])
    assert (tally.clean, tally.flagged) == (2, 1)


def test_tells_authors_apart_by_id(tmp_path: Path) -> None:
    lines = [json.dumps({"id": f"{author}-1", "text": "x", "spans": []}) for author in "ab"]
    (tmp_path / "notes.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert [author for author, _, _ in measure.rows(tmp_path)] == ["notes a", "notes b"]


def test_an_empty_directory_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert measure.main(["--data", str(tmp_path)]) == 2
    assert "nothing to measure" in capsys.readouterr().err


@pytest.mark.parametrize(("lower", "least"), [(False, 0.95), (True, 0.88)])
def test_keeps_its_ground_on_known_notes(screen: Screen, lower: bool, least: float) -> None:
    tally = measure.Tally()
    for _, text, spans in measure.rows(NOTES):
        tally.add(screen, measure.lower_cased(text) if lower else text, spans)
    assert tally.covered.total() >= least * tally.spans.total()
    assert tally.flagged <= 0.05 * tally.clean
