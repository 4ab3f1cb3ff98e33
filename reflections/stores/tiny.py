"""The store for one machine: TinyDB, one sealed journal (a shard) an owner.

In the data folder: ``shards/`` and ``quarantine/`` (journals), ``keys/`` (an owner's key each,
wrapped by the master key), ``erased`` (tombstones), ``index`` (see ``index``) and ``lock``. Files
are 0600, folders 0700.
"""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from operator import itemgetter
from pathlib import Path
from typing import IO, Any, TypeVar

from tinydb import TinyDB

from reflections.model import Clinician, Delivery, DeliveryState
from reflections.stores import UNREADABLE, StoreError, Unreadable, Week
from reflections.stores.index import Index
from reflections.stores.journal import WIPE, JournalStorage, JournalTable, Replayed, lines, unseal
from reflections.stores.records import (
    CLOCK,
    DELIVERIES,
    EVENTS,
    Record,
    Records,
    RecordStore,
    check_owner,
    encode,
    ready,
    to_its_end,
)
from reflections.stores.seal import (
    Cipher,
    MasterKey,
    master_key,
    new_key,
    sync_folder,
    tombstone,
    write_whole,
)

T = TypeVar("T")
log = logging.getLogger("alliance.store")
CACHE_BYTES = 32 * 2**20
"""Journals held open, by their size on disk and that of the records in them that are held decoded;
in memory they take about twice that."""


class Shard(TinyDB):
    table_class = JournalTable

    @property
    def journal(self) -> JournalStorage:
        assert isinstance(self.storage, JournalStorage)
        return self.storage


def take_lock(folder: Path) -> IO[str]:
    """Hold a data folder until the file is closed, or the process ends; StoreError where another
    process does."""
    try:
        file = (folder / "lock").open("a+", encoding="ascii")
    except OSError as error:
        raise StoreError(f"cannot use the data folder {folder}: {error.strerror}") from None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.seek(0)
        holder = file.read().strip() or "unknown"
        file.close()
        raise StoreError(
            f"the data folder {folder} is in use by process {holder}. "
            "Stop that one first, or give this one another ALLIANCE_DATA_DIR."
        ) from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


class TinyStore(RecordStore):
    """See ``Store``. ``folder`` is made if missing and belongs to one process at a time.

    ``master_text`` is the master key in base64; without it, it is read from ``master_file``, by
    default ``master.key`` in the folder, which is made for a folder that holds nothing yet.
    """

    def __init__(
        self, folder: Path, master_text: str = "", master_file: Path | None = None
    ) -> None:
        self.folder = folder
        self._shards = folder / "shards"
        self._keys = folder / "keys"
        self._erased = folder / "erased"
        self._index_file = folder / "index"
        self._master_text = master_text
        self._master_file = master_file or folder / "master.key"
        self._master: MasterKey | None = None
        self._lock_file: IO[str] | None = None
        self._ciphers: dict[str, Cipher] = {}
        self._open: OrderedDict[str, Shard] = OrderedDict()
        self._guard = threading.Lock()
        """Held while the open shards are changed."""
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._index = Index()

    async def open(self) -> None:
        await asyncio.to_thread(self._open_folder)

    def _open_folder(self) -> None:
        try:
            for folder in (self.folder, self._shards, self._keys):
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.folder.chmod(0o700)
        except OSError as error:
            raise StoreError(
                f"cannot use the data folder {self.folder}: {error.strerror}. "
                "Set ALLIANCE_DATA_DIR to a folder that this user may write."
            ) from None
        self._lock_file = take_lock(self.folder)
        try:
            self._open_keys()
            self._know_all()
        except BaseException:
            self._close_folder()
            raise

    def _open_keys(self) -> None:
        for unfinished in (*self._shards.glob("*.tmp"), *self._keys.glob("*.tmp")):
            unfinished.unlink()
        if self._master_file.with_name(self._master_file.name + ".new").exists():
            raise StoreError(
                "a change of the master key was not finished: run `alliance-bot rotate-key` again"
            )
        owners = self.owners_on_disk()
        wrapped = {path.stem: path.read_bytes() for path in self._keys.glob("*.key")}
        self._master = master_key(
            self._master_text, self._master_file, may_make=not owners and not wrapped
        )
        erased = self._tombstones()
        failed: Unreadable | None = None
        opened = 0
        for owner, text in wrapped.items():
            try:
                key = self._master.unwrap(owner, text)
            except Unreadable as error:
                if owner == CLOCK:
                    raise
                failed = error  # told when their journal is looked at
                continue
            opened += 1
            if tombstone(owner, key) in erased:
                self._remove(owner)  # an erasure that was under way when the process ended
            else:
                self._ciphers[owner] = Cipher(key)
        if failed and not opened:
            raise failed

    def _know_all(self) -> None:
        """Only journals that changed since the index was written are read. One that cannot be read
        stops nobody else; without the clock's own there is no start."""
        self._index.read(self._index_file, self._shards, self._ciphers)
        for owner in self.owners_on_disk():
            try:
                if owner not in self._ciphers:
                    self._key_for_new(owner)
                if self._index.size(owner) is None:
                    self._shard(owner)
            except StoreError:
                if owner == CLOCK:
                    raise
                log.error("of one owner, %s", UNREADABLE)
        for delivery in self._index.waiting():
            if delivery.state is DeliveryState.CLAIMED:
                # The folder is ours alone, so whoever claimed this is gone: no need to wait.
                with suppress(Unreadable):
                    self._free(delivery)

    def _free(self, delivery: Delivery) -> None:
        freed = replace(delivery, lease_until=delivery.claimed_at)
        self._work(
            delivery.owner, lambda records: records.put(encode(DELIVERIES, delivery.key, freed))
        )

    async def close(self) -> None:
        if self._lock_file:
            await asyncio.to_thread(self._write_index)
        self._close_folder()

    def _write_index(self) -> None:
        """Without it the next start takes longer, and nothing is lost."""
        try:
            self._index.write(self._index_file, self._shards, self._ciphers)
        except StoreError as error:
            log.warning("the index could not be written: %s", error)

    def _close_folder(self) -> None:
        self._open.clear()
        self._ciphers.clear()
        self._index = Index()
        if self._lock_file:
            self._lock_file.close()
            self._lock_file = None

    # ---- shards -----------------------------------------------------------------------------

    def owners_on_disk(self) -> list[str]:
        return sorted(path.stem for path in self._shards.glob("*.journal"))

    def _path(self, owner: str) -> Path:
        return self._shards / f"{check_owner(owner)}.journal"

    def _key_path(self, owner: str) -> Path:
        return self._keys / f"{owner}.key"

    def _shard(self, owner: str) -> Shard:
        """The owner's shard, from memory or disk. One owner's work runs one at a time; other
        owners' may run beside."""
        with self._guard:
            shard = self._open.get(owner)
            if shard is not None:
                self._open.move_to_end(owner)
                return shard
        try:
            shard = self._load(owner, self._ciphers[owner])
            journal = shard.journal
            if self._index.size(owner) != journal.size:
                # It was mended, or written anew, or a write failed since: what it says counts.
                self._index.learn(owner, _size(journal), journal.read())
        except Unreadable:
            if self._index.size(owner) is not None:
                log.error("of one owner, %s", UNREADABLE)
            self._index.forget(owner)  # nothing of theirs is due until it can be read again
            raise
        with self._guard:
            self._open[owner] = shard
            held = sum(open.journal.held for open in self._open.values())
            while held > CACHE_BYTES and len(self._open) > 1:
                held -= self._open.popitem(last=False)[1].journal.held
        return shard

    def _load(self, owner: str, cipher: Cipher) -> Shard:
        quarantine = self.folder / "quarantine"
        return Shard(self._path(owner), owner, cipher, quarantine, storage=JournalStorage)

    async def _run(
        self, owner: str, work: Callable[[Records], T], *, reads: bool = False, claim: bool = False
    ) -> T:
        async with self._locks[check_owner(owner)]:
            if reads and owner in self._open:
                return self._work(owner, work)  # sooner done than handed to a thread
            loop = asyncio.get_running_loop()
            return await to_its_end(loop.run_in_executor(None, self._work, owner, work))

    def _work(self, owner: str, work: Callable[[Records], T]) -> T:
        if self._master is None:
            raise StoreError("the store is not open")
        # An owner's key is made with the first thing that is kept of them, and not before.
        new = None if owner in self._ciphers else self._key_for_new(owner)
        shard = self._load(owner, Cipher(new)) if new else self._shard(owner)
        journal = shard.journal
        try:
            with journal.batch() as batch:
                done = work(_ShardRecords(journal))
                changes = [
                    ((table, id, document), journal.read().get(table, {}).get(id))
                    for (table, id), document in batch.items()
                ]
                if new and changes:
                    write_whole(self._key_path(owner), self._master.wrap(owner, new))
                    self._ciphers[owner] = Cipher(new)
        except StoreError:
            # After a failed write the next use reads what the disk really has.
            self._close_shard(owner)
            raise
        if changes:
            self._index.follow(owner, _size(journal), changes)
        return done

    def _close_shard(self, owner: str) -> None:
        with self._guard:
            self._open.pop(owner, None)

    def _key_for_new(self, owner: str) -> bytes:
        if self._path(owner).exists():
            path = self._key_path(owner)
            why = "does not open" if path.exists() else "is missing"
            raise Unreadable(
                f"the key of {owner} {why}: {path}. Restore it from the backup of the keys."
            )
        return new_key()

    # ---- across owners ----------------------------------------------------------------------

    async def clinicians(self) -> Sequence[Clinician]:
        return self._index.people()

    async def clinician(self, owner: str) -> Clinician | None:
        if self._index.size(owner) is None and self._path(owner).exists():
            return await super().clinician(owner)  # which says that it cannot be read
        return self._index.person(owner)

    async def due(self, now: datetime, limit: int) -> Sequence[Delivery]:
        free = [d for d in self._index.waiting() if (ready(d) or d.due) <= now]
        return sorted(free, key=lambda d: d.due)[:limit]

    async def weeks(self, since: date) -> Sequence[Week]:
        return self._index.weeks(since)

    async def owners(self) -> Sequence[str]:
        return sorted(self.owners_on_disk(), key=lambda owner: (owner != CLOCK, owner))

    async def key(self, owner: str) -> bytes | None:
        return self._key(owner)

    def _key(self, owner: str) -> bytes | None:
        path = self._key_path(check_owner(owner))
        if self._master is None or not path.exists():
            return None
        return self._master.unwrap(owner, path.read_bytes())

    async def adopt(self, owner: str, key: bytes, records: Sequence[Record]) -> None:
        def work(mine: Records) -> None:
            for record in records:
                mine.put(record)

        def anew() -> None:
            self._forget(owner)
            self._remove(owner)
            if self._master is None:
                raise StoreError("the store is not open")
            write_whole(self._key_path(owner), self._master.wrap(owner, key))
            self._ciphers[owner] = Cipher(key)
            self._work(owner, work)

        async with self._locks[check_owner(owner)]:
            await to_its_end(asyncio.get_running_loop().run_in_executor(None, anew))

    async def erase(self, owner: str, only: str | None = None) -> None:
        def work() -> None:
            try:
                key = self._key(owner)
            except Unreadable:
                key = None  # what nobody can read can still be removed
            if key is not None:
                stone = tombstone(owner, key)
                if only not in (None, stone):
                    return
                self._write_tombstones({stone})
            self._forget(owner)
            self._remove(owner)

        async with self._locks[check_owner(owner)], self._locks["erased"]:
            await to_its_end(asyncio.get_running_loop().run_in_executor(None, work))

    def _forget(self, owner: str) -> None:
        self._close_shard(owner)
        self._ciphers.pop(owner, None)
        self._index.forget(owner)

    def _remove(self, owner: str) -> None:
        """The shard first: a key without a shard is harmless, a shard without a key an error."""
        try:
            for path in (
                self._path(owner),
                *(self.folder / "quarantine").glob(f"{owner}.journal.*"),
                self._index_file,
                self._key_path(owner),
            ):
                path.unlink(missing_ok=True)
                sync_folder(path.parent)
        except OSError as error:
            raise StoreError(f"cannot erase all of {owner}: {error.strerror}") from None

    def unsealed(self, path: Path) -> Iterator[str]:
        """Each line of a journal as text, also what was superseded since; for those who look
        after the data, and for tests of what may never stand there."""
        owner = path.name.partition(".journal")[0]
        if ".journal" in path.name and owner in self._ciphers:
            for sequence, body, _ in lines(path.read_bytes(), Replayed()):
                yield unseal(self._ciphers[owner], body, owner, sequence).decode()

    async def tombstones(self) -> frozenset[str]:
        return self._tombstones()

    def _tombstones(self) -> frozenset[str]:
        try:
            return frozenset(self._erased.read_text("ascii").split())
        except FileNotFoundError:
            return frozenset()

    async def add_tombstones(self, stones: Iterable[str]) -> None:
        async with self._locks["erased"]:
            await asyncio.to_thread(self._write_tombstones, stones)

    def _write_tombstones(self, stones: Iterable[str]) -> None:
        before = self._tombstones()
        kept = sorted({*before, *stones})
        if len(kept) == len(before):
            return
        write_whole(self._erased, "".join(f"{stone}\n" for stone in kept).encode())


def _size(journal: JournalStorage) -> int:
    """For the index: not to be passed over at the next start while something has to be wiped."""
    return journal.size if journal.wiped else -1


class _ShardRecords:
    """``Records`` over one open journal, inside of a batch."""

    def __init__(self, journal: JournalStorage) -> None:
        self._journal = journal

    def _documents(self, table: str) -> dict[str, dict[str, Any]]:
        return self._journal.read().get(table, {})

    def get(self, table: str, id: str) -> str | None:
        document = self._documents(table).get(id)
        return self._journal.row(document) if document else None

    def newest(self, table: str, skip: int, limit: int) -> Sequence[str]:
        ordered = self._journal.newest(table)
        return [self._journal.row(document) for document in ordered[skip : skip + limit]]

    def since(self, table: str, at: datetime) -> Sequence[str]:
        first = at.timestamp()
        found = [doc for doc in self._documents(table).values() if doc["at"] >= first]
        return [self._journal.row(document) for document in sorted(found, key=itemgetter("at"))]

    def all(self) -> Sequence[tuple[str, str, str]]:
        tables = self._journal.read().items()
        return [(name, id, doc["row"]) for name, table in tables for id, doc in table.items()]

    def put(self, record: Record) -> None:
        document = {"at": record.at.timestamp(), "row": record.row}
        self._journal.change(record.table, record.id, document)

    def delete(self, table: str, id: str) -> bool:
        found = id in self._documents(table)
        if found:
            self._journal.change(table, id, None)
        return found

    def delete_before(self, table: str, at: datetime) -> None:
        last = at.timestamp()
        for id, document in self._documents(table).items():
            if document["at"] < last:
                self._journal.change(table, id, None)
            elif table == EVENTS:
                return  # they are in the order in which they came

    def wipe(self) -> None:
        self._journal.change(*WIPE)
