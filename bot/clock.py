"""The tick: plan what fell due since the durable watermark, then send what is due.

APScheduler is only the metronome. What has to happen, and that it happens once, is in the store:
a start after a night catches up by the same code as any other tick.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.background import Background, describe
from bot.delivery import Deliverer
from bot.teamwork import Teamwork
from prompts.library import Library
from reflections.model import Clinician, DeliveryKind
from reflections.schedule import (
    GRACE,
    LOOK_BACK,
    NextEnds,
    left_open,
    plan_prompts,
)
from reflections.stores import UNREADABLE, Store, StoreError, UnknownClinician, Unreadable

log = logging.getLogger("alliance.clock")

_PEOPLE_A_MINUTE = 80
"""Slack allows a little over a hundred calls of users.info a minute."""


class Clock:
    """``every`` is real time; what is due is decided by ``now``. ``teamwork`` sees to the teams'
    tips; ``daily`` is what is looked up, such as a time zone, once a day for everybody, a few
    people a tick; ``look_after`` is run beside each tick, one at a time."""

    def __init__(
        self,
        store: Store,
        library: Library,
        deliverer: Deliverer,
        background: Background,
        now: Callable[[], datetime],
        every: timedelta,
        teamwork: Teamwork | None = None,
        daily: Sequence[Callable[[str], Coroutine[Any, Any, object]]] = (),
        look_after: Callable[[], Coroutine[Any, Any, object]] | None = None,
    ) -> None:
        self._store = store
        self._library = library
        self._deliverer = deliverer
        self._background = background
        self._now = now
        self._teamwork = teamwork
        self._daily = daily
        self._people_a_tick = max(1, int(_PEOPLE_A_MINUTE * every.total_seconds() / 60))
        self._to_look_up: list[str] = []
        self._look_after = look_after
        self._looking = asyncio.Lock()
        self._listed_at: datetime | None = None
        self._next_ends = NextEnds()
        self._ticking = asyncio.Lock()
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._scheduler.add_job(
            self._start_tick,
            "interval",
            seconds=every.total_seconds(),
            coalesce=True,
            misfire_grace_time=None,
        )

    def start(self) -> None:
        """Catch up at once, then tick."""
        self._background.start(self.tick(), "the tick")
        self._scheduler.start()

    def stop(self) -> None:
        """No further tick; one that is under way goes on in the background, and is waited for
        there."""
        self._scheduler.shutdown(wait=False)

    async def _start_tick(self) -> None:
        if not self._ticking.locked():
            self._background.start(self.tick(), "the tick")

    async def tick(self) -> None:
        async with self._ticking:
            # Beside it, because whoever is forgotten may have many messages to take back.
            self._background.start(self._look(), "the upkeep")
            await self._look_up()
            await self._plan()
            await self._deliverer.send_due()
            if self._teamwork:
                await self._teamwork.count(self._now())

    async def _look(self) -> None:
        if self._look_after and not self._looking.locked():
            async with self._looking:
                await self._look_after()

    async def _look_up(self) -> None:
        """Somebody who travels is asked by the clock that they live by now, and about the clinics
        that their calendar holds now; and whether they are still there."""
        if not self._daily:
            return
        now = self._now()
        if self._listed_at is None or now - self._listed_at >= timedelta(days=1):
            self._listed_at = now
            everybody = await self._store.clinicians()
            self._to_look_up = [c.id for c in everybody]
        for _ in range(min(self._people_a_tick, len(self._to_look_up))):
            owner = self._to_look_up.pop()
            for look_up in self._daily:
                self._background.start(look_up(owner), "a daily look")

    async def _plan(self) -> None:
        """Enqueue what fell due in (watermark, now]; the watermark moves last, and planning a
        span twice makes nothing new."""
        now = self._now()
        before = await self._store.watermark()
        after = max(before or now - GRACE, now - GRACE)
        if after >= now:
            return
        planned, failed = 0, False
        # Most people's clinics end at other times, and their shards need not be read.
        for clinician in self._next_ends.ending(await self._store.clinicians(), after, now):
            try:
                planned += await self._plan_for(clinician, after, now)
            except UnknownClinician:
                pass  # forgotten since the list was made
            except Unreadable as error:
                log.error("nothing planned for one person, %s: %s", describe(error), UNREADABLE)
            except StoreError as error:
                log.error("nothing planned for one person yet: %s", describe(error))
                failed = True
        if self._teamwork:
            # A bot that has just been installed has no tip of this morning to catch up with.
            planned += await self._teamwork.plan(after if before else now, now)
        if not failed:
            await self._store.set_watermark(now)
        if planned:
            log.info("planned %d deliveries", planned)

    async def _plan_for(self, clinician: Clinician, after: datetime, now: datetime) -> int:
        past = await self._store.deliveries(clinician.id, DeliveryKind.PROMPT, now - LOOK_BACK)
        lean = left_open(await self._store.reflections(clinician.id, limit=1))
        new = plan_prompts(clinician, past, self._library, after, now, lean)
        if new:
            await self._store.commit(clinician.id, now, deliveries=new)
        if any(d.kind is DeliveryKind.NOTICE for d in new):
            # Said once, and remembered: the silence lasts longer than the prompts looked at.
            await self._store.change_clinician(clinician.id, lambda c: replace(c, stopped=True))
        return len(new)
