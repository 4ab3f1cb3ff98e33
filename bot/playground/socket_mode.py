"""Socket Mode as Slack speaks it: hello, envelopes, acknowledgements and retries."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from bot.playground.state import APP_ID, Json, SlackError

MOST_SOCKETS = 10
MOST_RETRIES = 3


class NotAcknowledged(Exception):
    """The app did not acknowledge in time; a person would see "This app didn't respond"."""


@dataclass(eq=False)
class Envelope:
    """One thing the app must acknowledge."""

    kind: str
    payload: Json
    id: str = field(default_factory=lambda: secrets.token_hex(12))
    attempt: int = 0
    socket: web.WebSocketResponse | None = None
    acked: asyncio.Future[Json] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    def frame(self) -> Json:
        """What goes over the socket."""
        frame: Json = {
            "envelope_id": self.id,
            "payload": self.payload,
            "type": self.kind,
            "accepts_response_payload": self.kind != "events_api",
        }
        if self.kind == "events_api":
            frame["retry_attempt"] = self.attempt
            frame["retry_reason"] = "timeout" if self.attempt else ""
        return frame


class SocketMode:
    """The open sockets and the envelopes that wait for an acknowledgement.

    Args:
        ack_timeout: seconds an app has to acknowledge (Slack's are 3).
        changed: called when an app has connected or gone.
    """

    def __init__(self, ack_timeout: float, changed: Callable[[], None]) -> None:
        self.ack_timeout = ack_timeout
        self.changed = changed
        self.sockets: list[web.WebSocketResponse] = []
        self.unacked: dict[str, Envelope] = {}
        self.tickets: set[str] = set()
        self._transports: dict[web.WebSocketResponse, asyncio.Transport | None] = {}
        self.connected = asyncio.Event()
        self.sent: list[Envelope] = []
        self.duplicate_next = False
        self.reorder_next = False
        self._held: Envelope | None = None
        self._turn = 0

    def new_ticket(self) -> str:
        """One admission to the socket, for apps.connections.open."""
        if len(self.sockets) >= MOST_SOCKETS:
            raise SlackError("too_many_websockets")
        ticket = secrets.token_urlsafe(12)
        self.tickets.add(ticket)
        return ticket

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Handles one socket for as long as it is open."""
        ticket = request.query.get("ticket", "")
        if ticket not in self.tickets:
            return web.Response(status=403, text="invalid ticket")
        self.tickets.discard(ticket)
        socket = web.WebSocketResponse(max_msg_size=16 << 20)
        await socket.prepare(request)
        self.sockets.append(socket)
        self._transports[socket] = request.transport
        await socket.send_json(
            {
                "type": "hello",
                "num_connections": len(self.sockets),
                "debug_info": {"host": "playground", "approximate_connection_time": 18060},
                "connection_info": {"app_id": APP_ID},
            }
        )
        self.connected.set()
        self.changed()
        lost = [e for e in self.unacked.values() if e.socket is None or e.socket.closed]
        for envelope in lost:
            await self._send(envelope, again=envelope.socket is not None)
        try:
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    self._acknowledge(json.loads(frame.data))
        finally:
            self.retire(socket)
            del self._transports[socket]
        return socket

    def abort(self) -> None:
        """Cuts the TCP connection of every socket without a goodbye."""
        for socket in list(self.sockets):
            self.retire(socket)
            abort(self._transports[socket])

    def retire(self, socket: web.WebSocketResponse) -> None:
        """Sends nothing more to this socket."""
        if socket in self.sockets:
            self.sockets.remove(socket)
            self.changed()
        if not self.sockets:
            self.connected.clear()

    def _acknowledge(self, frame: Json) -> None:
        envelope = self.unacked.pop(str(frame.get("envelope_id")), None)
        if envelope and not envelope.acked.done():
            payload = frame.get("payload") or {}
            envelope.acked.set_result(payload if isinstance(payload, dict) else {"text": payload})

    async def _send(self, envelope: Envelope, again: bool = False) -> None:
        """Sends on the next socket in turn; without one it waits for the next connection."""
        if again and envelope.kind == "events_api":
            envelope.attempt += 1
        self.unacked[envelope.id] = envelope
        if not self.sockets:
            return
        self._turn += 1
        envelope.socket = self.sockets[self._turn % len(self.sockets)]
        self.sent.append(envelope)
        try:
            await envelope.socket.send_json(envelope.frame())
        except ConnectionError:
            self.retire(envelope.socket)

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

    async def _await(self, envelope: Envelope) -> Json:
        try:
            return await asyncio.wait_for(asyncio.shield(envelope.acked), self.ack_timeout)
        except TimeoutError:
            if envelope.kind != "events_api":
                self.unacked.pop(envelope.id, None)
            what = envelope.payload.get("event", envelope.payload)
            name = what.get("command") or what.get("type")
            raise NotAcknowledged(
                f"{name} was not acknowledged within {self.ack_timeout:g} s"
                + ("" if self.sockets else " (no app is connected)")
            ) from None

    async def resend_unacked(self) -> int:
        """Resends each unacknowledged event once (three times at most), as Slack's schedule does.

        Waits for the acknowledgements and returns how many events are still without one.
        """
        waiting = [e for e in self.unacked.values() if e.kind == "events_api"]
        for envelope in waiting:
            if envelope.attempt >= MOST_RETRIES:
                del self.unacked[envelope.id]
                continue
            await self._send(envelope, again=True)
        await asyncio.gather(*map(self._await, self.unacked.values()), return_exceptions=True)
        return sum(e.kind == "events_api" for e in self.unacked.values())

    async def frame_to_all(self, frame: Json) -> None:
        """Sends a frame that needs no acknowledgement, such as ``disconnect``, to every socket."""
        for socket in list(self.sockets):
            await socket.send_json(frame)

    async def close(self) -> None:
        """Closes every socket and forgets what was not acknowledged."""
        for socket in list(self.sockets):
            self.retire(socket)
            await socket.close()
        self.unacked.clear()


def abort(transport: asyncio.Transport | None) -> None:
    """Cuts a TCP connection, if it is still there."""
    if transport is not None:
        transport.abort()
