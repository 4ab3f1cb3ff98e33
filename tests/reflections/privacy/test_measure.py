"""The measuring command, and floors under the figures on the notes kept with the tests."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from reflections.privacy import Screen, measure
from reflections.privacy.lexicon import load_lexicon
from tests.reflections.privacy import stress

NOTES = Path(__file__).parent / "notes"


def test_counts_a_half_covered_span_as_a_leak(screen: Screen) -> None:
    text = "saw Emily about pacing"
    tally = measure.Tally()
    tally.add(screen(text).findings, text, [{"start": 4, "end": 15, "type": "NAME"}])
    assert (tally.spans["NAME"], tally.covered["NAME"], tally.leaking) == (1, 0, 1)


def test_counts_a_flagged_clean_note(screen: Screen) -> None:
    tally = measure.Tally()
    tally.add(screen("saw Emily").findings, "saw Emily", [])
    clean = "pain 4/10, heat helped"
    tally.add(screen(clean).findings, clean, [])
    assert (tally.clean, tally.flagged) == (2, 1)


def test_tells_authors_apart_by_id(tmp_path: Path) -> None:
    lines = [json.dumps({"id": f"{author}-1", "text": "x", "spans": []}) for author in "ab"]
    (tmp_path / "notes.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert [note.author for note in measure.rows(tmp_path)] == ["notes a", "notes b"]


def test_an_empty_directory_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert measure.main(["--data", str(tmp_path)]) == 2
    assert "nothing to measure" in capsys.readouterr().err


@pytest.mark.parametrize(("lower", "least"), [(False, 0.88), (True, 0.86)])
def test_keeps_its_ground_on_notes_it_never_learnt_from(
    screen: Screen, lower: bool, least: float
) -> None:
    tally = measure.Tally()
    for note in measure.rows(NOTES):
        text = measure.lower_cased(note.text) if lower else note.text
        tally.add(screen(text).findings, text, note.spans)
    assert tally.covered.total() >= least * tally.spans.total()
    assert tally.flagged <= 0.07 * tally.clean


@pytest.mark.parametrize(
    ("part", "least"),
    [(0, {"NAME": 0.8, "LOCATION": 0.9, "FACILITY": 0.95}), (1, {"NAME": 0.85, "LOCATION": 0.9})],
)
def test_finds_names_that_no_list_holds(part: int, least: dict[str, float]) -> None:
    lexicon = load_lexicon()
    chance = random.Random(7)
    pools = [chance.sample(pool, 300) for pool in stress.fillings(lexicon, part)]
    hidden = {word for pool in pools for word in pool} - set(stress.PLACES_OF_OURS)
    blinkered = stress.screen_knowing(stress.without(lexicon, hidden))
    results: dict[str, list[bool]] = {kind: [] for kind in least}
    for note in stress.notes(part, *pools):
        if note.kind in results:
            results[note.kind].append(stress.covered(blinkered, note))
    for kind, found in results.items():
        assert sum(found) >= least[kind] * len(found), kind


def test_leaves_clean_sentences_alone(screen: Screen) -> None:
    texts = [*stress.clean(0), *stress.clean(1)]
    assert sum(not screen(text).accepted for text in texts) <= 0.09 * len(texts)
