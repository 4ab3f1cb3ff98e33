"""How long reflections stay: the time that their owner chose, and no longer."""

from __future__ import annotations

import logging
from datetime import datetime, time, timedelta

from reflections.history import months_before
from reflections.intake import without_words
from reflections.model import Clinician, Delivery, DeliveryKind
from reflections.schedule import local_instant
from reflections.stores import Store

log = logging.getLogger("alliance.retention")

_AT_A_TIME = 200
UNDO_FOR = timedelta(minutes=1)
"""So long a deleted reflection can be had back."""


def deletion_of(owner: str, id: str, at: datetime) -> Delivery:
    """What is to be done when a reflection, deleted at ``at``, can no longer be had back."""
    key = f"deletion:{id}:{at.isoformat()}"
    return Delivery(key, owner, DeliveryKind.DELETION, due=at + UNDO_FOR, ref=id)


def expires_before(clinician: Clinician, now: datetime) -> datetime | None:
    """Reflections written before this instant have had their time; None where none ever has."""
    if not clinician.keep_months:
        return None
    day = months_before(clinician.today(now), clinician.keep_months)
    return local_instant(day, time(), clinician.zone)


async def expire(store: Store, now: datetime) -> int:
    """Let go of everybody's reflections that have had their time, and of the words of those who
    keep feedback only; for how many people that was done. May be run at any time, and again.
    """
    done = 0
    for clinician in await store.clinicians():
        try:
            before = expires_before(clinician, now)
            if before:
                await store.expire(clinician.id, before)
            if clinician.feedback_only:
                await let_go_of_words(store, clinician.id)
            done += 1
        except Exception as error:  # noqa: BLE001 - one that fails holds up no other
            log.error("expiry failed for one person: %s", type(error).__name__)
    return done


async def let_go_of_words(store: Store, owner: str) -> None:
    """Feedback only: the words of all notes that have their feedback."""
    skip = 0
    while page := await store.reflections(owner, skip=skip, limit=_AT_A_TIME):
        for reflection in page:
            if without_words(reflection) != reflection:
                await store.change_reflection(owner, reflection.id, without_words, wipe=True)
        skip += _AT_A_TIME
