"""How things went over time, for the one who wrote it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.errors import SlackApiError

from bot.background import slack_error
from bot.listeners import home
from bot.listeners.actions import Body, open_view, presser, value
from bot.services import Services
from bot.views import ids
from bot.views.trends import alternative, trends_modal
from reflections.charts import draw
from reflections.model import Clinician
from reflections.trends import Trends, can_be_drawn

_ALT = 1000
"""Characters that Slack takes for the description of a file."""


def register(app: AsyncApp, services: Services) -> None:
    @app.action(ids.TRENDS)
    async def opened(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        clinician = await presser(services, context)
        view = trends_modal(services.library(clinician), await home.over_time(services, clinician))
        open_view(services, body, view, what="the trends")

    @app.action(ids.TRENDS_DRAW)
    async def drawn(ack: AsyncAck, context: AsyncBoltContext) -> None:
        await ack()
        clinician = await presser(services, context)
        found = await home.over_time(services, clinician)
        if can_be_drawn(found):
            services.background.start(_send_picture(services, clinician, found), "the picture")

    @app.action(ids.TRENDS_HIDE)
    async def hidden(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        clinician = await presser(services, context)
        hide = value(body) == "hide"
        await services.store.change_clinician(
            clinician.id, lambda c: replace(c, trends_hidden=hide, picture="")
        )
        await ack()
        if clinician.picture:
            services.background.start(_take_away(services, clinician.picture), "a picture")
        services.background.start(home.publish(services, clinician.id), "App Home")


async def _send_picture(services: Services, clinician: Clinician, found: Trends) -> None:
    """Draw it, send it to the clinician's own chat, and show it on their Home tab. It stands in
    Slack, where only the two of us can open it; the one before is taken away."""
    library = services.library(clinician)
    png = await asyncio.to_thread(draw, found, library)
    answer = await services.client.files_upload_v2(
        content=png,
        filename="over-time.png",
        title=library.say("trends.picture_title"),
        alt_txt=alternative(library, found)[:_ALT],
        channel=await services.directory.address(clinician),
        initial_comment=library.say("trends.drawn"),
    )
    file = str(answer["files"][0]["id"])
    await services.store.change_clinician(clinician.id, lambda c: replace(c, picture=file))
    await home.publish(services, clinician.id)
    if clinician.picture:
        await _take_away(services, clinician.picture)


async def _take_away(services: Services, file: str) -> None:
    try:
        await services.client.files_delete(file=file)
    except SlackApiError as error:
        if slack_error(error) not in ("file_not_found", "file_deleted"):
            raise
