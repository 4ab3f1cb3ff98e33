"""What is owed to people, and how each kind of delivery becomes a letter."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zlib import crc32

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.background import slack_error
from bot.delivery import Letter, Render, Upload
from bot.directory import Directory, user_of
from bot.teamwork import Teamwork
from bot.views import forms, note, plans, tips
from bot.views.feedback import feedback_message
from bot.views.kit import Message
from bot.views.prompt import prompt_message, reminder_message
from prompts.library import Libraries, Library
from reflections.export import Wanted, made
from reflections.intake import Intake
from reflections.model import Clinician, Delivery, DeliveryKind, DeliveryState, Plan, TipState
from reflections.retention import UNDO_FOR
from reflections.schedule import (
    GRACE,
    LOOK_BACK,
    SLOW_AFTER,
    in_quiet_hours,
    may_be_asked,
    next_free,
    one_too_many,
    snooze_choices,
    unanswered,
)
from reflections.stores import EVERYTHING, Store, Unreadable

_WAIT = (DeliveryKind.PROMPT, DeliveryKind.REMINDER, DeliveryKind.NOTICE)
"""What nobody has asked for just now."""
_EVER = datetime(1970, 1, 1, tzinfo=UTC)
_WELCOME = "welcome"
"""Key and ref of the one reply whose words are the same for all, and so outlive a restart."""
PLAN_FRESH = timedelta(weeks=3)
"""A plan older than this is not asked about any more."""


class Outbox:
    """Renders deliveries. Replies that quote a note not kept wait here, in memory only."""

    def __init__(
        self,
        store: Store,
        libraries: Libraries,
        intake: Intake,
        directory: Directory,
        teamwork: Teamwork,
        client: AsyncWebClient,
        contacts: Mapping[str, str],
        now: Callable[[], datetime],
        reads_with: str = "",
    ) -> None:
        self._store = store
        self._libraries = libraries
        self._intake = intake
        self._directory = directory
        self._teamwork = teamwork
        self._client = client
        self._contacts = contacts
        self._now = now
        self._reads_with = reads_with
        self._replies: dict[tuple[str, str], Message] = {}

    @property
    def renders(self) -> Mapping[DeliveryKind, Render]:
        return {
            DeliveryKind.PROMPT: self._prompt,
            DeliveryKind.FEEDBACK: self._feedback,
            DeliveryKind.REPLY: self._reply,
            DeliveryKind.TIP: self._tip,
            DeliveryKind.TIP_NEWS: self._tip_news,
            DeliveryKind.REMINDER: self._reminder,
            DeliveryKind.NOTICE: self._notice,
            DeliveryKind.EXPORT: self._export,
            DeliveryKind.DELETION: self._deletion,
        }

    async def holds(self, deliveries: Sequence[Delivery]) -> Mapping[str, datetime]:
        """Those that have to wait, and until when: a question while its reader's notifications are
        off, a notice in quiet hours or on a free day as well, so that it is not lost."""
        now = self._now()
        asked = [d for d in deliveries if d.kind in _WAIT]
        held = {}
        for delivery in asked:
            try:
                clinician = await self._store.clinician(delivery.owner)
            except Unreadable:
                continue  # heard of when it is rendered, and holds up nobody else
            if clinician and delivery.kind is DeliveryKind.NOTICE:
                free = next_free(now, clinician)
                if free > now:
                    held[delivery.key] = free
        off = await self._directory.undisturbed({d.owner for d in asked if d.key not in held})
        return held | {d.key: off[d.owner] for d in asked if d.owner in off}

    async def owe_reply(self, owner: str, event: str, message: Message) -> Delivery | None:
        """Write down, with the event that it answers, that a reply is owed; None for an event that
        was answered before. The words stay in memory: after a crash the person is told so."""
        now = self._now()
        delivery = Delivery(f"reply:{event}", owner, DeliveryKind.REPLY, due=now)
        if not await self._store.commit(owner, now, event=event, deliveries=[delivery]):
            return None
        self._replies[owner, delivery.key] = message
        return delivery

    async def owe_welcome(self, owner: str) -> Delivery:
        """Write down that somebody new is owed the welcome. However often, it is sent once."""
        now = self._now()
        delivery = Delivery(_WELCOME, owner, DeliveryKind.REPLY, due=now, ref=_WELCOME)
        await self._store.commit(owner, now, deliveries=[delivery])
        await self._store.change_clinician(owner, lambda c: replace(c, greeted=True))
        return delivery

    def forget(self, owner: str) -> None:
        """Let go of the replies that wait for somebody."""
        self._replies = {k: m for k, m in self._replies.items() if k[0] != owner}

    async def ended(self, delivery: Delivery, state: DeliveryState) -> None:
        """Let go of a reply that is out; write back what became of a tip, and tell whoever asked
        for a copy of theirs where it may not be out."""
        self._replies.pop((delivery.owner, delivery.key), None)
        if delivery.kind is DeliveryKind.TIP:
            await self._teamwork.went(delivery, state, self._now())
        lost = (DeliveryState.UNCONFIRMED, DeliveryState.FAILED)
        if delivery.kind is DeliveryKind.EXPORT and state in lost:
            clinician = await self._store.clinician(delivery.owner)
            text = self._library(clinician).say("export.not_sure")
            await self._client.chat_postMessage(channel=user_of(delivery.owner), text=text)

    def _library(self, clinician: Clinician | None) -> Library:
        """The words that this clinician reads."""
        return self._libraries.of(clinician.language if clinician else "")

    async def _prompt(self, delivery: Delivery) -> Letter | DeliveryState:
        clinician = await self._store.clinician(delivery.owner)
        if clinician is None:
            return DeliveryState.DROPPED
        if ends := self._unwelcome(delivery, clinician):
            return ends
        now = self._now()
        past = await self._store.deliveries(delivery.owner, DeliveryKind.PROMPT, now - LOOK_BACK)
        if not delivery.uncertain and one_too_many(delivery, past, clinician, now):
            return DeliveryState.DROPPED
        before = [d for d in past if d.key != delivery.key]
        library = self._library(clinician)
        openings = library.variants("prompt.opening")
        message = prompt_message(
            library,
            library.prompt(delivery.ref),
            delivery.key,
            openings[crc32(delivery.key.encode()) % len(openings)],
            snooze_choices(now, clinician),
            slower=unanswered(clinician, before) == SLOW_AFTER,
        )
        if plan := await self._to_ask_about(delivery):
            message.blocks.append(plans.reminder(library, plan))
        return Letter(await self._directory.address(clinician), message)

    async def _reminder(self, delivery: Delivery) -> Letter | DeliveryState:
        """Once, and only while the question stands open and no other has come since."""
        clinician = await self._store.clinician(delivery.owner)
        prompt = await self._store.delivery(delivery.owner, delivery.ref)
        now = self._now()
        if clinician is None or prompt is None:
            return DeliveryState.DROPPED
        if ends := self._unwelcome(delivery, clinician):
            return ends
        later = await self._store.deliveries(delivery.owner, DeliveryKind.PROMPT, prompt.due)
        wanted = (
            clinician.reminders
            and prompt.state is DeliveryState.SENT
            and unanswered(clinician, later) > 0
            and len(later) == 1
            and now <= delivery.due + GRACE
        )
        if not wanted and not delivery.uncertain:
            return DeliveryState.DROPPED
        library = self._library(clinician)
        message = reminder_message(library, library.prompt(prompt.ref), prompt.key)
        return Letter(await self._directory.address(clinician), message)

    async def _notice(self, delivery: Delivery) -> Letter | DeliveryState:
        """A line about how the bot goes on. That it has stopped is unsaid once it has not."""
        clinician = await self._store.clinician(delivery.owner)
        if clinician is None:
            return DeliveryState.DROPPED
        if ends := self._unwelcome(delivery, clinician):
            return ends
        if delivery.ref == "stopped" and not clinician.stopped and not delivery.uncertain:
            return DeliveryState.DROPPED
        message = note.plain_message(self._library(clinician).say(f"notice.{delivery.ref}"))
        return Letter(await self._directory.address(clinician), message)

    def _unwelcome(self, delivery: Delivery, clinician: Clinician) -> DeliveryState | None:
        """How it ends where now is not the time: unwanted, or too late where the quiet hours have
        begun. What may have been sent already is looked for first."""
        now = self._now()
        if delivery.uncertain:
            return None
        if not may_be_asked(clinician, clinician.today(now)):
            return DeliveryState.DROPPED
        return DeliveryState.EXPIRED if in_quiet_hours(now, clinician) else None

    async def _feedback(self, delivery: Delivery) -> Letter | DeliveryState:
        clinician = await self._store.clinician(delivery.owner)
        reflection = await self._intake.with_feedback(delivery.owner, delivery.ref)
        if clinician is None or reflection is None:
            return DeliveryState.DROPPED
        message = feedback_message(self._library(clinician), reflection, self._contacts)
        return Letter(await self._directory.address(clinician), message)

    async def _reply(self, delivery: Delivery) -> Letter | DeliveryState:
        clinician = await self._store.clinician(delivery.owner)
        if clinician is None:
            return DeliveryState.DROPPED
        library = self._library(clinician)
        if delivery.ref == _WELCOME:
            message = forms.welcome_message(library, self._reads_with)
        else:
            lost = note.plain_message(library.say("intake.reply_lost"))
            message = self._replies.get((delivery.owner, delivery.key), lost)
        return Letter(await self._directory.address(clinician), message)

    async def _to_ask_about(self, prompt: Delivery) -> Plan | None:
        """The newest open plan of these weeks that no other prompt has asked about; from now on it
        is this prompt's, however often it is tried."""
        since = self._now() - PLAN_FRESH
        fresh = [
            plan
            for plan in await self._store.plans(prompt.owner)
            if plan.made_at >= since and not plan.done and plan.asked in ("", prompt.key)
        ]
        if not fresh:
            return None
        return await self._store.change_plan(
            prompt.owner, fresh[-1].id, lambda plan: replace(plan, asked=prompt.key)
        )

    async def _export(self, delivery: Delivery) -> Letter | DeliveryState:
        """A copy of somebody's reflections, made when it is sent: no file is kept of it."""
        clinician = await self._store.clinician(delivery.owner)
        if clinician is None:
            return DeliveryState.DROPPED
        wanted = Wanted.unpack(delivery.ref)
        all_ = await self._store.reflections(delivery.owner, limit=EVERYTHING)
        plans = await self._store.plans(delivery.owner)
        library = self._library(clinician)
        content = await asyncio.to_thread(
            made, wanted, clinician, all_, plans, library, self._now()
        )
        address = await self._directory.address(clinician)
        here = note.plain_message(library.say("export.here"))
        return Letter(address, here, can_look=False, upload=Upload(wanted.name, content))

    async def cards(self, owner: str, id: str) -> list[Delivery]:
        """The feedback that was given on a reflection, oldest first."""
        kept = await self._store.deliveries(owner, DeliveryKind.FEEDBACK, _EVER)
        return [d for d in kept if d.ref == id]

    async def _deletion(self, delivery: Delivery) -> DeliveryState:
        """No letter: what was deleted goes for good, and the way back leaves its cards."""
        owner, id = delivery.owner, delivery.ref
        gone = await self._store.purge_reflection(owner, id, delivery.due - UNDO_FOR)
        clinician = await self._store.clinician(owner)
        if clinician is None or not gone:
            return DeliveryState.DROPPED
        line = note.plain_message(self._library(clinician).say("intake.gone"))
        address = await self._directory.address(clinician)
        for card in await self.cards(owner, id):
            if card.posted:
                try:
                    await self._client.chat_update(
                        channel=address, ts=card.posted, text=line.text, blocks=line.blocks
                    )
                except SlackApiError as error:
                    if slack_error(error) != "message_not_found":
                        raise
        return DeliveryState.SENT

    async def _tip(self, delivery: Delivery) -> Letter | DeliveryState:
        team = self._teamwork.team(delivery.owner)
        tip = await self._teamwork.tip(team, delivery.ref, self._now()) if team else None
        if team is None or tip is None or tip.state is not TipState.GOING:
            return DeliveryState.DROPPED
        message = tips.tip_message(self._teamwork.library(team), tip, team.owner)
        return Letter(team.channel, message, can_look=False)

    async def _tip_news(self, delivery: Delivery) -> Letter | DeliveryState:
        """A word to a lead; one about something that has changed since is not sent."""
        what, lead, id, version = delivery.ref.split(" ")
        owner = delivery.owner
        if self._teamwork.team(owner) is None:
            # Queued by an earlier version: it was the lead's, and named the team.
            owner, lead = lead, owner
        team = self._teamwork.team(owner)
        tip = await self._teamwork.tip(team, id, self._now()) if team else None
        clinician = await self._store.clinician(lead)
        if team is None or tip is None or clinician is None:
            return DeliveryState.DROPPED
        asks = what == "approve"
        if asks and (tip.version != int(version) or not tip.waits):
            return DeliveryState.DROPPED
        library, channel = self._library(clinician), self._teamwork.library(team)
        message = tips.news_message(library, channel, team, tip, what)
        return Letter(await self._directory.address(clinician), message)
