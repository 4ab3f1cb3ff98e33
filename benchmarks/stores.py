"""What keeping a reflection costs, against what else could be done: `python benchmarks/stores.py`.

Everything is measured in one run, in turns, because a disk changes its mind from minute to minute:
the ratios are what counts. The floor is one append of as many bytes and an fdatasync, which is the
least that a durable commit can cost on this disk. Rows are reflections of 600 characters with
feedback, 100 of them an owner, each with the id of the event it came with. Stock TinyDB is one
file for all, as its documentation begins.

Layers are compared with their like: the journal (`TinyStore` without the event loop), sqlite and
stock TinyDB are plain calls. Below them stands what the bot calls, `commit()` and `reflections()`,
beside the same of the PostgreSQL store, over a socket, and beside one append by a thread.

Last comes what is asked of all clinicians at once (how many wrote how much, by week) over 1,000 of
them with 500 short reflections each, and what a start takes with the index and without.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from unittest.mock import patch

from tinydb import TinyDB

from prompts.library import Dimension
from reflections.model import Assessment, Clinician, Feedback, Level, Note, Reflection, Safety
from reflections.stores import tiny
from reflections.stores.postgres import PostgresStore, migrate
from reflections.stores.records import EVENTS, REFLECTIONS, Records, decode, encode
from reflections.stores.seal import new_key, new_master_text
from reflections.stores.tiny import TinyStore

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests import postgres as pg

NOW = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
AN_OWNER = 100
PAGE = 10


class Clear:
    """No encryption, to see what encryption costs; there is no such setting in the product."""

    def seal(self, data: bytes, place: str) -> bytes:
        return data

    def unseal(self, sealed: bytes, place: str) -> bytes:
        return sealed


def reflection(n: int) -> Reflection:
    levels = dict.fromkeys(Dimension, Level.PARTIAL)
    quote = "I asked what worried her most"
    assessment = Assessment(True, Safety.NONE, levels, evidence={Dimension.EMPATHY: (quote,)})
    feedback = Feedback(assessment, "You asked. " * 8, "A next time. " * 8, "If, then. " * 8, "x")
    note = Note(("She sighed; I waited and asked. " * 19)[:600], NOW + timedelta(minutes=n))
    return Reflection(f"r{n}", note, feedback)


class Sqlite:
    """One file, WAL, synchronous=FULL; the row's JSON and an index on the owner's time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.connection = self.opened()
        self.connection.executescript(
            "CREATE TABLE r(owner, id, at, row, PRIMARY KEY(owner, id)) WITHOUT ROWID;"
            "CREATE INDEX r_at ON r(owner, at);"
            "CREATE TABLE e(owner, id, PRIMARY KEY(owner, id)) WITHOUT ROWID;"
        )

    def opened(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        return connection

    def insert(self, owner: str, n: int, kept: Reflection) -> None:
        row = encode(REFLECTIONS, kept.id, kept)
        run = self.connection.execute
        run("BEGIN IMMEDIATE")
        run("SELECT 1 FROM e WHERE owner=? AND id=?", (owner, f"e{n}")).fetchone()
        run("INSERT INTO e VALUES(?,?)", (owner, f"e{n}"))
        at = row.at.timestamp()
        run("INSERT OR REPLACE INTO r VALUES(?,?,?,?)", (owner, row.id, at, row.row))
        run("COMMIT")

    def history(self, owner: str, connection: sqlite3.Connection) -> int:
        query = "SELECT row FROM r WHERE owner=? ORDER BY at DESC LIMIT ?"
        rows = connection.execute(query, (owner, PAGE)).fetchall()
        return len([decode(REFLECTIONS, "", row) for (row,) in rows])

    def warm(self, owner: str) -> int:
        return self.history(owner, self.connection)

    def cold(self, owner: str) -> int:
        connection = self.opened()
        try:
            return self.history(owner, connection)
        finally:
            connection.close()


class Journal:
    def __init__(self, folder: Path, clear: bool) -> None:
        self.store = TinyStore(folder)
        if clear:
            self.store._load = lambda owner, _: tiny.Shard(  # type: ignore[method-assign]
                self.store._path(owner), owner, Clear(), folder / "q", storage=tiny.JournalStorage
            )
        asyncio.run(self.store.open())

    def insert(self, owner: str, n: int, kept: Reflection) -> None:
        def work(records: Records) -> None:
            records.get(EVENTS, f"e{n}")
            records.delete_before(EVENTS, NOW - timedelta(days=7))
            records.put(encode(EVENTS, f"e{n}", NOW))
            records.put(encode(REFLECTIONS, kept.id, kept))

        self.store._work(owner, work)

    def warm(self, owner: str) -> int:
        rows = self.store._work(owner, lambda records: records.newest(REFLECTIONS, 0, PAGE))
        return len([decode(REFLECTIONS, "", row) for row in rows])

    def cold(self, owner: str) -> int:
        self.store._open.clear()
        return self.warm(owner)


class Stock:
    def __init__(self, path: Path) -> None:
        self.table = TinyDB(path).table("r")

    def fill(self, owners: int) -> None:
        self.table.insert_multiple(self.row(f"o{n % owners}", n) for n in range(owners * AN_OWNER))

    def row(self, owner: str, n: int) -> dict[str, object]:
        return {"owner": owner, **json.loads(encode(REFLECTIONS, "", reflection(n)).row)}

    def insert(self, owner: str, n: int) -> None:
        self.table.insert(self.row(owner, n))


def timed(work: Callable[[], object], into: list[float]) -> None:
    start = time.perf_counter()
    work()
    into.append((time.perf_counter() - start) * 1e3)


async def whole(
    store: TinyStore,
    database: str,
    documents: int,
    rounds: int,
    floor: Callable[[], None],
    found: dict[str, list[float]],
) -> None:
    owners = documents // AN_OWNER
    postgres = PostgresStore(database, new_master_text())
    await postgres.open()
    for i in range(owners):
        kept = [encode(REFLECTIONS, f"r{n}", reflection(n)) for n in range(AN_OWNER)]
        await postgres.adopt(f"o{i}", new_key(), kept)
        for one in (store, postgres):
            await one.put_clinician(Clinician(f"o{i}", "", "UTC"))
    for i in range(rounds):
        owner, new = f"o{i % owners}", reflection(10**6 + i)
        for name, work in (
            ("floor, by a thread", partial(asyncio.to_thread, floor)),
            ("commit()", partial(store.commit, owner, NOW, event=f"w{i}", reflection=new)),
            (
                "commit(), PostgreSQL",
                partial(postgres.commit, owner, NOW, event=f"w{i}", reflection=new),
            ),
            ("newest ten", partial(store.reflections, owner, limit=PAGE)),
            ("newest ten, PostgreSQL", partial(postgres.reflections, owner, limit=PAGE)),
        ):
            start = time.perf_counter()
            await work()
            found.setdefault(name, []).append((time.perf_counter() - start) * 1e3)
    await postgres.close()


async def team(owners: int, each: int, folder: Path, database: str) -> dict[str, float]:
    """What is asked of all at once, and what a start takes, in milliseconds."""
    since = NOW.date()
    found: dict[str, list[float]] = {}
    store = TinyStore(folder / "team")
    await store.open()
    postgres = PostgresStore(database, new_master_text())
    await postgres.open()
    sqlite = Sqlite(folder / "team.sqlite")
    short = reflection(0)
    with patch.object(os, "fdatasync"), patch.object(os, "fsync"):
        sqlite.connection.execute("PRAGMA synchronous=OFF")
        for i in range(owners):
            rows = []
            for n in range(each):
                at = NOW + timedelta(hours=n)
                kept = replace(short, id=f"r{n}", note=Note("She sighed.", at), feedback=None)
                rows.append(encode(REFLECTIONS, kept.id, kept))
            await store.adopt(f"o{i}", new_key(), rows)
            await postgres.adopt(f"o{i}", new_key(), rows)
            values = [(f"o{i}", row.id, row.at.timestamp(), row.row) for row in rows]
            sqlite.connection.executemany("INSERT INTO r VALUES(?,?,?,?)", values)
    query = (
        "SELECT CAST((at - 345600) / 604800 AS INT) AS week, COUNT(DISTINCT owner), COUNT(*) "
        "FROM r GROUP BY week"
    )
    assert len(sqlite.connection.execute(query).fetchall()) == len(await store.weeks(since))
    assert await postgres.weeks(since) == await store.weeks(since)
    for _ in range(5):
        for name, work in (
            ("team by week", partial(store.weeks, since)),
            ("team by week, PostgreSQL", partial(postgres.weeks, since)),
        ):
            start = time.perf_counter()
            await work()
            found.setdefault(name, []).append((time.perf_counter() - start) * 1e3)
        timed(
            lambda: sqlite.connection.execute(query).fetchall(),
            found.setdefault("team by week, sqlite", []),
        )
    await store.close()
    await postgres.close()
    for name in ("start, with the index", "start, without it", "start, with the index"):
        if name == "start, without it":
            (folder / "team" / "index").unlink()
        start = time.perf_counter()
        await store.open()
        found.setdefault(name, []).append((time.perf_counter() - start) * 1e3)
        await store.close()
    return {name: statistics.median(times) for name, times in found.items()}


def measure(
    documents: int, rounds: int, stock_rounds: int, folder: Path, database: str
) -> dict[str, float]:
    """Medians in milliseconds."""
    owners = documents // AN_OWNER
    plain, sealed = Journal(folder / "plain", True), Journal(folder / "sealed", False)
    sqlite, stock = Sqlite(folder / "sqlite"), Stock(folder / "stock.json")
    sync, os.fdatasync = os.fdatasync, lambda _: None  # only while filling
    sqlite.connection.execute("PRAGMA synchronous=OFF")
    for n in range(documents):
        for store in (plain, sealed, sqlite):
            store.insert(f"o{n % owners}", n, reflection(n))
    sqlite.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    sqlite.connection.execute("PRAGMA synchronous=FULL")
    os.fdatasync = sync
    os.sync()
    if stock_rounds:
        stock.fill(owners)
    floor_file = os.open(folder / "floor", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    size = (folder / "sealed" / "shards" / "o0.journal").stat().st_size // AN_OWNER
    line = os.urandom(size)

    def floor() -> None:
        os.write(floor_file, line)
        os.fdatasync(floor_file)

    found: dict[str, list[float]] = {}
    for i in range(rounds):
        owner, n = f"o{i % owners}", documents + i
        new = reflection(n)
        for name, work in (
            ("floor", floor),
            ("journal", partial(plain.insert, owner, n, new)),
            ("journal, sealed", partial(sealed.insert, owner, n, new)),
            ("sqlite", partial(sqlite.insert, owner, n, new)),
        ):
            timed(work, found.setdefault(name, []))
    # Reads after the writes, in turns of their own.
    for i in range(rounds // 2):
        owner = f"o{i % owners}"
        readers: tuple[tuple[str, Journal | Sqlite], ...] = (
            ("journal", plain),
            ("journal, sealed", sealed),
            ("sqlite", sqlite),
        )
        for name, store in readers:
            store.cold(owner)  # a long journal is made one line when it is first read
            store.warm(owner)
            timed(partial(store.warm, owner), found.setdefault(f"{name}: warm", []))
            timed(partial(store.cold, owner), found.setdefault(f"{name}: cold", []))

    # In turns of its own: the megabytes that it writes would slow whoever comes next.
    for i in range(stock_rounds):
        timed(partial(stock.insert, "o0", documents + i), found.setdefault("stock TinyDB", []))

    asyncio.run(whole(sealed.store, database, documents, rounds // 2, floor, found))
    os.close(floor_file)
    asyncio.run(plain.store.close())
    asyncio.run(sealed.store.close())
    return {name: statistics.median(times) for name, times in found.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=400)
    parser.add_argument("--folder", type=Path, help="on the disk that is to be measured")
    parser.add_argument("--clinicians", type=int, default=1_000, help="asked of at once, 5 or more")
    arguments = parser.parse_args()
    results = {}
    if arguments.folder:
        tempfile.tempdir = str(arguments.folder)  # the database's, too
    with pg.server() as server:
        for documents in (1_000, 10_000):
            with tempfile.TemporaryDirectory(prefix="alliance-bench-") as folder:
                stock_rounds = 40 if documents == 1_000 else 8
                database = pg.new_database(server)
                migrate(database)
                results[documents] = measure(
                    documents, arguments.rounds, stock_rounds, Path(folder), database
                )
                pg.drop_database(server, database)
        with tempfile.TemporaryDirectory(prefix="alliance-bench-") as folder:
            database = pg.new_database(server)
            migrate(database)
            asked = asyncio.run(team(arguments.clinicians, 500, Path(folder), database))
    print(
        f"load average {os.getloadavg()[0]:.1f}; on a busy machine each sync waits for the others\n"
    )
    small, large = results[1_000], results[10_000]
    print(f"{'p50, ms':26}{'1,000 documents':>18}{'10,000':>12}{'growth':>9}")
    for name in small:
        growth = large[name] / small[name]
        print(f"{name:26}{small[name]:18.3f}{large[name]:12.3f}{growth:9.2f}")
    print(f"\nof {arguments.clinicians} clinicians with 500 reflections each, ms")
    for name, took in asked.items():
        print(f"{name:26}{took:18.3f}")
    print()
    for says, reached, bound in (
        ("journal insert / floor", small["journal"] / small["floor"], 1.3),
        ("sealed insert / floor", small["journal, sealed"] / small["floor"], 1.5),
        ("sealed insert / sqlite", small["journal, sealed"] / small["sqlite"], 1.0),
        ("sealed insert, growth", large["journal, sealed"] / small["journal, sealed"], 1.2),
        ("stock TinyDB / sealed insert", small["stock TinyDB"] / small["journal, sealed"], -45),
        ("sqlite warm / sealed warm", small["sqlite: warm"] / small["journal, sealed: warm"], -4),
        ("sealed cold / sqlite cold", small["journal, sealed: cold"] / small["sqlite: cold"], 1.5),
        ("commit() / append by a thread", small["commit()"] / small["floor, by a thread"], 0),
        ("commit() / PostgreSQL's", small["commit()"] / small["commit(), PostgreSQL"], 0),
        ("team by week, ms", asked["team by week"], 5),
    ):
        met = reached <= bound if bound > 0 else reached >= -bound
        target = f"target {'≤' if bound > 0 else '≥'} {abs(bound)}" if bound else "no target"
        print(f"{says:32}{reached:8.2f}   {target:14}{'' if met or not bound else 'MISSED'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
