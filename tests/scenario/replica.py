"""A bot of its own, a process that tests may stop and kill: ``python -m tests.scenario.replica``.

It is the real one but for this, mostly from the environment: leases last ``REPLICA_LEASE`` seconds
and posts a third of that, so that a test need not wait for minutes; the clock is ahead by what
``REPLICA_AHEAD`` (seconds) says; it kills itself with SIGKILL at the n-th time that it comes to the
step in ``REPLICA_DIES``, such as ``after claim 3``; and it cannot read notes.
"""

from __future__ import annotations

import asyncio
import os
import signal
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any

import bot.bootstrap
import bot.delivery
from bot.settings import load_settings
from prompts import library as content
from reflections.stores.records import RecordStore

STEPS = {
    "plan": (RecordStore, "commit"),
    "tips": (RecordStore, "change_tips"),
    "watermark": (RecordStore, "set_watermark"),
    "slot": (RecordStore, "change_pace"),
    "claim": (RecordStore, "claim"),
    "look": (bot.delivery.Deliverer, "_look"),
    "post": (bot.delivery.AsyncWebClient, "chat_postMessage"),
    "settle": (RecordStore, "settle"),
}
"""The named steps on the way of a prompt, or of a tip."""


def dies(when: str, step: str, count: int) -> None:
    """The process ends before or after the ``count``-th call of a step."""
    place, name = STEPS[step]
    call = getattr(place, name)
    calls = 0

    @wraps(call)
    async def mortal(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        last = calls == count
        if last and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        answer = await call(*args, **kwargs)
        if last:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    setattr(place, name, mortal)


class Unread:
    """In place of the screen and the engine, which take most of a start: nobody writes here."""

    def with_rules(self, _: object) -> Unread:
        return self


async def main() -> None:
    lease = float(os.environ.get("REPLICA_LEASE", bot.delivery.LEASE.total_seconds()))
    bot.delivery.LEASE = timedelta(seconds=lease)
    bot.delivery.POST_SECONDS = bot.bootstrap.POST_SECONDS = lease / 3  # type: ignore[assignment]
    ahead = timedelta(seconds=float(os.environ.get("REPLICA_AHEAD", "0")))
    if death := os.environ.get("REPLICA_DIES"):
        when, step, count = death.split()
        dies(when, step, int(count))
    unread: Any = Unread()
    parts = bot.bootstrap.Parts({"en-GB": content.load()}, unread, unread)
    async with bot.bootstrap.running(
        load_settings(), lambda: datetime.now(UTC) + ahead, parts=parts
    ):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
