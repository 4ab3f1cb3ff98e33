"""Events, interactions and commands over HTTP, signed as Slack signs them."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from urllib.parse import urlencode

import aiohttp

from bot.playground.outgoing import Envelope, NotAcknowledged, Outgoing
from bot.playground.state import Json

FORM = "application/x-www-form-urlencoded"


class RequestUrlRefused(Exception):
    """The app did not answer the check of its request URL."""


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Slack's signature, version 0: HMAC-SHA256 of ``v0:timestamp:body`` with the signing secret.

    Source: docs.slack.dev, "Verifying requests from Slack".
    """
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def encode(kind: str, payload: Json) -> tuple[bytes, str]:
    """The body and its content type: events are JSON, interactions and commands are forms."""
    if kind == "interactive":
        return urlencode({"payload": json.dumps(payload)}).encode(), FORM
    if kind == "slash_commands":
        return urlencode(payload).encode(), FORM
    return json.dumps(payload).encode(), "application/json"


class HttpMode(Outgoing):
    """Posts to one request URL.

    Timestamps in signatures are real time, whatever the playground's clock says: the app compares
    them with its own. A redirect is not followed.

    Args:
        url: where the app listens, such as ``http://127.0.0.1:3000/slack/events``.
        secret: the signing secret that the app knows.
        ack_timeout: seconds an app has to answer (Slack's are 3).
        now: the playground's time, in seconds.
    """

    def __init__(self, url: str, secret: str, ack_timeout: float, now: Callable[[], float]) -> None:
        super().__init__(ack_timeout, now)
        self.url = url
        self.secret = secret
        self._session = aiohttp.ClientSession()
        self._posts: set[asyncio.Task[None]] = set()
        self._verified = False

    @property
    def ready(self) -> bool:
        return self._verified

    async def verify(self) -> None:
        """Slack's check when a request URL is set; raises :class:`RequestUrlRefused`."""
        challenge = secrets.token_urlsafe(24)
        payload = {"token": "playground", "challenge": challenge, "type": "url_verification"}
        body, kind = encode("events_api", payload)
        try:
            async with self._post(body, kind, {}) as response:
                answer = await response.text()
                status = response.status
        except (aiohttp.ClientError, TimeoutError) as error:
            raise RequestUrlRefused(f"{self.url}: {type(error).__name__}") from None
        if status != 200 or challenge not in answer:
            raise RequestUrlRefused(f"{self.url} answered {status} without the challenge")
        self._verified = True

    async def close(self) -> None:
        for task in list(self._posts):
            task.cancel()
        await asyncio.gather(*self._posts, return_exceptions=True)
        self.unacked.clear()
        await self._session.close()

    def _post(
        self, body: bytes, kind: str, more: dict[str, str]
    ) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        timestamp = str(int(time.time()))
        headers = {
            "Content-Type": kind,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(self.secret, timestamp, body),
            **more,
        }
        wait = aiohttp.ClientTimeout(total=self.ack_timeout)
        return self._session.post(
            self.url, data=body, headers=headers, timeout=wait, allow_redirects=False
        )

    async def _carry(self, envelope: Envelope) -> None:
        self.sent.append(envelope)
        task = asyncio.create_task(self._exchange(envelope))
        self._posts.add(task)
        task.add_done_callback(self._posts.discard)

    async def _exchange(self, envelope: Envelope) -> None:
        """One request and its answer, which is the acknowledgement."""
        more = {}
        if envelope.attempt:
            more = {
                "X-Slack-Retry-Num": str(envelope.attempt),
                "X-Slack-Retry-Reason": envelope.reason,
            }
        try:
            async with self._post(*encode(envelope.kind, envelope.payload), more) as response:
                text = await response.text()
        except TimeoutError:
            # Whoever waits for the acknowledgement runs out of the same time.
            envelope.reason = "http_timeout"
            return
        except aiohttp.ClientError as error:
            self._refuse(envelope, "connection_failed", type(error).__name__)
            return
        if response.status // 100 == 2:
            self._acknowledge(envelope.id, _answer(text))
            return
        self._refuse(envelope, "http_error", f"status {response.status}")
        if response.headers.get("X-Slack-No-Retry") == "1":
            self.unacked.pop(envelope.id, None)

    def _refuse(self, envelope: Envelope, reason: str, what: str) -> None:
        envelope.reason = reason
        if not envelope.acked.done():
            envelope.acked.set_exception(
                NotAcknowledged(f"{envelope.name} was not acknowledged: {what}")
            )
            envelope.acked.exception()  # nobody may be waiting, and that is no fault


def _answer(text: str) -> Json:
    """What the app answered: JSON, plain text (as a command may), or nothing."""
    if not text.strip():
        return {}
    try:
        found = json.loads(text)
    except ValueError:
        return {"text": text}
    return found if isinstance(found, dict) else {"text": text}
