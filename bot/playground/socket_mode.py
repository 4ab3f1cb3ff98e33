"""Socket Mode as Slack speaks it: hello, envelopes, acknowledgements and retries."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable

from aiohttp import WSMsgType, web

from bot.playground.outgoing import Envelope, Outgoing
from bot.playground.state import APP_ID, Json, SlackError

MOST_SOCKETS = 10


def _frame(envelope: Envelope) -> Json:
    """What goes over the socket."""
    frame: Json = {
        "envelope_id": envelope.id,
        "payload": envelope.payload,
        "type": envelope.kind,
        "accepts_response_payload": envelope.kind != "events_api",
    }
    if envelope.kind == "events_api":
        frame["retry_attempt"] = envelope.attempt
        frame["retry_reason"] = envelope.reason if envelope.attempt else ""
    return frame


class SocketMode(Outgoing):
    """The open sockets, and what is sent over them.

    Args:
        ack_timeout: seconds an app has to acknowledge (Slack's are 3).
        now: the playground's time, in seconds.
        changed: called when an app has connected or gone.
    """

    def __init__(
        self, ack_timeout: float, now: Callable[[], float], changed: Callable[[], None]
    ) -> None:
        super().__init__(ack_timeout, now)
        self.changed = changed
        self.sockets: list[web.WebSocketResponse] = []
        self.tickets: set[str] = set()
        self._transports: dict[web.WebSocketResponse, asyncio.Transport | None] = {}
        self.connected = asyncio.Event()
        self._turn = 0

    @property
    def ready(self) -> bool:
        return bool(self.sockets)

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
        lost = [e for e in self.unacked.values() if e.carrier is None or e.carrier.closed]
        for envelope in lost:
            await self._send(envelope, again=envelope.carrier is not None)
        try:
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    self._heard(json.loads(frame.data))
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

    def _heard(self, frame: Json) -> None:
        payload = frame.get("payload") or {}
        self._acknowledge(
            str(frame.get("envelope_id")),
            payload if isinstance(payload, dict) else {"text": payload},
        )

    async def _carry(self, envelope: Envelope) -> None:
        """Sends on the next socket in turn; without one it waits for the next connection."""
        if not self.sockets:
            return
        self._turn += 1
        envelope.carrier = self.sockets[self._turn % len(self.sockets)]
        self.sent.append(envelope)
        try:
            await envelope.carrier.send_json(_frame(envelope))
        except ConnectionError:
            self.retire(envelope.carrier)

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
