"""Logs that cannot carry a note."""

from __future__ import annotations

import io
import logging

import pytest

from bot import logs
from bot.background import Background

SECRET = "Siobhan cried about the scan"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logs.configure("INFO")
    yield stream  # type: ignore[misc]
    root.handlers[:], root.level = handlers, level


def test_records_of_libraries_are_reduced_to_their_place(written: io.StringIO) -> None:
    logging.getLogger("slack_sdk.web").error("cannot parse %s", SECRET)
    assert "Siobhan" not in written.getvalue()
    assert "test_logs:" in written.getvalue()


def test_libraries_are_quiet_below_warning(written: io.StringIO) -> None:
    logging.getLogger("slack_bolt.AsyncApp").info(SECRET)
    logging.getLogger("aiohttp.access").debug(SECRET)
    assert written.getvalue() == ""


def test_a_traceback_is_reduced_to_kind_and_place(written: io.StringIO) -> None:
    try:
        raise ValueError(SECRET)
    except ValueError:
        logging.getLogger("alliance.test").exception("it failed")
    assert "Siobhan" not in written.getvalue()
    assert "ValueError at test_logs.py:" in written.getvalue()


async def test_background_failures_are_logged_without_their_words(written: io.StringIO) -> None:
    async def fails() -> None:
        raise RuntimeError(SECRET)

    background = Background()
    background.start(fails(), "a try")
    await background.drain()
    assert "a try failed: RuntimeError at test_logs.py:" in written.getvalue()
    assert "Siobhan" not in written.getvalue()
