"""What only the one-machine store has to show: files, modes, kills, damage, the lock."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reflections.model import Note, Reflection
from reflections.stores import StoreError
from reflections.stores.tiny import TinyStore

NOW = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)

WRITER = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from reflections.model import Note, Reflection
from reflections.stores.tiny import TinyStore

async def main():
    store = TinyStore(Path(sys.argv[1]))
    await store.open()
    start = int(sys.argv[2])
    for i in range(start, start + 10_000):
        at = datetime.fromtimestamp(i, UTC)
        note = Reflection(f"r{i}", Note("x" * 400, at))
        await store.commit("T1-U1", at, event=f"Ev{i}", reflection=note)
        print(i, flush=True)

asyncio.run(main())
"""


def one(id: str = "r1") -> Reflection:
    return Reflection(id, Note("She sighed.", NOW))


async def test_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    store = TinyStore(tmp_path / "data")
    await store.open()
    await store.commit("T1-U1", NOW, reflection=one())
    await store.close()
    shard = tmp_path / "data" / "shards" / "T1-U1.json"
    assert stat.S_IMODE(shard.stat().st_mode) == 0o600
    assert stat.S_IMODE(shard.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


async def test_a_second_process_is_refused_and_told_who_holds_it(tmp_path: Path) -> None:
    first = TinyStore(tmp_path / "data")
    await first.open()
    with pytest.raises(StoreError, match=f"in use by process {os.getpid()}"):
        await TinyStore(tmp_path / "data").open()
    await first.close()
    await TinyStore(tmp_path / "data").open()


def test_kill_9_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    acknowledged = 0
    for _ in range(8):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path / "data"), str(acknowledged)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert writer.stdout
        until = acknowledged + 7
        for line in writer.stdout:
            acknowledged = int(line) + 1
            if acknowledged >= until:
                break
        writer.send_signal(signal.SIGKILL)
        # What it said between our last read and its end counts as acknowledged too.
        rest = [int(line) + 1 for line in writer.stdout.read().split() if line]
        acknowledged = max([acknowledged, *rest])
        writer.wait()
        assert {f"r{i}" for i in range(acknowledged)} <= asyncio.run(kept(tmp_path / "data"))


async def kept(folder: Path) -> set[str]:
    store = TinyStore(folder)
    await store.open()
    found = {r.id for r in await store.reflections("T1-U1", limit=10_000)}
    await store.close()
    return found


async def test_a_damaged_file_stops_the_start_and_is_left_as_it_was(tmp_path: Path) -> None:
    store = TinyStore(tmp_path / "data")
    await store.open()
    await store.commit("T1-U1", NOW, reflection=one())
    await store.close()
    shard = tmp_path / "data" / "shards" / "T1-U1.json"
    shard.write_bytes(shard.read_bytes()[:-20])
    before = shard.read_bytes()
    with pytest.raises(StoreError, match=r"T1-U1\.json"):
        await TinyStore(tmp_path / "data").open()
    assert shard.read_bytes() == before


async def test_a_record_of_the_wrong_form_is_named_without_its_words(tmp_path: Path) -> None:
    store = TinyStore(tmp_path / "data")
    await store.open()
    await store.commit("T1-U1", NOW, reflection=one())
    await store.close()
    shard = tmp_path / "data" / "shards" / "T1-U1.json"
    shard.write_text(shard.read_text().replace('"written_at"', '"written"'))
    again = TinyStore(tmp_path / "data")
    await again.open()
    with pytest.raises(StoreError, match=r"note\.written_at") as caught:
        await again.reflection("T1-U1", "r1")
    assert "sighed" not in str(caught.value)


async def test_a_write_that_fails_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = TinyStore(tmp_path / "data")
    await store.open()
    await store.commit("T1-U1", NOW, event="Ev1", reflection=one("r1"))

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="No space left"):
        await store.commit("T1-U1", NOW, event="Ev2", reflection=one("r2"))
    monkeypatch.undo()
    assert [r.id for r in await store.reflections("T1-U1", limit=9)] == ["r1"]
    assert await store.commit("T1-U1", NOW, event="Ev2", reflection=one("r2"))


async def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(StoreError, match="ALLIANCE_DATA_DIR"):
        await TinyStore(tmp_path / "data").open()


async def test_more_owners_than_open_shards(tmp_path: Path) -> None:
    store = TinyStore(tmp_path / "data")
    await store.open()
    for i in range(150):
        await store.commit(f"T1-U{i}", NOW, reflection=one(f"r{i}"))
    for i in range(150):
        assert [r.id for r in await store.reflections(f"T1-U{i}", limit=9)] == [f"r{i}"]
    await store.close()
