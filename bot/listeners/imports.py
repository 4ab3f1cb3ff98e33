"""A copy brought back by its owner: a JSON export, as a file in a form."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.models.views import View

from bot.background import describe, slack_error
from bot.fetch import FetchError, download
from bot.listeners import home
from bot.listeners.actions import Body, open_view, presser, reader
from bot.services import Services
from bot.views import ids, note
from bot.views import imports as views
from bot.views.forms import notice_modal
from bot.views.kit import Message
from reflections.export import Export, ExportError, from_json
from reflections.model import Clinician
from reflections.stores import StoreError, UnknownClinician

log = logging.getLogger("alliance.imports")

MOST_BYTES = 16 << 20
"""Of a file: some five thousand long reflections."""
_SECONDS = 60
LONG = 100
"""Reflections from which on it takes long enough to say so in the chat first."""
TELL_EVERY = 50


def register(app: AsyncApp, services: Services) -> None:
    one = asyncio.Lock()  # so that a few long files do not keep the whole processor busy
    busy: set[str] = set()

    @app.action(ids.IMPORT)
    async def asked(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        view = views.import_modal(await reader(services, context))
        open_view(services, body, view, what="the import form")

    @app.view(ids.IMPORT_MODAL)
    async def sent(ack: AsyncAck, view: dict[str, Any], context: AsyncBoltContext) -> None:
        clinician = await presser(services, context)
        library = services.library(clinician)
        files = view["state"]["values"]["file"]["file"].get("files") or []
        if not files:
            neither = library.say("import.error.no_file")
            await ack(response_action="errors", errors={"file": neither})
            return
        # Whoever is forgotten from now on has given no file.
        stone = await services.store.stone(clinician.id)
        reading = notice_modal(library, library.say("import.reading"), "import.title")
        await ack(response_action="update", view=reading)
        # A second click finds the first at work; what a kill cut off is sent again, and finds there
        # what was kept.
        if view["id"] not in busy:
            busy.add(view["id"])
            taking = take(clinician, stone, files[0], view["id"])
            services.background.start(taking, "bringing a copy back")

    async def take(
        clinician: Clinician, stone: str | None, file: Mapping[str, Any], view: str
    ) -> None:
        try:
            async with one:
                await _take(services, clinician, stone, file, _Form(services, view))
        finally:
            busy.discard(view)


async def _take(
    services: Services,
    clinician: Clinician,
    stone: str | None,
    file: Mapping[str, Any],
    form: _Form,
) -> None:
    """Read a file, keep what may be kept, and say what came of it in the form and in the chat."""
    library = services.library(clinician)
    event = f"import:{form.view}:{file.get('id')}"
    try:
        data = await download(services.client, file, MOST_BYTES, _SECONDS)
        given = await asyncio.to_thread(from_json, data)
        message = await _bring(services, clinician, stone, given, form, event)
    except UnknownClinician:  # forgotten meanwhile
        return
    except Exception as error:  # noqa: BLE001 - who was told that it's being read hears what came
        if not isinstance(error, FetchError | ExportError | StoreError):
            log.error("bringing a copy back failed: %s", describe(error))
        problem = views.problem(library, error)
        if not await form.show(views.import_modal(library, problem=problem)):
            await _say(services, clinician, f"{event}:problem", note.plain_message(problem))
        return
    if message is None:
        return
    await form.show(notice_modal(library, message.text, "import.title"))
    await _say(services, clinician, f"{event}:done", message)
    await home.publish(services, clinician.id)


async def _bring(
    services: Services,
    clinician: Clinician,
    stone: str | None,
    given: Export,
    form: _Form,
    event: str,
) -> Message | None:
    """None where the clinician was forgotten meanwhile: then there is nobody to tell."""
    library, number = services.library(clinician), len(given.reflections)
    if number >= LONG:
        long = note.plain_message(library.say("import.long", number=number))
        await _say(services, clinician, f"{event}:long", long)

    async def tell(done: int) -> None:
        if number >= LONG and done % TELL_EVERY == 0:
            so_far = library.say("import.progress", done=done, number=number)
            await form.show(notice_modal(library, so_far, "import.title"))

    brought = await services.importer.bring_back(clinician.id, stone, given, tell)
    # As they want it kept now.
    now = await services.store.clinician(clinician.id)
    return None if brought.ended or now is None else views.what_came(library, brought, now)


class _Form:
    """The form that was sent, for as long as it stands open."""

    def __init__(self, services: Services, view: str) -> None:
        self.view = view
        self._services = services
        self._open = True

    async def show(self, view: View) -> bool:
        """Whether it could be shown."""
        try:
            if self._open:
                await self._services.client.views_update(view_id=self.view, view=view)
        except SlackApiError as error:
            self._open = False
            log.info("a form is closed: Slack answered %s", slack_error(error))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            self._open = False  # how a form looks holds nothing up
            log.info("a form was not changed: %s", type(error).__name__)
        return self._open


async def _say(services: Services, clinician: Clinician, event: str, message: Message) -> None:
    owed = await services.outbox.owe_reply(clinician.id, event, message)
    if owed:
        await services.deliverer.send(owed)
