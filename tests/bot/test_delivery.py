"""The way of one delivery: what is in doubt, what came too late, and who may still post it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.delivery import LEASE, POST_SECONDS, Deliverer, Letter
from bot.views.kit import Message, section
from reflections.model import Delivery, DeliveryKind, DeliveryState
from reflections.stores.tiny import TinyStore
from tests.conftest import MovedClock

NOON = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
PROMPT = Delivery("prompt:1", "T1-U1", DeliveryKind.PROMPT, due=NOON)


class Slack:
    """A conversation, and what goes wrong with the next posts: an error before or after the post."""

    def __init__(self) -> None:
        self.posted: list[dict[str, Any]] = []
        self.before: list[BaseException] = []
        self.after: list[BaseException] = []

    async def chat_postMessage(self, **message: Any) -> dict[str, str]:
        if self.before:
            raise self.before.pop()
        self.posted.append(message)
        if self.after:
            raise self.after.pop()
        return {"ts": f"{len(self.posted)}.0"}

    async def conversations_history(self, **_: Any) -> dict[str, Any]:
        shown = [
            {"ts": f"{i}.0", "metadata": {"event_payload": m["metadata"].event_payload}}
            for i, m in enumerate(self.posted, 1)
        ]
        return {"messages": shown}


class Desk:
    """A deliverer over a real store, with a clock that stands still until it is moved."""

    def __init__(self, store: TinyStore) -> None:
        self.store = store
        self.now = MovedClock(NOON)
        self.slack = Slack()
        self.ended: list[DeliveryState] = []
        self.rendering = timedelta()
        self.deliverer = self.another()

    def another(self, **how: Any) -> Deliverer:
        async def render(_: Delivery) -> Letter:
            self.now.instant += self.rendering
            return Letter("D1", Message("a question", [section("a question")]))

        async def ended(_: Delivery, state: DeliveryState) -> None:
            self.ended.append(state)

        async def passing(seconds: float) -> None:
            self.now.move(seconds=seconds)

        return Deliverer(
            self.store,
            self.slack,  # type: ignore[arg-type]
            self.now,
            dict.fromkeys(DeliveryKind, render),
            ended,
            per_minute=60,
            sleep=passing,
            **how,
        )

    async def owes(self, *deliveries: Delivery) -> None:
        for delivery in deliveries:
            await self.store.commit(delivery.owner, self.now(), deliveries=[delivery])

    async def state(self, delivery: Delivery = PROMPT) -> DeliveryState:
        found = await self.store.delivery(delivery.owner, delivery.key)
        assert found
        return found.state


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    store = TinyStore(tmp_path / "data")
    await store.open()
    yield Desk(store)
    await store.close()


async def test_what_never_got_through_is_not_sent_stale_after_a_night(desk: Desk) -> None:
    """Its end was unknown, so it is looked for; that it is not there does not make it welcome."""
    await desk.owes(PROMPT)
    desk.slack.before = [TimeoutError()]
    await desk.deliverer.send_due()
    desk.now.move(hours=14)
    await desk.deliverer.send_due()
    assert desk.slack.posted == [] and desk.ended == [DeliveryState.EXPIRED]


async def test_what_did_get_through_is_found_after_a_night(desk: Desk) -> None:
    await desk.owes(PROMPT)
    desk.slack.after = [TimeoutError()]
    await desk.deliverer.send_due()
    desk.now.move(hours=14)
    await desk.deliverer.send_due()
    assert len(desk.slack.posted) == 1 and desk.ended == [DeliveryState.SENT]


@pytest.mark.parametrize("spent", [LEASE - timedelta(seconds=POST_SECONDS - 1), 2 * LEASE])
async def test_whose_lease_may_end_during_the_post_does_not_post(
    desk: Desk, spent: timedelta
) -> None:
    """The message could arrive when somebody else has looked for it already."""
    await desk.owes(PROMPT)
    desk.rendering = spent
    await desk.deliverer.send_due()
    assert desk.slack.posted == []
    desk.rendering = timedelta()
    desk.now.move(seconds=LEASE.total_seconds())
    await desk.another().send_due()
    assert len(desk.slack.posted) == 1 and await desk.state() is DeliveryState.SENT
