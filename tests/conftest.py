"""What every floor's tests share."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from prompts import library as content
from prompts.library import Library


class MovedClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, start: datetime) -> None:
        self.instant = start

    def __call__(self) -> datetime:
        return self.instant

    def move(self, **delta: float) -> None:
        self.instant += timedelta(**delta)


@pytest.fixture(scope="session")
def library() -> Library:
    return content.load()
