"""The way of one delivery: what is in doubt, what came too late, and who may still post it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.delivery import LEASE, POST_SECONDS, Deliverer, Letter, digest
from bot.views.kit import Message, section
from reflections.model import Clinician, Delivery, DeliveryKind, DeliveryState
from reflections.stores import StoreError
from reflections.stores.tiny import TinyStore
from tests.conftest import MovedClock

NOON = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
PROMPT = Delivery("prompt:1", "T1-U1", DeliveryKind.PROMPT, due=NOON)


class Slack:
    """A conversation, and what goes wrong with the next posts: before or after the post."""

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
        self.failing: list[BaseException] = []
        self.can_look = True
        self.deliverer = self.another()

    def another(self, **how: Any) -> Deliverer:
        async def render(_: Delivery) -> Letter:
            self.now.instant += self.rendering
            if self.failing:
                raise self.failing.pop()
            message = Message("a question", [section("a question")])
            return Letter("D1", message, can_look=self.can_look)

        async def ended(_: Delivery, state: DeliveryState) -> None:
            self.ended.append(state)

        async def passing(seconds: float) -> None:
            until = self.now() + timedelta(seconds=seconds)
            await asyncio.sleep(0)
            self.now.instant = max(self.now(), until)

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
            await self.store.put_clinician(Clinician(delivery.owner, "D1", "UTC"))
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


def refusal(wait: int) -> SlackApiError:
    data = {"ok": False, "error": "ratelimited"}
    answer = AsyncSlackResponse(
        client=None, http_verb="POST", api_url="", req_args={}, data=data,
        headers={"Retry-After": str(wait)}, status_code=429,
    )  # fmt: skip
    return SlackApiError("ratelimited", answer)


def several(number: int) -> list[Delivery]:
    return [
        Delivery(f"prompt:{i}", f"T1-U{i}", DeliveryKind.PROMPT, NOON + timedelta(milliseconds=i))
        for i in range(number)
    ]


def broken(status: int) -> SlackApiError:
    data = {"ok": False, "error": "internal_error"}
    answer = AsyncSlackResponse(
        client=None, http_verb="POST", api_url="", req_args={}, data=data,
        headers={}, status_code=status,
    )  # fmt: skip
    return SlackApiError("down", answer)


@pytest.mark.parametrize("error", [StoreError("no"), TimeoutError(), broken(200), broken(503)])
async def test_what_fails_before_it_is_posted_is_sent_later(
    desk: Desk, error: BaseException
) -> None:
    """Also where nobody may look for it: nothing can have gone out."""
    desk.can_look = False
    await desk.owes(PROMPT)
    desk.failing = [error]
    await desk.deliverer.send_due()
    assert desk.slack.posted == [] and desk.ended == []
    desk.now.move(minutes=1)
    await desk.deliverer.send_due()
    assert len(desk.slack.posted) == 1 and desk.ended == [DeliveryState.SENT]


@pytest.mark.parametrize(
    ("can_look", "ends"), [(True, DeliveryState.SENT), (False, DeliveryState.UNCONFIRMED)]
)
async def test_a_failed_letter_leaves_the_doubt_of_an_earlier_post(
    desk: Desk, can_look: bool, ends: DeliveryState
) -> None:
    desk.can_look = can_look
    await desk.owes(PROMPT)
    desk.slack.after = [TimeoutError()]
    await desk.deliverer.send_due()
    desk.failing = [StoreError("no")]
    desk.now.move(minutes=1)
    await desk.deliverer.send_due()
    desk.now.move(minutes=1)
    await desk.deliverer.send_due()
    assert len(desk.slack.posted) == 1 and desk.ended == [ends]


async def test_all_who_share_the_store_pause_on_a_refusal(desk: Desk) -> None:
    await desk.owes(*several(3))
    desk.slack.before = [refusal(20)]
    desk.now.move(seconds=1)
    await desk.deliverer.send(several(3)[0])
    other = desk.another()
    await other.send_due()
    await other.send(several(3)[1])
    assert desk.slack.posted == []
    desk.now.move(seconds=20)
    await other.send_due()
    assert len(desk.slack.posted) == 3


async def test_two_who_share_the_store_share_its_pace(desk: Desk) -> None:
    """Neither of them has to know how many they are; oldest first, whoever sends."""
    await desk.owes(*several(60))
    desk.now.move(seconds=1)
    began = desk.now()
    await asyncio.gather(desk.deliverer.send_due(), desk.another().send_due())
    keys = [m["metadata"].event_payload["key"] for m in desk.slack.posted]
    assert sorted(keys) == sorted(digest(d.key) for d in several(60))
    place = {digest(d.key): i for i, d in enumerate(several(60))}
    assert all(abs(place[key] - i) <= 2 for i, key in enumerate(keys))
    assert desk.now() - began >= timedelta(seconds=59)


async def test_what_is_held_comes_when_it_may_and_costs_no_place(desk: Desk) -> None:
    await desk.owes(*several(2))
    until = NOON + timedelta(hours=1)

    async def holds(due: Sequence[Delivery]) -> dict[str, datetime]:
        return {d.key: until for d in due if d.key == "prompt:0" and desk.now() < until}

    desk.now.move(seconds=1)
    deliverer = desk.another(holds=holds)
    await deliverer.send_due()
    assert len(desk.slack.posted) == 1
    desk.now.instant = until
    await deliverer.send_due()
    assert len(desk.slack.posted) == 2 and await desk.state(several(1)[0]) is DeliveryState.SENT
