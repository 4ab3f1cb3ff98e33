"""Messages of ours that change once they were acted upon."""

from __future__ import annotations

from bot.services import Services
from bot.views.kit import Message, context, section
from reflections.model import Clinician


async def close_card(
    services: Services, clinician: Clinician, ts: str, line: str, *, typed: bool = False
) -> None:
    """Replace a message, and the note it may carry, by one line. Who ``typed`` the note as a
    message is still reminded that Slack holds it."""
    reminder = [context(services.library(clinician).say("intake.delete_original"))] if typed else []
    await redraw(services, clinician, ts, Message(line, [section(line), *reminder]))


async def redraw(services: Services, clinician: Clinician, ts: str, message: Message) -> None:
    await services.client.chat_update(
        channel=await services.directory.address(clinician),
        ts=ts,
        text=message.text,
        blocks=message.blocks,
    )
