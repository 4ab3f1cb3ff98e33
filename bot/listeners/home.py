"""App Home."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.directory import user_of
from bot.services import Services
from bot.views.home import home_view
from reflections.model import DeliveryKind
from reflections.schedule import LOOK_BACK, next_prompt_at

LATELY = 3


def register(app: AsyncApp, services: Services) -> None:
    @app.event("app_home_opened")
    async def opened(event: dict[str, Any], context: AsyncBoltContext) -> None:
        if event.get("tab") != "home":
            return
        clinician, _ = await services.directory.meet(str(context.team_id), event["user"])
        services.background.start(_refresh_and_publish(services, clinician.id), "App Home")


async def _refresh_and_publish(services: Services, owner: str) -> None:
    await services.directory.refresh(owner)
    await publish(services, owner)


async def publish(services: Services, owner: str) -> None:
    """Draw a clinician's App Home anew."""
    clinician = await services.store.clinician(owner)
    if clinician is None:
        return
    now = services.now()
    past = await services.store.deliveries(owner, DeliveryKind.PROMPT, now - LOOK_BACK)
    view = home_view(
        services.library,
        clinician,
        past,
        next_prompt_at(clinician, past, now),
        await services.store.reflections(owner, limit=LATELY),
        now,
        services.settings.reads_with,
    )
    await services.client.views_publish(user_id=user_of(owner), view=view)
