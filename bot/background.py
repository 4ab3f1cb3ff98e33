"""Work that goes on after Slack was answered."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Coroutine
from typing import Any

from slack_sdk.errors import SlackApiError

log = logging.getLogger("alliance.background")


class Background:
    """Keeps the tasks, so that none is lost to the garbage collector, and ends them in order."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, object], what: str) -> None:
        """Run ``work``; a failure is logged as ``what`` with its kind and place, not its words."""
        task = asyncio.create_task(self._run(work, what))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, work: Coroutine[Any, Any, object], what: str) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001 - the last place that can hear of it
            log.error("%s failed: %s", what, describe(error))

    async def drain(self, seconds: float = 10) -> None:
        """Wait for what is under way and what comes of it, at most so long."""
        end = asyncio.get_running_loop().time() + seconds
        while self._tasks and (left := end - asyncio.get_running_loop().time()) > 0:
            await asyncio.wait(self._tasks, timeout=left)


def describe(error: BaseException) -> str:
    """The kind and the place of an error. Its message may quote a note, so it is left out; Slack's
    own error names are safe."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else ""
    code = f" ({slack_error(error)})" if isinstance(error, SlackApiError) else ""
    return f"{type(error).__name__}{code}{place}"


def slack_error(error: SlackApiError) -> str:
    """Slack's name for what was wrong. A body that is not JSON leaves none, and its response is
    aiohttp's own."""
    data = getattr(error.response, "data", None)
    return str(data.get("error", "")) if isinstance(data, dict) else ""
