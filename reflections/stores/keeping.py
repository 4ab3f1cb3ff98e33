"""Looking after what is kept: back it up, restore it, move it, check it, change the master key."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from reflections.model import Delivery, DeliveryState
from reflections.stores import StoreError, Unreadable
from reflections.stores.journal import replay
from reflections.stores.records import (
    CLOCK,
    DELETED,
    DELIVERIES,
    Record,
    RecordStore,
    decode,
    encode,
    orphaned,
    recalled,
)
from reflections.stores.seal import (
    Cipher,
    MasterKey,
    master_key,
    new_master_text,
    sync_folder,
    tombstone,
    write_whole,
)
from reflections.stores.tiny import TinyStore, take_lock

OWN_MASTER = "master-key"
"""Beside the keys in a backup of PostgreSQL."""


@dataclass
class Checked:
    """What ``verify`` read. A problem names an owner and a place, never a word."""

    owners: int = 0
    records: int = 0
    problems: list[str] = field(default_factory=list)


# ---- from one store to another ------------------------------------------------------------------


async def copy(
    source: RecordStore,
    target: RecordStore,
    change: Callable[[Record], Record | None] = lambda record: record,
) -> Checked:
    """Copy everything, keys and tombstones too; both are open. May be run again: what is already
    there and the same is left. What cannot be read of an owner is a problem of the answer, and
    holds up nobody else's. StoreError where the copy is not the same in count and hash, or
    where the target holds somebody of whom the source knows nothing."""
    stones = await source.tombstones() | await target.tombstones()
    await target.add_tombstones(stones)
    copied = Checked()
    keys: dict[str, bytes] = {}
    unread = set()
    for owner in await source.owners():
        try:
            key = await source.key(owner)
        except Unreadable as error:
            copied.problems.append(str(error))
            unread.add(owner)
            continue
        if key is not None and tombstone(owner, key) not in stones:
            keys[owner] = key
    for owner in await target.owners():
        key = await target.key(owner)
        if key is not None and tombstone(owner, key) in stones:
            await target.erase(owner)
        elif owner not in keys and owner not in unread:
            raise StoreError(
                f"the target already holds {owner}, of whom the source knows nothing: use an "
                "empty target, so that nothing there is lost"
            )
    for owner in keys:
        key = await source.key(owner)
        if key is None:
            continue  # erased meanwhile
        try:
            dumped = await source.dump(owner)
        except Unreadable as error:
            copied.problems.append(f"{owner} was not copied: {error}")
            continue
        if orphaned(dumped):
            copied.problems.append(f"{owner} was not copied: {_orphan(owner)}")
            continue
        records = [found for record in dumped if (found := change(record))]
        if digest(await target.dump(owner)) != digest(records):
            await target.adopt(owner, key, records)
        kept = await target.dump(owner)
        if digest(kept) != digest(records):
            raise StoreError(
                f"the copy of {owner} is not the same: {len(kept)} of {len(records)} records. "
                "Run it again; the source was not changed"
            )
        copied.owners += owner != CLOCK
        copied.records += len(kept)
    return copied


def _orphan(owner: str) -> str:
    return (
        "something is kept for them without their record, as an earlier version could do after "
        "they were forgotten, and it should go. Stop the bot and delete, in a data folder, "
        f"shards/{owner}.journal and keys/{owner}.key; in PostgreSQL, "
        f"DELETE FROM owners WHERE id = '{owner}';"
    )


def digest(records: Iterable[Record]) -> str:
    """A hash over records in their order."""
    made = hashlib.sha256()
    for record in records:
        for part in (record.table, record.id, record.row):
            made.update(f"{len(part)} {part}".encode())
    return made.hexdigest()


# ---- backup and restore -------------------------------------------------------------------------


def backup_folder(folder: Path, to: Path, keys_to: Path, master: MasterKey) -> Checked:
    """Copy a data folder, also while the bot runs on it; then check the copy.

    Journals only grow, so a copy made at any moment holds whole commits and perhaps a cut last
    line. The wrapped keys go to another place, because who erases somebody deletes a key; the
    master key is not copied. Raises StoreError where the copy could not be made.
    """
    _make_empty(to)
    _make_empty(keys_to)
    (to / "shards").mkdir(mode=0o700)
    # The clock's own first: a later watermark than deliveries would lose a prompt.
    names = sorted((folder / "shards").glob("*.journal"), key=lambda p: (p.stem != CLOCK, p.stem))
    if not names:
        raise StoreError(f"there is nothing to back up in {folder / 'shards'}")
    for source in names:
        _copy(source, to / "shards" / source.name)
    # Keys after the journals, so that every journal has its key, unless it was erased meanwhile.
    for source in (folder / "keys").glob("*.key"):
        _copy(source, keys_to / source.name)
    for copied in (to / "shards").glob("*.journal"):
        if not (keys_to / f"{copied.stem}.key").exists():
            if (folder / "shards" / copied.name).exists():
                raise StoreError(f"the key of {copied.stem} is missing in {folder / 'keys'}")
            copied.unlink()
    _copy(folder / "erased", to / "erased")
    return verify_folder(to, keys_to, master)


async def backup_store(store: RecordStore, to: Path, keys_to: Path) -> Checked:
    """The same from an open PostgreSQL, into the same form; the keys are wrapped by a master key
    that is made for this backup and lies with them, as OWN_MASTER."""
    _make_empty(to)
    _make_empty(keys_to)
    with tempfile.TemporaryDirectory(dir=to.parent, prefix=".backup-") as folder:
        target = TinyStore(Path(folder) / "data", "", keys_to / OWN_MASTER)
        await target.open()
        try:
            copied = await copy(store, target)
        finally:
            await target.close()
        shutil.copytree(target.folder / "shards", to / "shards")
        for key in (target.folder / "keys").glob("*.key"):
            _copy(key, keys_to / key.name)
        _copy(target.folder / "erased", to / "erased")
    return copied


async def restore(
    kept: Path, keys: Path, master_text: str, master_file: Path, target: RecordStore
) -> Checked:
    """Bring a backup back into an open, empty store. Whoever was erased stays so, by the
    tombstones of the backup and of the target, and what was deleted a moment before the backup
    is not brought back. Deliveries that were waiting are marked uncertain: they may have been sent
    since, so they are looked for first."""
    if await target.owners():
        raise StoreError(
            "the store is not empty, and restoring would mix the two: move its data away first, "
            "but leave its tombstones (the file `erased`)"
        )
    with tempfile.TemporaryDirectory(prefix="alliance-restore-") as folder:
        data = Path(folder) / "data"
        data.mkdir(mode=0o700)
        _copy_folder(kept / "shards", data / "shards")
        _copy_folder(keys, data / "keys")
        _copy(kept / "erased", data / "erased")
        source = TinyStore(data, master_text, master_file)
        await source.open()
        try:
            return await copy(source, target, _in_doubt)
        finally:
            await source.close()


def _in_doubt(record: Record) -> Record | None:
    if record.table == DELETED:
        return None
    if record.table != DELIVERIES:
        return record
    delivery: Delivery = decode(record.table, record.id, record.row)
    if delivery.state not in (DeliveryState.QUEUED, DeliveryState.CLAIMED):
        return record
    since = delivery.claimed_at or delivery.due
    return encode(DELIVERIES, record.id, replace(delivery, uncertain=True, claimed_at=since))


def _make_empty(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        full = any(folder.iterdir())
    except OSError as error:
        raise StoreError(f"cannot use {folder}: {error.strerror}") from None
    if full:
        raise StoreError(f"{folder} is not empty; name a new folder for each backup")


def _copy(source: Path, to: Path) -> None:
    try:
        data = source.read_bytes()
    except FileNotFoundError:
        return  # erased meanwhile
    except OSError as error:
        raise StoreError(f"cannot read {source}: {error.strerror}") from None
    write_whole(to, data)


def _copy_folder(source: Path, to: Path) -> None:
    if not source.is_dir():
        raise StoreError(f"this is not a backup: there is no folder {source}")
    to.mkdir(mode=0o700)
    for path in source.iterdir():
        _copy(path, to / path.name)


# ---- checking -----------------------------------------------------------------------------------


def verify_folder(folder: Path, keys: Path, master: MasterKey) -> Checked:
    """Read every journal to its end and every record of it, changing nothing; also while the bot
    runs. An unfinished last line is no problem: it was never acknowledged."""
    checked = Checked()
    for path in sorted((folder / "shards").glob("*.journal")):
        owner = path.stem
        try:
            key = master.unwrap(owner, (keys / f"{owner}.key").read_bytes())
            found = replay(path.read_bytes(), owner, Cipher(key))
            if found.rest == "damaged":
                checked.problems.append(f"{path} is damaged after line {found.sequence}")
            records = [
                recalled(table, id, document["row"])
                for table, documents in found.tables.items()
                for id, document in documents.items()
            ]
            checked.records += len(records)
            if orphaned(records):
                checked.problems.append(f"{path}: {_orphan(owner)}")
        except FileNotFoundError:
            if path.exists():
                checked.problems.append(f"{path} has no key")
        except OSError as error:
            checked.problems.append(f"{path} cannot be read: {error.strerror}")
        except StoreError as error:
            checked.problems.append(f"{path}: {error}")
        checked.owners += owner != CLOCK
    for path in sorted((folder / "quarantine").glob("*")):
        checked.problems.append(f"{path} was set aside because it is damaged")
    return checked


async def verify_store(store: RecordStore) -> Checked:
    """The same for an open PostgreSQL."""
    checked = Checked()
    for owner in await store.owners():
        try:
            records = await store.dump(owner)
            checked.records += len(records)
            if orphaned(records):
                checked.problems.append(f"{owner}: {_orphan(owner)}")
        except StoreError as error:
            checked.problems.append(f"{owner}: {error}")
        checked.owners += owner != CLOCK
    return checked


# ---- the master key -----------------------------------------------------------------------------


def rotate_folder(folder: Path, old_text: str, old_file: Path, new_text: str) -> int:
    """Wrap the keys of a data folder by a new master key; how many there were. The bot is stopped.

    ``new_text`` is the new one; without it, one is made and takes the place of the old in its
    file. Stopped half-way, it is finished by running it again.
    """
    if not new_text and old_text:
        raise StoreError(
            "the master key is in ALLIANCE_MASTER_KEY: put a new one (`alliance-bot new-key`) in "
            "ALLIANCE_NEW_MASTER_KEY, run this, and then set ALLIANCE_MASTER_KEY to it"
        )
    with take_lock(folder):
        return _rotate(folder, old_text, old_file, new_text)


def _rotate(folder: Path, old_text: str, old_file: Path, new_text: str) -> int:
    made = old_file.with_name(old_file.name + ".new")
    old = master_key(old_text, old_file, may_make=False)
    if new_text:
        new = MasterKey(new_text, "ALLIANCE_NEW_MASTER_KEY")
    else:
        if not made.exists():
            write_whole(made, new_master_text().encode() + b"\n")
        new = MasterKey(made.read_text("ascii"), str(made))
    count = 0
    for path in sorted((folder / "keys").glob("*.key")):
        owner, wrapped = path.stem, path.read_bytes()
        try:
            new.unwrap(owner, wrapped)  # done, in a run that was stopped
        except StoreError:
            write_whole(path, new.wrap(owner, old.unwrap(owner, wrapped)))
        count += 1
    if not new_text:
        made.replace(old_file)
        sync_folder(old_file.parent)
    return count
