"""What is PostgreSQL's alone; the rest is in tests/contract."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from reflections.model import Clinician
from reflections.stores import StoreError, postgres
from reflections.stores.postgres import PostgresStore
from reflections.stores.seal import new_master_text

AMARA = Clinician("T1-U1", "D1", "Europe/London")


async def test_who_stands_still_in_the_middle_holds_up_nobody_for_long(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a process that is stopped with the lock of an owner, or of the clock, in its hand."""
    monkeypatch.setattr(postgres, "IDLE_SECONDS", 1)
    master = new_master_text()
    stopped, other = PostgresStore(database, master), PostgresStore(database, master)
    await stopped.open()
    await other.open()
    try:
        with pytest.raises(StoreError):
            async with stopped._transaction() as connection:
                await postgres._lock(connection, AMARA.id)
                await asyncio.wait_for(other.put_clinician(AMARA), 30)
        # The one that stood still goes on with a connection of its own.
        await stopped.change_clinician(AMARA.id, lambda c: replace(c, paused=True))
        found = await other.clinician(AMARA.id)
        assert found and found.paused
    finally:
        await stopped.close()
        await other.close()
