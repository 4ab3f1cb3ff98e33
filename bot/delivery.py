"""From the outbox to Slack: claim, render, look if in doubt, post, settle.

Slack has no idempotency key. So each message carries an opaque key in its metadata, and an attempt
whose end is unknown (a kill, a time-out, a 5xx) is looked for in the conversation before it is
made again. Looking needs `im:history`; in a channel we do not ask to read, so there a message whose
end is unknown is not sent again, and whoever scheduled it is told.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.models.metadata import Metadata
from slack_sdk.web.async_client import AsyncWebClient

from bot.background import describe, slack_error
from bot.views.kit import Message
from reflections.model import Delivery, DeliveryKind, DeliveryState, Pace
from reflections.schedule import GRACE
from reflections.stores import UNREADABLE, Store, Unreadable

log = logging.getLogger("alliance.delivery")

LEASE = timedelta(seconds=90)
POST_SECONDS = 30
"""The longest that a post may take. None is begun that could outlast its lease, so a live attempt
is never doubled."""
EVENT_TYPE = "alliance_delivery"
_BATCH = 5000
_CHUNK = 50
"""How many at a time are asked about do-not-disturb: as many as Slack answers for in one call."""
_ATTEMPTS = 50
"""Hours of trouble at Slack fit into these; what fails for longer will not mend itself."""
_AT_ONCE = 8
_HEADROOM = 0.96
"""Share of the allowed rate that is used; at the full rate a late request draws a refusal."""
_PERMANENT = frozenset(
    {
        "account_inactive",
        "cannot_dm_bot",
        "channel_not_found",
        "invalid_auth",
        "invalid_blocks",
        "is_archived",
        "messages_tab_disabled",
        "missing_scope",
        "msg_too_long",
        "not_in_channel",
        "restricted_action",
        "token_revoked",
        "user_disabled",
        "user_not_found",
    }
)
"""Slack's errors that another try does not mend."""
_PASSES = (DeliveryKind.PROMPT, DeliveryKind.TIP)
"""What loses its sense when it comes too late."""
_UNSEEN = (DeliveryKind.DELETION,)
"""What posts nothing, and so comes first and waits for no place among the posts."""


@dataclass(frozen=True)
class Upload:
    """A file that goes along with a message."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    """A rendered delivery: where to, what, whether the place may be read to look for it, and a
    file, with which Slack takes no key to look for, and of the message the text alone."""

    channel: str
    message: Message
    can_look: bool = True
    upload: Upload | None = None


Render = Callable[[Delivery], Awaitable[Letter | DeliveryState]]
Holds = Callable[[Sequence[Delivery]], Awaitable[Mapping[str, datetime]]]


async def nothing_held(_: Sequence[Delivery]) -> Mapping[str, datetime]:
    return {}


class Deliverer:
    """Sends what is due. ``render`` makes the letter of a kind, or says how a delivery ends without
    one; ``on_end`` hears how each ended; ``holds`` names those that have to wait, by their keys,
    and until when. ``per_minute`` is what the workspace may be sent in a minute, by all who share
    the store; ``sleep`` waits by the same clock that ``now`` reads."""

    def __init__(
        self,
        store: Store,
        client: AsyncWebClient,
        now: Callable[[], datetime],
        render: Mapping[DeliveryKind, Render],
        on_end: Callable[[Delivery, DeliveryState], Awaitable[None]],
        *,
        per_minute: float,
        holds: Holds = nothing_held,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._client = client
        self._now = now
        self._render = render
        self._on_end = on_end
        self._holds = holds
        self._gap = timedelta(minutes=1) / (per_minute * _HEADROOM)
        self._sleep = sleep
        self._quiet_until = now()

    async def send_due(self) -> None:
        """Send everything that is due, oldest first, at the workspace's pace and several at a time,
        so that neither a slow answer nor one that fails holds up the rest."""
        found = await self._store.due(self._now(), _BATCH)
        due = sorted(found, key=lambda delivery: delivery.kind not in _UNSEEN)
        places = asyncio.Semaphore(_AT_ONCE)
        have_slot = False

        async def one(claimed: Delivery) -> None:
            try:
                await self._attempt(claimed)
            except Exception as error:  # noqa: BLE001 - the others go on; its lease will end
                log.error("delivery %s not settled: %s", digest(claimed.key), describe(error))
            finally:
                places.release()

        async with asyncio.TaskGroup() as group:
            for chunk in (due[i : i + _CHUNK] for i in range(0, len(due), _CHUNK)):
                held = await self._holds(chunk)
                for delivery in chunk:
                    if delivery.key in held:
                        await self._put_off(delivery, held[delivery.key])
                        continue
                    await places.acquire()
                    posts = delivery.kind not in _UNSEEN
                    have_slot = have_slot or (posts and await self._wait_for_slot())
                    if posts and not have_slot:
                        return
                    # The slot is kept until a claim succeeds: what another replica has taken
                    # costs none of the budget.
                    claimed = await self._claim(delivery)
                    if claimed is None:
                        places.release()
                        continue
                    have_slot = have_slot and not posts
                    group.create_task(one(claimed))

    async def send(self, delivery: Delivery) -> None:
        """Make one delivery now, unless somebody else has it or Slack has asked for a pause; what
        is left then is sent by a later tick. Never raises for what Slack answers."""
        await self._take_slot()
        if self._now() >= self._quiet_until:
            claimed = await self._claim(delivery)
            if claimed is not None:
                await self._attempt(claimed)

    async def _take_slot(self) -> datetime:
        """When the next message may go out; that place is taken now."""
        now = self._now()

        def take(pace: Pace) -> Pace:
            if now < pace.quiet_until:
                return pace
            return replace(pace, next_slot=max(pace.next_slot, now) + self._gap)

        pace = await self._store.change_pace(take)
        self._quiet_until = max(self._quiet_until, pace.quiet_until)
        return pace.next_slot - self._gap

    async def _wait_for_slot(self) -> bool:
        """False where all who post are to pause."""
        slot = await self._take_slot()
        if self._now() < self._quiet_until:
            return False
        await self._sleep(max(0.0, (slot - self._now()).total_seconds()))
        return self._now() >= self._quiet_until

    async def _pause(self, wait: timedelta) -> None:
        """For all who share the store."""
        until = self._now() + wait
        self._quiet_until = max(self._quiet_until, until)
        await self._store.change_pace(
            lambda pace: replace(pace, quiet_until=max(pace.quiet_until, until))
        )

    async def _claim(self, delivery: Delivery) -> Delivery | None:
        try:
            return await self._store.claim(delivery, self._now(), LEASE)
        except Unreadable:
            log.error("delivery %s not claimed: %s", digest(delivery.key), UNREADABLE)
            return None

    async def _put_off(self, delivery: Delivery, until: datetime) -> None:
        claimed = await self._claim(delivery)
        if claimed is not None:
            await self._store.settle(
                claimed, DeliveryState.QUEUED, not_before=until, uncertain=claimed.uncertain
            )

    async def _attempt(self, claimed: Delivery) -> None:
        try:
            await self._send(claimed)
        except SlackApiError as error:
            status, code = status_and_code(error)
            lost = status >= 500 or code in ("internal_error", "fatal_error")
            await self._refused(claimed, error, doubt=claimed.uncertain or lost)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            log.warning(
                "delivery %s: %s; will look before it is sent again",
                digest(claimed.key),
                type(error).__name__,
            )
            await self._again(claimed, _backoff(claimed), uncertain=True)
        except Exception as error:  # noqa: BLE001 - one that fails must not hold up the rest
            log.error("delivery %s: %s", digest(claimed.key), describe(error))
            await self._again(claimed, _backoff(claimed), uncertain=True)

    async def _send(self, claimed: Delivery) -> None:
        doubt = claimed.uncertain
        if claimed.uncertain:
            if await self._was_sent(claimed):
                return
            # It never got through, so it is as welcome or unwelcome as one that was never tried.
            claimed = replace(claimed, uncertain=False)
        if claimed.kind in _PASSES and self._now() > claimed.due + GRACE:
            await self._end(claimed, DeliveryState.EXPIRED)
            return
        try:
            letter = await self._render[claimed.kind](claimed)
        except Exception as error:  # noqa: BLE001 - nothing of this attempt can have gone out
            claimed = replace(claimed, uncertain=doubt)
            if isinstance(error, SlackApiError):
                await self._refused(claimed, error, doubt=doubt)
            else:
                log.error("delivery %s not rendered: %s", digest(claimed.key), describe(error))
                await self._again(claimed, _backoff(claimed), uncertain=doubt)
            return
        if isinstance(letter, DeliveryState):
            await self._end(claimed, letter)
            return
        # The time-out runs before the look at the lease. Whoever is stopped after that look, and
        # wakes when somebody else has posted, finds it used up before a byte goes out.
        async with asyncio.timeout(POST_SECONDS):
            last = (claimed.lease_until or self._now()) - timedelta(seconds=POST_SECONDS)
            if self._now() > last:
                return  # somebody else may have it before this would arrive
            if letter.upload:
                await self._client.files_upload_v2(
                    content=letter.upload.content,
                    filename=letter.upload.name,
                    channel=letter.channel,
                    initial_comment=letter.message.text,
                )
                await self._end(claimed, DeliveryState.SENT)
                return
            answer = await self._client.chat_postMessage(
                channel=letter.channel,
                text=letter.message.text,
                blocks=letter.message.blocks,
                metadata=Metadata(EVENT_TYPE, {"key": digest(claimed.key)}),
                unfurl_links=False,
                unfurl_media=False,
            )
        await self._end(claimed, DeliveryState.SENT, str(answer["ts"]))

    async def _was_sent(self, claimed: Delivery) -> bool:
        """Whether there is nothing left to do for a delivery whose last attempt may have got
        through; it is settled then."""
        letter = await self._render[claimed.kind](claimed)
        if isinstance(letter, DeliveryState):
            await self._end(claimed, letter)
            return True
        if not letter.can_look:
            await self._end(claimed, DeliveryState.UNCONFIRMED)
            return True
        posted = await self._look(claimed, letter)
        if posted:
            await self._end(claimed, DeliveryState.SENT, posted)
        return posted is not None

    async def _end(
        self, claimed: Delivery, state: DeliveryState, posted: str | None = None
    ) -> None:
        if await self._store.settle(claimed, state, posted=posted):
            await self._on_end(claimed, state)

    async def _look(self, claimed: Delivery, letter: Letter) -> str | None:
        """The ts of this delivery in its conversation, where an earlier attempt got through."""
        since = (claimed.claimed_at or claimed.due) - timedelta(minutes=5)
        cursor = ""
        while True:
            page = await self._client.conversations_history(
                channel=letter.channel,
                oldest=f"{since.timestamp():.6f}",
                include_all_metadata=True,
                limit=200,
                cursor=cursor,
            )
            for message in page["messages"]:
                payload = (message.get("metadata") or {}).get("event_payload") or {}
                if payload.get("key") == digest(claimed.key):
                    return str(message["ts"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return None

    async def _refused(self, claimed: Delivery, error: SlackApiError, *, doubt: bool) -> None:
        """Slack answered, so nothing was posted, unless there is ``doubt``: from an earlier
        attempt, or where its error says that it does not know."""
        status, code = status_and_code(error)
        log.warning("delivery %s: Slack answered %s", digest(claimed.key), code)
        if status == 429 or code in ("ratelimited", "rate_limited"):
            wait = timedelta(seconds=float(error.response.headers.get("Retry-After", "30")))
            await self._pause(wait)
            await self._again(claimed, wait, uncertain=claimed.uncertain)
        elif code in _PERMANENT:
            await self._end(claimed, DeliveryState.FAILED)
        else:
            await self._again(claimed, _backoff(claimed), uncertain=doubt)

    async def _again(self, claimed: Delivery, wait: timedelta, *, uncertain: bool) -> None:
        if claimed.attempt >= _ATTEMPTS:
            await self._end(claimed, DeliveryState.FAILED)
            return
        # The due time stays, so that lateness is counted from the clinic.
        await self._store.settle(
            claimed,
            DeliveryState.QUEUED,
            not_before=self._now() + wait,
            uncertain=uncertain,
        )


def _backoff(claimed: Delivery) -> timedelta:
    """From five seconds up to five minutes."""
    return timedelta(seconds=min(300, 5 * 2 ** min(claimed.attempt - 1, 6)))


def status_and_code(error: SlackApiError) -> tuple[int, str]:
    """The HTTP status and Slack's error name."""
    response = error.response
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
    return status, slack_error(error) or f"http_{status}"


def digest(key: str) -> str:
    """The opaque form of a delivery's key, which may stand in Slack and in a log."""
    return hashlib.sha256(key.encode()).hexdigest()[:24]
