"""Bringing an export back on the command line, and measuring on what was disputed in it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from prompts.library import Dimension
from reflections.export import Export, as_json
from reflections.model import (
    Assessment,
    Clinician,
    Feedback,
    Level,
    Note,
    Plan,
    Reflection,
    Safety,
)
from reflections.privacy import IdentifierType
from reflections.stores.tiny import TinyStore
from tests.bot.test_cli import alliance

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TO_COME = datetime(2100, 1, 1, tzinfo=UTC)
OWNER = "T1-U1"
READ = Assessment(True, Safety.NONE, {d: Level.MISSED for d in Dimension})
FEEDBACK = Feedback(READ, "You waited.", "", "If she cries, then wait.", "rubric")


def reflection(id: str, text: str) -> Reflection:
    return Reflection(id, Note(text, NOW), FEEDBACK)


def export(folder: Path, *reflections: Reflection) -> Path:
    file = folder / "reflections.json"
    plan = Plan("p1", "If she cries, then wait.", "A note.", "feedback", NOW)
    file.write_bytes(as_json(Export(NOW, "Europe/London", reflections, (plan,))))
    return file


@pytest.fixture
def data(tmp_path: Path) -> Path:
    async def make() -> None:
        store = TinyStore(tmp_path / "data")
        await store.open()
        await store.put_clinician(Clinician(OWNER, "D1", "Europe/London"))
        await store.close()

    asyncio.run(make())
    return tmp_path / "data"


def kept(data: Path) -> list[Reflection]:
    async def read() -> list[Reflection]:
        store = TinyStore(data)
        await store.open()
        found = list(await store.reflections(OWNER, limit=99))
        await store.close()
        return found

    return asyncio.run(read())


def test_an_export_is_brought_back_once_and_screened_again(tmp_path: Path, data: Path) -> None:
    good = reflection("0" * 15 + "1", "She cried when I named the stairs; I waited.")
    named = reflection("0" * 15 + "2", "She cried about Siobhan Kelly; I waited.")
    late = replace(good, id="0" * 15 + "3", note=replace(good.note, written_at=TO_COME))
    dated = reflection("0" * 15 + "4", "He cried on 3 March; I waited with him.")
    dated = replace(dated, waived=(IdentifierType.DATE,))
    file = export(tmp_path, good, named, late, dated)
    for new in (1, 0):
        done = alliance("import", str(file), "--owner", OWNER, ALLIANCE_DATA_DIR=str(data))
        assert done.returncode == 1, done.stderr
        assert "NOT KEPT reflection 2, of 2026-11-24: NAME" in done.stdout
        assert "NOT KEPT reflection 3, of 2100-01-01: date" in done.stdout
        assert "NOT KEPT reflection 4, of 2026-11-24: DATE" in done.stdout
        assert f"{new} reflections and {new} plans are new; {2 - 2 * new} were" in done.stdout
        assert "Siobhan" not in done.stdout + done.stderr
    assert kept(data) == [good]


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"{}", "not an export"), (b"\xff", "not an export"), (None, "cannot read")],
)
def test_what_is_no_export_is_said(
    tmp_path: Path, data: Path, content: bytes | None, says: str
) -> None:
    file = tmp_path / "x.json"
    if content is not None:
        file.write_bytes(content)
    done = alliance("import", str(file), "--owner", OWNER, ALLIANCE_DATA_DIR=str(data))
    assert done.returncode == 2 and says in done.stderr


def test_an_owner_that_nobody_knows_is_said(tmp_path: Path, data: Path) -> None:
    file = export(tmp_path, reflection("r1", "She cried; I waited."))
    done = alliance("import", str(file), "--owner", "T1-U9", ALLIANCE_DATA_DIR=str(data))
    assert done.returncode == 2 and "not known here" in done.stderr


def test_what_was_disputed_can_be_measured_on(tmp_path: Path) -> None:
    right = {**READ.levels, Dimension.EMPATHY: Level.STRONG}
    mine = replace(
        reflection("r1", "She cried; I waited, then asked what was hardest."),
        disputed=True,
        right=right,
    )
    done = alliance("evaluate", str(export(tmp_path, mine, reflection("r2", "He sighed."))))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("1 notes") and "cried" not in done.stdout
    done = alliance("evaluate", str(export(tmp_path, reflection("r2", "He sighed."))))
    assert done.returncode == 2 and "nothing to measure" in done.stderr
