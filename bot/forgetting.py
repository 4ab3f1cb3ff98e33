"""Forget me: what is kept goes first, then the bot's own messages, then a receipt.

It may stop anywhere, by a kill or by Slack's limits, and goes on from what is written down: who,
under which tombstone, in which language, and how far back the messages are done. Nothing else of
the person is kept meanwhile, and that is deleted with the receipt.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.models.metadata import Metadata
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from bot.background import describe, slack_error
from bot.delivery import EVENT_TYPE, digest, status_and_code
from bot.directory import user_of
from bot.outbox import Outbox
from bot.views.kit import section
from prompts.library import Libraries, Library
from reflections.intake import Intake
from reflections.model import Forgetting
from reflections.stores import Store, Unreadable

log = logging.getLogger("alliance.forgetting")

LEASE = timedelta(seconds=90)
_PAGE = 100
_TELL_EVERY = 25
"""Messages taken back between two words on how far it is."""
_OUT_OF_REACH = frozenset(
    {
        "account_inactive",
        "cannot_dm_bot",
        "channel_not_found",
        "is_archived",
        "messages_tab_disabled",
        "user_disabled",
        "user_not_found",
    }
)
"""Slack's errors where a conversation is closed to us for good: its person is gone."""
_PASSING = frozenset({"fatal_error", "internal_error", "ratelimited", "service_unavailable"})
"""Slack's errors that another try may mend, although its answer came through."""
_GONE = frozenset({"message_not_found", "file_not_found", "file_deleted"})


class Forgetter:
    """``client`` does not wait out Slack's limits by itself: a wait is written down instead."""

    def __init__(
        self,
        store: Store,
        client: AsyncWebClient,
        libraries: Libraries,
        intake: Intake,
        outbox: Outbox,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._client = client
        self._libraries = libraries
        self._intake = intake
        self._outbox = outbox
        self._now = now

    async def begin(self, owner: str) -> None:
        """Erase what is kept of somebody. When this returns it is gone, and the rest is written
        down; ``go_on`` does it."""
        try:
            clinician = await self._store.clinician(owner)
        except Unreadable:
            clinician = None  # what cannot be read can still be erased
        stone = await self._store.stone(owner)
        before = [f for f in await self._store.forgettings() if f.owner == owner]
        address = clinician.address if clinician else ""
        left = before[0] if before else Forgetting(owner, address, self._now(), stone)
        language = clinician.language if clinician else left.language
        # Asked a second time: what came since is meant as well.
        left = replace(
            left,
            language=language,
            asked_at=self._now(),
            stone=stone or left.stone,
            reached="",
            told="",
        )
        await self._store.put_forgetting(replace(left, again_at=None))
        self._intake.forget(owner)
        self._outbox.forget(owner)
        await self._erase(left)

    async def _erase(self, left: Forgetting) -> None:
        """What lies under the tombstone, or under a key that is damaged, which has none."""
        await self._store.erase(left.owner, only=left.stone or "")

    async def go_on(self) -> None:
        """Go on with everybody who is being forgotten, as far as Slack lets us now."""
        for waiting in await self._store.forgettings():
            taken = await self._store.take_forgetting(waiting.owner, self._now(), LEASE)
            if taken:
                try:
                    await self._go_on_with(taken)
                except Exception as error:  # noqa: BLE001 - one that fails holds up no other
                    log.error("a forgetting failed, and is tried again: %s", describe(error))

    async def _go_on_with(self, left: Forgetting) -> None:
        wait = timedelta(seconds=30)
        try:
            await self._erase(left)
            await self._take_back(left)
            return
        except SlackApiError as error:
            code = slack_error(error)
            if code in _OUT_OF_REACH:
                log.warning("a forgetting ends: Slack answered %s", code)
                await self._store.drop_forgetting(left.owner)
                return
            wait = timedelta(seconds=float(error.response.headers.get("Retry-After", 30)))
            log.info("a forgetting waits: Slack answered %s", code or "with an error")
        except (aiohttp.ClientError, TimeoutError, OSError, asyncio.IncompleteReadError) as error:
            log.warning("a forgetting waits: %s", type(error).__name__)
        # As it is written down by now, and not as it was when we began.
        for reached in await self._store.forgettings():
            if reached.owner == left.owner:
                await self._store.put_forgetting(replace(reached, again_at=self._now() + wait))

    async def _take_back(self, left: Forgetting) -> None:
        if not left.address:
            answer = await self._client.conversations_open(users=user_of(left.owner))
            left = await self._note(replace(left, address=str(answer["channel"]["id"])))
        if not left.told:
            if await self._store.clinician(left.owner) is None:
                await self._client.views_publish(
                    user_id=user_of(left.owner), view=self._nothing(left)
                )
            left = await self._note(replace(left, told=await self._tell(left)))
        more = True
        while more:
            page = await self._client.conversations_history(
                channel=left.address,
                latest=left.reached or left.told,
                limit=_PAGE,
            )
            for message in page["messages"]:
                left = await self._take(left, message)
            more = bool(page.get("has_more"))
        if await self._store.clinician(left.owner) is None:
            # What was on its way to them when their shard went.
            page = await self._client.conversations_history(
                channel=left.address, oldest=left.told, limit=_PAGE
            )
            for message in page["messages"]:
                left = await self._take(left, message)
        await self._client.chat_update(
            channel=left.address, ts=left.told, text=self._receipt(left), blocks=[]
        )
        await self._store.drop_forgetting(left.owner)
        log.info("a forgetting is done")

    async def _note(self, left: Forgetting) -> Forgetting:
        """Write down how far it is, and hold on to it."""
        held = replace(left, again_at=self._now() + LEASE)
        await self._store.put_forgetting(held)
        return held

    async def _take(self, left: Forgetting, message: dict[str, Any]) -> Forgetting:
        """Take back one message, if it is ours."""
        ts = str(message["ts"])
        if not message.get("bot_id") or ts == left.told:
            return replace(left, reached=ts)
        gone = True
        for file in message.get("files") or ():
            gone &= await self._deleted(self._client.files_delete(file=file["id"]))
        gone &= await self._deleted(self._client.chat_delete(channel=left.address, ts=ts))
        left = await self._note(
            replace(left, reached=ts, taken=left.taken + gone, left=left.left + (not gone))
        )
        if left.taken and left.taken % _TELL_EVERY == 0:
            text = self._library(left).say("erase.progress_count", messages=left.taken)
            await self._client.chat_update(channel=left.address, ts=left.told, text=text, blocks=[])
        return left

    async def _deleted(self, deleting: Any) -> bool:
        """Whether it is gone; False where Slack will not have it so. Limits and outages raise."""
        try:
            await deleting
        except SlackApiError as error:
            status, code = status_and_code(error)
            if code in _GONE:
                return True
            if status == 200 and code not in _PASSING and code not in _OUT_OF_REACH:
                return False
            raise
        return True

    async def _tell(self, left: Forgetting) -> str:
        """The message that says how far it is: looked for before it is posted, as a kill may have
        come between posting and writing down."""
        key = digest(f"forget:{left.owner}:{left.asked_at.isoformat()}")
        since = left.asked_at - timedelta(minutes=5)  # Slack's clock is another than ours
        page = await self._client.conversations_history(
            channel=left.address,
            oldest=f"{since.timestamp():.6f}",
            include_all_metadata=True,
            limit=_PAGE,
        )
        for message in page["messages"]:
            payload = (message.get("metadata") or {}).get("event_payload") or {}
            if payload.get("key") == key:
                return str(message["ts"])
        answer = await self._client.chat_postMessage(
            channel=left.address,
            text=self._library(left).say("erase.progress"),
            metadata=Metadata(EVENT_TYPE, {"key": key}),
        )
        return str(answer["ts"])

    def _receipt(self, left: Forgetting) -> str:
        say = self._library(left).say
        text = say("erase.receipt", messages=left.taken)
        if left.left:
            text += "\n\n" + say("erase.receipt_messages_left", messages=left.left)
        text += "\n\n" + say("erase.remains")
        if not left.stone:
            text += "\n\n" + say("erase.receipt_unmarked")
        return text

    def _nothing(self, left: Forgetting) -> View:
        return View(type="home", blocks=[section(self._library(left).say("erase.home"))])

    def _library(self, left: Forgetting) -> Library:
        return self._libraries.of(left.language)
