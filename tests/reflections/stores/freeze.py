"""What earlier versions wrote, as it lay on the disk (``earlier/``): it has to open for ever.

Before the form of the records changes (``journal.SCHEMA``) or the database's tables do (a new
Alembic revision), freeze what is written now, and commit it:

    python -m tests.reflections.stores.freeze
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path

from prompts.library import Dimension
from reflections.model import (
    Act,
    Assessment,
    Clinic,
    Clinician,
    Delivery,
    DeliveryKind,
    Feedback,
    Level,
    Note,
    Opportunity,
    OpportunityType,
    Reflection,
    Repair,
    Safety,
)
from reflections.stores.postgres import REVISION, PostgresStore
from reflections.stores.records import RecordStore
from reflections.stores.seal import new_master_text
from reflections.stores.tiny import TinyStore

EARLIER = Path(__file__).parent / "earlier"
NOW = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
OWNER = "T1-U1"
PERSON = Clinician(
    OWNER, "D1", "Europe/London", (Clinic(1, time(9), time(12, 30), every=2, since=NOW.date()),)
)
READ = Assessment(
    True,
    Safety.NONE,
    {Dimension.EMPATHY: Level.STRONG, Dimension.EXPECTATIONS: Level.NOT_EVIDENT},
    (Opportunity("She sighed", OpportunityType.EMOTION, met=True),),
    rupture=True,
    repair=Repair.PARTIAL,
    evidence={Dimension.EMPATHY: ("I waited",)},
    acts=(Act(0, 10, "cue_emotion"),),
)
KEPT = Reflection(
    "r1",
    Note("She sighed; I waited.", NOW, "P01"),
    Feedback(READ, "You waited.", "An opening.", "If …, then …", "rubric"),
    disputed=True,
    question="What next?",
    thought="To ask.",
)
WAITING = Delivery("feedback:r1", OWNER, DeliveryKind.FEEDBACK, NOW, "r1")


async def fill(store: RecordStore) -> None:
    await store.put_clinician(PERSON)
    await store.commit(OWNER, NOW, event="Ev1", reflection=KEPT, deliveries=[WAITING])
    await store.put_clinician(replace(PERSON, id="T1-U2"))
    await store.commit("T1-U2", NOW, reflection=replace(KEPT, id="r2"))
    await store.erase("T1-U2")
    await store.set_watermark(NOW)


async def freeze(database: str) -> None:
    """Write a folder of journals and the rows of an empty, migrated ``database``."""
    from reflections.stores.journal import SCHEMA

    folder = TinyStore(EARLIER / f"journal-{SCHEMA}")
    await folder.open()
    await fill(folder)
    await folder.close()
    for name in ("lock", "index"):
        (folder.folder / name).unlink()

    import psycopg

    master = new_master_text()
    store = PostgresStore(database, master)
    await store.open()
    await fill(store)
    await store.close()
    rows: dict[str, list[list[object]]] = {}
    with psycopg.connect(database) as connection:
        for table in ("owners", "records", "erased"):
            found = connection.execute(f"SELECT to_jsonb(t) FROM {table} t").fetchall()
            rows[table] = [row for (row,) in found]
    text = json.dumps({"master": master, **rows}, indent=1)
    (EARLIER / f"postgres-{REVISION}.json").write_text(text + "\n")


def main() -> None:
    from reflections.stores.postgres import migrate
    from tests import postgres as pg

    with pg.server() as server:
        database = pg.new_database(server)
        migrate(database)
        asyncio.run(freeze(database))


if __name__ == "__main__":
    main()
