"""What is owed to people, and how each kind of delivery becomes a letter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from zlib import crc32

from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery import Letter, Render
from bot.directory import Directory
from bot.settings import Settings
from bot.views import note
from bot.views.feedback import feedback_message
from bot.views.kit import Message
from bot.views.prompt import prompt_message
from bot.views.tips import tip_message
from prompts.library import Library
from reflections.intake import Intake
from reflections.model import Delivery, DeliveryKind, DeliveryState
from reflections.stores import Store


class Outbox:
    """Renders deliveries. Replies that quote a note not kept wait here, in memory only."""

    def __init__(
        self,
        store: Store,
        library: Library,
        intake: Intake,
        directory: Directory,
        client: AsyncWebClient,
        settings: Settings,
        contacts: Mapping[str, str],
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._library = library
        self._intake = intake
        self._directory = directory
        self._client = client
        self._settings = settings
        self._contacts = contacts
        self._now = now
        self._replies: dict[str, Message] = {}

    @property
    def renders(self) -> Mapping[DeliveryKind, Render]:
        return {
            DeliveryKind.PROMPT: self._prompt,
            DeliveryKind.FEEDBACK: self._feedback,
            DeliveryKind.REPLY: self._reply,
            DeliveryKind.TIP: self._tip,
        }

    async def owe_reply(self, owner: str, event: str, message: Message) -> Delivery | None:
        """Write down, with the event that it answers, that a reply is owed; None for an event that
        was answered before. The words stay in memory: after a crash the person is told so."""
        now = self._now()
        delivery = Delivery(f"reply:{event}", owner, DeliveryKind.REPLY, due=now)
        if not await self._store.commit(owner, now, event=event, deliveries=[delivery]):
            return None
        self._replies[delivery.key] = message
        return delivery

    async def ended(self, delivery: Delivery, state: DeliveryState) -> None:
        """Let go of a reply that is out; tell the leads of a tip that may not be."""
        self._replies.pop(delivery.key, None)
        if delivery.kind is DeliveryKind.TIP and state is not DeliveryState.SENT:
            text = self._library.say(
                "tip.not_confirmed", channel=f"<#{self._settings.alliance_team_channel}>"
            )
            for lead in sorted(self._settings.leads):
                await self._client.chat_postMessage(channel=lead, text=text)

    async def _prompt(self, delivery: Delivery) -> Letter | None:
        clinician = await self._store.clinician(delivery.owner)
        if clinician is None:
            return None
        if clinician.is_paused(clinician.today(self._now())) and not delivery.uncertain:
            return None
        openings = self._library.variants("prompt.opening")
        message = prompt_message(
            self._library,
            self._library.prompt(delivery.ref),
            delivery.key,
            openings[crc32(delivery.key.encode()) % len(openings)],
        )
        return Letter(await self._directory.address(clinician), message)

    async def _feedback(self, delivery: Delivery) -> Letter | None:
        clinician = await self._store.clinician(delivery.owner)
        reflection = await self._intake.with_feedback(delivery.owner, delivery.ref)
        if clinician is None or reflection is None:
            return None
        message = feedback_message(self._library, reflection, self._contacts)
        return Letter(await self._directory.address(clinician), message)

    async def _reply(self, delivery: Delivery) -> Letter | None:
        clinician = await self._store.clinician(delivery.owner)
        if clinician is None:
            return None
        lost = note.plain_message(self._library.say("intake.reply_lost"))
        message = self._replies.get(delivery.key, lost)
        return Letter(await self._directory.address(clinician), message)

    async def _tip(self, delivery: Delivery) -> Letter | None:
        channel = self._settings.alliance_team_channel
        if not channel:
            return None
        message = tip_message(self._library, self._library.tip(delivery.ref))
        return Letter(channel, message, can_look=False)
