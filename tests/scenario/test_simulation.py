"""Prompts by the hundred, with Slack and the machine failing at every step: each comes once."""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.background import Background
from bot.bootstrap import Parts, build_services
from bot.clock import Clock
from bot.delivery import Deliverer, Letter
from bot.directory import owner_of
from bot.playground.faults import Fault
from bot.playground.rates import Rates
from bot.playground.server import Person, Playground
from bot.playground.state import TEAM_ID
from bot.views.kit import Message, section
from reflections.model import Clinician, Delivery, DeliveryKind, DeliveryState
from reflections.stores import Store
from reflections.stores.tiny import TinyStore
from tests.conftest import MovedClock
from tests.scenario.conftest import CLINIC, settings_for

PROMPTS = 400
AFTER_CLINIC = datetime(2026, 11, 24, 12, 30, 30, tzinfo=UTC)
SINCE = datetime(2026, 1, 1, tzinfo=UTC)


class Killed(BaseException):
    """The process ends here: nothing after this line happens."""


class Mortal:
    """Stands before an object and, now and then, dies before or after one of its named calls."""

    def __init__(self, what: Any, steps: set[str], chance: random.Random, odds: float) -> None:
        self._what, self._steps, self._chance, self._odds = what, steps, chance, odds

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._what, name)
        if name not in self._steps:
            return call

        async def mortal(*args: Any, **kwargs: Any) -> Any:
            if self._chance.random() < self._odds:
                raise Killed(f"before {name}")
            answer = await call(*args, **kwargs)
            if self._chance.random() < self._odds:
                raise Killed(f"after {name}")
            return answer

        return mortal


@pytest.fixture
async def slack() -> AsyncIterator[tuple[Playground, MovedClock]]:
    now = MovedClock(AFTER_CLINIC)
    people = [Person(id=f"U{i:05}", name=f"Person {i}", tz="UTC") for i in range(PROMPTS)]
    playground = Playground(people=people, now=now)
    await playground.start()
    for person in people:
        playground.workspace.dm(person.id)
    yield playground, now
    await playground.stop()


def misbehave(playground: Playground, chance: random.Random) -> None:
    """The next forty posts: some refused, some failing, some made with the answer lost."""
    playground.faults.clear()
    faults = [Fault()] * 6 + [
        Fault(status=429, retry_after=3, error="ratelimited"),
        Fault(status=503),
        Fault(lose="reset"),
        Fault(error="internal_error"),
    ]
    for _ in range(40):
        playground.faults.next("chat.postMessage", chance.choice(faults))
    if chance.random() < 0.3:
        playground.faults.fail("conversations.history", times=3)


async def test_four_hundred_prompts_through_kills_and_faults_come_once_each(
    slack: tuple[Playground, MovedClock], tmp_path: Path, parts: Parts
) -> None:
    playground, now = slack
    chance = random.Random(20261124)
    settings = settings_for(playground, tmp_path / "data")
    owners = [owner_of(TEAM_ID, f"U{i:05}") for i in range(PROMPTS)]
    kills: Counter[str] = Counter()

    async def passing(seconds: float) -> None:
        now.move(seconds=seconds)

    async def life(odds: float) -> None:
        """One start of the bot, up to its death or until nothing is due."""
        store = TinyStore(settings.alliance_data_dir)
        await store.open()
        try:
            for i, owner in enumerate(owners):
                if await store.clinician(owner) is None:
                    await store.put_clinician(Clinician(owner, f"D{i:05}", "UTC", (CLINIC,)))
            services = build_services(settings, store, parts, now)
            posting = AsyncWebClient(
                token=playground.bot_token, base_url=playground.api_url, retry_handlers=[]
            )
            mortal = Mortal(store, {"claim", "settle", "commit"}, chance, odds)
            deliverer = Deliverer(
                mortal,  # type: ignore[arg-type]
                Mortal(posting, {"chat_postMessage"}, chance, odds),  # type: ignore[arg-type]
                now,
                services.outbox.renders,
                services.outbox.ended,
                per_minute=6000,
                sleep=passing,
            )
            background = Background()
            every = timedelta(minutes=1)
            clock = Clock(mortal, services.libraries.of(""), deliverer, background, now, every)  # type: ignore[arg-type]
            while True:
                misbehave(playground, chance)
                await clock.tick()
                if not odds and not await store.due(now() + timedelta(hours=1), 1):
                    return
                now.move(seconds=20)
                if odds and chance.random() < 0.2:
                    return
        except* Killed as killed:
            kills.update(str(e) for e in killed.exceptions)
        finally:
            await store.close()

    for _ in range(60):
        await life(odds=0.01)
    playground.faults.clear()
    await life(odds=0)

    counts = Counter(
        len([m for m in playground.messages(f"U{i:05}") if m.get("bot_id")]) for i in range(PROMPTS)
    )
    assert counts == {1: PROMPTS}
    assert sum(kills.values()) >= 30 and len(kills) >= 5, kills
    store = TinyStore(settings.alliance_data_dir)
    await store.open()
    for owner in owners:
        (prompt,) = await store.deliveries(owner, DeliveryKind.PROMPT, SINCE)
        assert prompt.state is DeliveryState.SENT
    await store.close()


class CappedWorkspace:
    """A Slack that takes ``cap`` posts in any minute, as the playground's limiter counts them."""

    def __init__(self, now: MovedClock, cap: int) -> None:
        self.now = now
        self.rates = Rates(cap, lambda: now().timestamp())
        self.posted: list[datetime] = []
        self.refused = 0

    async def chat_postMessage(self, **message: Any) -> dict[str, str]:
        await asyncio.sleep(0)
        wait = self.rates.wait("chat.postMessage", message)
        if wait:
            self.refused += 1
            data = {"ok": False, "error": "ratelimited"}
            answer = AsyncSlackResponse(
                client=None, http_verb="POST", api_url="", req_args={}, data=data,
                headers={"Retry-After": str(wait)}, status_code=429,
            )  # fmt: skip
            raise SlackApiError("ratelimited", answer)
        self.posted.append(self.now())
        return {"ts": f"{len(self.posted)}.0"}


async def burst(
    tmp_path: Path, *, cap: int, believed: int, number: int, replicas: int = 1
) -> CappedWorkspace:
    """All due at once, to as many people, by as many replicas on one store."""
    now = MovedClock(AFTER_CLINIC)
    store: Store = TinyStore(tmp_path / "data")
    await store.open()
    for i in range(250):
        await store.put_clinician(Clinician(f"T1-U{i}", f"D{i}", "UTC"))
    for i in range(number):
        owner = f"T1-U{i % 250}"
        delivery = Delivery(f"prompt:{i}", owner, DeliveryKind.PROMPT, AFTER_CLINIC, str(i))
        await store.commit(owner, now(), deliveries=[delivery])
    workspace = CappedWorkspace(now, cap)

    async def render(delivery: Delivery) -> Letter:
        return Letter(f"D{delivery.ref}", Message("a question", [section("a question")]))

    async def ended(delivery: Delivery, state: DeliveryState) -> None:
        assert state is DeliveryState.SENT

    async def passing(seconds: float) -> None:
        until = now() + timedelta(seconds=seconds)
        await asyncio.sleep(0)
        now.instant = max(now(), until)

    async def replica() -> None:
        deliverer = Deliverer(
            store,
            workspace,  # type: ignore[arg-type]
            now,
            dict.fromkeys(DeliveryKind, render),
            ended,
            per_minute=believed,
            sleep=passing,
        )
        while await store.due(now() + timedelta(hours=1), 1):
            before = now()
            await deliverer.send_due()
            await asyncio.sleep(0.005)
            if now() == before:  # nobody gets on: what is left waits for a pause to end
                await passing(1)

    await asyncio.gather(*(replica() for _ in range(replicas)))
    await store.close()
    return workspace


@pytest.mark.parametrize("replicas", [1, 3])
async def test_five_thousand_at_once_end_near_the_bound_without_a_refusal(
    tmp_path: Path, replicas: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fdatasync", lambda _: None)  # what a power cut leaves is not at issue
    slack = await burst(tmp_path, cap=300, believed=300, number=5000, replicas=replicas)
    assert slack.refused == 0 and len(slack.posted) == 5000
    took = (max(slack.posted) - AFTER_CLINIC).total_seconds()
    assert 5000 / 300 * 60 - 60 <= took <= 5000 / 300 * 60 * 1.05


@pytest.mark.parametrize("replicas", [1, 3])
async def test_when_the_workspace_takes_less_than_believed_all_senders_pause(
    tmp_path: Path, replicas: int
) -> None:
    slack = await burst(tmp_path, cap=60, believed=300, number=300, replicas=replicas)
    assert len(slack.posted) == 300
    # Each refusal pauses everybody: a handful in flight may be refused with it, not hundreds.
    assert slack.refused <= 9 * 10
