"""Things that go wrong with Slack, on demand."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from dataclasses import dataclass

from bot.playground.outgoing import Outgoing
from bot.playground.socket_mode import SocketMode


@dataclass(frozen=True)
class Fault:
    """What happens to one Web API call.

    ``status`` answers with this HTTP status (and ``retry_after`` seconds), ``error`` with a Slack
    error; ``slow`` waits this many seconds first; ``lose`` does the work and then gives no answer,
    by cutting the connection (``"reset"``) or by leaving it open (``"timeout"``).
    """

    status: int | None = None
    retry_after: int | None = None
    error: str | None = None
    slow: float = 0.0
    lose: str | None = None


class Faults:
    """Queues of faults, one a Web API method, and mishaps of the socket."""

    def __init__(self, sockets: SocketMode) -> None:
        self._sockets = sockets
        self.wire: Outgoing = sockets
        self._queues: dict[str, deque[Fault]] = defaultdict(deque)
        self._released = asyncio.Event()

    def next(self, method: str, fault: Fault, times: int = 1) -> None:
        """The next calls of this method go wrong like this."""
        self._queues[method].extend([fault] * times)

    def ratelimit(self, method: str, times: int = 1, retry_after: int = 1) -> None:
        """429 ``ratelimited`` with Retry-After, in seconds."""
        self.next(method, Fault(status=429, retry_after=retry_after, error="ratelimited"), times)

    def fail(self, method: str, times: int = 1, status: int = 503) -> None:
        """An HTTP error with no useful body."""
        self.next(method, Fault(status=status), times)

    def refuse(self, method: str, error: str, times: int = 1) -> None:
        """A Slack error, such as ``internal_error`` or ``channel_not_found``."""
        self.next(method, Fault(error=error), times)

    def slow(self, method: str, seconds: float, times: int = 1) -> None:
        """A late answer, early enough if the caller's time-out is longer."""
        self.next(method, Fault(slow=seconds), times)

    def lose_answer(self, method: str, how: str = "reset", times: int = 1) -> None:
        """The work is done (the message is posted) and the caller never hears of it."""
        self.next(method, Fault(lose=how), times)

    def take(self, method: str) -> Fault:
        """The fault for this call, usually none."""
        queue = self._queues[method]
        return queue.popleft() if queue else Fault()

    def clear(self) -> None:
        """Forgets every fault that has not happened and lets go of calls left open."""
        self._queues.clear()
        self.wire.duplicate_next = self.wire.reorder_next = False
        self.release()

    def release(self) -> None:
        """Lets go of calls that were left open."""
        self._released.set()
        self._released = asyncio.Event()

    async def hang(self) -> None:
        """Holds a call until :meth:`release`."""
        await self._released.wait()

    def duplicate_next_event(self) -> None:
        """The next event a person causes is sent twice with one event_id."""
        self.wire.duplicate_next = True

    def reorder_next_events(self) -> None:
        """The next event a person causes is sent after the one that follows it."""
        self.wire.reorder_next = True

    async def drop_socket(self) -> None:
        """Closes every socket politely."""
        for socket in list(self._sockets.sockets):
            self._sockets.retire(socket)
            await socket.close()

    def abort_socket(self) -> None:
        """Cuts the TCP connection of every socket."""
        self._sockets.abort()

    async def send_disconnect(self, reason: str = "refresh_requested") -> None:
        """Asks the app to reconnect (``warning``, ``refresh_requested`` or ``link_disabled``)."""
        frame = {"type": "disconnect", "reason": reason, "debug_info": {"host": "playground"}}
        await self._sockets.frame_to_all(frame)
