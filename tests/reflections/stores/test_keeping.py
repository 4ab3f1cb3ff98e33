"""Backup, restore, moving, checking and new master keys, for both stores."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from reflections.model import (
    Clinician,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Note,
    PlannedTip,
    Reflection,
)
from reflections.retention import deletion_of
from reflections.stores import StoreError, keeping
from reflections.stores.postgres import RECORDS, PostgresStore, migrate
from reflections.stores.records import EVENTS, RecordStore, encode
from reflections.stores.seal import MasterKey, new_key, new_master_text
from reflections.stores.tiny import TinyStore
from tests import postgres as pg

NOW = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
PERSON = Clinician("T1-U1", "D1", "Europe/London")
MASTER = new_master_text()
KEY = MasterKey(MASTER, "the test")


@asynccontextmanager
async def using(store: RecordStore) -> AsyncIterator[RecordStore]:
    await store.open()
    try:
        yield store
    finally:
        await store.close()


def tiny(tmp_path: Path, name: str = "data", master: str = MASTER) -> TinyStore:
    return TinyStore(tmp_path / name, master)


async def fill(store: RecordStore, people: int = 4) -> None:
    for i in range(people):
        owner = f"T1-U{i}"
        await store.put_clinician(Clinician(owner, f"D{i}", "Europe/London"))
        for n in range(3):
            note = Reflection(f"r{n}", Note(f"A telling phrase, {i} {n}.", NOW + timedelta(days=n)))
            owed = Delivery(f"feedback:{i}:{n}", owner, DeliveryKind.FEEDBACK, NOW, f"r{n}")
            await store.commit(owner, NOW, event=f"Ev{n}", reflection=note, deliveries=[owed])
    await store.set_watermark(NOW)


async def state(store: RecordStore) -> dict[str, str]:
    return {owner: keeping.digest(await store.dump(owner)) for owner in await store.owners()}


# ---- backup and restore -------------------------------------------------------------------------


async def test_a_backup_brings_everything_back(tmp_path: Path) -> None:
    async with using(tiny(tmp_path)) as store:
        await fill(store)
        # While it runs:
        made = keeping.backup_folder(tmp_path / "data", tmp_path / "b", tmp_path / "k", KEY)
        assert (made.owners, made.problems) == (4, [])
        assert not list((tmp_path / "b").rglob("*.key"))
        before = {o: await store.dump(o) for o in await store.owners()}
    async with using(tiny(tmp_path, "new")) as store:
        file = tmp_path / "none"
        await keeping.restore(tmp_path / "b", tmp_path / "k", MASTER, file, store)
        for owner, records in before.items():
            found = await store.dump(owner)
            assert [(r.table, r.id) for r in found] == [(r.table, r.id) for r in records]
            kept = [r.row for r in found if r.table != "deliveries"]
            assert kept == [r.row for r in records if r.table != "deliveries"]
        # They may have been sent since the backup, so they are looked for first.
        claimed = await store.claim((await store.due(NOW, 1))[0], NOW, timedelta(seconds=90))
        assert claimed and claimed.uncertain and claimed.claimed_at == NOW
        with pytest.raises(StoreError, match="not empty"):
            await keeping.restore(tmp_path / "b", tmp_path / "k", MASTER, file, store)


async def test_who_was_erased_after_the_backup_stays_erased(tmp_path: Path) -> None:
    async with using(tiny(tmp_path)) as store:
        await fill(store)
        keeping.backup_folder(tmp_path / "data", tmp_path / "b", tmp_path / "k", KEY)
        await store.erase("T1-U1")
        await store.erase("T1-U2")
        await store.put_clinician(Clinician("T1-U2", "D2", "UTC"))
        keeping.backup_folder(tmp_path / "data", tmp_path / "b2", tmp_path / "k2", KEY)
    stones = (tmp_path / "data" / "erased").read_text()
    assert len(stones.split()) == 2 and "U1" not in stones
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "erased").write_text(stones)
    async with using(tiny(tmp_path, "new")) as store:
        await keeping.restore(tmp_path / "b", tmp_path / "k", MASTER, tmp_path / "none", store)
        assert await store.owners() == ["_clock", "T1-U0", "T1-U3"]
    # Who came back was not erased again: the tombstone is for what was kept before.
    async with using(tiny(tmp_path, "newer")) as store:
        await keeping.restore(tmp_path / "b2", tmp_path / "k2", MASTER, tmp_path / "none", store)
        assert await store.owners() == ["_clock", "T1-U0", "T1-U2", "T1-U3"]
        assert await store.reflections("T1-U2", limit=5) == []


async def test_what_was_deleted_a_moment_before_a_backup_stays_deleted(
    tmp_path: Path, database: str
) -> None:
    """It is moved with everything else, and restored by nothing."""
    async with using(tiny(tmp_path)) as store:
        await fill(store, 1)
        end = deletion_of("T1-U0", "r1", NOW)
        assert await store.delete_reflection("T1-U0", "r1", NOW, deliveries=[end])
        made = keeping.backup_folder(tmp_path / "data", tmp_path / "b", tmp_path / "k", KEY)
        assert made.problems == []
        async with using(PostgresStore(database, new_master_text())) as base:
            await keeping.copy(store, base)
            assert await state(base) == await state(store)
            assert (await keeping.verify_store(base)).problems == []
            assert end in await base.due(end.due, 99)
            assert await base.undelete_reflection("T1-U0", "r1", NOW)
    async with using(tiny(tmp_path, "new")) as store:
        await keeping.restore(tmp_path / "b", tmp_path / "k", MASTER, tmp_path / "none", store)
        assert {r.id for r in await store.reflections("T1-U0", limit=9)} == {"r0", "r2"}
        assert await store.undelete_reflection("T1-U0", "r1", NOW) is None
        assert "A telling phrase, 0 1." not in "".join(
            store.unsealed(tmp_path / "new" / "shards" / "T1-U0.journal")
        )
        assert end.key in {d.key for d in await store.due(end.due, 99)}, "its cards are redrawn"


async def test_what_an_earlier_version_left_of_somebody_forgotten_is_named(
    tmp_path: Path, database: str
) -> None:
    """With what to do about it; a team, which has no clinician's record either, is not."""
    left = [encode(EVENTS, "Ev1", NOW)]
    owed = Delivery("tip:t1", "team", DeliveryKind.TIP, NOW, "t1")
    async with using(tiny(tmp_path)) as store, using(PostgresStore(database, MASTER)) as base:
        for each in (store, base):
            await fill(each, 1)
            await each.adopt("T1-U9", new_key(), left)
            await each.change_tips("team", NOW, lambda _: [PlannedTip("t1", NOW, "F1")])
            await each.commit("team", NOW, deliveries=[owed])
        found = keeping.verify_folder(tmp_path / "data", tmp_path / "data" / "keys", KEY)
        for checked in (found, await keeping.verify_store(base)):
            (problem,) = checked.problems
            assert "T1-U9" in problem and "shards/T1-U9.journal and keys/T1-U9.key" in problem
    for name in ("shards/T1-U9.journal", "keys/T1-U9.key"):
        (tmp_path / "data" / name).unlink()
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("DELETE FROM owners WHERE id = 'T1-U9';")
    async with using(tiny(tmp_path)) as store, using(PostgresStore(database, MASTER)) as base:
        found = keeping.verify_folder(tmp_path / "data", tmp_path / "data" / "keys", KEY)
        assert found.problems == (await keeping.verify_store(base)).problems == []


async def test_a_backup_during_writes_holds_whole_commits(tmp_path: Path) -> None:
    async with using(tiny(tmp_path)) as store:
        await store.put_clinician(PERSON)
        await store.commit("T1-U1", NOW, reflection=Reflection("first", Note("x", NOW)))
        done = 0

        async def write() -> None:
            nonlocal done
            for i in range(400):
                owed = Delivery(f"f:{i}", "T1-U1", DeliveryKind.FEEDBACK, NOW, f"r{i}")
                note = Reflection(f"r{i}", Note("x" * 900, NOW))
                await store.commit("T1-U1", NOW, reflection=note, deliveries=[owed])
                done = i + 1

        writing = asyncio.ensure_future(write())
        for n in range(6):
            before = done
            made = await asyncio.to_thread(
                keeping.backup_folder,
                tmp_path / "data",
                tmp_path / f"b{n}",
                tmp_path / f"k{n}",
                KEY,
            )
            assert made.problems == []
            assert made.records % 2 == 0 and before * 2 <= made.records
        await writing


async def test_a_backup_without_its_keys_or_master_is_of_no_use(tmp_path: Path) -> None:
    async with using(tiny(tmp_path)) as store:
        await fill(store, 1)
        keeping.backup_folder(tmp_path / "data", tmp_path / "b", tmp_path / "k", KEY)
    for path in (tmp_path / "b").rglob("*.journal"):
        assert b"telling" not in path.read_bytes()
    (tmp_path / "empty").mkdir()
    async with using(tiny(tmp_path, "new")) as store:
        with pytest.raises(StoreError, match="key"):
            await keeping.restore(
                tmp_path / "b", tmp_path / "empty", MASTER, tmp_path / "none", store
            )
        with pytest.raises(StoreError, match="master key"):
            await keeping.restore(
                tmp_path / "b", tmp_path / "k", new_master_text(), tmp_path / "none", store
            )
        assert await store.owners() == []


# ---- checking -----------------------------------------------------------------------------------


async def test_verify_names_what_is_damaged_and_changes_nothing(tmp_path: Path) -> None:
    async with using(tiny(tmp_path)) as store:
        await fill(store)
    shards = tmp_path / "data" / "shards"
    sound = keeping.verify_folder(tmp_path / "data", tmp_path / "data" / "keys", KEY)
    assert (sound.owners, sound.problems) == (4, [])
    data = bytearray((shards / "T1-U1.journal").read_bytes())
    data[len(data) // 2] ^= 4
    (shards / "T1-U1.journal").write_bytes(bytes(data))
    (tmp_path / "data" / "keys" / "T1-U2.key").unlink()
    with (shards / "T1-U3.journal").open("ab") as file:
        file.write(b"0000")  # under way while we look
    found = keeping.verify_folder(tmp_path / "data", tmp_path / "data" / "keys", KEY)
    assert len(found.problems) == 2
    assert "T1-U1.journal is damaged after line" in found.problems[0]
    assert "T1-U2.journal has no key" in found.problems[1]
    assert (shards / "T1-U1.journal").read_bytes() == bytes(data)


# ---- PostgreSQL ---------------------------------------------------------------------------------


async def test_there_and_back_is_the_same_and_may_be_run_again(
    tmp_path: Path, database: str
) -> None:
    async with (
        using(tiny(tmp_path)) as folder,
        using(PostgresStore(database, new_master_text())) as base,
        using(tiny(tmp_path, "back", new_master_text())) as back,
    ):
        await fill(folder)
        await folder.erase("T1-U3")
        first = await keeping.copy(folder, base)
        assert first.owners == 3
        assert await state(base) == await state(folder)
        # Changed and erased since: a second run brings it up to date.
        await folder.change_reflection("T1-U0", "r0", lambda r: replace(r, disputed=True))
        await folder.erase("T1-U1")
        await keeping.copy(folder, base)
        assert await state(base) == await state(folder)
        await keeping.copy(base, back)
        assert await state(back) == await state(folder)
        assert await back.tombstones() == await folder.tombstones() != frozenset()
        # The data keys came along, so an old journal of somebody erased stays erased there too.
        assert await back.key("T1-U0") == await folder.key("T1-U0")
        await base.put_clinician(Clinician("T1-U9", "D9", "UTC"))
        with pytest.raises(StoreError, match="already holds T1-U9"):
            await keeping.copy(folder, base)
        assert await base.clinician("T1-U9")


async def test_postgresql_backs_up_and_comes_back(
    tmp_path: Path, database: str, postgres: str
) -> None:
    other = pg.new_database(postgres)
    migrate(other)
    try:
        async with using(PostgresStore(database, MASTER)) as base:
            await fill(base)
            await keeping.backup_store(base, tmp_path / "b", tmp_path / "k")
            kept = await state(base)
        async with using(PostgresStore(other, new_master_text())) as again:
            await keeping.restore(
                tmp_path / "b", tmp_path / "k", "", tmp_path / "k" / keeping.OWN_MASTER, again
            )
            assert (await state(again)).keys() == kept.keys()
            assert len(await again.reflections("T1-U2", limit=9)) == 3
    finally:
        pg.drop_database(postgres, other)


async def test_postgresql_from_before_the_calendar_of_tips_loses_its_plan_and_nothing_else(
    database: str,
) -> None:
    async with using(PostgresStore(database, MASTER)) as base:
        await fill(base, 1)
        async with base._transaction() as connection:
            row = sa.insert(RECORDS).values(owner="T1-U0", kind="tip_plan", id="_", body=b"")
            await connection.execute(row.values(at=NOW))
            await connection.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))
    with pytest.raises(StoreError, match="alliance-bot migrate"):
        await PostgresStore(database, MASTER).open()
    migrate(database)
    async with using(PostgresStore(database, MASTER)) as base:
        assert len(await base.reflections("T1-U0", limit=9)) == 3
        assert (await keeping.verify_store(base)).problems == []


async def test_postgresql_says_what_is_missing(database: str, postgres: str) -> None:
    empty = pg.new_database(postgres)
    try:
        with pytest.raises(StoreError, match="alliance-bot migrate"):
            await PostgresStore(empty, MASTER).open()
        with pytest.raises(StoreError, match="master key is missing"):
            await PostgresStore(database, "", Path("nowhere")).open()
        async with using(PostgresStore(database, MASTER)) as base:
            await fill(base, 1)
        with pytest.raises(StoreError, match="does not open the key"):
            await PostgresStore(database, new_master_text()).open()
        with pytest.raises(StoreError, match="nothing was changed"):
            await PostgresStore("postgresql://nobody@127.0.0.1:1/none", MASTER).open()
        with pytest.raises(StoreError, match="only PostgreSQL"):
            PostgresStore("mysql://u@h/d", MASTER)
        migrate(database)  # a second time changes nothing
        async with using(PostgresStore(database, MASTER)) as base:
            assert len(await base.reflections("T1-U0", limit=9)) == 3
            assert (await keeping.verify_store(base)).problems == []
    finally:
        pg.drop_database(postgres, empty)


async def test_postgresql_holds_no_word_and_a_moved_record_does_not_open(database: str) -> None:
    import psycopg

    async with using(PostgresStore(database, MASTER)) as base:
        await fill(base, 2)
        with psycopg.connect(database, autocommit=True) as connection:
            rows = connection.execute("SELECT body FROM records").fetchall()
            assert rows and not any(b"telling" in bytes(body) for (body,) in rows)
            connection.execute(
                "UPDATE records SET body = (SELECT body FROM records WHERE owner = 'T1-U1'"
                " AND kind = 'reflections' AND id = 'r0') WHERE owner = 'T1-U1' AND id = 'r1'"
            )
        with pytest.raises(StoreError, match="cannot be unsealed"):
            await base.reflection("T1-U1", "r1")
        (problem,) = (await keeping.verify_store(base)).problems
        assert "T1-U1" in problem


async def test_two_replicas_take_each_delivery_once(database: str) -> None:
    async with (
        using(PostgresStore(database, MASTER)) as one,
        using(PostgresStore(database, MASTER)) as two,
    ):
        for i in range(20):
            await one.put_clinician(replace(PERSON, id=f"T1-U{i}"))
            owed = [Delivery(f"p:{i}:{n}", f"T1-U{i}", DeliveryKind.PROMPT, NOW) for n in range(3)]
            await one.commit(f"T1-U{i}", NOW, deliveries=owed)

        async def replica(store: RecordStore) -> list[Delivery]:
            taken = []
            for delivery in await store.due(NOW, 200):
                claimed = await store.claim(delivery, NOW, timedelta(seconds=90))
                if claimed:
                    taken.append(claimed)
                    assert await store.settle(claimed, DeliveryState.SENT, posted="1.1")
            return taken

        both = await asyncio.gather(replica(one), replica(two), replica(one), replica(two))
        keys = [d.key for taken in both for d in taken]
        assert len(keys) == len(set(keys)) == 60
        assert await two.due(NOW + timedelta(days=1), 200) == []


async def test_a_claim_of_one_does_not_wait_for_the_other(database: str) -> None:
    """The row is locked by a unit that is under way: another replica goes on to the next."""
    import psycopg

    async with using(PostgresStore(database, MASTER)) as store:
        owed = [Delivery(f"p:{n}", "T1-U1", DeliveryKind.PROMPT, NOW) for n in range(2)]
        await store.put_clinician(PERSON)
        await store.commit("T1-U1", NOW, deliveries=owed)
        with psycopg.connect(database) as other:
            other.execute("SELECT 1 FROM records WHERE id = 'p:0' FOR UPDATE")
            assert await store.claim(owed[0], NOW, timedelta(seconds=90)) is None
            assert await store.claim(owed[1], NOW, timedelta(seconds=90))
        assert await store.claim(owed[0], NOW, timedelta(seconds=90))


async def test_two_replicas_keep_an_event_once(database: str) -> None:
    async with (
        using(PostgresStore(database, MASTER)) as one,
        using(PostgresStore(database, MASTER)) as two,
    ):
        await one.put_clinician(PERSON)
        for i in range(10):
            kept = await asyncio.gather(
                *(
                    store.commit("T1-U1", NOW, event=f"Ev{i}", reflection=_note(f"{i}{n}"))
                    for n, store in enumerate((one, two, one, two))
                )
            )
            assert sum(kept) == 1
        assert len(await one.reflections("T1-U1", limit=99)) == 10


def _note(id: str) -> Reflection:
    return Reflection(id, Note("x", NOW))


# ---- the master key -----------------------------------------------------------------------------


async def test_a_new_master_key_opens_what_the_old_one_did(tmp_path: Path) -> None:
    async with using(TinyStore(tmp_path / "data")) as store:
        await fill(store, 2)
        with pytest.raises(StoreError, match="in use by process"):
            keeping.rotate_folder(tmp_path / "data", "", tmp_path / "data" / "master.key", "")
        kept = await state(store)
    file = tmp_path / "data" / "master.key"
    old = file.read_text()
    assert keeping.rotate_folder(tmp_path / "data", "", file, "") == 3
    assert file.read_text() != old
    async with using(TinyStore(tmp_path / "data")) as store:
        assert await state(store) == kept
    with pytest.raises(StoreError, match="does not open"):
        await TinyStore(tmp_path / "data", old.strip()).open()


async def test_a_change_of_key_that_was_stopped_is_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with using(TinyStore(tmp_path / "data")) as store:
        await fill(store, 3)
        kept = await state(store)
    file = tmp_path / "data" / "master.key"
    real, calls = keeping.write_whole, 0

    def stops(path: Path, data: bytes) -> None:
        nonlocal calls
        calls += 1
        if calls == 4:
            raise StoreError("stopped")
        real(path, data)

    monkeypatch.setattr(keeping, "write_whole", stops)
    with pytest.raises(StoreError, match="stopped"):
        keeping.rotate_folder(tmp_path / "data", "", file, "")
    monkeypatch.undo()
    with pytest.raises(StoreError, match="rotate-key"):
        await TinyStore(tmp_path / "data").open()
    assert keeping.rotate_folder(tmp_path / "data", "", file, "") == 4
    async with using(TinyStore(tmp_path / "data")) as store:
        assert await state(store) == kept


async def test_postgresql_gets_a_new_master_key(database: str) -> None:
    new = new_master_text()
    async with using(PostgresStore(database, MASTER)) as base:
        await fill(base, 2)
        kept = await state(base)
        assert isinstance(base, PostgresStore)
        assert await base.rewrap(MasterKey(new, "the test")) == 3
    async with using(PostgresStore(database, new)) as base:
        assert await state(base) == kept


# ---- from the command line ----------------------------------------------------------------------


def alliance(data: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        env={"ALLIANCE_DATA_DIR": str(data), "PATH": "/usr/bin:/bin", **environment},
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_commands_say_what_they_did(tmp_path: Path, database: str) -> None:
    async def prepare() -> None:
        async with using(TinyStore(tmp_path / "data")) as store:
            await fill(store, 2)

    asyncio.run(prepare())
    data, new, base = tmp_path / "data", tmp_path / "new", {"ALLIANCE_DATABASE_URL": database}
    both = str(tmp_path / "b"), "--keys", str(tmp_path / "k")
    done = alliance(data, "backup", *both)
    assert done.returncode == 0 and "2 people and teams" in done.stdout, done.stderr
    wrong = alliance(data, "backup", str(tmp_path / "c"), "--keys", str(tmp_path / "c" / "k"))
    assert wrong.returncode == 2 and "another place" in wrong.stderr
    assert alliance(data, "rotate-key").returncode == 0
    assert alliance(data, "verify").returncode == 0
    old = alliance(
        new, "restore", *both, ALLIANCE_MASTER_KEY_FILE=str(tmp_path / "data" / "master.key")
    )
    assert old.returncode == 2 and "does not open the key" in old.stderr
    master = (data / "master.key").read_text().strip()
    moved = alliance(data, "migrate-store", "to-postgres", ALLIANCE_MASTER_KEY=master, **base)
    assert moved.returncode == 0 and "compared by count and hash" in moved.stdout, moved.stderr
    seen = alliance(data, "verify", ALLIANCE_MASTER_KEY=master, **base)
    assert seen.returncode == 0 and "2 people and teams, 21 records" in seen.stdout
    lost = alliance(data, "check", DYNO="worker.1")
    assert "DATABASE_URL" in lost.stdout
    assert "phrase" not in done.stdout + moved.stdout + seen.stdout
