"""Whatever an earlier version kept opens in this one, in either store, with every word."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from reflections.stores import keeping, postgres
from reflections.stores.journal import SCHEMA
from reflections.stores.postgres import PostgresStore, migrate
from reflections.stores.records import RecordStore
from reflections.stores.seal import master_key
from reflections.stores.tiny import TinyStore
from tests import postgres as pg
from tests.reflections.stores import freeze

FORMS = sorted(freeze.EARLIER.glob("journal-*"))
REVISIONS = sorted(freeze.EARLIER.glob("postgres-*.json"))


def test_none_is_missing() -> None:
    """``python -m tests.reflections.stores.freeze`` before the form changes."""
    assert {int(path.name.removeprefix("journal-")) for path in FORMS} >= set(range(1, SCHEMA))
    versions = Path(postgres.__file__).parent / "migrations" / "versions"
    known = {found[0] for p in versions.glob("*.py") if (found := re.match(r"\d+", p.name))}
    frozen = {path.stem.removeprefix("postgres-") for path in REVISIONS}
    assert frozen >= known - {postgres.REVISION}


async def as_it_was(store: RecordStore) -> None:
    assert list(await store.clinicians()) == [freeze.PERSON]
    assert await store.reflection(freeze.OWNER, "r1") == freeze.KEPT
    assert await store.due(freeze.NOW, 9) == [freeze.WAITING]
    assert await store.watermark() == freeze.NOW
    assert not await store.commit(freeze.OWNER, freeze.NOW, event="Ev1"), "seen before"
    assert await store.owners() == ["_clock", freeze.OWNER]
    assert len(await store.tombstones()) == 1


@pytest.mark.parametrize("form", FORMS, ids=lambda path: str(path.name))
async def test_a_folder_of_an_earlier_version_opens(form: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(form, data)
    master = master_key("", data / "master.key", may_make=False)
    before = keeping.verify_folder(data, data / "keys", master)
    assert (before.owners, before.problems) == (1, []), "verify reads it before anything is opened"
    for _ in range(2):  # as it was, and as it was written anew
        store = TinyStore(data)
        await store.open()
        await as_it_was(store)
        await store.close()


@pytest.mark.parametrize("rows", REVISIONS, ids=lambda path: str(path.stem))
async def test_a_database_of_an_earlier_version_is_migrated(rows: Path, postgres: str) -> None:
    import psycopg

    frozen = _read(rows)
    database = pg.new_database(postgres)
    try:
        migrate(database, rows.stem.removeprefix("postgres-"))
        with psycopg.connect(database, autocommit=True) as connection:
            for table in ("owners", "records", "erased"):
                for row in frozen[table]:
                    connection.execute(
                        f"INSERT INTO {table} SELECT * FROM jsonb_populate_record"
                        f"(NULL::{table}, %s)",
                        [json.dumps(row)],
                    )
        migrate(database)
        store = PostgresStore(database, frozen["master"])
        await store.open()
        await as_it_was(store)
        assert (await keeping.verify_store(store)).problems == []
        await store.close()
    finally:
        pg.drop_database(postgres, database)


def _read(rows: Path) -> Any:
    return json.loads(rows.read_text())
