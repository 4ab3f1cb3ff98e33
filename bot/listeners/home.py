"""App Home."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import time
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.models.views import View

from bot.background import slack_error
from bot.directory import user_of
from bot.listeners.messages import meet
from bot.services import Services
from bot.views.home import Looking, home_view
from bot.views.kit import section
from reflections.history import months_before
from reflections.model import Clinician, DeliveryKind
from reflections.schedule import LOOK_BACK, local_instant, next_prompt_at
from reflections.stores import UNREADABLE, Unreadable
from reflections.trends import MONTHS, Trends, trends

log = logging.getLogger("alliance.home")

LATELY = 3


def register(app: AsyncApp, services: Services) -> None:
    @app.event("app_home_opened")
    async def opened(event: dict[str, Any], context: AsyncBoltContext) -> None:
        if event.get("tab") != "home":
            return
        try:
            clinician, new = await meet(services, str(context.team_id), event["user"])
        except Unreadable:
            services.background.start(_not_read(services, event["user"]), "App Home")
            return
        services.background.start(_refresh_and_publish(services, clinician.id, new), "App Home")


async def _refresh_and_publish(services: Services, owner: str, new: bool) -> None:
    await services.directory.refresh(owner, new=new)
    await publish(services, owner)


async def _not_read(services: Services, user: str) -> None:
    log.error("App Home not drawn: %s", UNREADABLE)
    view = View(type="home", blocks=[section(services.libraries.of("").say("error.unreadable"))])
    await services.client.views_publish(user_id=user, view=view)


async def publish(services: Services, owner: str) -> None:
    """Draw a clinician's App Home anew, or say there that it cannot be."""
    try:
        await _publish(services, owner)
    except Unreadable:
        await _not_read(services, user_of(owner))


async def _publish(services: Services, owner: str) -> None:
    clinician = await services.store.clinician(owner)
    if clinician is None:
        return
    now = services.now()
    past = await services.store.deliveries(owner, DeliveryKind.PROMPT, now - LOOK_BACK)
    looking = Looking(
        await services.store.reflections(owner, limit=LATELY),
        await services.store.plans(owner),
        None if clinician.trends_hidden else await over_time(services, clinician),
    )

    async def show(clinician: Clinician) -> None:
        upcoming = next_prompt_at(clinician, past, now)
        reads_with = services.settings.reads_with
        library = services.library(clinician)
        names = {code: each.name for code, each in services.libraries.by_language.items()}
        view = home_view(library, clinician, past, upcoming, looking, now, reads_with, names)
        await services.client.views_publish(user_id=user_of(owner), view=view)

    try:
        await show(clinician)
    except SlackApiError as error:
        if not clinician.picture:
            raise
        # A picture that was deleted in Slack, or that is not through there yet, spoils the page.
        log.warning("App Home without its picture: Slack answered %s", slack_error(error))
        await show(replace(clinician, picture=""))


async def over_time(services: Services, clinician: Clinician) -> Trends:
    """What the clinician's own notes of the last months show."""
    today = clinician.today(services.now())
    first = months_before(today.replace(day=1), MONTHS - 1)
    since = local_instant(first, time(), clinician.zone)
    kept = await services.store.reflections_since(clinician.id, since)
    return await asyncio.to_thread(trends, kept, clinician.zone, services.library(clinician))
