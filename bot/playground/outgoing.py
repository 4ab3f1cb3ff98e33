"""What the playground sends to the app: envelopes, their acknowledgements and the resends.

How an envelope travels is up to :class:`~bot.playground.socket_mode.SocketMode` or
:class:`~bot.playground.http_mode.HttpMode`.
"""

from __future__ import annotations

import asyncio
import secrets
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.playground.state import Json

RESEND_AFTER_SECONDS = (0.0, 60.0, 300.0)
"""An event that was not acknowledged is sent again at once, after a minute and after five more."""
MOST_RETRIES = len(RESEND_AFTER_SECONDS)


class NotAcknowledged(Exception):
    """The app did not acknowledge in time; a person would see "This app didn't respond"."""


def _future() -> asyncio.Future[Json]:
    return asyncio.get_running_loop().create_future()


@dataclass(eq=False)
class Envelope:
    """One thing the app must acknowledge.

    ``reason`` says why an attempt failed, in Slack's words for its Retry-Reason; ``due`` is the
    playground's time, in seconds, of the next attempt and None while one is under way.
    """

    kind: str
    payload: Json
    id: str = field(default_factory=lambda: secrets.token_hex(12))
    attempt: int = 0
    reason: str = "timeout"
    due: float | None = None
    carrier: Any = None
    acked: asyncio.Future[Json] = field(default_factory=_future)

    @property
    def name(self) -> str:
        """What it is about, for a message."""
        what = self.payload.get("event", self.payload)
        return str(what.get("command") or what.get("type"))


class Outgoing(ABC):
    """The envelopes that were sent and those that wait for an acknowledgement.

    Args:
        ack_timeout: seconds of real time that an app has to acknowledge (Slack's are 3).
        now: the playground's time, in seconds; the resends follow it.
    """

    def __init__(self, ack_timeout: float, now: Callable[[], float]) -> None:
        self.ack_timeout = ack_timeout
        self.now = now
        self.unacked: dict[str, Envelope] = {}
        self.sent: list[Envelope] = []
        self.duplicate_next = False
        self.reorder_next = False
        self._held: Envelope | None = None

    @property
    @abstractmethod
    def ready(self) -> bool:
        """Whether there is an app to send to."""

    @abstractmethod
    async def _carry(self, envelope: Envelope) -> None:
        """Sends once; the answer comes through :meth:`_acknowledge`."""

    @abstractmethod
    async def close(self) -> None:
        """Sends nothing more and forgets what was not acknowledged."""

    async def deliver(self, kind: str, payload: Json, by_person: bool = False) -> Json:
        """Sends and waits for the acknowledgement; returns its payload.

        Raises :class:`NotAcknowledged`. An event that was not acknowledged stays for a resend.
        The faults for the next event apply to what a person did (``by_person``) only.
        """
        envelopes = [Envelope(kind, payload)]
        if by_person and kind == "events_api":
            if self.duplicate_next:
                self.duplicate_next = False
                envelopes.append(Envelope(kind, payload))
            if self.reorder_next:
                self.reorder_next = False
                self._held = envelopes.pop()
                return await self._await(self._held)
            if self._held:
                held, self._held = self._held, None
                for envelope in [*envelopes, held]:
                    await self._send(envelope)
                return await self._await(envelopes[0])
        for envelope in envelopes:
            await self._send(envelope)
        answers = [await self._await(e) for e in envelopes]
        return answers[0]

    async def resend_unacked(self) -> int:
        """Resends each unacknowledged event once (three times at most), whatever the time.

        Waits for the acknowledgements; returns how many events will have to be sent yet again.
        """
        return await self._resend(self._waiting())

    async def resend_due(self) -> int:
        """Resends the events whose time has come by the playground's clock; returns as above."""
        now = self.now()
        return await self._resend(
            [e for e in self._waiting() if e.due is not None and e.due <= now]
        )

    def _waiting(self) -> list[Envelope]:
        return [e for e in self.unacked.values() if e.kind == "events_api"]

    async def _resend(self, envelopes: list[Envelope]) -> int:
        again = []
        for envelope in envelopes:
            if envelope.attempt >= MOST_RETRIES:
                del self.unacked[envelope.id]
                continue
            await self._send(envelope, again=True)
            again.append(envelope)
        await asyncio.gather(*map(self._await, again), return_exceptions=True)
        return len(self._waiting())

    async def _send(self, envelope: Envelope, again: bool = False) -> None:
        """Sends on the next carrier; without one it waits for the next connection."""
        if again and envelope.kind == "events_api":
            envelope.attempt += 1
        if envelope.acked.done():
            envelope.acked = _future()
        envelope.due = None
        self.unacked[envelope.id] = envelope
        await self._carry(envelope)

    def _acknowledge(self, envelope_id: str, payload: Json) -> None:
        envelope = self.unacked.pop(envelope_id, None)
        if envelope and not envelope.acked.done():
            envelope.acked.set_result(payload)

    async def _await(self, envelope: Envelope) -> Json:
        try:
            return await asyncio.wait_for(asyncio.shield(envelope.acked), self.ack_timeout)
        except TimeoutError:
            self._failed(envelope)
            raise NotAcknowledged(
                f"{envelope.name} was not acknowledged within {self.ack_timeout:g} s"
                + ("" if self.ready else " (no app is connected)")
            ) from None
        except NotAcknowledged:
            self._failed(envelope)
            raise

    def _failed(self, envelope: Envelope) -> None:
        """Only events are sent again; the first time at once."""
        if envelope.kind != "events_api":
            self.unacked.pop(envelope.id, None)
        elif envelope.attempt < MOST_RETRIES:
            envelope.due = self.now() + RESEND_AFTER_SECONDS[envelope.attempt]
        else:
            self.unacked.pop(envelope.id, None)
