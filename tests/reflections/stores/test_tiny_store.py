"""What only the one-machine store has to show: files, modes, kills, damage, the lock, the keys."""

from __future__ import annotations

import asyncio
import base64
import errno
import json
import logging
import os
import random
import resource
import signal
import stat
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tinydb import where
from tinydb.table import Document

from reflections.model import Clinician, Delivery, DeliveryKind, DeliveryState, Note, Reflection
from reflections.stores import StoreError, Unreadable, Week, journal, tiny
from reflections.stores.journal import JournalStorage, replay
from reflections.stores.seal import Cipher, new_key, new_master_text
from reflections.stores.tiny import Shard, TinyStore

NOW = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
OWNER = "T1-U1"
PERSON = Clinician(OWNER, "D1", "Europe/London")
FIRST_LINE = journal._first_line(journal.SCHEMA)
KILLS = int(os.environ.get("ALLIANCE_TEST_KILLS", "60"))
"""A larger number makes the same test longer."""
OWNERS = 3

WRITER = """
import asyncio, os, sys
from datetime import UTC, datetime
from pathlib import Path
from reflections.model import Clinician, Delivery, DeliveryKind, Note, Reflection
from reflections.stores.tiny import TinyStore

async def main(start):
    store = TinyStore(Path(sys.argv[1]))
    await store.open()
    for i in range(int(sys.argv[2])):
        await store.put_clinician(Clinician(f"T1-U{i}", "D1", "Europe/London"))
    for i in range(start, start + 10_000):
        at = datetime.fromtimestamp(i, UTC)
        note = Reflection(f"r{i}", Note("x" * 400, at))
        owner = f"T1-U{i % int(sys.argv[2])}"
        owed = Delivery(f"feedback:r{i}", owner, DeliveryKind.FEEDBACK, at, f"r{i}")
        await store.commit(owner, at, event=f"Ev{i}", reflection=note, deliveries=[owed])
        print(i, flush=True)

# Each is a fork of this process, which has done the importing, and nothing else.
for line in sys.stdin:
    child = os.fork()
    if not child:
        print("process", os.getpid(), flush=True)
        asyncio.run(main(int(line)))
    os.waitpid(child, 0)
    print("ended", flush=True)
"""


def one(id: str = "r1", text: str = "She sighed.") -> Reflection:
    return Reflection(id, Note(text, NOW))


def shard_file(tmp_path: Path, owner: str = OWNER) -> Path:
    return tmp_path / "data" / "shards" / f"{owner}.journal"


async def opened(tmp_path: Path, **how: str) -> TinyStore:
    store = TinyStore(tmp_path / "data", **how)
    await store.open()
    return store


async def begun(tmp_path: Path, **how: str) -> TinyStore:
    """With a clinician of whom something may be kept."""
    store = await opened(tmp_path, **how)
    await store.put_clinician(PERSON)
    return store


async def ids(store: TinyStore) -> list[str]:
    return sorted(r.id for r in await store.reflections(OWNER, limit=10_000))


# ---- the folder ---------------------------------------------------------------------------------


async def test_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    store = await begun(tmp_path)
    await store.erase(OWNER)
    await store.put_clinician(PERSON)
    await store.commit(OWNER, NOW, reflection=one())
    await store.close()
    made = sorted((tmp_path / "data").rglob("*"))
    assert {p.name for p in made} == {
        "T1-U1.journal", "T1-U1.key", "erased", "index", "keys", "lock", "master.key", "shards",
    }  # fmt: skip
    for path in made:
        mode = stat.S_IMODE(path.stat().st_mode)
        if path.name != "lock":
            assert mode == (0o700 if path.is_dir() else 0o600), path
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


async def test_a_second_process_is_refused_and_told_who_holds_it(tmp_path: Path) -> None:
    first = await opened(tmp_path)
    with pytest.raises(StoreError, match=f"in use by process {os.getpid()}"):
        await opened(tmp_path)
    await first.close()
    await (await opened(tmp_path)).close()


async def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(StoreError, match="ALLIANCE_DATA_DIR"):
        await opened(tmp_path)


async def test_reading_leaves_no_trace_of_anybody(tmp_path: Path) -> None:
    store = await opened(tmp_path)
    assert await store.reflections(OWNER, limit=5) == []
    assert not await store.delete_reflection(OWNER, "r1", NOW)
    assert not await store.undelete_reflection(OWNER, "r1", NOW)
    assert await store.mark_answered(OWNER, "prompt:1") is None
    await store.close()
    assert not [p for p in (tmp_path / "data").rglob("*") if OWNER in p.name]


async def test_more_owners_than_are_held_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tiny, "CACHE_BYTES", 5_000)
    store = await opened(tmp_path)
    for i in range(40):
        await store.put_clinician(replace(PERSON, id=f"T1-U{i}"))
        await store.commit(f"T1-U{i}", NOW, reflection=one(f"r{i}", "x" * 1000))
    for i in range(40):
        assert [r.id for r in await store.reflections(f"T1-U{i}", limit=9)] == [f"r{i}"]
    assert len(store._open) < 6
    await store.close()


# ---- the index ----------------------------------------------------------------------------------


async def prepared(tmp_path: Path, people: int = 6) -> None:
    store = await opened(tmp_path)
    for i in range(people):
        owner = f"T1-U{i}"
        await store.put_clinician(Clinician(owner, f"D{i}", "Europe/London"))
        owed = Delivery(f"feedback:{i}", owner, DeliveryKind.FEEDBACK, NOW, "r1")
        await store.commit(owner, NOW, reflection=one(), deliveries=[owed])
    await store.close()


async def across(store: TinyStore) -> tuple[object, ...]:
    people = sorted(c.id for c in await store.clinicians())
    due = sorted(d.key for d in await store.due(NOW, 99))
    return people, due, await store.weeks(date(2026, 1, 1))


async def test_a_start_reads_only_what_changed_since_the_index_was_written(tmp_path: Path) -> None:
    await prepared(tmp_path)
    store = await opened(tmp_path)
    assert not store._open
    known = await across(store)
    assert known == (
        [f"T1-U{i}" for i in range(6)],
        [f"feedback:{i}" for i in range(6)],
        [Week(date(2026, 11, 23), 6, 6)],
    )
    # A stop without a farewell: the index is older than what was kept since.
    await store.commit("T1-U3", NOW, reflection=one("r2"))
    store._close_folder()
    again = await opened(tmp_path)
    assert list(again._open) == ["T1-U3"]
    assert (await across(again))[2] == [Week(date(2026, 11, 23), 6, 7)]
    await again.close()


@pytest.mark.parametrize("how", ["gone", "damaged", "not an index", "of another owner"])
async def test_an_index_that_does_not_fit_is_made_anew(tmp_path: Path, how: str) -> None:
    await prepared(tmp_path)
    file = tmp_path / "data" / "index"
    entries = json.loads(file.read_bytes())
    before = await opened(tmp_path)
    known = await across(before)
    await before.close()
    if how == "gone":
        file.unlink()
    elif how == "damaged":
        entries["T1-U1"][1] = "AAAA" + entries["T1-U1"][1][4:]
        file.write_text(json.dumps(entries))
    elif how == "not an index":
        file.write_bytes(file.read_bytes()[:99])
    else:
        entries["T1-U1"][1] = entries["T1-U2"][1]
        file.write_text(json.dumps(entries))
    again = await opened(tmp_path)
    assert await across(again) == known
    assert again._open, "what the index does not say is read"
    await again.close()
    last = await opened(tmp_path)
    assert not last._open and await across(last) == known
    await last.close()


async def test_who_is_erased_leaves_the_index(tmp_path: Path) -> None:
    await prepared(tmp_path)
    store = await opened(tmp_path)
    await store.erase("T1-U2")
    assert not (tmp_path / "data" / "index").exists()
    await store.close()
    assert "T1-U2" not in (tmp_path / "data" / "index").read_text()


async def test_what_damage_took_is_no_longer_known(tmp_path: Path) -> None:
    """It is found at the first use; what was cut off with it waits no longer."""
    await prepared(tmp_path)
    path = shard_file(tmp_path)
    data = bytearray(path.read_bytes())
    data[-20] ^= 1
    was = path.stat()
    path.write_bytes(bytes(data))
    os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))  # a disk does not say when it forgets
    store = await opened(tmp_path)
    assert len(await store.due(NOW, 99)) == 6
    assert await store.reflections(OWNER, limit=9) == []
    assert len(await store.due(NOW, 99)) == 5
    assert (await store.weeks(date(2026, 1, 1)))[0].people == 5
    await store.close()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["put", "delete", "undelete", "purge", "owe", "settle", "erase", "fail", "reopen"]
            ),
            st.integers(0, 6),
            st.integers(0, 3),
        ),
        max_size=30,
    )
)
def test_the_index_says_what_the_journals_say(steps: list[tuple[str, int, int]]) -> None:
    """Whatever happens, it is what reading all journals would give."""

    async def run(folder: Path) -> None:
        store = await opened(folder)
        for step, person, n in steps:
            owner, key = f"T1-U{person}", f"feedback:{person}:{n}"
            if step in ("put", "owe", "fail"):
                await store.put_clinician(replace(PERSON, id=owner))
            if step == "put":
                note = Reflection(f"r{n}", Note("x", NOW + timedelta(days=5 * n)))
                await store.commit(owner, NOW, reflection=note)
            elif step == "delete":
                await store.delete_reflection(owner, f"r{n}", NOW)
            elif step == "undelete":
                await store.undelete_reflection(owner, f"r{n}", NOW)
            elif step == "purge":
                await store.purge_reflection(owner, f"r{n}", NOW)
            elif step == "owe":
                owed = Delivery(key, owner, DeliveryKind.FEEDBACK, NOW, f"r{n}")
                await store.commit(owner, NOW, deliveries=[owed])
            elif step == "settle":
                known = await store.delivery(owner, key)
                claimed = known and await store.claim(known, NOW, timedelta(seconds=90))
                if claimed:
                    await store.settle(claimed, DeliveryState.SENT)
            elif step == "erase":
                await store.erase(owner)
            elif step == "fail":
                failing = patch.object(os, "fdatasync", side_effect=OSError(errno.EIO, "no"))
                with failing, suppress(StoreError):
                    await store.commit(owner, NOW, reflection=one(f"f{n}"))
            else:
                await store.close()
                store = await opened(folder)
        known = await across(store)
        await store.close()
        (folder / "data" / "index").unlink()
        again = await opened(folder)
        assert await across(again) == known
        await again.close()

    with tempfile.TemporaryDirectory() as folder, patch.object(os, "fsync"):
        asyncio.run(run(Path(folder)))


# ---- stops at any moment ------------------------------------------------------------------------


async def test_a_cut_at_every_byte_leaves_exactly_what_was_committed(tmp_path: Path) -> None:
    """Also the law of one commit: its reflection, event and delivery are there together."""
    store = await begun(tmp_path)
    path = shard_file(tmp_path)
    met = path.stat().st_size
    ends: list[int] = []
    for i in range(12):
        owed = Delivery(f"feedback:r{i}", OWNER, DeliveryKind.FEEDBACK, NOW, f"r{i}")
        await store.commit(OWNER, NOW, event=f"Ev{i}", reflection=one(f"r{i}"), deliveries=[owed])
        ends.append(path.stat().st_size)
    sealer = store._ciphers[OWNER]
    await store.close()
    whole = path.read_bytes()
    for length in range(len(whole) + 1):
        found = replay(whole[:length], OWNER, sealer)
        committed = sum(end <= length for end in ends)
        assert set(found.tables.get("reflections", {})) == {f"r{i}" for i in range(committed)}
        for table in ("events", "deliveries"):
            assert len(found.tables.get(table, {})) == committed
        assert found.rest == ("" if length in (0, met, *ends, len(FIRST_LINE))
                              else "unfinished"), length  # fmt: skip
    for length in random.Random(7).sample(range(met, len(whole)), 60):
        path.write_bytes(whole[:length])
        again = await opened(tmp_path)
        committed = sum(end <= length for end in ends)
        assert len(await ids(again)) == committed
        assert await again.commit(OWNER, NOW, event="after", reflection=one("after"))
        await again.close()
        last = await opened(tmp_path)
        assert len(await ids(last)) == committed + 1
        await last.close()
    assert not (tmp_path / "data" / "quarantine").exists()


def test_kill_9_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    acknowledged = 0
    chance = random.Random(3)
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path / "data"), str(OWNERS)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as writers:
        assert writers.stdin and writers.stdout
        for _ in range(KILLS):
            print(acknowledged, file=writers.stdin, flush=True)
            writer = int(writers.stdout.readline().removeprefix("process "))
            until = acknowledged + chance.randint(1, 25)
            while acknowledged < until:
                acknowledged = int(writers.stdout.readline()) + 1
            os.kill(writer, signal.SIGKILL)
            # What it said between our last read and its end counts as acknowledged too.
            while (line := writers.stdout.readline()) != "ended\n":
                acknowledged = int(line) + 1
            found = asyncio.run(kept(tmp_path))
            assert {f"r{i}" for i in range(acknowledged)} <= found
            assert len(found) <= acknowledged + 1
    assert not (tmp_path / "data" / "quarantine").exists()
    print(f"{KILLS} kills, {acknowledged} acknowledged, all there")


async def kept(tmp_path: Path) -> set[str]:
    """What is there after a stop; the index then says what the journals do."""
    store = await opened(tmp_path)
    found: set[str] = set()
    for i in range(OWNERS):
        found |= {r.id for r in await store.reflections(f"T1-U{i}", limit=100_000)}
    assert {d.ref for d in await store.due(NOW, 1_000_000)} == found
    await store.close()
    return found


@pytest.mark.parametrize("call", ["write", "fdatasync"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EROFS])
async def test_a_write_that_fails_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    store = await begun(tmp_path)
    await store.commit(OWNER, NOW, event="Ev1", reflection=one("r1"))
    real = getattr(os, call)

    def fails(handle: int, *data: bytes) -> int:
        if call == "write":
            real(handle, data[0][:11])  # a full disk takes a part of it
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, call, fails)
    with pytest.raises(StoreError, match=os.strerror(number)):
        await store.commit(OWNER, NOW, event="Ev2", reflection=one("r2"))
    monkeypatch.undo()
    assert await ids(store) == ["r1"]
    assert await store.commit(OWNER, NOW, event="Ev2", reflection=one("r2"))
    await store.close()
    again = await opened(tmp_path)
    assert await ids(again) == ["r1", "r2"]
    await again.close()


async def test_when_the_kernel_takes_only_a_part_the_rest_is_taken_back(tmp_path: Path) -> None:
    """Nothing faked: the process may write 40 bytes more, and no further."""
    store = await begun(tmp_path)
    await store.commit(OWNER, NOW, event="Ev1", reflection=one("r1"))
    before = shard_file(tmp_path).read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 40, limits[1]))
    try:
        with pytest.raises(StoreError, match="cannot write"):
            await store.commit(OWNER, NOW, event="Ev2", reflection=one("r2"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert shard_file(tmp_path).read_bytes() == before
    assert await ids(store) == ["r1"]
    assert await store.commit(OWNER, NOW, event="Ev2", reflection=one("r2"))
    assert await ids(store) == ["r1", "r2"]
    await store.close()


async def test_a_line_that_cannot_be_taken_back_is_cut_at_the_next_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await begun(tmp_path)
    await store.commit(OWNER, NOW, event="Ev1", reflection=one("r1"))
    real = os.write

    def half(handle: int, data: bytes) -> int:
        real(handle, data[:50])
        raise OSError(errno.EIO, "Input/output error")

    def fails(handle: int, length: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "write", half)
    monkeypatch.setattr(os, "ftruncate", fails)
    with pytest.raises(StoreError):
        await store.commit(OWNER, NOW, event="Ev2", reflection=one("r2"))
    monkeypatch.undo()
    assert await ids(store) == ["r1"]
    assert await store.commit(OWNER, NOW, event="Ev2", reflection=one("r2"))
    assert await ids(store) == ["r1", "r2"]
    await store.close()


# ---- damage -------------------------------------------------------------------------------------


async def test_a_damaged_tail_is_kept_aside_and_told_without_its_words(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = await begun(tmp_path)
    path = shard_file(tmp_path)
    await store.commit(OWNER, NOW, reflection=one("r0"))
    sound = path.stat().st_size
    for i in range(1, 4):
        await store.commit(OWNER, NOW, reflection=one(f"r{i}"))
    await store.close()
    data = bytearray(path.read_bytes())
    data[sound + 60] ^= 1
    path.write_bytes(bytes(data))
    with caplog.at_level(logging.WARNING):
        again = await opened(tmp_path)
    assert await ids(again) == ["r0"]
    (aside,) = (tmp_path / "data" / "quarantine").iterdir()
    assert aside.read_bytes() == bytes(data[sound:])
    assert "damaged after line 2" in caplog.text and str(aside) in caplog.text
    assert "sighed" not in caplog.text
    assert await again.commit(OWNER, NOW, reflection=one("r9"))
    await again.erase(OWNER)
    assert not aside.exists(), "what was set aside belongs to its owner too"
    await again.close()


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_flipped_bit_is_seen_and_what_stands_before_it_is_kept(data: st.DataObject) -> None:
    sealer = Cipher(KEY)
    place = data.draw(st.integers(0, len(JOURNAL) * 8 - 1))
    flipped = bytearray(JOURNAL)
    flipped[place // 8] ^= 1 << place % 8
    before = sum(end <= place // 8 for end in ENDS)
    try:
        found = replay(bytes(flipped), OWNER, sealer)
    except StoreError:
        pytest.fail("a flipped bit is damage, and does not stop the start")
    assert len(found.tables.get("t", {})) == before
    assert found.rest == "damaged"


KEY = new_key()


def _journal() -> tuple[bytes, list[int]]:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a"
        storage = JournalStorage(path, OWNER, Cipher(KEY), Path(folder) / "q")
        ends = []
        for i in range(6):
            with storage.batch():
                storage.change("t", f"{i}", {"at": i, "row": f"word {i}"})
            ends.append(storage.size)
        return path.read_bytes(), ends


JOURNAL, ENDS = _journal()


def test_a_line_of_somebody_else_or_from_another_place_does_not_open() -> None:
    for owner, start in (("T1-U2", 0), (OWNER, 1)):
        moved = FIRST_LINE + JOURNAL[(len(FIRST_LINE), ENDS[0])[start] :]
        if start:
            assert replay(moved, owner, Cipher(KEY)).sequence == 6
        else:
            with pytest.raises(StoreError, match="cannot be unsealed"):
                replay(moved, owner, Cipher(KEY))


async def test_a_record_of_the_wrong_form_is_named_without_its_words(tmp_path: Path) -> None:
    store = await begun(tmp_path)
    await store.commit(OWNER, NOW, reflection=one())
    table = store._shard(OWNER).table("reflections")
    row = table.all()[0]["row"].replace('"written_at"', '"written"')
    table.update({"row": row}, doc_ids=["r1"])  # type: ignore[list-item]
    with pytest.raises(StoreError, match=r"note\.written_at") as caught:
        await store.reflection(OWNER, "r1")
    assert "sighed" not in str(caught.value)
    await store.close()


async def test_a_newer_form_is_refused(tmp_path: Path) -> None:
    store = await begun(tmp_path)
    await store.commit(OWNER, NOW, reflection=one())
    await store.close()
    path = shard_file(tmp_path)
    path.write_bytes(path.read_bytes().replace(FIRST_LINE, journal._first_line(journal.SCHEMA + 1)))
    before = path.read_bytes()
    again = await opened(tmp_path)
    assert list(await again.clinicians()) == []
    for use in (ids(again), again.put_clinician(PERSON)):
        with pytest.raises(Unreadable, match="newer version"):
            await use
    await again.close()
    assert path.read_bytes() == before


async def test_a_journal_from_before_the_calendar_of_tips_loses_its_plan_and_nothing_else(
    tmp_path: Path,
) -> None:
    store = await begun(tmp_path)
    await store.commit(OWNER, NOW, reflection=one())
    with store._shard(OWNER).journal.batch():
        store._shard(OWNER).journal.change("tip_plan", "_", {"at": 0, "row": '{"weekday":0}'})
    await store.close()
    path = shard_file(tmp_path)
    path.write_bytes(path.read_bytes().replace(FIRST_LINE, journal._first_line(1)))
    again = await opened(tmp_path)
    assert [r.table for r in await again.dump(OWNER)] == ["clinician", "reflections"]
    await again.close()
    assert path.read_bytes().startswith(FIRST_LINE)


# ---- the journal as TinyDB storage --------------------------------------------------------------


def test_tinydb_own_writes_survive_too(tmp_path: Path) -> None:
    def shard() -> Shard:
        return Shard(tmp_path / "a", OWNER, Cipher(KEY), tmp_path / "q", storage=JournalStorage)

    table = shard().table("t")
    table.insert(Document({"at": 1, "row": "a"}, doc_id="x"))  # type: ignore[arg-type]
    table.insert_multiple(
        Document({"at": i, "row": "b"}, doc_id=f"y{i}")  # type: ignore[arg-type]
        for i in range(3)
    )
    table.update({"row": "c"}, where("at") == 2)
    table.remove(where("at") == 0)
    table.all()[0]["row"] = "changed in a copy"
    again = shard().table("t")
    assert {d.doc_id: d["row"] for d in again} == {"x": "a", "y1": "b", "y2": "c"}
    shard().drop_tables()
    assert shard().tables() == set() or not shard().table("t").all()


async def test_compaction_keeps_everything_and_bounds_the_file(tmp_path: Path) -> None:
    store = await begun(tmp_path)
    await store.commit(OWNER, NOW, reflection=one("r0"))
    largest = 0
    for i in range(700):
        changed = await store.change_reflection(
            OWNER, "r0", lambda r, i=i: replace(r, note=replace(r.note, text=f"Version {i}."))
        )
        largest = max(largest, shard_file(tmp_path).stat().st_size)
    assert changed
    assert largest < 230 * 300
    assert await store.reflection(OWNER, "r0") == changed
    await store.close()
    again = await opened(tmp_path)
    assert await again.reflection(OWNER, "r0") == changed
    await again.close()


async def test_a_deleted_reflection_leaves_the_disk_even_if_late(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    def on_disk() -> str:
        return "".join(store.unsealed(shard_file(tmp_path)))

    store = await begun(tmp_path)
    for i in range(3):
        await store.commit(OWNER, NOW, reflection=one(f"r{i}", f"Words {i}."))
    for i in range(2):
        assert await store.delete_reflection(OWNER, f"r{i}", NOW)
    assert await store.purge_reflection(OWNER, "r0", NOW)
    assert "Words 0" not in on_disk() and "Words 1" in on_disk()
    monkeypatch.setattr(os, "fsync", full)
    assert await store.purge_reflection(OWNER, "r1", NOW)
    assert "Words 1" in on_disk()
    monkeypatch.undo()
    await store.close()
    store = await opened(tmp_path)
    assert "Words 1" not in on_disk() and "Words 2" in on_disk()
    assert await ids(store) == ["r2"]
    await store.close()


async def test_words_that_are_wiped_leave_the_disk(tmp_path: Path) -> None:
    store = await begun(tmp_path)
    await store.commit(OWNER, NOW, reflection=one("r0", "Words to go."))
    await store.commit(OWNER, NOW, reflection=one("r1", "Words to stay."))
    await store.change_reflection(
        OWNER, "r0", lambda r: replace(r, note=replace(r.note, text="")), wipe=True
    )
    kept = "".join(store.unsealed(shard_file(tmp_path)))
    assert "to go" not in kept and "to stay" in kept
    await store.close()


async def test_a_compaction_that_fails_can_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await begun(tmp_path)
    await store.commit(OWNER, NOW, reflection=one("r0"))

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)  # appends use fdatasync
    for i in range(230):
        await store.change_reflection(OWNER, "r0", lambda r, i=i: replace(r, disputed=i % 2 == 0))
    monkeypatch.undo()
    await store.close()
    again = await opened(tmp_path)
    assert await ids(again) == ["r0"]
    await again.close()


# ---- the keys -----------------------------------------------------------------------------------


async def test_no_word_is_readable_on_the_disk(tmp_path: Path) -> None:
    store = await begun(tmp_path)
    await store.commit(OWNER, NOW, event="Ev1", reflection=one(text="a telling phrase"))
    await store.close()
    for path in (tmp_path / "data").rglob("*"):
        if path.is_file():
            assert b"telling" not in path.read_bytes() and b"Ev1" not in path.read_bytes()


@pytest.mark.parametrize("how", ["another", "gone", "nonsense"])
async def test_without_the_right_key_the_start_fails_and_nothing_changes(
    tmp_path: Path, how: str
) -> None:
    store = await begun(tmp_path)
    await store.commit(OWNER, NOW, reflection=one())
    await store.close()
    master = tmp_path / "data" / "master.key"
    text = master.read_text()
    before = shard_file(tmp_path).read_bytes()
    given: dict[str, str] = {}
    if how == "another":
        given["master_text"] = new_master_text()
    elif how == "gone":
        master.unlink()
    else:
        master.write_text("no key")
    with pytest.raises(StoreError, match="key"):
        await opened(tmp_path, **given)
    assert shard_file(tmp_path).read_bytes() == before
    assert master.exists() == (how != "gone"), "no new key is made for data that has one"
    if how in ("another", "gone"):
        again = await opened(tmp_path, master_text=text)
        assert await ids(again) == ["r1"]
        await again.close()


async def test_without_ones_own_key_nothing_is_shown_or_begun_anew(tmp_path: Path) -> None:
    store = await begun(tmp_path)
    await store.commit(OWNER, NOW, reflection=one())
    await store.close()
    key, before = tmp_path / "data" / "keys" / f"{OWNER}.key", shard_file(tmp_path).read_bytes()
    kept = key.read_bytes()
    key.unlink()
    again = await opened(tmp_path)
    for use in (ids(again), again.put_clinician(PERSON)):
        with pytest.raises(Unreadable, match="key"):
            await use
    await again.close()
    assert shard_file(tmp_path).read_bytes() == before and not key.exists()
    key.write_bytes(kept)
    last = await opened(tmp_path)
    assert await ids(last) == ["r1"]
    await last.close()


async def test_the_environment_s_key_needs_no_file(tmp_path: Path) -> None:
    text = base64.b64encode(bytes(range(32))).decode()
    store = await begun(tmp_path, master_text=text)
    await store.commit(OWNER, NOW, reflection=one())
    await store.close()
    assert not (tmp_path / "data" / "master.key").exists()


async def test_erasing_deletes_the_key_and_who_comes_back_has_another(tmp_path: Path) -> None:
    store = await begun(tmp_path)
    await store.commit(OWNER, NOW, reflection=one("old"))
    key = tmp_path / "data" / "keys" / f"{OWNER}.key"
    first, lines = key.read_bytes(), shard_file(tmp_path).read_bytes()
    await store.erase(OWNER)
    assert not key.exists() and not shard_file(tmp_path).exists()
    await store.put_clinician(PERSON)
    assert OWNER not in (tmp_path / "data" / "erased").read_text()
    await store.commit(OWNER, NOW, reflection=one("new"))
    assert key.read_bytes() != first
    await store.close()
    again = await opened(tmp_path)
    assert await ids(again) == ["new"]
    await again.close()
    # Somebody copies the old files back: the tombstone erases them again.
    key.write_bytes(first)
    shard_file(tmp_path).write_bytes(lines)
    last = await opened(tmp_path)
    assert await ids(last) == []
    assert not key.exists() and not shard_file(tmp_path).exists()
    await last.close()


async def test_a_claim_is_free_again_after_a_restart(tmp_path: Path) -> None:
    store = await begun(tmp_path)
    owed = Delivery("prompt:1", OWNER, DeliveryKind.PROMPT, NOW, "P01")
    await store.commit(OWNER, NOW, deliveries=[owed])
    assert await store.claim(owed, NOW, timedelta(seconds=90))
    assert await store.due(NOW, 9) == []
    await store.close()
    again = await opened(tmp_path)
    (free,) = await again.due(NOW, 9)
    assert free.state is DeliveryState.CLAIMED and free.uncertain
    await again.close()
