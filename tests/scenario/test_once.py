"""Nothing acknowledged is lost, nothing is sent twice, whatever Slack or the machine does."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import socket
import stat
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.directory import owner_of
from bot.playground.server import NotAcknowledged, Playground, RequestUrlRefused
from bot.playground.state import TEAM_ID
from prompts.library import Library
from reflections.model import Clinic, Clinician, DeliveryKind, DeliveryState
from reflections.stores.tiny import TinyStore
from tests.reflections.feedback.model_server import ModelServer
from tests.scenario.conftest import AMARA, BEN, LEILA, World, model_at, playground_for, words

NOTE = "He was gutted about missing the wedding; I said that made sense and asked about the day."
OTHER_NOTE = "She was afraid of the scan; I asked what she knew and we went through it together."
ANOTHER_NOTE = "He said he was fed up with waiting; I heard him out and said what happens next."


async def prompt_state(world: World) -> DeliveryState:
    since = datetime(2026, 1, 1, tzinfo=UTC)
    store = world.bot.services.store
    (prompt,) = await store.deliveries(world.owner(AMARA), DeliveryKind.PROMPT, since)
    return prompt.state


async def test_a_prompt_comes_once_however_often_the_clock_ticks(world: World) -> None:
    await world.clinic_ends()
    for _ in range(5):
        world.now.move(minutes=1)
        await world.tick()
    assert len(world.heard(AMARA)) == 1


async def test_an_answer_that_is_lost_does_not_double_the_prompt(world: World) -> None:
    world.slack.faults.lose_answer("chat.postMessage")
    await world.clinic_ends()
    assert len(world.heard(AMARA)) == 1
    assert await prompt_state(world) is DeliveryState.QUEUED
    for _ in range(3):
        world.now.move(minutes=2)
        await world.tick()
    assert len(world.heard(AMARA)) == 1
    assert await prompt_state(world) is DeliveryState.SENT


@pytest.mark.parametrize("fault", ["ratelimit", "fail"])
async def test_a_refused_prompt_is_sent_later_once(world: World, fault: str) -> None:
    getattr(world.slack.faults, fault)("chat.postMessage")
    await world.clinic_ends()
    assert world.heard(AMARA) == []
    world.now.move(minutes=2)
    await world.tick()
    world.now.move(minutes=2)
    await world.tick()
    assert len(world.heard(AMARA)) == 1


async def test_when_slack_cannot_be_looked_into_nothing_is_sent_blindly(world: World) -> None:
    world.slack.faults.lose_answer("chat.postMessage")
    world.slack.faults.fail("conversations.history", times=2)
    await world.clinic_ends()
    for _ in range(4):
        world.now.move(minutes=2)
        await world.tick()
    assert len(world.heard(AMARA)) == 1
    assert await prompt_state(world) is DeliveryState.SENT


async def test_too_late_is_not_sent_at_all(world: World) -> None:
    world.slack.faults.ratelimit("chat.postMessage", retry_after=7 * 3600)
    await world.clinic_ends()
    world.now.move(hours=7, minutes=1)
    await world.tick()
    assert world.heard(AMARA) == []
    assert await prompt_state(world) is DeliveryState.EXPIRED


async def test_an_event_that_slack_sends_twice_counts_once(world: World) -> None:
    world.slack.faults.duplicate_next_event()
    await world.says(AMARA, NOTE)
    await world.settled()
    assert await world.kept(AMARA) == [NOTE]
    assert len(world.heard(AMARA)) == 1


async def test_a_card_for_a_resent_event_comes_once(world: World) -> None:
    world.slack.faults.duplicate_next_event()
    await world.says(AMARA, "Siobhan cried; I waited.")
    await world.settled()
    assert len(world.heard(AMARA)) == 1


def failing(how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on the disk does what is named to journals."""
    real_open, real_write = os.open, os.write

    def read_only(path: Any, flags: int, mode: int = 0o777, **how: Any) -> int:
        if str(path).endswith(".journal") and flags & os.O_WRONLY:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        return real_open(path, flags, mode, **how)

    def full(handle: int, data: bytes) -> int:
        if stat.S_ISREG(os.fstat(handle).st_mode):
            real_write(handle, data[:40])  # what is left of the disk takes the beginning
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real_write(handle, data)

    def unsynced(_: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    name, fault = {
        "read-only": ("open", read_only),
        "full": ("write", full),
        "sync fails": ("fdatasync", unsynced),
    }[how]
    monkeypatch.setattr(os, name, fault)


@pytest.mark.parametrize("where", ["typed", "form"])
@pytest.mark.parametrize("how", ["full", "read-only", "sync fails"])
async def test_what_cannot_be_kept_is_said_and_nothing_is_half_kept(
    world: World, monkeypatch: pytest.MonkeyPatch, how: str, where: str
) -> None:
    await world.says(AMARA, "help")
    before, heard = world.on_disk(), len(world.heard(AMARA))
    await world.types(AMARA, "reflect")
    failing(how, monkeypatch)
    if where == "typed":
        await world.says(AMARA, NOTE)
        assert "couldn't save" in world.heard(AMARA)[-1]["text"]
    else:
        answer = await world.sends(AMARA, text=NOTE)
        assert "couldn't save" in str(answer["errors"]), "the words stay in the form"
    monkeypatch.undo()
    assert await world.kept(AMARA) == []
    assert world.on_disk() == before
    assert len(world.heard(AMARA)) == heard + (where == "typed")
    if where == "typed":
        await world.says(AMARA, NOTE)
    else:
        assert await world.sends(AMARA, text=NOTE) == {}
    assert await world.kept(AMARA) == [NOTE]


async def test_somebody_new_hears_it_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    failing("full", monkeypatch)
    await world.says(BEN, NOTE)
    assert "couldn't save" in world.heard(BEN)[-1]["text"]
    monkeypatch.undo()
    assert await world.kept(BEN) == []


@pytest.mark.parametrize("where", ["typed", "form"])
async def test_a_disk_that_fills_up_behind_a_note_does_not_deny_it(
    world: World, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    await world.clinic_ends()
    await world.types(AMARA, "reflect")
    real, syncs = os.fdatasync, 0

    def once(handle: int) -> None:
        nonlocal syncs
        syncs += 1
        if syncs > 1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(handle)

    monkeypatch.setattr(os, "fdatasync", once)
    if where == "typed":
        await world.says(AMARA, NOTE)
    else:
        assert await world.sends(AMARA, text=NOTE) == {}
    assert syncs > 1
    assert not any("couldn't save" in m["text"] for m in world.heard(AMARA))
    assert await world.kept(AMARA) == [NOTE]


async def test_flipped_bits_are_told_to_whoever_keeps_the_disk_and_stop_nobody(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await world.says(AMARA, NOTE)
    sound = await world.kept(AMARA)
    await world.says(AMARA, OTHER_NOTE)
    store = world.bot.services.store
    assert isinstance(store, TinyStore)
    path = world.data / "shards" / f"{world.owner(AMARA)}.journal"
    data = bytearray(path.read_bytes())
    data[-70] ^= 16
    path.write_bytes(bytes(data))
    store._open.clear()
    await world.says(AMARA, ANOTHER_NOTE)
    assert {*sound, ANOTHER_NOTE} <= set(await world.kept(AMARA))
    assert "is damaged after line" in caplog.text and "wedding" not in caplog.text
    assert list((world.data / "quarantine").iterdir())


async def test_a_tip_whose_end_is_unknown_is_not_posted_again_and_the_lead_is_told(
    world: World,
) -> None:
    await world.types(LEILA, "tip")
    world.slack.faults.lose_answer("chat.postMessage")
    await world.sends(LEILA, when="now")
    for _ in range(3):
        world.now.move(minutes=2)
        await world.tick()
    assert len([m for m in world.slack.messages("C0TEAM") if m.get("bot_id")]) == 1
    _, told = world.heard(LEILA)  # first comes the welcome
    expected = world.library.say("tip.news.not_confirmed", channel="<#C0TEAM>")
    assert expected in words(told["blocks"])


def heard(slack: Playground) -> list[dict[str, Any]]:
    return [m for m in slack.messages(AMARA) if m.get("bot_id")]


def feedback(slack: Playground) -> list[dict[str, Any]]:
    return [m for m in heard(slack) if "reflection_delete" in str(m["blocks"])]


class Process:
    """`alliance-bot run` as its own process, so that it can be killed."""

    def __init__(self, slack: Playground, data: Path, over: str, model: dict[str, Any]) -> None:
        self.slack = slack
        self.url = ""
        self.environment = {
            **os.environ,
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_API_URL": slack.api_url,
            "ALLIANCE_DATA_DIR": str(data),
            "ALLIANCE_TICK_SECONDS": "0.2",
            **{name.upper(): value for name, value in model.items()},
        }
        if over == "http":
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                port = free.getsockname()[1]
            self.url = f"http://127.0.0.1:{port}/slack/events"
            self.environment["SLACK_APP_TOKEN"] = ""
            self.environment["SLACK_SIGNING_SECRET"] = slack.signing_secret
            self.environment["ALLIANCE_HTTP_PORT"] = str(port)
        self.running: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self.running = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            "run",
            env=self.environment,
            cwd=Path(__file__).parents[2],
            stderr=asyncio.subprocess.DEVNULL,
        )
        if not self.url:
            await self.slack.wait_for(lambda: self.slack.sockets.sockets, 90, "a connection")
            return
        async with asyncio.timeout(90):
            while True:
                try:
                    return await self.slack.use_request_url(self.url)
                except RequestUrlRefused:
                    await asyncio.sleep(0.05)

    async def kill(self) -> None:
        assert self.running
        self.running.send_signal(signal.SIGKILL)
        await self.running.wait()
        await self.slack.wait_for(lambda: not self.slack.sockets.sockets, 10, "the end")


@pytest.fixture
async def process(tmp_path: Path, over: str, server: ModelServer | None) -> AsyncIterator[Process]:
    slack = playground_for(lambda: datetime.now(UTC))
    await slack.start()
    made = Process(slack, tmp_path / "data", over, model_at(server))
    try:
        yield made
    finally:
        if made.running and made.running.returncode is None:
            made.running.kill()
            await made.running.wait()
        await slack.stop()


# What the outbox does after a kill is the same over either wire and whoever reads; once is enough.
@pytest.mark.parametrize(("over", "read_by"), [("socket", "rules")])
async def test_kill_9_between_keeping_a_note_and_its_feedback(
    process: Process, tmp_path: Path
) -> None:
    slack = process.slack
    await process.start()
    # The post gets through and its answer never comes: the kill falls in between.
    slack.faults.lose_answer("chat.postMessage", "timeout")
    await slack.say(AMARA, "help")
    await slack.wait_for(lambda: slack.messages(AMARA)[1:], 10, "the first post")
    await slack.say(AMARA, NOTE)
    await process.kill()

    await process.start()
    await slack.wait_for(lambda: feedback(slack), 20, "the feedback")
    await asyncio.sleep(0.5)
    keys = [m["metadata"]["event_payload"]["key"] for m in heard(slack)]
    assert len(keys) == len(set(keys)), "nothing was sent twice"
    assert len(feedback(slack)) == 1


@pytest.mark.parametrize(("over", "read_by"), [("socket", "model")])
async def test_kill_9_while_the_model_reads(
    process: Process, server: ModelServer, library: Library
) -> None:
    slack = process.slack
    await process.start()
    server.breaks("hang", times=1)
    await slack.say(AMARA, NOTE)
    await slack.wait_for(lambda: server.requests, 60, "the note at the model")
    await process.kill()
    assert not feedback(slack)

    await process.start()
    await slack.wait_for(lambda: feedback(slack), 60, "the feedback")
    await asyncio.sleep(0.5)
    (card,) = feedback(slack)
    assert library.say("frame.read_by.model") in words(card["blocks"])
    assert server.notes == [NOTE, NOTE], "asked again, for nobody knows what it said"


@pytest.mark.parametrize(("over", "read_by"), [("socket", "rules")])
async def test_kill_9_while_a_prompt_is_on_its_way(process: Process, tmp_path: Path) -> None:
    slack = process.slack
    now = datetime.now(UTC)
    end = (now - timedelta(minutes=2)).replace(second=0, microsecond=0)
    clinic = Clinic(end.weekday(), (end - timedelta(hours=1)).time(), end.time())
    store = TinyStore(tmp_path / "data")
    await store.open()
    owner = owner_of(TEAM_ID, AMARA)
    await store.put_clinician(
        Clinician(owner, "", "UTC", (clinic,), quiet_from=time(0), quiet_until=time(0))
    )
    await store.close()
    for how in ("timeout", "timeout"):
        slack.faults.lose_answer("chat.postMessage", how)
        await process.start()
        await slack.wait_for(lambda: heard(slack), 20, "the prompt")
        await process.kill()
    slack.faults.clear()
    await process.start()
    await asyncio.sleep(1.0)
    assert len(heard(slack)) == 1
    await process.kill()
    again = TinyStore(tmp_path / "data")
    await again.open()
    (prompt,) = await again.deliveries(owner, DeliveryKind.PROMPT, now - timedelta(days=1))
    assert prompt.state is DeliveryState.SENT
    await again.close()


@pytest.mark.parametrize("read_by", ["rules"])
async def test_a_note_that_was_not_acknowledged_is_taken_from_the_resend(process: Process) -> None:
    slack = process.slack
    await process.start()
    assert process.running
    process.running.send_signal(signal.SIGSTOP)
    with pytest.raises(NotAcknowledged):
        await slack.say(AMARA, NOTE)
    await process.kill()
    await process.start()
    await slack.resend_due()
    await slack.wait_for(lambda: feedback(slack), 20, "the feedback")
    await asyncio.sleep(0.5)
    assert len(feedback(slack)) == 1


@pytest.mark.parametrize(
    ("over", "name", "method"),
    [
        ("socket", "SLACK_BOT_TOKEN", "auth.test"),
        ("http", "SLACK_BOT_TOKEN", "auth.test"),
        ("socket", "SLACK_APP_TOKEN", "apps.connections.open"),
    ],
)
@pytest.mark.parametrize("read_by", ["rules"])
async def test_a_refused_token_ends_the_start_with_its_name(
    process: Process, name: str, method: str
) -> None:
    process.slack.faults.refuse(method, "invalid_auth", times=9)
    run = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run",
        env=process.environment,
        cwd=Path(__file__).parents[2],
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, said = await run.communicate()
    assert run.returncode == 2
    assert f"Slack refused {name} (invalid_auth)".encode() in said
