"""The demo itself, in a real browser; each test has its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import pytest

from bot.bootstrap import Parts
from bot.demo import DemoClock, demonstration
from bot.playground.server import Playground
from tests.browser.chromium import Chromium, NoChromium, Page

NOON = datetime(2026, 11, 24, 12, 30, 30, tzinfo=UTC)
"""A Tuesday; Amara's clinic ended half a minute ago."""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    try:
        browser = Chromium()
    except NoChromium as problem:
        pytest.fail(str(problem), pytrace=False)
    yield browser
    browser.stop()


@pytest.fixture
async def slack(parts: Parts) -> AsyncIterator[Playground]:
    async with demonstration(DemoClock(NOON), parts=parts) as playground:
        yield playground


@pytest.fixture
async def page(chromium: Chromium, slack: Playground) -> AsyncIterator[Page]:
    """The page as Amara sees it; no script of it may fail."""
    async with chromium.page(slack.url) as opened:
        yield opened
        assert opened.problems == []
