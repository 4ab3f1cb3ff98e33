"""The store for many machines: PostgreSQL, any number of replicas of the bot on one database.

What a query needs stands in the clear (whose record, which kind, when, when it may be claimed);
what was written is sealed, as in the journals. A unit of work is a transaction; an owner's units
run one at a time, by an advisory lock. A claim does not wait for that lock: it takes the delivery's
row with SKIP LOCKED, so that of two replicas one has it and the other goes on to the next.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from reflections.model import Clinician, Delivery
from reflections.stores import UNREADABLE, StoreError, Unreadable, Week
from reflections.stores.records import (
    CLINICIAN,
    CLOCK,
    DELIVERIES,
    REFLECTIONS,
    Record,
    Records,
    RecordStore,
    check_owner,
    decode,
    monday,
    to_its_end,
)
from reflections.stores.seal import Cipher, MasterKey, SealBroken, master_key, new_key, tombstone
from reflections.tips import FEWEST

T = TypeVar("T")
log = logging.getLogger("alliance.store")
IDLE_SECONDS = 30
"""How long a unit of work may stand still, as where its process is stopped, before the database
gives its locks to the others."""
REVISION = "0002"
"""The newest migration."""

_schema = sa.MetaData()
OWNERS = sa.Table(
    "owners",
    _schema,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("wrapped", sa.LargeBinary),
)
RECORDS = sa.Table(
    "records",
    _schema,
    sa.Column("owner", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("at", sa.DateTime(timezone=True)),
    sa.Column("ready", sa.DateTime(timezone=True)),
    sa.Column("body", sa.LargeBinary),
)
ERASED = sa.Table("erased", _schema, sa.Column("stone", sa.Text, primary_key=True))


def _url(dsn: str) -> sa.URL:
    """Platforms say ``postgres://``; the driver is ours to choose."""
    try:
        url = sa.make_url(dsn)
    except SQLAlchemyError:
        raise StoreError(
            "ALLIANCE_DATABASE_URL is not a database address such as "
            "postgresql://user:password@host:5432/name"
        ) from None
    if not url.drivername.startswith("postgres"):
        raise StoreError(f"ALLIANCE_DATABASE_URL is for {url.drivername}; only PostgreSQL will do")
    return url.set(drivername="postgresql+psycopg")


def migrate(dsn: str, revision: str = "head") -> None:
    """Bring the database's tables up to date. Two at once: the second waits and finds it done."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    engine = sa.create_engine(_url(dsn), hide_parameters=True)
    try:
        with engine.begin() as connection:
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('alliance'))"))
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
    except SQLAlchemyError as error:
        raise _cannot(error) from None
    finally:
        engine.dispose()


def _cannot(error: Exception) -> StoreError:
    """Never the driver's message: it may quote what was to be kept."""
    kind = type(getattr(error, "orig", None) or error).__name__
    return StoreError(f"PostgreSQL could not do it ({kind}); nothing was changed")


class PostgresStore(RecordStore):
    """See ``Store``. ``dsn`` is a PostgreSQL address; the rest as in ``TinyStore``, but that no
    master key is ever made here: machines come and go, and the key would go with one."""

    def __init__(self, dsn: str, master_text: str, master_file: Path | None = None) -> None:
        # A pool that is as wide as the deliveries that are sent at a time, and a few more.
        self._engine = create_async_engine(
            _url(dsn), hide_parameters=True, pool_pre_ping=True, pool_size=10, max_overflow=10
        )
        sa.event.listen(self._engine.sync_engine, "connect", _let_go_when_idle)
        self._master_text = master_text
        self._master_file = master_file or Path("master.key")
        self._master: MasterKey | None = None
        self._ciphers: dict[str, tuple[bytes, Cipher]] = {}
        self._people: dict[str, tuple[bytes, Clinician]] = {}
        self._told: set[str] = set()

    async def open(self) -> None:
        try:
            self._master = master_key(self._master_text, self._master_file, may_make=False)
            async with self._transaction() as connection:
                found = await connection.scalar(sa.text("SELECT to_regclass('alembic_version')"))
                if found:
                    found = await connection.scalar(
                        sa.text("SELECT version_num FROM alembic_version")
                    )
                if found != REVISION:
                    raise StoreError(
                        f"the database's tables are at {found or 'nothing'}, and this version "
                        f"needs {REVISION}. Run `alliance-bot migrate`."
                    )
                rows = await connection.execute(sa.select(OWNERS.c.id, OWNERS.c.wrapped))
                self._open_keys([(owner, wrapped) for owner, wrapped in rows])
        except BaseException:
            await self.close()
            raise

    def _open_keys(self, rows: Sequence[tuple[str, bytes]]) -> None:
        """One that does not open stops nobody else; without the clock's own, or where none opens,
        there is no start."""
        failed: Unreadable | None = None
        for owner, wrapped in rows:
            try:
                self._cipher(owner, wrapped)
            except Unreadable as error:
                if owner == CLOCK:
                    raise
                failed = error
                self._tell(owner)
        if failed and not self._ciphers:
            raise failed

    def _tell(self, owner: str) -> None:
        """For the log, once a start and owner: the clock comes by every few seconds."""
        if owner not in self._told:
            self._told.add(owner)
            log.error("of one owner, %s", UNREADABLE)

    async def close(self) -> None:
        self._ciphers.clear()
        await self._engine.dispose()

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncConnection]:
        try:
            async with self._engine.begin() as connection:
                yield connection
        except (SQLAlchemyError, OSError) as error:
            raise _cannot(error) from None

    def _cipher(self, owner: str, wrapped: bytes) -> Cipher:
        held = self._ciphers.get(owner)
        if held is None or held[0] != wrapped:
            held = (wrapped, Cipher(self._key(owner, wrapped)))
            self._ciphers[owner] = held
        return held[1]

    def _key(self, owner: str, wrapped: bytes) -> bytes:
        if self._master is None:
            raise StoreError("the store is not open")
        return self._master.unwrap(owner, wrapped)

    async def _run(
        self, owner: str, work: Callable[[Records], T], *, reads: bool = False, claim: bool = False
    ) -> T:
        check_owner(owner)

        async def unit() -> T:
            async with self._transaction() as connection:
                if not reads and not claim:
                    await _lock(connection, owner)
                wrapped = await connection.scalar(
                    sa.select(OWNERS.c.wrapped).where(OWNERS.c.id == owner)
                )

                def with_records(plain: sa.Connection) -> T:
                    records = _RowRecords(plain, owner, reads=reads, claim=claim)
                    if wrapped is not None:
                        records.cipher = self._cipher(owner, wrapped)
                    else:
                        records.make_cipher = lambda: self._new_owner(plain, owner)
                    return work(records)

                return await connection.run_sync(with_records)

        return await to_its_end(asyncio.ensure_future(unit()))

    def _new_owner(self, connection: sa.Connection, owner: str) -> Cipher:
        """An owner's key is made with the first thing that is kept of them, and not before."""
        if self._master is None:
            raise StoreError("the store is not open")
        key = new_key()
        connection.execute(insert(OWNERS).values(id=owner, wrapped=self._master.wrap(owner, key)))
        return Cipher(key)

    # ---- across owners ----------------------------------------------------------------------

    async def clinicians(self) -> Sequence[Clinician]:
        """Those whose record has not changed are the same objects as before: the clock asks every
        few seconds, and looks anew only at those who are others."""
        async with self._transaction() as connection:
            rows = list(await connection.execute(_WITH_KEYS.where(RECORDS.c.kind == CLINICIAN)))
        before, self._people = self._people, {}
        for owner, id, body, wrapped in rows:
            known = before.get(owner)
            if known is None or known[0] != body:
                try:
                    row = _unseal(self._cipher(owner, wrapped), body, owner, CLINICIAN, id)
                    known = body, decode(CLINICIAN, id, row)
                except Unreadable:
                    self._tell(owner)
                    continue
            self._people[owner] = known
        return [clinician for _, clinician in self._people.values()]

    async def due(self, now: datetime, limit: int) -> Sequence[Delivery]:
        query = _WITH_KEYS.where(RECORDS.c.ready <= now).order_by(RECORDS.c.at).limit(limit)
        return await self._across(DELIVERIES, query)

    async def weeks(self, since: date) -> Sequence[Week]:
        week = sa.func.date_trunc("week", RECORDS.c.at, "UTC").label("week")
        each = (
            sa.select(week, RECORDS.c.owner, sa.func.count().label("reflections"))
            .where(RECORDS.c.kind == REFLECTIONS)
            .where(RECORDS.c.at >= datetime.combine(monday(since), time(), UTC))
            .group_by(week, RECORDS.c.owner)
            .subquery()
        )
        people = sa.func.count()
        query = (
            sa.select(each.c.week, people, sa.func.sum(each.c.reflections))
            .group_by(each.c.week)
            .having(people >= FEWEST)
            .order_by(each.c.week)
        )
        async with self._transaction() as connection:
            rows = await connection.execute(query)
            return [Week(begins.astimezone(UTC).date(), n, int(kept)) for begins, n, kept in rows]

    async def _across(self, kind: str, query: sa.Select[Any]) -> list[Any]:
        async with self._transaction() as connection:
            rows = list(await connection.execute(query))
        found = []
        for owner, id, body, wrapped in rows:
            try:
                row = _unseal(self._cipher(owner, wrapped), body, owner, kind, id)
                found.append(decode(kind, id, row))
            except Unreadable:
                self._tell(owner)
        return found

    async def owners(self) -> Sequence[str]:
        async with self._transaction() as connection:
            found = (await connection.scalars(sa.select(OWNERS.c.id))).all()
        return sorted(found, key=lambda owner: (owner != CLOCK, owner))

    async def key(self, owner: str) -> bytes | None:
        async with self._transaction() as connection:
            wrapped = await connection.scalar(
                sa.select(OWNERS.c.wrapped).where(OWNERS.c.id == owner)
            )
        return None if wrapped is None else self._key(owner, wrapped)

    async def adopt(self, owner: str, key: bytes, records: Sequence[Record]) -> None:
        check_owner(owner)
        if self._master is None:
            raise StoreError("the store is not open")
        wrapped = self._master.wrap(owner, key)

        def put_all(plain: sa.Connection) -> None:
            mine = _RowRecords(plain, owner, reads=False, claim=False)
            mine.cipher = Cipher(key)
            for record in records:
                mine.put(record)

        async with self._transaction() as connection:
            await _lock(connection, owner)
            await connection.execute(sa.delete(OWNERS).where(OWNERS.c.id == owner))
            await connection.execute(insert(OWNERS).values(id=owner, wrapped=wrapped))
            await connection.run_sync(put_all)

    async def tombstones(self) -> frozenset[str]:
        async with self._transaction() as connection:
            return frozenset((await connection.scalars(sa.select(ERASED.c.stone))).all())

    async def add_tombstones(self, stones: Iterable[str]) -> None:
        async with self._transaction() as connection:
            for stone in stones:
                await connection.execute(
                    insert(ERASED).values(stone=stone).on_conflict_do_nothing()
                )

    async def rewrap(self, new: MasterKey) -> int:
        """Wrap every owner's key by a new master key, all or none; how many there were. No bot may
        run on the database meanwhile."""
        async with self._transaction() as connection:
            rows = list(
                await connection.execute(sa.select(OWNERS.c.id, OWNERS.c.wrapped).with_for_update())
            )
            for owner, wrapped in rows:
                again = new.wrap(owner, self._key(owner, wrapped))
                await connection.execute(
                    sa.update(OWNERS).where(OWNERS.c.id == owner).values(wrapped=again)
                )
        return len(rows)

    async def erase(self, owner: str, only: str | None = None) -> None:
        check_owner(owner)

        async def unit() -> None:
            async with self._transaction() as connection:
                await _lock(connection, owner)
                wrapped = await connection.scalar(
                    sa.select(OWNERS.c.wrapped).where(OWNERS.c.id == owner)
                )
                try:
                    stone = tombstone(owner, self._key(owner, wrapped)) if wrapped else None
                except Unreadable:
                    stone = None  # what nobody can read can still be removed
                if stone:
                    if only not in (None, stone):
                        return
                    await connection.execute(
                        insert(ERASED).values(stone=stone).on_conflict_do_nothing()
                    )
                await connection.execute(sa.delete(OWNERS).where(OWNERS.c.id == owner))
            self._ciphers.pop(owner, None)

        await to_its_end(asyncio.ensure_future(unit()))


def _let_go_when_idle(connection: Any, _: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET idle_in_transaction_session_timeout = '{IDLE_SECONDS}s'")
    connection.commit()


_WITH_KEYS = sa.select(RECORDS.c.owner, RECORDS.c.id, RECORDS.c.body, OWNERS.c.wrapped).join(
    OWNERS, OWNERS.c.id == RECORDS.c.owner
)


async def _lock(connection: AsyncConnection, owner: str) -> None:
    await connection.execute(
        sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:owner, 0))"), {"owner": owner}
    )


def _place(owner: str, kind: str, id: str) -> str:
    return f"{owner} {kind} {id}"


def _unseal(cipher: Cipher, body: bytes, owner: str, kind: str, id: str) -> str:
    try:
        return cipher.unseal(body, _place(owner, kind, id)).decode()
    except SealBroken:
        raise Unreadable(
            f"a record of {owner} in {kind} cannot be unsealed: either its key is another one, or "
            "the record was changed by something else. Restore it from a backup."
        ) from None


class _RowRecords:
    """``Records`` over one transaction."""

    cipher: Cipher | None = None
    make_cipher: Callable[[], Cipher] | None = None

    def __init__(self, connection: sa.Connection, owner: str, *, reads: bool, claim: bool) -> None:
        self._connection = connection
        self._owner = owner
        self._reads = reads
        self._claim = claim

    def _mine(self, table: str) -> sa.ColumnElement[bool]:
        return (RECORDS.c.owner == self._owner) & (RECORDS.c.kind == table)

    def _unsealed(self, table: str, query: sa.Select[Any]) -> list[str]:
        if self.cipher is None:
            return []
        return [
            _unseal(self.cipher, body, self._owner, table, id)
            for id, body in self._connection.execute(query)
        ]

    def get(self, table: str, id: str) -> str | None:
        query = _ROWS.where(self._mine(table) & (RECORDS.c.id == id))
        if not self._reads:
            query = query.with_for_update(skip_locked=self._claim)
        found = self._unsealed(table, query)
        return found[0] if found else None

    def newest(self, table: str, skip: int, limit: int) -> Sequence[str]:
        query = _ROWS.where(self._mine(table)).order_by(RECORDS.c.at.desc())
        return self._unsealed(table, query.offset(skip).limit(limit))

    def since(self, table: str, at: datetime) -> Sequence[str]:
        query = _ROWS.where(self._mine(table) & (RECORDS.c.at >= at)).order_by(RECORDS.c.at)
        return self._unsealed(table, query)

    def all(self) -> Sequence[tuple[str, str, str]]:
        kinds = sa.select(RECORDS.c.kind, RECORDS.c.id, RECORDS.c.body)
        rows = self._connection.execute(kinds.where(RECORDS.c.owner == self._owner))
        if self.cipher is None:
            return []
        return [
            (kind, id, _unseal(self.cipher, body, self._owner, kind, id)) for kind, id, body in rows
        ]

    def put(self, record: Record) -> None:
        if self.cipher is None:
            assert self.make_cipher
            self.cipher = self.make_cipher()
        place = _place(self._owner, record.table, record.id)
        values = {
            "at": record.at,
            "ready": record.ready,
            "body": self.cipher.seal(record.row.encode(), place),
        }
        row = insert(RECORDS).values(owner=self._owner, kind=record.table, id=record.id, **values)
        self._connection.execute(
            row.on_conflict_do_update(index_elements=["owner", "kind", "id"], set_=values)
        )

    def delete(self, table: str, id: str) -> bool:
        done = self._connection.execute(
            sa.delete(RECORDS).where(self._mine(table) & (RECORDS.c.id == id))
        )
        return done.rowcount > 0

    def delete_before(self, table: str, at: datetime) -> None:
        self._connection.execute(sa.delete(RECORDS).where(self._mine(table) & (RECORDS.c.at < at)))

    def wipe(self) -> None:
        """A row is replaced as a whole; what vacuum has not reached yet is the database's own."""


_ROWS = sa.select(RECORDS.c.id, RECORDS.c.body)
