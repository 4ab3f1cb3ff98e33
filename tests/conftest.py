"""What every floor's tests share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from prompts import library as content
from prompts.library import Library
from tests import postgres as pg
from tests.browser.chromium import NoChromium, executable

if TYPE_CHECKING:
    from bot.bootstrap import Parts
    from reflections.feedback import RubricEngine
    from reflections.privacy import Screen


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Without a browser its tests fail, and the last line says what to do."""
    failed = [*terminalreporter.getreports("failed"), *terminalreporter.getreports("error")]
    if any(report.nodeid.startswith("tests/browser/") for report in failed):
        try:
            executable()
        except NoChromium as problem:
            terminalreporter.write_line(str(problem), red=True, bold=True)


class MovedClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, start: datetime) -> None:
        self.instant = start

    def __call__(self) -> datetime:
        return self.instant

    def move(self, **delta: float) -> None:
        self.instant += timedelta(**delta)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server, started when the first test asks for it."""
    with pg.server() as address:
        yield address


@pytest.fixture(scope="session")
def migrated(postgres: str) -> Iterator[str]:
    """The name of a database with the tables and nothing in them, to make others from."""
    from sqlalchemy import make_url

    from reflections.stores.postgres import migrate

    made = pg.new_database(postgres)
    migrate(made)
    yield str(make_url(made).database)
    pg.drop_database(postgres, made)


@pytest.fixture
def database(postgres: str, migrated: str) -> Iterator[str]:
    """The address of a database of one's own, with the tables."""
    made = pg.new_database(postgres, migrated)
    yield made
    pg.drop_database(postgres, made)


@pytest.fixture(scope="session")
def parts() -> Parts:
    """Screen, engine and words, read once for all tests; what imports most is imported here."""
    from bot.bootstrap import load_parts
    from bot.settings import Settings

    return load_parts(Settings(_env_file=None))  # type: ignore[call-arg]


@pytest.fixture(scope="session")
def screen(parts: Parts) -> Screen:
    return parts.screen


@pytest.fixture(scope="session")
def engine(parts: Parts) -> RubricEngine:
    return parts.engine


@pytest.fixture(scope="session")
def library() -> Library:
    """The content as it is shipped."""
    return content.load()
