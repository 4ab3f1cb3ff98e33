"""A TinyDB storage that only ever appends: one commit is one line, synced before it counts.

A file is a first line that names the form, then lines of

    length, sequence number, CRC of the body, CRC of these three (8 hex digits each), body, newline

The body is sealed (see ``seal``) for this owner and this sequence number. Unsealed, its first line
is the JSON of a list with ``[table, id, at]`` for each change; then there is a line for each with
the record's JSON, or an empty one where it is deleted.
"""

from __future__ import annotations

import json
import logging
import os
import struct
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import Any, Protocol
from zlib import crc32

from pydantic_core import from_json
from tinydb.storages import Storage
from tinydb.table import Table

from reflections.stores import StoreError, Unreadable
from reflections.stores.records import DELETED, FORGETTING, PLANS, REFLECTIONS, Row
from reflections.stores.seal import SealBroken, sync_folder, write_whole

log = logging.getLogger("alliance.store")

SCHEMA = 2
"""The form of the records. To change it, add a function to MIGRATIONS and count up."""


def _tips_of_their_own(table: str, row: str) -> str:
    """The weekly plan gave way to a calendar of tips; when they come is a setting."""
    return "" if table == "tip_plan" else row


MIGRATIONS: Mapping[int, Callable[[str, str], str]] = {1: _tips_of_their_own}
"""From a schema number to what makes (table, record's JSON) fit the next one; an empty text takes
the record away."""


def _first_line(schema: int) -> bytes:
    name = b"alliance-journal %04d " % schema
    return name + b"%08x\n" % crc32(name)


_NAME = b"alliance-journal "
_FIRST = len(_first_line(SCHEMA))
_HEAD = 32
_COMPACT_FROM = 200
"""Superseded changes that a journal may hold before it is worth writing anew."""
_LINES = 64
"""Lines that a journal may have when it is read; one long line is read several times as fast."""

Tables = dict[str, dict[str, dict[str, Any]]]
Change = tuple[str, str, dict[str, Any] | None]
"""Table, id, and the document ``{"at": seconds, "row": JSON}``; None where it is deleted."""


class Sealer(Protocol):
    def seal(self, data: bytes, place: str) -> bytes: ...

    def unseal(self, sealed: bytes | memoryview, place: str) -> bytes: ...


@dataclass
class Replayed:
    """What a journal's bytes say: the state after its last whole line, and how far that is.

    ``rest`` is what follows ``end``: "" for nothing, "unfinished" for a line that was never
    acknowledged, "damaged" for anything else. ``wiped`` is False where the bytes still hold a
    record that was deleted and has to leave the disk.
    """

    tables: Tables = field(default_factory=dict)
    sequence: int = 0
    lines: int = 0
    changes: int = 0
    end: int = 0
    rest: str = ""
    schema: int = SCHEMA
    wiped: bool = True


def lines(data: bytes, found: Replayed) -> Iterator[tuple[int, memoryview, int]]:
    """The whole lines of a journal, (sequence number, sealed body, CRC that it should have); how it
    ended is in ``found``, of which ``end`` moves as each line is taken."""
    if len(data) < _FIRST:
        found.rest = "unfinished" if _first_line(SCHEMA).startswith(data) else "damaged"
        found.rest = found.rest if data else ""
        return
    number = data[len(_NAME) : len(_NAME) + 4]
    if not number.isdigit() or data[:_FIRST] != _first_line(int(number)):
        found.rest = "damaged"
        return
    found.schema = int(number)
    found.end = at = _FIRST
    view = memoryview(data)  # a long line is not copied
    while at < len(data):
        head = data[at : at + _HEAD]
        if len(head) < _HEAD:
            found.rest = "unfinished"
            return
        try:
            length, sequence, body_crc, head_crc = struct.unpack(
                ">4I", bytes.fromhex(head.decode())
            )
        except (ValueError, struct.error):
            length = sequence = body_crc = head_crc = -1
        # The head has a CRC of its own: a flipped bit in the length must not make sound lines
        # behind it look like one that was never finished.
        follows = sequence == found.sequence + 1 or at == _FIRST
        if head_crc != crc32(head[:24]) or head != head.lower() or not follows:
            found.rest = "damaged"
            return
        body = view[at + _HEAD : at + _HEAD + length]
        tail = data[at + _HEAD + length : at + _HEAD + length + 1]
        if len(body) < length or not tail:
            found.rest = "unfinished"
            return
        if tail != b"\n":
            found.rest = "damaged"
            return
        yield sequence, body, body_crc
        found.sequence = sequence
        found.end = at = at + _HEAD + length + 1


def replay(data: bytes, owner: str, sealer: Sealer) -> Replayed:
    """Raises Unreadable where a line is whole but was not written by us with this key."""
    found = Replayed()
    for sequence, body, crc in lines(data, found):
        try:
            plain = unseal(sealer, body, owner, sequence)
        except StoreError:
            # The seal sees every change; the CRC is there to say which kind of change it was.
            if crc32(body) == crc:
                raise
            found.rest = "damaged"
            break
        changes = unpack(plain, found.schema)
        apply(found.tables, changes)
        found.lines += 1
        found.changes += len(changes)
        found.wiped = found.wiped and not _must_wipe(changes)
    return found


def unseal(sealer: Sealer, body: memoryview, owner: str, sequence: int) -> bytes:
    try:
        return sealer.unseal(body, f"{owner} {sequence}")
    except SealBroken:
        raise Unreadable(
            f"the journal of {owner} cannot be unsealed at line {sequence}: either its key is "
            "another one, or the line was changed by something else. It was left as it is; "
            "restore it, or its key, from a backup."
        ) from None


def pack(changes: Sequence[Change]) -> bytes:
    heads = [(table, id, document["at"] if document else 0) for table, id, document in changes]
    rows = [document["row"] if document else "" for _, _, document in changes]
    return "\n".join([json.dumps(heads), *rows]).encode()


def unpack(body: bytes, schema: int = SCHEMA) -> list[Change]:
    heads, *rows = str(body, "utf-8").split("\n")
    found = zip(from_json(heads), rows, strict=True)
    if schema == SCHEMA:  # the usual case, and the time in which a history opens
        return [(t, id, {"at": at, "row": row} if row else None) for (t, id, at), row in found]
    changes: list[Change] = []
    for (table, id, at), row in found:
        for number in range(schema, SCHEMA):
            row = MIGRATIONS[number](table, row) if row else row
        changes.append((table, id, {"at": at, "row": row} if row else None))
    return changes


def apply(tables: Tables, changes: Sequence[Change]) -> None:
    for table, id, document in changes:
        if document is None:
            tables.get(table, {}).pop(id, None)
        elif table in tables:
            tables[table][id] = document
        else:
            tables[table] = {id: document}


def _must_wipe(changes: Sequence[Change]) -> bool:
    """A deleted reflection leaves the disk at once, and not when the journal is next compacted."""
    return any(document is None and table in _WIPED for table, _, document in changes)


_WIPED = (REFLECTIONS, PLANS, DELETED, FORGETTING)
"""Tables whose deleted records leave the disk at once."""
WIPE: Change = (REFLECTIONS, "", None)
"""A change that changes nothing, but for what is superseded leaving the disk with it."""


def line(sealer: Sealer, owner: str, sequence: int, changes: Sequence[Change]) -> bytes:
    body = sealer.seal(pack(changes), f"{owner} {sequence}")
    head = b"%08x%08x%08x" % (len(body), sequence, crc32(body))
    return head + b"%08x" % crc32(head) + body + b"\n"


class JournalStorage(Storage):
    """One owner's journal, replayed into memory. Not for two threads at once.

    ``quarantine`` is the folder into which a damaged tail is moved; nothing is ever thrown away
    but a last line that was never acknowledged. ``size`` is the journal's on disk; ``held`` adds
    the records that are held decoded as well. ``wiped`` is False while the file still holds a
    record that was deleted and has to leave the disk.
    """

    def __init__(self, path: Path, owner: str, sealer: Sealer, quarantine: Path) -> None:
        self._path = path
        self._owner = owner
        self._sealer = sealer
        self._quarantine = quarantine
        self._batch: dict[tuple[str, str], dict[str, Any] | None] | None = None
        self._newest: dict[str, list[dict[str, Any]]] = {}
        self._load()

    def _load(self) -> None:
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            data = b""
        except OSError as error:
            raise StoreError(f"cannot read {self._path}: {error.strerror}") from None
        found = replay(data, self._owner, self._sealer)
        if found.schema > SCHEMA:
            raise Unreadable(
                f"{self._path} was written by a newer version (form {found.schema}, this one "
                f"knows {SCHEMA}). Install that version again."
            )
        if found.rest:
            self._cut(data, found)
        self._tables = found.tables
        self._sequence = found.sequence
        self._changes = found.changes
        self.wiped = found.wiped
        self.size = found.end
        self.held = found.end
        if self.size and found.schema < SCHEMA:
            self._compact()
        elif not self.wiped or found.lines > _LINES:
            self._try_to_compact()

    def _cut(self, data: bytes, found: Replayed) -> None:
        tail = len(data) - found.end
        if found.rest == "damaged":
            number = 1
            while (kept := self._quarantine / f"{self._path.name}.{number}").exists():
                number += 1
            self._quarantine.mkdir(mode=0o700, exist_ok=True)
            write_whole(kept, data[found.end :])
            log.error(
                "%s is damaged after line %d: its last %d bytes were moved to %s; "
                "restore it from a backup",
                self._path,
                found.sequence,
                tail,
                kept,
            )
        else:
            log.warning("%s: cut a last line of %d bytes that a stop left", self._path, tail)
        try:
            with self._path.open("r+b") as file:
                file.truncate(found.end)
                os.fsync(file.fileno())
        except OSError as error:
            raise StoreError(f"cannot mend {self._path}: {error.strerror}") from None

    # ---- what TinyDB asks of a storage ------------------------------------------------------

    def read(self) -> Tables:
        """The live tables: for reading only. Writers go through ``write`` or ``batch``."""
        return self._tables

    def row(self, document: dict[str, Any]) -> Row:
        """A document's record, which remembers its value once it was decoded."""
        row = document["row"]
        if not isinstance(row, Row):
            row = document["row"] = Row(row)
            self.held += len(row)
        return row

    def newest(self, table: str) -> Sequence[dict[str, Any]]:
        """A table's documents, newest first."""
        found = self._newest.get(table)
        if found is None:
            documents = self._tables.get(table, {}).values()
            found = self._newest[table] = sorted(documents, key=itemgetter("at"), reverse=True)
        return found

    def write(self, data: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> None:
        """Keep a whole new content, as the changes that lead to it."""
        with self.batch():
            for table in self._tables.keys() | data.keys():
                before, after = self._tables.get(table, {}), data.get(table, {})
                for id in before.keys() | after.keys():
                    if before.get(id) != after.get(id):
                        self.change(table, id, after.get(id))

    # ---- commits ----------------------------------------------------------------------------

    @contextmanager
    def batch(self) -> Iterator[Mapping[tuple[str, str], dict[str, Any] | None]]:
        """All changes inside are one commit when it ends; none of them if it ends by an error.

        Gives them, by table and id.
        """
        if self._batch is not None:
            yield self._batch
            return
        batch = self._batch = {}
        try:
            yield batch
            changes = [(table, id, doc) for (table, id), doc in batch.items()]
        finally:
            self._batch = None
        if changes:
            self._commit(changes)

    def change(self, table: str, id: str, document: Mapping[str, Any] | None) -> None:
        """Set a document, or delete it; only inside of ``batch``, whose reads do not see it."""
        assert self._batch is not None
        self._batch[table, id] = dict(document) if document is not None else None

    def _commit(self, changes: Sequence[Change]) -> None:
        self._append(line(self._sealer, self._owner, self._sequence + 1, changes))
        self._sequence += 1
        self._changes += len(changes)
        apply(self._tables, changes)
        for table, _, _ in changes:
            self._newest.pop(table, None)
        self.wiped = self.wiped and not _must_wipe(changes)
        live = sum(len(table) for table in self._tables.values())
        if not self.wiped or self._changes > 2 * live + _COMPACT_FROM:
            self._try_to_compact()

    def _append(self, data: bytes) -> None:
        new = self.size == 0
        if new:
            data = _first_line(SCHEMA) + data
        try:
            handle = os.open(
                self._path, os.O_WRONLY | os.O_APPEND | (os.O_CREAT if new else 0), 0o600
            )
        except OSError as error:
            raise StoreError(f"cannot write {self._path}: {error.strerror}") from None
        try:
            if os.fstat(handle).st_size != self.size:
                raise StoreError(f"{self._path} was changed by something else; start again")
            try:
                _write_all(handle, data)
                os.fdatasync(handle)
                if new:
                    sync_folder(self._path.parent)
            except OSError as error:
                # After a failed sync nobody knows what the disk has. Take the line back, so that
                # the next attempt writes it afresh, and read the file again before that.
                with suppress(OSError):
                    os.ftruncate(handle, self.size)
                raise StoreError(f"cannot write {self._path}: {error.strerror}") from None
        finally:
            os.close(handle)
        self.size += len(data)
        self.held += len(data)

    def _try_to_compact(self) -> None:
        """What is committed stays so where this fails; the next commit, or start, tries again."""
        try:
            self._compact()
        except StoreError as error:
            log.warning("a journal could not be compacted yet: %s", error)

    def _compact(self) -> None:
        """Write the live documents as one line to a new file and put it in place of the old."""
        changes = [(t, id, doc) for t, table in self._tables.items() for id, doc in table.items()]
        # The numbers go on, so that no line of the old file fits into the new one.
        data = _first_line(SCHEMA) + line(self._sealer, self._owner, self._sequence + 1, changes)
        write_whole(self._path, data)
        self._sequence += 1
        self._changes = len(changes)
        self.wiped = True
        self.held += len(data) - self.size
        self.size = len(data)


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


class JournalTable(Table):
    """A table whose document ids are our own strings, and whose writes cost what they change.

    Documents hold nothing but numbers and strings, so TinyDB's shallow copies are whole copies.
    """

    document_id_class = str  # type: ignore[assignment]
    default_query_cache_capacity = 0

    @property
    def _journal(self) -> JournalStorage:
        assert isinstance(self._storage, JournalStorage)
        return self._storage

    def _update_table(self, updater: Callable[[MutableMapping[Any, Any]], None]) -> None:  # type: ignore[override]
        """TinyDB's own writes work on a copy; the storage keeps what differs."""
        after = {id: dict(doc) for id, doc in self._journal.read().get(self.name, {}).items()}
        updater(after)
        self._journal.write({**self._journal.read(), self.name: after})
