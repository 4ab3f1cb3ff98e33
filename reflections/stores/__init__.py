"""Where reflections are kept: one protocol, whatever is behind it.

Everything belongs to an *owner*: a clinician's id, or a team's. No method reads across owners
except those that the clock needs (``clinicians``, ``due``, ``forgettings``, the watermark, the
pace), and none of those returns a note, a label or a count; and ``weeks``, whose sums speak of five
people or more.

Nothing is kept for a person of whom there is no clinician's record: UnknownClinician. So whatever
comes late for somebody who was forgotten is refused, and leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from reflections.model import (
    Clinician,
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

EVERYTHING = 1_000_000
"""A limit for who wants all of an owner's reflections: more than anybody writes."""


class StoreError(Exception):
    """The store could not do it; nothing was changed. The message names what, and what to do."""


class Unreadable(StoreError):
    """What is kept of one owner cannot be read: damaged, under another key, or of a newer version.
    Nothing of it was changed."""


UNREADABLE = "what is kept of them cannot be read, and was left as it is; see `alliance-bot verify`"
"""For the log, which names nobody."""


class UnknownClinician(StoreError):
    """There is no clinician's record of this person: they were never here, or were forgotten."""

    def __init__(self) -> None:
        super().__init__("unknown clinician")


@dataclass(frozen=True)
class Week:
    """How many people kept how many reflections in the seven days from ``monday`` on, in UTC."""

    monday: date
    people: int
    reflections: int


def nothing(*_: object) -> tuple[()]:
    """Where nothing is owed."""
    return ()


class Store(Protocol):
    async def open(self) -> None:
        """Make the store ready; StoreError where it cannot be."""

    async def close(self) -> None: ...

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
        """Keep all of this at once, durably, or nothing.

        False, and no change, where ``event`` was seen before, or, with ``new``, where there is a
        reflection by that id. A delivery whose key is known is
        left as it stands.
        """

    async def clinicians(self) -> Sequence[Clinician]: ...

    async def clinician(self, owner: str) -> Clinician | None: ...

    async def put_clinician(self, clinician: Clinician) -> None:
        """With this a person's records begin."""

    async def change_clinician(
        self, owner: str, change: Callable[[Clinician], Clinician]
    ) -> Clinician:
        """Read, change and keep a clinician with nothing in between."""

    async def reflection(self, owner: str, id: str) -> Reflection | None: ...

    async def reflections(self, owner: str, *, skip: int = 0, limit: int) -> Sequence[Reflection]:
        """The owner's reflections, newest first."""

    async def reflections_since(self, owner: str, since: datetime) -> Sequence[Reflection]:
        """The owner's reflections that were written at ``since`` or later, oldest first."""

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
        """Read, change and keep a reflection with nothing in between; None if there is none.

        An ``event`` (its id, and when it came) that was seen before changes nothing.
        ``deliveries`` are kept with the change, as in ``commit``. With ``wipe`` nothing of how it
        was before stays in the store.
        """

    async def delete_reflection(
        self, owner: str, id: str, at: datetime, *, deliveries: Sequence[Delivery] = ()
    ) -> bool:
        """Delete it, with the plan made from its feedback (which has the same id). From now on
        nothing finds it but ``undelete_reflection`` and ``purge_reflection``.

        False if there is none, not even a deleted one. ``deliveries`` are kept with it.
        """

    async def undelete_reflection(self, owner: str, id: str, since: datetime) -> Reflection | None:
        """Put back what was deleted at ``since`` or later, with its plan, and hand it out, also
        where it is back already. None where it is gone; what was deleted earlier goes now.

        Where the last feedback that was owed on it was dropped meanwhile, it is owed again.
        """

    async def purge_reflection(self, owner: str, id: str, until: datetime) -> bool:
        """Remove what was deleted at ``until`` or earlier from the disk; whether there is no such
        reflection any more, neither kept nor deleted."""

    async def expire(self, owner: str, before: datetime) -> None:
        """Delete the owner's reflections and plans of before this instant."""

    async def plans(self, owner: str) -> Sequence[Plan]:
        """A clinician's own plans, oldest first."""

    async def put_plan(self, owner: str, plan: Plan, *, new: bool = False) -> bool:
        """False, and no change, where it has to be ``new`` and there is one by that id."""

    async def change_plan(self, owner: str, id: str, change: Callable[[Plan], Plan]) -> Plan | None:
        """Read, change and keep a plan with nothing in between; None if there is none."""

    async def delete_plan(self, owner: str, id: str) -> bool: ...

    async def delivery(self, owner: str, key: str) -> Delivery | None: ...

    async def deliveries(
        self, owner: str, kind: DeliveryKind, since: datetime
    ) -> Sequence[Delivery]:
        """The owner's deliveries of a kind that were due at ``since`` or later, oldest first."""

    async def due(self, now: datetime, limit: int) -> Sequence[Delivery]:
        """Queued deliveries whose time has come, and claimed ones whose lease ran out."""

    async def claim(self, delivery: Delivery, now: datetime, lease: timedelta) -> Delivery | None:
        """Take a delivery for ``lease``; None where somebody else has it or it is settled."""

    async def settle(
        self,
        claimed: Delivery,
        state: DeliveryState,
        *,
        posted: str | None = None,
        not_before: datetime | None = None,
        uncertain: bool = False,
    ) -> bool:
        """Write down how a claimed delivery went; False where the claim is no longer ours.

        With ``state`` QUEUED it will be tried again from ``not_before`` on.
        """

    async def mark_answered(self, owner: str, key: str) -> Delivery | None:
        """Write down that a prompt was answered, snoozed or skipped; None if unknown."""

    async def tips(self, owner: str, since: datetime) -> Sequence[PlannedTip]:
        """A team's tips whose time is at ``since`` or later, oldest first."""

    async def change_tips(
        self,
        owner: str,
        since: datetime,
        change: Callable[[Sequence[PlannedTip]], Sequence[PlannedTip]],
        owe: Callable[[Sequence[PlannedTip], Sequence[PlannedTip]], Sequence[Delivery]] = nothing,
    ) -> Sequence[PlannedTip]:
        """Read the same, keep those that ``change`` gives anew or changed, with nothing in
        between, and return what it gave. Where it raises, nothing is changed.

        The team's deliveries that ``owe`` makes, of the tips as they were and as they are now, are
        kept with them.
        """

    async def add_look(self, owner: str, look: Look) -> None:
        """Write down that a lead looked. Those older than a year are let go of."""

    async def looks(self, owner: str, limit: int) -> Sequence[Look]:
        """The newest first."""

    async def months(self, owner: str, since: datetime) -> Sequence[Month]:
        """What was published of the months since, oldest first."""

    async def publish_month(self, owner: str, month: Month) -> bool:
        """Keep it for good; False, and no change, where that month was published before."""

    async def watermark(self) -> datetime | None:
        """Up to when clinics and tips have been planned."""

    async def set_watermark(self, at: datetime) -> None: ...

    async def count_tokens(self, month: str, tokens: int, limit: int = 0) -> int | None:
        """Add to what a language model was sent in a month (``2026-11``); the new sum.

        None, and no change, where the sum would pass ``limit`` (0 is none). Negative ``tokens``
        give back what was not needed after all.
        """

    async def change_pace(self, change: Callable[[Pace], Pace]) -> Pace:
        """Read, change and keep the pace of all who post, with nothing in between; at first it
        lies in the past."""

    async def weeks(self, since: date) -> Sequence[Week]:
        """Of all clinicians together, from the week of ``since`` on, oldest first. A week in which
        fewer than FEWEST wrote is left out.

        A week changes when somebody deletes what they wrote in it, so whoever shows it shows it
        once and keeps what was shown: two answers side by side could speak of one person.
        """

    async def erase(self, owner: str, only: str | None = None) -> None:
        """Remove everything that belongs to an owner; a tombstone stays. With ``only``, a
        tombstone, nothing is removed but what that tombstone fits.

        What lies under a damaged key is removed in any case, and leaves no tombstone."""

    async def stone(self, owner: str) -> str | None:
        """The tombstone that erasing an owner would leave; None where nothing is kept of them, or
        their key is damaged."""

    async def forgettings(self) -> Sequence[Forgetting]:
        """Whoever is being forgotten: across owners, and no word of any."""

    async def put_forgetting(self, forgetting: Forgetting) -> None: ...

    async def take_forgetting(
        self, owner: str, now: datetime, lease: timedelta
    ) -> Forgetting | None:
        """Take on what is left for ``lease``; None where somebody else has it, or it is done."""

    async def drop_forgetting(self, owner: str) -> None: ...
