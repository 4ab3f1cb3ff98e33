"""A playground for each test, with three people and two channels, and its clients."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sample_app import PEOPLE, Clock, Connected
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import Conversation, Playground


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
