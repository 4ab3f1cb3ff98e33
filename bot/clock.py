"""The tick: plan what fell due since the durable watermark, then send what is due.

APScheduler is only the metronome. What has to happen, and that it happens once, is in the store:
a start after a night catches up by the same code as any other tick.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.background import describe
from bot.delivery import Deliverer
from prompts.library import Library
from reflections.model import DeliveryKind
from reflections.schedule import GRACE, REPEAT_AFTER, plan_prompts, plan_tips
from reflections.stores import Store

log = logging.getLogger("alliance.clock")


class Clock:
    def __init__(
        self,
        store: Store,
        library: Library,
        deliverer: Deliverer,
        team: str,
        now: Callable[[], datetime],
        every: timedelta,
    ) -> None:
        self._store = store
        self._library = library
        self._deliverer = deliverer
        self._team = team
        self._now = now
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._scheduler.add_job(
            self.tick,
            "interval",
            seconds=every.total_seconds(),
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
            next_run_time=datetime.now().astimezone(),
        )

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def tick(self) -> None:
        try:
            await self._plan()
            await self._deliverer.send_due()
        except Exception as error:  # noqa: BLE001 - the next tick tries again
            log.error("the tick failed: %s", describe(error))

    async def _plan(self) -> None:
        """Enqueue what fell due in (watermark, now]; the watermark moves last, and planning a
        span twice makes nothing new."""
        now = self._now()
        after = max(await self._store.watermark() or now - GRACE, now - GRACE)
        if after >= now:
            return
        planned = 0
        for clinician in await self._store.clinicians():
            if not clinician.clinics:
                continue
            past = await self._store.deliveries(
                clinician.id, DeliveryKind.PROMPT, now - REPEAT_AFTER - timedelta(weeks=1)
            )
            new = plan_prompts(clinician, past, self._library, after, now)
            if new:
                await self._store.commit(clinician.id, now, deliveries=new)
                planned += len(new)
        plan = await self._store.tip_plan(self._team)
        if plan:
            tips, moved = plan_tips(plan, self._team, self._library, after, now)
            if tips:
                await self._store.commit(self._team, now, deliveries=tips, tip_plan=moved)
                planned += len(tips)
        await self._store.set_watermark(now)
        if planned:
            log.info("planned %d deliveries", planned)
