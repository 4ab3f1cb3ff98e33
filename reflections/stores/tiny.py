"""The store for one machine: TinyDB, one shard (a JSON file) an owner, each commit atomic.

A shard is written whole to a temporary file, synced, and renamed over the old one, so that a kill
at any moment leaves the old or the new state and never half of one. Files are 0600, folders 0700.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import re
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from tinydb import TinyDB, where
from tinydb.storages import Storage

from reflections.model import (
    Clinician,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Reflection,
    TipPlan,
)
from reflections.stores import StoreError

T = TypeVar("T")
_CLINICIAN = TypeAdapter(Clinician)
_REFLECTION = TypeAdapter(Reflection)
_DELIVERY = TypeAdapter(Delivery)
_TIP_PLAN = TypeAdapter(TipPlan)
_INSTANT = TypeAdapter(datetime)
_OPEN_SHARDS = 64
_EVENTS_KEPT = timedelta(days=7)
"""Slack resends within the hour; a week is ample."""
_CLOCK = "_clock"


class AtomicStorage(Storage):
    """TinyDB storage over one file that is replaced whole; ``batch`` makes several writes one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._batching = False
        try:
            self._data: dict[str, Any] | None = json.loads(path.read_bytes())
        except FileNotFoundError:
            self._data = None
        except (ValueError, OSError) as error:
            raise StoreError(
                f"cannot read {path}: {type(error).__name__}. The file was left as it is; "
                "restore it from a backup, or move it away to start this person afresh."
            ) from None

    def read(self) -> dict[str, Any] | None:
        return self._data

    def write(self, data: dict[str, Any]) -> None:
        self._data = data
        if not self._batching:
            self._flush()

    @contextmanager
    def batch(self) -> Iterator[None]:
        self._batching = True
        try:
            yield
        finally:
            self._batching = False
        self._flush()

    def _flush(self) -> None:
        temporary = self._path.with_suffix(".tmp")
        try:
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(json.dumps(self._data, ensure_ascii=False).encode())
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self._path)
            _sync_folder(self._path.parent)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            raise StoreError(f"cannot write {self._path}: {error.strerror}") from None


class TinyStore:
    """See ``Store``. ``folder`` is made if missing and belongs to one process at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._shards = folder / "shards"
        self._lock_file: IO[str] | None = None
        self._open: OrderedDict[str, TinyDB] = OrderedDict()
        self._open_guard = threading.Lock()
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._people: dict[str, Clinician] = {}
        self._waiting: dict[str, Delivery] = {}

    async def open(self) -> None:
        await asyncio.to_thread(self._open_folder)

    def _open_folder(self) -> None:
        try:
            self._shards.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._folder.chmod(0o700)
            self._lock_file = (self._folder / "lock").open("a+", encoding="ascii")
        except OSError as error:
            raise StoreError(
                f"cannot use the data folder {self._folder}: {error.strerror}. "
                "Set ALLIANCE_DATA_DIR to a folder that this user may write."
            ) from None
        try:
            fcntl.flock(self._lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._lock_file.seek(0)
            holder = self._lock_file.read().strip() or "unknown"
            raise StoreError(
                f"the data folder {self._folder} is in use by process {holder}. "
                "Stop that one first, or give this one another ALLIANCE_DATA_DIR."
            ) from None
        self._lock_file.truncate(0)
        self._lock_file.write(str(os.getpid()))
        self._lock_file.flush()
        for unfinished in self._shards.glob("*.tmp"):
            unfinished.unlink()
        for path in sorted(self._shards.glob("*.json")):
            owner = path.stem
            shard = self._shard(owner)
            for row in shard.table("clinician"):
                person = _read(_CLINICIAN, row, path)
                self._people[person.id] = person
            for row in shard.table("deliveries"):
                self._note_waiting(_read(_DELIVERY, row, path))
        for delivery in list(self._waiting.values()):
            if delivery.state is DeliveryState.CLAIMED:
                # The folder is ours alone, so whoever claimed this is gone: no need to wait.
                self._put_delivery(replace(delivery, lease_until=delivery.claimed_at))

    async def close(self) -> None:
        for shard in self._open.values():
            shard.close()
        self._open.clear()
        if self._lock_file:
            self._lock_file.close()
            self._lock_file = None

    # ---- shards -----------------------------------------------------------------------------

    def _path(self, owner: str) -> Path:
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,100}", owner):
            raise StoreError(f"not an owner: {owner!r}")
        return self._shards / f"{owner}.json"

    def _shard(self, owner: str) -> TinyDB:
        """The owner's shard. One owner's work runs one at a time; other owners' may run beside."""
        with self._open_guard:
            shard = self._open.pop(owner, None)
        shard = shard or TinyDB(self._path(owner), storage=AtomicStorage)
        with self._open_guard:
            self._open[owner] = shard
            if len(self._open) > _OPEN_SHARDS:
                self._open.popitem(last=False)
        return shard

    @contextmanager
    def _writing(self, owner: str) -> Iterator[TinyDB]:
        """One commit: all writes inside land together, or the shard is as it was."""
        shard = self._shard(owner)
        storage = shard.storage
        assert isinstance(storage, AtomicStorage)
        try:
            with storage.batch():
                yield shard
        except BaseException:
            # What is in memory may be ahead of the disk: the next use reads the disk again.
            self._open.pop(owner, None)
            raise

    async def _run(self, owner: str, work: Callable[[], T]) -> T:
        """One piece of an owner's work at a time. A thread cannot be stopped: whoever is cancelled
        waits for it here, lest it writes while the next one does, or after ``close``."""
        async with self._locks[owner]:
            running = asyncio.ensure_future(asyncio.to_thread(work))
            try:
                return await asyncio.shield(running)
            except asyncio.CancelledError:
                await asyncio.wait([running])
                raise

    def _note_waiting(self, delivery: Delivery) -> None:
        if delivery.state in (DeliveryState.QUEUED, DeliveryState.CLAIMED):
            self._waiting[delivery.key] = delivery
        else:
            self._waiting.pop(delivery.key, None)

    # ---- the protocol -----------------------------------------------------------------------

    async def commit(
        self,
        owner: str,
        at: datetime,
        *,
        event: str | None = None,
        reflection: Reflection | None = None,
        deliveries: Sequence[Delivery] = (),
        tip_plan: TipPlan | None = None,
    ) -> bool:
        def work() -> bool:
            shard = self._shard(owner)
            if event and shard.table("events").contains(where("id") == event):
                return False
            known = {row["key"] for row in shard.table("deliveries")} if deliveries else set()
            new = [d for d in deliveries if d.key not in known]
            with self._writing(owner) as shard:
                if event:
                    events = shard.table("events")
                    old = (at - _EVENTS_KEPT).isoformat()
                    events.remove(where("at") < old)
                    events.insert({"id": event, "at": at.isoformat()})
                if reflection:
                    row = _write(_REFLECTION, reflection)
                    shard.table("reflections").upsert(row, where("id") == reflection.id)
                if new:
                    shard.table("deliveries").insert_multiple(_write(_DELIVERY, d) for d in new)
                if tip_plan:
                    shard.table("tip_plan").truncate()
                    shard.table("tip_plan").insert(_write(_TIP_PLAN, tip_plan))
            for delivery in new:
                self._note_waiting(delivery)
            return True

        return await self._run(owner, work)

    async def clinicians(self) -> Sequence[Clinician]:
        return tuple(self._people.values())

    async def clinician(self, owner: str) -> Clinician | None:
        return self._people.get(owner)

    async def put_clinician(self, clinician: Clinician) -> None:
        await self._run(clinician.id, lambda: self._put_clinician(clinician))

    def _put_clinician(self, clinician: Clinician) -> None:
        with self._writing(clinician.id) as shard:
            shard.table("clinician").truncate()
            shard.table("clinician").insert(_write(_CLINICIAN, clinician))
        self._people[clinician.id] = clinician

    async def change_clinician(
        self, owner: str, change: Callable[[Clinician], Clinician]
    ) -> Clinician:
        def work() -> Clinician:
            if owner not in self._people:
                raise StoreError("unknown clinician")
            changed = change(self._people[owner])
            if changed != self._people[owner]:
                self._put_clinician(changed)
            return changed

        return await self._run(owner, work)

    async def reflection(self, owner: str, id: str) -> Reflection | None:
        return await self._run(owner, lambda: self._reflection(owner, id))

    def _reflection(self, owner: str, id: str) -> Reflection | None:
        row = self._shard(owner).table("reflections").get(where("id") == id)
        return _read(_REFLECTION, row, self._path(owner)) if row else None

    async def reflections(self, owner: str, *, skip: int = 0, limit: int) -> Sequence[Reflection]:
        def work() -> Sequence[Reflection]:
            rows = self._shard(owner).table("reflections").all()
            rows.sort(key=_written_at, reverse=True)
            path = self._path(owner)
            return [_read(_REFLECTION, row, path) for row in rows[skip : skip + limit]]

        return await self._run(owner, work)

    async def change_reflection(
        self, owner: str, id: str, change: Callable[[Reflection], Reflection]
    ) -> Reflection | None:
        def work() -> Reflection | None:
            found = self._reflection(owner, id)
            if found is None:
                return None
            changed = change(found)
            with self._writing(owner) as shard:
                shard.table("reflections").update(_write(_REFLECTION, changed), where("id") == id)
            return changed

        return await self._run(owner, work)

    async def delete_reflection(self, owner: str, id: str) -> bool:
        def work() -> bool:
            with self._writing(owner) as shard:
                return bool(shard.table("reflections").remove(where("id") == id))

        return await self._run(owner, work)

    async def delivery(self, owner: str, key: str) -> Delivery | None:
        return await self._run(owner, lambda: self._delivery(owner, key))

    def _delivery(self, owner: str, key: str) -> Delivery | None:
        row = self._shard(owner).table("deliveries").get(where("key") == key)
        return _read(_DELIVERY, row, self._path(owner)) if row else None

    async def deliveries(
        self, owner: str, kind: DeliveryKind, since: datetime
    ) -> Sequence[Delivery]:
        def work() -> Sequence[Delivery]:
            rows = self._shard(owner).table("deliveries").search(where("kind") == kind.value)
            path = self._path(owner)
            found = [_read(_DELIVERY, row, path) for row in rows]
            return sorted((d for d in found if d.due >= since), key=lambda d: d.due)

        return await self._run(owner, work)

    async def due(self, now: datetime, limit: int) -> Sequence[Delivery]:
        ready = [d for d in list(self._waiting.values()) if _is_due(d, now)]
        return sorted(ready, key=lambda d: d.due)[:limit]

    async def claim(self, delivery: Delivery, now: datetime, lease: timedelta) -> Delivery | None:
        def work() -> Delivery | None:
            current = self._delivery(delivery.owner, delivery.key)
            if current is None or not _is_due(current, now):
                return None
            # Uncertain stays what the last attempt left: only an attempt whose end is unknown
            # has to be looked for. From here on the end of this one is unknown.
            claimed = replace(
                current,
                state=DeliveryState.CLAIMED,
                attempt=current.attempt + 1,
                lease_until=now + lease,
                claimed_at=current.claimed_at if current.uncertain else now,
                uncertain=True,
            )
            self._put_delivery(claimed)
            return replace(claimed, uncertain=current.uncertain)

        return await self._run(delivery.owner, work)

    async def settle(
        self,
        claimed: Delivery,
        state: DeliveryState,
        *,
        posted: str | None = None,
        not_before: datetime | None = None,
        uncertain: bool = False,
    ) -> bool:
        def work() -> bool:
            current = self._delivery(claimed.owner, claimed.key)
            if (
                current is None
                or current.state is not DeliveryState.CLAIMED
                or current.attempt != claimed.attempt
            ):
                return False
            self._put_delivery(
                replace(
                    current,
                    state=state,
                    lease_until=None,
                    not_before=not_before,
                    posted=posted or current.posted,
                    uncertain=uncertain,
                )
            )
            return True

        return await self._run(claimed.owner, work)

    def _put_delivery(self, delivery: Delivery) -> None:
        with self._writing(delivery.owner) as shard:
            shard.table("deliveries").update(
                _write(_DELIVERY, delivery), where("key") == delivery.key
            )
        self._note_waiting(delivery)

    async def mark_answered(self, owner: str, key: str) -> Delivery | None:
        def work() -> Delivery | None:
            current = self._delivery(owner, key)
            if current is not None and not current.answered:
                self._put_delivery(replace(current, answered=True))
            return current

        return await self._run(owner, work)

    async def tip_plan(self, owner: str) -> TipPlan | None:
        def work() -> TipPlan | None:
            rows = self._shard(owner).table("tip_plan").all()
            return _read(_TIP_PLAN, rows[0], self._path(owner)) if rows else None

        return await self._run(owner, work)

    async def drop_tip_plan(self, owner: str) -> None:
        def work() -> None:
            with self._writing(owner) as shard:
                shard.table("tip_plan").truncate()

        await self._run(owner, work)

    async def watermark(self) -> datetime | None:
        def work() -> datetime | None:
            rows = self._shard(_CLOCK).table("watermark").all()
            return _INSTANT.validate_python(rows[0]["at"]) if rows else None

        return await self._run(_CLOCK, work)

    async def set_watermark(self, at: datetime) -> None:
        def work() -> None:
            with self._writing(_CLOCK) as shard:
                shard.table("watermark").truncate()
                shard.table("watermark").insert({"at": at.isoformat()})

        await self._run(_CLOCK, work)

    async def erase(self, owner: str) -> None:
        def work() -> None:
            self._open.pop(owner, None)
            path = self._path(owner)
            path.unlink(missing_ok=True)
            path.with_suffix(".tmp").unlink(missing_ok=True)
            _sync_folder(self._shards)
            self._people.pop(owner, None)
            self._waiting = {k: d for k, d in self._waiting.items() if d.owner != owner}

        await self._run(owner, work)


def _is_due(delivery: Delivery, now: datetime) -> bool:
    if delivery.state is DeliveryState.QUEUED:
        return max(delivery.due, delivery.not_before or delivery.due) <= now
    return (
        delivery.state is DeliveryState.CLAIMED
        and delivery.lease_until is not None
        and delivery.lease_until <= now
    )


def _written_at(row: Any) -> datetime:
    return datetime.fromisoformat(row["note"]["written_at"])


def _write(adapter: TypeAdapter[T], value: T) -> dict[str, Any]:
    row: dict[str, Any] = adapter.dump_python(value, mode="json")
    return row


def _read(adapter: TypeAdapter[T], row: Any, path: Path) -> T:
    try:
        return adapter.validate_python(dict(row), strict=False)
    except ValidationError as error:
        # The values may be a note's words: only the places that are wrong are named.
        places = ", ".join(".".join(map(str, e["loc"])) for e in error.errors()[:3])
        raise StoreError(f"a record in {path} does not fit its form at: {places}") from None


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
