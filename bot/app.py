"""The Bolt app: every listener, and one handler for what none of them foresaw.

``process_before_response`` makes Bolt wait for a listener before it answers Slack. So
"acknowledged" means "kept": a listener commits first, and what can wait goes on in the background.
"""

from __future__ import annotations

import logging
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.background import describe
from bot.directory import owner_of
from bot.listeners import (
    actions,
    commands,
    home,
    imports,
    keeping,
    messages,
    plans,
    reflections,
    submissions,
    teams,
    tips,
    trends,
)
from bot.listeners.messages import not_saved
from bot.services import Services
from reflections.stores import StoreError

log = logging.getLogger("alliance.app")


def build_app(services: Services) -> AsyncApp:
    app = AsyncApp(
        client=services.client,
        signing_secret=services.settings.slack_signing_secret,
        process_before_response=True,
        logger=logging.getLogger("slack_bolt.alliance"),
    )

    @app.error
    async def on_error(error: Exception, body: dict[str, Any], context: AsyncBoltContext) -> None:
        log.error("%s failed: %s", body.get("type", "a request"), describe(error))
        user = body.get("user") or body.get("event", {}).get("user") or body.get("user_id")
        user_id = user.get("id") if isinstance(user, dict) else user
        if user_id:
            owner = owner_of(str(context.team_id), user_id)
            apology = _apologise(services, owner, user_id, error)
            services.background.start(apology, "an apology")

    surfaces = (home, messages, commands, actions, reflections, keeping, trends, submissions)
    for listeners in (*surfaces, imports, teams, tips, plans):
        listeners.register(app, services)
    return app


async def _apologise(services: Services, owner: str, user: str, error: Exception) -> None:
    library = await services.library_of(owner)
    text = library.say("error.generic")
    if isinstance(error, StoreError):
        text = not_saved(library, error, "error.not_saved")
    await services.client.chat_postMessage(channel=user, text=text)
