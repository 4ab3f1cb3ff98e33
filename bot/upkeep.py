"""What the clock looks after beside questions: what has had its time, who is to be forgotten."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from bot.background import describe
from bot.services import Services
from reflections.retention import expire

log = logging.getLogger("alliance.upkeep")

_DAILY = timedelta(days=1)


class Upkeep:
    def __init__(self, services: Services) -> None:
        self._services = services
        self._grace = timedelta(days=services.settings.alliance_left_grace_days)
        self._expired_at: datetime | None = None

    async def look(self) -> None:
        """One look: what is held for a while is let go of, forgetting goes on, and once a day
        expiry runs. Nothing of what went is logged, nor how much it was."""
        services, now = self._services, self._services.now()
        services.intake.tidy()
        if self._expired_at is None or now - self._expired_at >= _DAILY:
            self._expired_at = now
            people = await expire(services.store, now)
            log.info("the daily expiry has run for %d people", people)
            for clinician in await services.store.clinicians():
                if clinician.left_at and now - clinician.left_at >= self._grace:
                    log.info("somebody left the workspace %d days ago", self._grace.days)
                    try:
                        await services.forgetter.begin(clinician.id)
                    except Exception as error:  # noqa: BLE001 - one that fails holds up no other
                        log.error("a forgetting could not begin: %s", describe(error))
        await services.forgetter.go_on()
