"""What a store means, written once: the protocol over small JSON records.

A store behind this only has to get and put records of one owner, all or nothing (``Records`` and
``RecordStore._run``). TinyDB and PostgreSQL then cannot differ in what a claim or an event is.
"""

from __future__ import annotations

import asyncio
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from reflections.model import (
    Clinician,
    Deleted,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Forgetting,
    Look,
    Month,
    Pace,
    Plan,
    PlannedTip,
    Reflection,
)
from reflections.stores import StoreError, UnknownClinician, Unreadable, nothing
from reflections.stores.seal import tombstone

T = TypeVar("T")

CLINICIAN = "clinician"
REFLECTIONS = "reflections"
DELETED = "deleted"
"""What was deleted a moment ago, under the reflection's id."""
DELIVERIES = "deliveries"
EVENTS = "events"
TIPS = "tips"
LOOKS = "looks"
MONTHS = "months"
WATERMARK = "watermark"
PACE = "pace"
PLANS = "plans"
FORGETTING = "forgetting"
TOKENS = "tokens"
"""One number a month, nobody's: what the workspace's language model was sent."""
_THE_ONE = "_"
"""The id in a table that holds one record."""
CLOCK = "_clock"
"""The owner of the watermark, of the pace, of the tokens, and of what is left to do for those who
are forgotten."""

_TEAMS = (DeliveryKind.TIP, DeliveryKind.TIP_NEWS)
"""Deliveries of a team, which has no clinician's record; all others are a person's."""

EVENTS_KEPT = timedelta(days=7)
"""Slack resends within the hour; a week is ample."""
LOOKS_KEPT = timedelta(days=365)

_ADAPTERS: dict[str, TypeAdapter[Any]] = {
    CLINICIAN: TypeAdapter(Clinician),
    REFLECTIONS: TypeAdapter(Reflection),
    DELETED: TypeAdapter(Deleted),
    DELIVERIES: TypeAdapter(Delivery),
    EVENTS: TypeAdapter(datetime),
    TIPS: TypeAdapter(PlannedTip),
    PLANS: TypeAdapter(Plan),
    LOOKS: TypeAdapter(Look),
    MONTHS: TypeAdapter(Month),
    WATERMARK: TypeAdapter(datetime),
    TOKENS: TypeAdapter(int),
    PACE: TypeAdapter(Pace),
    FORGETTING: TypeAdapter(Forgetting),
}


@dataclass(frozen=True)
class Record:
    """One record as it is kept. ``at`` orders a table: when it was written, due or seen.

    ``ready`` is the instant from which a delivery may be claimed; None for all that may not.
    """

    table: str
    id: str
    row: str
    at: datetime
    ready: datetime | None = None


class Records(Protocol):
    """One owner's records inside of a unit of work. Writes are not seen by reads within it."""

    def get(self, table: str, id: str) -> str | None: ...

    def newest(self, table: str, skip: int, limit: int) -> Sequence[str]: ...

    def since(self, table: str, at: datetime) -> Sequence[str]:
        """Those with ``at`` at or after this, oldest first."""

    def all(self) -> Sequence[tuple[str, str, str]]:
        """Everything of this owner: table, id, row."""

    def put(self, record: Record) -> None: ...

    def delete(self, table: str, id: str) -> bool:
        """False where there was none."""

    def delete_before(self, table: str, at: datetime) -> None: ...

    def wipe(self) -> None:
        """What this unit of work replaces leaves the disk with it, and not some time later."""


def encode(table: str, id: str, value: Any) -> Record:
    try:
        row = _ADAPTERS[table].dump_json(value).decode()
    except PydanticSerializationError:
        raise StoreError("the text holds half a character (a lone surrogate)") from None
    return record(table, id, row, value)


def record(table: str, id: str, row: str, value: Any) -> Record:
    if isinstance(value, Reflection):
        return Record(table, id, row, value.note.written_at)
    if isinstance(value, Delivery):
        return Record(table, id, row, value.due, ready(value))
    if isinstance(value, PlannedTip | Look | Deleted):
        return Record(table, id, row, value.at)
    if isinstance(value, Plan):
        return Record(table, id, row, value.made_at)
    if isinstance(value, Month):
        return Record(table, id, row, value.begins)
    return Record(table, id, row, value if isinstance(value, datetime) else _BEGINNING)


_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class Row(str):
    """A record's JSON that remembers what it was decoded to, for as long as a store holds it.

    So a value may be handed out more than once: values are frozen, and never changed in place.
    """

    value: Any = None


def decode(table: str, id: str, row: str) -> Any:
    """Unreadable where the row does not fit. The values may be a note's words: only the places
    that are wrong are named."""
    if isinstance(row, Row) and row.value is not None:
        return row.value
    if table not in _ADAPTERS:
        raise Unreadable(f"a record in {table} was written by a newer version")
    try:
        value = _ADAPTERS[table].validate_json(row)
        if isinstance(row, Row):
            row.value = value
        return value
    except ValidationError as error:
        places = ", ".join(".".join(map(str, e["loc"])) or "all" for e in error.errors()[:3])
        raise Unreadable(f"a record in {table} does not fit its form at: {places}") from None


def recalled(table: str, id: str, row: str) -> Record:
    """The record that was kept as ``row``."""
    return record(table, id, row, decode(table, id, row))


def decoded(table: str, rows: Iterable[str]) -> list[Any]:
    return [decode(table, "", row) for row in rows]


def ready(delivery: Delivery) -> datetime | None:
    """When it may be claimed: its time, or when the lease of an earlier claim runs out."""
    if delivery.state is DeliveryState.QUEUED:
        return max(delivery.due, delivery.not_before or delivery.due)
    return delivery.lease_until if delivery.state is DeliveryState.CLAIMED else None


def monday(day: date) -> date:
    """With which the week of a day begins."""
    return day - timedelta(days=day.weekday())


def check_owner(owner: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,100}", owner):
        raise StoreError(f"not an owner: {owner!r}")
    return owner


async def to_its_end(running: asyncio.Future[T]) -> T:
    """The outcome of work that must not be stopped half-way: whoever is cancelled waits for it,
    lest it writes while the next one does, or after ``close``."""
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise


def _must_be_known(records: Records) -> None:
    """The law that nothing is kept for a person without their clinician's record. Erasing takes all
    of somebody's records in one unit of work, so only what begins a record has to ask."""
    if records.get(CLINICIAN, _THE_ONE) is None:
        raise UnknownClinician


def orphaned(records: Iterable[Record]) -> bool:
    """Whether all that is kept of an owner breaks that law."""
    tables = set()
    for found in records:
        if found.table != DELIVERIES or decode(DELIVERIES, found.id, found.row).kind not in _TEAMS:
            tables.add(found.table)
    return CLINICIAN not in tables and bool(
        tables & {REFLECTIONS, DELETED, EVENTS, PLANS, DELIVERIES}
    )


def _is_new(records: Records, event: str, at: datetime) -> bool:
    """Whether an event was not seen before; it has been from now on."""
    if records.get(EVENTS, event) is not None:
        return False
    records.delete_before(EVENTS, at - EVENTS_KEPT)
    records.put(encode(EVENTS, event, at))
    return True


def _enqueue(records: Records, deliveries: Iterable[Delivery]) -> None:
    for delivery in deliveries:
        if records.get(DELIVERIES, delivery.key) is None:
            records.put(encode(DELIVERIES, delivery.key, delivery))


class RecordStore(ABC):
    """The ``Store`` protocol but for opening, closing, erasing and what looks across owners."""

    @abstractmethod
    async def _run(
        self, owner: str, work: Callable[[Records], T], *, reads: bool = False, claim: bool = False
    ) -> T:
        """Do a unit of work: nothing else of this owner in between, all that it puts lands at
        once when it returns, and nothing of it where it raises.

        ``reads`` promises that it puts nothing. With ``claim``, a record that somebody else is
        working on may be given as missing.
        """

    # ---- for those who look after the data: see ``keeping`` -----------------------------------

    @abstractmethod
    async def open(self) -> None: ...

    @abstractmethod
    async def close(self) -> None: ...

    @abstractmethod
    async def erase(self, owner: str, only: str | None = None) -> None: ...

    @abstractmethod
    async def owners(self) -> Sequence[str]:
        """Of whom something is kept; the clock's own first, so that a copy never holds a later
        watermark than deliveries."""

    @abstractmethod
    async def key(self, owner: str) -> bytes | None:
        """The data key, unwrapped; None for an owner of whom nothing is kept."""

    @abstractmethod
    async def adopt(self, owner: str, key: bytes, records: Sequence[Record]) -> None:
        """Keep these records under this key, in place of all that is kept of the owner."""

    @abstractmethod
    async def tombstones(self) -> frozenset[str]: ...

    @abstractmethod
    async def add_tombstones(self, stones: Iterable[str]) -> None: ...

    async def dump(self, owner: str) -> list[Record]:
        """Everything of an owner, at one moment, ordered by table and id."""

        def work(records: Records) -> list[Record]:
            return [recalled(*found) for found in sorted(records.all())]

        return await self._run(owner, work, reads=True)

    # ---- the protocol -----------------------------------------------------------------------

    async def commit(
        self,
        owner: str,
        at: datetime,
        *,
        event: str | None = None,
        reflection: Reflection | None = None,
        deliveries: Sequence[Delivery] = (),
        new: bool = False,
    ) -> bool:
        def work(records: Records) -> bool:
            if event or reflection or any(d.kind not in _TEAMS for d in deliveries):
                _must_be_known(records)
            if new and reflection and records.get(REFLECTIONS, reflection.id) is not None:
                return False
            if event and not _is_new(records, event, at):
                return False
            if reflection:
                records.put(encode(REFLECTIONS, reflection.id, reflection))
            _enqueue(records, deliveries)
            return True

        return await self._run(owner, work)

    async def put_clinician(self, clinician: Clinician) -> None:
        await self._run(
            clinician.id, lambda records: records.put(encode(CLINICIAN, _THE_ONE, clinician))
        )

    async def clinician(self, owner: str) -> Clinician | None:
        found: Clinician | None = await self._one(owner, CLINICIAN, _THE_ONE)
        return found

    async def change_clinician(
        self, owner: str, change: Callable[[Clinician], Clinician]
    ) -> Clinician:
        changed: Clinician | None = await self._change(owner, CLINICIAN, _THE_ONE, change)
        if changed is None:
            raise UnknownClinician
        return changed

    async def reflection(self, owner: str, id: str) -> Reflection | None:
        found: Reflection | None = await self._one(owner, REFLECTIONS, id)
        return found

    async def reflections(self, owner: str, *, skip: int = 0, limit: int) -> Sequence[Reflection]:
        def work(records: Records) -> Sequence[Reflection]:
            return decoded(REFLECTIONS, records.newest(REFLECTIONS, skip, limit))

        return await self._run(owner, work, reads=True)

    async def reflections_since(self, owner: str, since: datetime) -> Sequence[Reflection]:
        def work(records: Records) -> Sequence[Reflection]:
            return decoded(REFLECTIONS, records.since(REFLECTIONS, since))

        return await self._run(owner, work, reads=True)

    async def change_reflection(
        self,
        owner: str,
        id: str,
        change: Callable[[Reflection], Reflection],
        *,
        event: tuple[str, datetime] | None = None,
        deliveries: Sequence[Delivery] = (),
        wipe: bool = False,
    ) -> Reflection | None:
        def work(records: Records) -> Reflection | None:
            row = records.get(REFLECTIONS, id)
            if row is None:
                return None
            current: Reflection = decode(REFLECTIONS, id, row)
            if event and not _is_new(records, *event):
                return current
            changed = change(current)
            if changed != current:
                records.put(encode(REFLECTIONS, id, changed))
                if wipe:
                    records.wipe()
            _enqueue(records, deliveries)
            return changed

        return await self._run(owner, work)

    async def delete_reflection(
        self, owner: str, id: str, at: datetime, *, deliveries: Sequence[Delivery] = ()
    ) -> bool:
        def work(records: Records) -> bool:
            row = records.get(REFLECTIONS, id)
            if row is None:
                return records.get(DELETED, id) is not None
            planned = records.get(PLANS, id)
            plan = decode(PLANS, id, planned) if planned is not None else None
            deleted = Deleted(decode(REFLECTIONS, id, row), plan, at)
            records.put(encode(DELETED, id, deleted))
            records.delete(REFLECTIONS, id)
            records.delete(PLANS, id)
            _enqueue(records, deliveries)
            return True

        return await self._run(owner, work)

    async def undelete_reflection(self, owner: str, id: str, since: datetime) -> Reflection | None:
        def owe_feedback(records: Records) -> None:
            owed: list[Delivery] = [
                delivery
                for delivery in decoded(DELIVERIES, records.since(DELIVERIES, _BEGINNING))
                if delivery.kind is DeliveryKind.FEEDBACK and delivery.ref == id
            ]
            if owed and owed[-1].state is DeliveryState.DROPPED:
                # Under its own key, and in doubt: an attempt may have got through before.
                again = replace(owed[-1], state=DeliveryState.QUEUED, uncertain=True)
                records.put(encode(DELIVERIES, again.key, again))

        def work(records: Records) -> Reflection | None:
            kept = records.get(REFLECTIONS, id)
            if kept is not None:
                back: Reflection = decode(REFLECTIONS, id, kept)
                return back
            row = records.get(DELETED, id)
            if row is None:
                return None
            records.delete(DELETED, id)
            deleted: Deleted = decode(DELETED, id, row)
            if deleted.at < since:
                return None
            records.put(encode(REFLECTIONS, id, deleted.reflection))
            if deleted.plan:
                records.put(encode(PLANS, id, deleted.plan))
            owe_feedback(records)
            return deleted.reflection

        return await self._run(owner, work)

    async def purge_reflection(self, owner: str, id: str, until: datetime) -> bool:
        def work(records: Records) -> bool:
            row = records.get(DELETED, id)
            if row is not None:
                if decode(DELETED, id, row).at > until:
                    return False
                records.delete(DELETED, id)
            return records.get(REFLECTIONS, id) is None

        return await self._run(owner, work)

    async def expire(self, owner: str, before: datetime) -> None:
        def work(records: Records) -> None:
            for table in (REFLECTIONS, PLANS):
                records.delete_before(table, before)

        await self._run(owner, work)

    async def plans(self, owner: str) -> Sequence[Plan]:
        def work(records: Records) -> Sequence[Plan]:
            return decoded(PLANS, records.since(PLANS, _BEGINNING))

        return await self._run(owner, work, reads=True)

    async def put_plan(self, owner: str, plan: Plan, *, new: bool = False) -> bool:
        def work(records: Records) -> bool:
            _must_be_known(records)
            if new and records.get(PLANS, plan.id) is not None:
                return False
            records.put(encode(PLANS, plan.id, plan))
            return True

        return await self._run(owner, work)

    async def change_plan(self, owner: str, id: str, change: Callable[[Plan], Plan]) -> Plan | None:
        changed: Plan | None = await self._change(owner, PLANS, id, change)
        return changed

    async def delete_plan(self, owner: str, id: str) -> bool:
        return await self._run(owner, lambda records: records.delete(PLANS, id))

    async def delivery(self, owner: str, key: str) -> Delivery | None:
        found: Delivery | None = await self._one(owner, DELIVERIES, key)
        return found

    async def deliveries(
        self, owner: str, kind: DeliveryKind, since: datetime
    ) -> Sequence[Delivery]:
        def work(records: Records) -> Sequence[Delivery]:
            found = decoded(DELIVERIES, records.since(DELIVERIES, since))
            return [delivery for delivery in found if delivery.kind is kind]

        return await self._run(owner, work, reads=True)

    async def claim(self, delivery: Delivery, now: datetime, lease: timedelta) -> Delivery | None:
        def work(records: Records) -> Delivery | None:
            row = records.get(DELIVERIES, delivery.key)
            current: Delivery | None = decode(DELIVERIES, delivery.key, row) if row else None
            free = ready(current) if current else None
            if current is None or free is None or free > now:
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
            records.put(encode(DELIVERIES, delivery.key, claimed))
            return replace(claimed, uncertain=current.uncertain)

        return await self._run(delivery.owner, work, claim=True)

    async def settle(
        self,
        claimed: Delivery,
        state: DeliveryState,
        *,
        posted: str | None = None,
        not_before: datetime | None = None,
        uncertain: bool = False,
    ) -> bool:
        def work(records: Records) -> bool:
            row = records.get(DELIVERIES, claimed.key)
            current: Delivery | None = decode(DELIVERIES, claimed.key, row) if row else None
            if (
                current is None
                or current.state is not DeliveryState.CLAIMED
                or current.attempt != claimed.attempt
            ):
                return False
            settled = replace(
                current,
                state=state,
                lease_until=None,
                not_before=not_before,
                posted=posted or current.posted,
                uncertain=uncertain,
            )
            records.put(encode(DELIVERIES, claimed.key, settled))
            return True

        return await self._run(claimed.owner, work)

    async def mark_answered(self, owner: str, key: str) -> Delivery | None:
        before: list[Delivery] = []

        def change(delivery: Delivery) -> Delivery:
            before.append(delivery)
            return replace(delivery, answered=True)

        await self._change(owner, DELIVERIES, key, change)
        return before[-1] if before else None

    async def tips(self, owner: str, since: datetime) -> Sequence[PlannedTip]:
        return await self._since(owner, TIPS, since)

    async def change_tips(
        self,
        owner: str,
        since: datetime,
        change: Callable[[Sequence[PlannedTip]], Sequence[PlannedTip]],
        owe: Callable[[Sequence[PlannedTip], Sequence[PlannedTip]], Sequence[Delivery]] = nothing,
    ) -> Sequence[PlannedTip]:
        def work(records: Records) -> Sequence[PlannedTip]:
            before = decoded(TIPS, records.since(TIPS, since))
            after = change(before)
            for tip in after:
                if tip not in before:
                    records.put(encode(TIPS, tip.id, tip))
            _enqueue(records, owe(before, after))
            return after

        return await self._run(owner, work)

    async def add_look(self, owner: str, look: Look) -> None:
        def work(records: Records) -> None:
            records.delete_before(LOOKS, look.at - LOOKS_KEPT)
            records.put(encode(LOOKS, f"{look.at.isoformat()} {look.by} {look.what}", look))

        await self._run(owner, work)

    async def looks(self, owner: str, limit: int) -> Sequence[Look]:
        def work(records: Records) -> Sequence[Look]:
            return decoded(LOOKS, records.newest(LOOKS, 0, limit))

        return await self._run(owner, work, reads=True)

    async def months(self, owner: str, since: datetime) -> Sequence[Month]:
        return await self._since(owner, MONTHS, since)

    async def publish_month(self, owner: str, month: Month) -> bool:
        def work(records: Records) -> bool:
            id = month.begins.isoformat()
            if records.get(MONTHS, id) is not None:
                return False
            records.put(encode(MONTHS, id, month))
            return True

        return await self._run(owner, work)

    async def watermark(self) -> datetime | None:
        found: datetime | None = await self._one(CLOCK, WATERMARK, _THE_ONE)
        return found

    async def set_watermark(self, at: datetime) -> None:
        await self._run(CLOCK, lambda records: records.put(encode(WATERMARK, _THE_ONE, at)))

    async def count_tokens(self, month: str, tokens: int, limit: int = 0) -> int | None:
        def work(records: Records) -> int | None:
            row = records.get(TOKENS, month)
            before: int = decode(TOKENS, month, row) if row is not None else 0
            after = max(0, before + tokens)
            if limit and tokens > 0 and after > limit:
                return None
            if after != before:
                records.put(encode(TOKENS, month, after))
            return after

        return await self._run(CLOCK, work)

    async def change_pace(self, change: Callable[[Pace], Pace]) -> Pace:
        def work(records: Records) -> Pace:
            row = records.get(PACE, _THE_ONE)
            changed = change(decode(PACE, _THE_ONE, row) if row else Pace(_BEGINNING, _BEGINNING))
            records.put(encode(PACE, _THE_ONE, changed))
            return changed

        return await self._run(CLOCK, work)

    async def _since(self, owner: str, table: str, since: datetime) -> Sequence[Any]:
        def work(records: Records) -> Sequence[Any]:
            return decoded(table, records.since(table, since))

        return await self._run(owner, work, reads=True)

    async def stone(self, owner: str) -> str | None:
        try:
            key = await self.key(owner)
        except Unreadable:
            return None
        return tombstone(owner, key) if key is not None else None

    async def forgettings(self) -> Sequence[Forgetting]:
        def work(records: Records) -> Sequence[Forgetting]:
            return decoded(FORGETTING, records.since(FORGETTING, _BEGINNING))

        return await self._run(CLOCK, work, reads=True)

    async def put_forgetting(self, forgetting: Forgetting) -> None:
        record = encode(FORGETTING, forgetting.owner, forgetting)
        await self._run(CLOCK, lambda records: records.put(record))

    async def take_forgetting(
        self, owner: str, now: datetime, lease: timedelta
    ) -> Forgetting | None:
        def work(records: Records) -> Forgetting | None:
            row = records.get(FORGETTING, owner)
            current: Forgetting | None = decode(FORGETTING, owner, row) if row else None
            if current is None or (current.again_at and current.again_at > now):
                return None
            taken = replace(current, again_at=now + lease)
            records.put(encode(FORGETTING, owner, taken))
            return taken

        return await self._run(CLOCK, work)

    async def drop_forgetting(self, owner: str) -> None:
        await self._run(CLOCK, lambda records: records.delete(FORGETTING, owner))

    async def _one(self, owner: str, table: str, id: str) -> Any:
        def work(records: Records) -> Any:
            row = records.get(table, id)
            return decode(table, id, row) if row is not None else None

        return await self._run(owner, work, reads=True)

    async def _change(
        self, owner: str, table: str, id: str, change: Callable[[Any], Any]
    ) -> Any | None:
        def work(records: Records) -> Any | None:
            row = records.get(table, id)
            if row is None:
                return None
            current = decode(table, id, row)
            changed = change(current)
            if changed != current:
                records.put(encode(table, id, changed))
            return changed

        return await self._run(owner, work)
