"""A playground for each test, with three people and two channels, and its clients."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sample_app import Connected
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import Conversation, Person, Playground

PEOPLE = [
    Person("U0AMARA", "Amara Obi"),
    Person("U0BEN", "Ben Okafor", tz="America/New_York", locale="en-US"),
    Person("U0LEAD", "Lena Voss", is_lead=True),
]


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 2, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def move(self, **delta: float) -> None:
        self.time += timedelta(**delta)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def pg(clock: Clock) -> AsyncIterator[Playground]:
    elsewhere = Conversation("C0ELSE", "elsewhere", members={"U0AMARA"})
    hidden = Conversation("G0HIDE", "hidden", members={"U0AMARA"}, is_private=True)
    channels = {"C0TEAM": "team", "C0ELSE": elsewhere, "G0HIDE": hidden}
    playground = Playground(PEOPLE, channels, now=clock, ack_timeout=1.0)
    await playground.start()
    yield playground
    await playground.stop()


@pytest.fixture
async def client(pg: Playground) -> AsyncWebClient:
    """A client with no retries, so that a fault is seen as it is."""
    return AsyncWebClient(token=pg.bot_token, base_url=pg.api_url, retry_handlers=[], timeout=5)


@pytest.fixture
async def app(pg: Playground) -> AsyncIterator[Connected]:
    async with Connected(pg) as connected:
        yield connected
