"""Forget me: all of it, over limits and kills, on both stores, and nobody else with it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.directory import owner_of
from bot.forgetting import Forgetter
from bot.playground.server import Person, Playground
from bot.playground.state import TEAM_ID
from prompts import library as content
from prompts.library import Libraries
from reflections.model import Clinician, Delivery, DeliveryKind, Note, Plan, Reflection
from reflections.privacy import Screening
from reflections.stores.postgres import PostgresStore
from reflections.stores.records import RecordStore
from reflections.stores.seal import new_master_text
from reflections.stores.tiny import TinyStore
from tests.scenario.conftest import AMARA, BEN, TUESDAY, World, words

WIG = "She was gutted about the wig; I said that made sense and asked what the worst part was."


async def written(world: World) -> None:
    await world.clinic_ends()
    await world.says(AMARA, WIG)
    await world.presses(AMARA, "try_this")
    older = Reflection("older", Note("She cried; I waited.", TUESDAY - timedelta(days=31)))
    store, owner = world.bot.services.store, world.owner(AMARA)
    await store.commit(owner, world.now(), reflection=older)
    await world.slack.open_home(AMARA)
    await world.settled()
    await world.presses(AMARA, "trends_draw", home=True)
    await store.delete_reflection(owner, older.id, world.now())


async def forget(world: World, user: str = AMARA) -> None:
    await world.types(user, "forget me")
    await world.sends(user, word=world.library.say("erase.word"))


async def test_all_of_it_goes_and_a_receipt_says_what_remains(world: World) -> None:
    await written(world)
    assert len(world.slack.workspace.files) == 1 and AMARA in world.on_disk()
    await world.says(BEN, WIG)
    await forget(world)
    assert AMARA not in world.on_disk()
    (receipt,) = world.heard(AMARA)
    assert "3 of my messages" in receipt["text"]
    assert "marker with no content" in receipt["text"] and "language model" in receipt["text"]
    assert world.slack.workspace.files == {}
    assert "gutted" not in words(world.slack.home(AMARA)["blocks"])
    assert [m["text"] for m in world.slack.messages(AMARA) if not m.get("bot_id")] == [WIG]
    assert await world.bot.services.store.forgettings() == []
    assert await world.kept(BEN) == [WIG] and len(world.heard(BEN)) == 2


async def test_what_waits_to_be_sent_is_called_off(world: World) -> None:
    world.slack.faults.ratelimit("chat.postMessage", retry_after=300)
    await world.clinic_ends()
    await forget(world)
    world.now.move(minutes=30)
    await world.tick()
    (receipt,) = world.heard(AMARA)
    assert "It's done" in receipt["text"]


async def test_it_goes_on_after_slacks_limits_and_says_how_far_it_is(world: World) -> None:
    for i in range(30):
        world.now.move(minutes=1)
        await world.says(AMARA, f"He cried about loss number {i + 2}; I waited and then I asked.")
    limits = world.slack.faults
    answered = len(world.heard(AMARA))
    for _ in range(26):
        limits.next("chat.delete", type(limits.take("x"))())
    limits.ratelimit("chat.delete", retry_after=30)
    await forget(world)
    assert "loss number" not in world.on_disk()
    store = world.bot.services.store
    assert await store.clinician(world.owner(AMARA)) is None
    *left, progress = world.heard(AMARA)
    assert len(left) == answered - 26 and "25 so far" in progress["text"]
    world.now.move(seconds=20)
    await world.tick()
    assert len(world.heard(AMARA)) == len(left) + 1, "not before Slack wants to hear of it again"
    world.now.move(seconds=20)
    await world.tick()
    (receipt,) = world.heard(AMARA)
    assert f"{answered} of my messages" in receipt["text"]
    assert AMARA not in world.on_disk()


async def test_who_comes_back_meanwhile_is_somebody_new(world: World) -> None:
    await written(world)
    world.slack.faults.ratelimit("chat.delete", retry_after=30)
    await forget(world)
    await world.says(AMARA, "He cried; I waited, and then I asked what was hardest for him.")
    world.now.move(seconds=40)
    await world.tick()
    assert len(await world.kept(AMARA)) == 1
    shown = [words(m["blocks"]) or m["text"] for m in world.heard(AMARA)]
    assert "It's done" in shown[0] and "What came through" in shown[-1]
    assert not any("gutted" in text for text in shown)


async def test_a_note_that_is_being_checked_meanwhile_is_not_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.clinic_ends()
    intake = world.bot.services.intake
    begun, go_on, real = threading.Event(), threading.Event(), intake._screen

    def slow(text: str) -> Screening:
        begun.set()
        assert go_on.wait(4)
        return real(text)

    monkeypatch.setattr(intake, "_screen", slow)
    writing = asyncio.create_task(world.slack.say(AMARA, WIG))
    assert await asyncio.to_thread(begun.wait, 4)
    await forget(world)
    go_on.set()
    await writing
    await world.settled()
    assert "couldn't save" in world.heard(AMARA)[-1]["text"]
    store = world.bot.services.store
    assert await store.forgettings() == [] and await world.kept(AMARA) == []
    assert await store.stone(world.owner(AMARA)) is None and AMARA not in world.on_disk()


async def test_a_question_that_is_planned_from_an_old_list_is_not(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.says(BEN, WIG)
    store = world.bot.services.store
    before, real = await store.watermark(), store.clinicians

    async def listed_and_forgotten() -> Sequence[Clinician]:
        found = await real()
        monkeypatch.undo()
        await world.bot.services.forgetter.begin(world.owner(AMARA))
        return found

    monkeypatch.setattr(store, "clinicians", listed_and_forgotten)
    await world.clinic_ends()
    (receipt,) = world.heard(AMARA)
    assert "It's done" in receipt["text"]
    assert await store.stone(world.owner(AMARA)) is None and AMARA not in world.on_disk()
    after = await store.watermark()
    assert after and after != before, "nobody else is held up"


async def test_who_leaves_the_workspace_is_forgotten_after_a_while(world: World) -> None:
    await written(world)
    people = world.slack.workspace.people
    people[AMARA] = replace(people[AMARA], deleted=True)
    for _ in range(29):
        world.now.move(days=1)
        await world.tick()
    assert await world.kept(AMARA) == [WIG]
    assert len(world.heard(AMARA)) == 3, "nobody is asked who is not there"
    for _ in range(3):
        world.now.move(days=1)
        await world.tick()
    assert await world.kept(AMARA) == []
    assert AMARA not in world.on_disk()


async def test_who_comes_back_in_time_is_not(world: World) -> None:
    await written(world)
    people = world.slack.workspace.people
    people[AMARA] = replace(people[AMARA], deleted=True)
    for _ in range(20):
        world.now.move(days=1)
        await world.tick()
    people[AMARA] = replace(people[AMARA], deleted=False)
    for _ in range(40):
        world.now.move(days=1)
        await world.tick()
    assert await world.kept(AMARA) == [WIG]


# ---- a kill in the middle of every step ---------------------------------------------------------

CHILD = """
import asyncio, os, signal, sys, traceback
from pathlib import Path

from slack_sdk.web.async_client import AsyncWebClient

from tests.scenario.test_forgetting import forgetter, library, opened

kind, where, master, api, token = sys.argv[1:]
steps = 0


def step(*given):
    global steps
    steps += 1
    if steps == last:
        os.kill(os.getpid(), signal.SIGKILL)


def before(module, name):
    real = getattr(module, name)

    def deadly(*given, **named):
        step()
        return real(*given, **named)

    setattr(module, name, deadly)


class Slack(AsyncWebClient):
    async def api_call(self, *given, **named):
        step()
        answer = await super().api_call(*given, **named)
        step()
        return answer


async def main():
    store = await opened(kind, where, master)
    if kind == "tiny":
        # Every moment at which the disk changes is one at which the machine may stop.
        for module, name in ((os, "fsync"), (os, "fdatasync"), (Path, "unlink"), (Path, "replace")):
            before(module, name)
    else:
        from sqlalchemy import event

        for moment in ("before_cursor_execute", "commit"):
            event.listen(store._engine.sync_engine, moment, step)
    forgetting = forgetter(store, Slack(token=token, base_url=api, retry_handlers=[]))
    await forgetting.begin(owner)
    print("acknowledged", flush=True)
    await forgetting.go_on()
    await store.close()


# Each is a fork of this process, which has done the importing and reading, and nothing else.
library()
for line in sys.stdin:
    owner, last = line.split()[0], int(line.split()[1])
    child = os.fork()
    if not child:
        try:
            asyncio.run(main())
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    print("ended", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
CROWD = [f"U0P{i:03}" for i in range(150)]
MASTER = new_master_text()


EVERY = int(os.environ.get("ALLIANCE_TEST_EVERY", "0"))
"""Kill at every so manieth step: 1 is all of them. At first all on the disk, and each third of the
database's, where a step takes longer."""


async def opened(kind: str, where: str, master: str) -> RecordStore:
    store: RecordStore = (
        TinyStore(Path(where), master) if kind == "tiny" else PostgresStore(where, master)
    )
    await store.open()
    return store


library = cache(content.load)


class Nothing:
    """Holds nothing in memory of anybody."""

    def forget(self, owner: str) -> None: ...


def forgetter(
    store: RecordStore, slack: AsyncWebClient, later: timedelta = timedelta()
) -> Forgetter:
    def now() -> datetime:
        return datetime.now(UTC) + later

    nothing: Any = Nothing()
    return Forgetter(store, slack, Libraries({"en-GB": library()}, "en-GB"), nothing, nothing, now)


@asynccontextmanager
async def deadly(*given: str) -> AsyncIterator[Callable[[str, int], Awaitable[tuple[int, bool]]]]:
    """What forgets somebody in a process that is killed at a step: its exit code, and whether the
    person had been told yes."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", CHILD, *given),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert process.stdin and process.stdout
    lines, out = process.stdin, process.stdout

    async def forget(owner: str, last: int) -> tuple[int, bool]:
        lines.write(f"{owner} {last}\n".encode())
        told = False
        while (line := (await out.readline()).decode()) and not line.startswith("ended"):
            told |= line.startswith("acknowledged")
        return int(line.removeprefix("ended")), told

    try:
        yield forget
    finally:
        lines.close()
        await process.wait()


@pytest.mark.parametrize("kind", ["tiny", "postgres"])
async def test_killed_in_the_middle_of_every_step_it_is_finished(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Person after person is forgotten by a process that is killed one step later each time, until
    one comes through; another process goes on. Whoever is not yet forgotten is as they were."""
    where = str(tmp_path / "data") if kind == "tiny" else request.getfixturevalue("database")
    now = datetime.now(UTC)
    slack = Playground(people=[Person(id=u, name=u) for u in CROWD], channels={}, now=lambda: now)
    await slack.start()
    bot = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])
    try:
        store = await opened(kind, where, MASTER)
        for user in CROWD:
            await fill(store, user)
        await store.close()
        killed = 0
        at = (kind, where, MASTER, slack.api_url, slack.bot_token)
        async with deadly(*at) as forget_until:
            every = EVERY or {"tiny": 1, "postgres": 3}[kind]
            for number, user in enumerate(CROWD):
                owner, dm = owner_of(TEAM_ID, user), "D" + user[1:]
                say(slack, user, "my own words")
                for text in ("a question", "feedback"):
                    await bot.chat_postMessage(channel=user, text=text)
                code, told = await forget_until(owner, number * every + 1)
                assert code in (0, -signal.SIGKILL)
                store = await opened(kind, where, MASTER)
                if code:
                    killed += 1
                    again = forgetter(store, bot, timedelta(minutes=5))
                    if [f.owner for f in await store.forgettings()] != [owner]:
                        # Nobody was told yes, and nothing is half gone; or all was done.
                        done = await store.stone(owner) is None
                        assert done == told
                        if not done:
                            assert len(await store.reflections(owner, limit=9)) == 1
                            await again.begin(owner)
                    await again.go_on()
                assert await store.clinician(owner) is None
                assert await store.reflections(owner, limit=9) == [] == await store.plans(owner)
                assert await store.stone(owner) is None
                assert len(await store.tombstones()) == number + 1
                assert await store.forgettings() == []
                other = owner_of(TEAM_ID, CROWD[number + 1])
                assert len(await store.reflections(other, limit=9)) == 1
                await store.close()
                if kind == "tiny":
                    assert owner not in names(Path(where))
                heard = [m["text"] for m in slack.workspace.conversations[dm].messages]
                assert heard[0] == "my own words" and len(heard) == 2 and "It's done" in heard[1]
                if code == 0:
                    break
            assert code == 0, "nobody came through unharmed: the crowd is too small"
            assert killed * every > 30
    finally:
        await slack.stop()


def say(slack: Playground, user: str, text: str) -> None:
    """A message of theirs that no bot is there to hear."""
    mine = {"type": "message", "user": user, "text": text, "ts": slack.workspace.next_ts()}
    slack.workspace.post(slack.workspace.dm(user), mine)


def names(folder: Path) -> str:
    return " ".join(path.name for path in folder.rglob("*"))


async def fill(store: RecordStore, user: str) -> None:
    owner = owner_of(TEAM_ID, user)
    await store.put_clinician(Clinician(owner, "D" + user[1:], "Europe/London"))
    owed = Delivery(f"feedback:{user}", owner, DeliveryKind.FEEDBACK, due=TUESDAY, ref="r1")
    reflection = Reflection("r1", Note("a telling phrase", TUESDAY))
    await store.commit(owner, TUESDAY, event="Ev1", reflection=reflection, deliveries=[owed])
    await store.put_plan(
        owner, Plan("r1", "If she sighs, then I wait.", "A note.", "feedback", TUESDAY)
    )
