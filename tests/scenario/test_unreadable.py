"""What cannot be read of one person holds up nobody else, and is left as it is."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot.bootstrap import Parts, running
from bot.directory import owner_of
from bot.playground.state import TEAM_ID
from reflections.model import (
    Clinician,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Note,
    PlannedTip,
    Reflection,
)
from reflections.stores import UNREADABLE, StoreError, Unreadable, keeping
from reflections.stores.journal import JournalStorage
from reflections.stores.postgres import PostgresStore
from reflections.stores.records import RecordStore
from reflections.stores.seal import Cipher, MasterKey, new_master_text
from reflections.stores.tiny import TinyStore
from tests.conftest import MovedClock
from tests.scenario.conftest import (
    AMARA,
    CLINIC,
    LEILA,
    TUESDAY,
    World,
    playground_for,
    settings_for,
    words,
)

MASTER = new_master_text()
KEY = MasterKey(MASTER, "the test")
HERS, HIS = owner_of(TEAM_ID, AMARA), owner_of(TEAM_ID, LEILA)
NOTE = "He was gutted about missing the wedding; I said that made sense and asked about the day."
WAYS = ["key", "clinician", "deliveries", "reflections", "events"]
"""What is damaged: her key, or a record of this table, as by a version that is newer."""
TEAMS_WAYS = ["key", "tips", "deliveries"]


class Kept:
    """A folder or a database, and how to damage in it what is kept of Amara."""

    def __init__(self, kind: str, where: str) -> None:
        self.kind = kind
        self.where = where

    @asynccontextmanager
    async def store(self) -> AsyncIterator[RecordStore]:
        made: RecordStore = (
            TinyStore(Path(self.where), MASTER)
            if self.kind == "tiny"
            else PostgresStore(self.where, MASTER)
        )
        await made.open()
        try:
            yield made
        finally:
            await made.close()

    def settings(self) -> dict[str, Any]:
        found = {"alliance_master_key": MASTER}
        if self.kind == "postgres":
            found["alliance_database_url"] = self.where
        return found

    def damage(self, what: str, owner: str = HERS) -> None:
        if self.kind == "postgres":
            self._execute(
                "UPDATE owners SET wrapped = 'no key' WHERE id = %s"
                if what == "key"
                else "UPDATE records SET body = 'no record' WHERE owner = %s AND kind = %s",
                (owner,) if what == "key" else (owner, what),
            )
            return
        folder = Path(self.where)
        key = folder / "keys" / f"{owner}.key"
        if what == "key":
            key.write_bytes(b"no key")
            return
        shard = folder / "shards" / f"{owner}.journal"
        cipher = Cipher(KEY.unwrap(owner, key.read_bytes()))
        journal = JournalStorage(shard, owner, cipher, folder / "quarantine")
        with journal.batch():
            for id, document in journal.read()[what].items():
                journal.change(what, id, {**document, "row": '{"newer": 1}'})

    def hers(self) -> object:
        """What is kept of her, as it lies there."""
        if self.kind == "postgres":
            keys = self._execute("SELECT id, wrapped FROM owners WHERE id = %s", (HERS,))
            return keys + self._execute(
                "SELECT kind, id, body FROM records WHERE owner = %s", (HERS,)
            )
        return [path.read_bytes() for path in sorted(Path(self.where).rglob(f"{HERS}*"))]

    def _execute(self, query: str, values: tuple[str, ...]) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.where, autocommit=True) as connection:
            found = connection.execute(query, values)  # type: ignore[arg-type]
            return sorted(found.fetchall(), key=str) if found.description else []

    async def verified(self) -> list[str]:
        if self.kind == "tiny":
            folder = Path(self.where)
            return keeping.verify_folder(folder, folder / "keys", KEY).problems
        async with self.store() as store:
            return (await keeping.verify_store(store)).problems


@pytest.fixture(params=["tiny", "postgres"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Kept:
    if request.param == "tiny":
        return Kept("tiny", str(tmp_path / "data"))
    return Kept("postgres", request.getfixturevalue("database"))


async def fill(kept: Kept) -> None:
    async with kept.store() as store:
        for owner in (HERS, HIS):
            await store.put_clinician(Clinician(owner, "", "Europe/London", (CLINIC,)))
            reflection = Reflection("r1", Note(NOTE, TUESDAY))
            owed = Delivery(f"reply:{owner}", owner, DeliveryKind.REPLY, TUESDAY)
            await store.commit(
                owner, TUESDAY, event="Ev1", reflection=reflection, deliveries=[owed]
            )
        tip = PlannedTip("t1", TUESDAY + timedelta(days=9), "F1", text="Ask first.", by=LEILA)
        await store.change_tips("team", TUESDAY, lambda _: [tip])
        owed = Delivery("tip:other", "team", DeliveryKind.TIP, TUESDAY, "other")
        await store.commit("team", TUESDAY, deliveries=[owed])
        await store.set_watermark(TUESDAY)


@pytest.mark.parametrize("what", WAYS)
async def test_a_store_opens_and_serves_everybody_else(
    kept: Kept, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    await fill(kept)
    kept.damage(what)
    before = kept.hers()
    with caplog.at_level(logging.ERROR):
        async with kept.store() as store:
            assert HIS in {c.id for c in await store.clinicians()}
            due = await store.due(TUESDAY, 9)
            assert HIS in {d.owner for d in due}
            assert [r.id for r in await store.reflections(HIS, limit=9)] == ["r1"]
            assert await store.commit(HIS, TUESDAY, event="Ev2")
            assert await store.watermark() == TUESDAY
            said: dict[str, Callable[[], Awaitable[object]]] = {
                "clinician": lambda: store.clinician(HERS),
                "reflections": lambda: store.reflections(HERS, limit=9),
                "deliveries": lambda: store.deliveries(HERS, DeliveryKind.REPLY, TUESDAY),
            }
            for table, ask in said.items():
                # One record alone: whatever reads it says so.
                if what in ("key", table):
                    with pytest.raises(Unreadable):
                        await ask()
            with pytest.raises(Unreadable):
                await store.dump(HERS)
            if what == "key":
                with pytest.raises(Unreadable):
                    await store.commit(HERS, TUESDAY, event="Ev1")
    assert kept.hers() == before, "nothing of it was changed"
    if what in ("key", "clinician", "deliveries"):
        assert UNREADABLE in caplog.text
    assert HERS not in caplog.text and "gutted" not in caplog.text
    assert any(HERS in problem for problem in await kept.verified())
    assert not any(HIS in problem for problem in await kept.verified())


async def test_without_the_clocks_own_there_is_no_start(kept: Kept) -> None:
    """And none where nobody's key opens: the master key is another one."""
    await fill(kept)
    if kept.kind == "tiny":
        (Path(kept.where) / "keys" / "_clock.key").write_bytes(b"no key")
    else:
        kept._execute("UPDATE owners SET wrapped = 'no key' WHERE id = %s", ("_clock",))
    with pytest.raises(StoreError, match="does not open the key of _clock"):
        async with kept.store():
            pass


@pytest.mark.parametrize("what", WAYS)
async def test_a_copy_leaves_out_what_cannot_be_read_and_says_so(
    kept: Kept, what: str, tmp_path: Path
) -> None:
    await fill(kept)
    kept.damage(what)
    target = TinyStore(tmp_path / "other", MASTER)
    await target.open()
    async with kept.store() as source:
        copied = await keeping.copy(source, target)
    assert len(copied.problems) == 1 and HERS in copied.problems[0]
    assert await target.owners() == ["_clock", HIS, "team"]
    assert [r.id for r in await target.reflections(HIS, limit=9)] == ["r1"]
    await target.close()


@asynccontextmanager
async def going(kept: Kept, tmp_path: Path, parts: Parts) -> AsyncIterator[World]:
    now = MovedClock(TUESDAY)
    slack = playground_for(now)
    await slack.start()
    data = tmp_path / "data"
    try:
        async with running(settings_for(slack, data, **kept.settings()), now, parts=parts) as bot:
            slack.wire.ack_timeout = 20  # how fast it answers is seen elsewhere
            yield World(slack, bot, now, data)
    finally:
        await slack.stop()


@pytest.mark.parametrize("what", WAYS)
@pytest.mark.parametrize("when", ["before the start", "while it runs"])
async def test_the_bot_goes_on_for_everybody_else(
    kept: Kept,
    what: str,
    when: str,
    tmp_path: Path,
    parts: Parts,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await fill(kept)
    if when == "before the start":
        kept.damage(what)
    async with going(kept, tmp_path, parts) as world:
        store = world.bot.services.store
        if when == "while it runs":
            if isinstance(store, TinyStore):
                store._open.clear()  # as after others were read
                if what == "key":
                    return  # keys are read at the start
            kept.damage(what)
        unreadable = world.library.say("error.unreadable")
        for _ in range(2):
            await world.clinic_ends()
        asked = await store.deliveries(HIS, DeliveryKind.PROMPT, TUESDAY)
        assert [d.state for d in asked] == [DeliveryState.SENT]
        assert await store.watermark() == world.now()
        await world.says(LEILA, NOTE.replace("wedding", "exam"))
        assert len(await world.kept(LEILA)) == 2
        assert "reflection_delete" in str(world.heard(LEILA)[-1]["blocks"]), "her feedback"
        if what in ("key", "clinician"):
            await world.says(AMARA, NOTE)
            assert world.heard(AMARA)[-1]["text"] == unreadable
            await world.slack.open_home(AMARA)
            await world.settled()
            assert unreadable in words(world.slack.home(AMARA)["blocks"])
            answer = await world.types(AMARA, "history")
            assert answer["text"] == unreadable
        elif what == "reflections":
            await world.slack.open_home(AMARA)
            await world.settled()
            assert unreadable in words(world.slack.home(AMARA)["blocks"])
    shown = "".join(r.getMessage() for r in caplog.records if r.name.startswith("alliance"))
    assert HERS not in shown and "gutted" not in caplog.text


@pytest.mark.parametrize("what", WAYS)
@pytest.mark.parametrize("when", ["before the start", "while it runs"])
async def test_what_cannot_be_read_can_still_be_forgotten(
    kept: Kept, what: str, when: str, tmp_path: Path, parts: Parts
) -> None:
    await fill(kept)
    if when == "before the start":
        kept.damage(what)
    async with going(kept, tmp_path, parts) as world:
        if when == "while it runs":
            kept.damage(what)
        await world.types(AMARA, "forget me")
        await world.sends(AMARA, word=world.library.say("erase.word"))
        assert not kept.hers()
        (receipt,) = world.heard(AMARA)
        assert "It's done" in receipt["text"]
        unmarked = world.library.say("erase.receipt_unmarked")
        assert (unmarked in receipt["text"]) is (what == "key")
        assert await world.bot.services.store.forgettings() == []
        await world.says(AMARA, NOTE)
        assert await world.kept(AMARA) == [NOTE], "somebody new"
    assert await kept.verified() == []


@pytest.mark.parametrize("what", ["key", "reflections", "events"])
async def test_who_has_left_goes_although_it_was_damaged_meanwhile(
    kept: Kept, what: str, tmp_path: Path, parts: Parts
) -> None:
    await fill(kept)
    async with going(kept, tmp_path, parts) as world:
        people = world.slack.workspace.people
        people[AMARA] = replace(people[AMARA], deleted=True)
        for _ in range(2):
            await world.tick()
        kept.damage(what)
        for _ in range(2):
            world.now.move(days=31)
            await world.tick()
        assert not kept.hers()
    assert await kept.verified() == []


@pytest.mark.parametrize("what", TEAMS_WAYS)
@pytest.mark.parametrize("when", ["before the start", "while it runs"])
async def test_a_team_that_cannot_be_read_holds_up_nobodys_question(
    kept: Kept, what: str, when: str, tmp_path: Path, parts: Parts, caplog: pytest.LogCaptureFixture
) -> None:
    await fill(kept)
    if when == "before the start":
        kept.damage(what, "team")
    async with going(kept, tmp_path, parts) as world:
        store = world.bot.services.store
        if when == "while it runs":
            if isinstance(store, TinyStore):
                store._open.clear()  # as after others were read
                if what == "key":
                    return  # keys are read at the start
            kept.damage(what, "team")
        for _ in range(2):
            await world.clinic_ends()
        for owner in (HERS, HIS):
            asked = await store.deliveries(owner, DeliveryKind.PROMPT, TUESDAY)
            assert [d.state for d in asked] == [DeliveryState.SENT]
        assert await store.watermark() == world.now()
    assert "failed" not in caplog.text
    if what != "deliveries":  # which nothing read
        assert caplog.text.count(f"for one team: {UNREADABLE}") == 1
    assert "Ask first" not in caplog.text
    assert any("team" in problem for problem in await kept.verified())
