"""Slack's rate limits: calls a minute by tier, a message a second a channel, and messages a minute
in a workspace."""

from __future__ import annotations

import math
import time
from collections import defaultdict, deque
from collections.abc import Callable

from bot.playground.state import Json

TIERS = {2: 20, 3: 50, 4: 100}
TIER_OF = {
    "conversations.open": 3,
    "conversations.info": 3,
    "conversations.list": 2,
    "conversations.history": 3,
    "conversations.replies": 3,
    "conversations.members": 4,
    "conversations.join": 3,
    "dnd.info": 3,
    "dnd.teamInfo": 2,
    "users.info": 4,
    "users.list": 2,
    "users.conversations": 3,
    "usergroups.list": 2,
    "usergroups.users.list": 2,
    "chat.update": 3,
    "chat.delete": 3,
    "chat.postEphemeral": 4,
    "chat.scheduleMessage": 3,
    "reactions.add": 3,
    "reactions.remove": 2,
    "reactions.get": 3,
    "views.open": 4,
    "views.push": 4,
    "views.update": 4,
    "views.publish": 4,
    "files.info": 4,
    "team.info": 3,
    "bots.info": 3,
}
POSTING = "chat.postMessage"


class Rates:
    """Counts calls and says how long a caller that is too fast must wait.

    ``posts_per_minute`` is how many messages an app may post in a workspace in any minute; Slack
    has such a cap and does not publish it. ``seconds`` is the clock.
    """

    def __init__(
        self,
        posts_per_minute: int | None = None,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._posts_per_minute = posts_per_minute
        self._seconds = seconds
        self._calls: dict[str, deque[float]] = defaultdict(deque)

    def wait(self, method: str, args: Json) -> int:
        """Whole seconds to wait, or 0 when the call may go ahead."""
        if method == POSTING:
            limits = [(f"{method} {args.get('channel')}", 1, 1.0)]
            if self._posts_per_minute:
                limits.append((method, self._posts_per_minute, 60.0))
        else:
            limits = [(method, TIERS[TIER_OF[method]], 60.0)] if method in TIER_OF else []
        wait = max((self._wait(*limit) for limit in limits), default=0)
        if not wait:
            for key, _, _ in limits:
                self._calls[key].append(self._seconds())
        return wait

    def _wait(self, key: str, most: int, window: float) -> int:
        now, calls = self._seconds(), self._calls[key]
        while calls and calls[0] <= now - window:
            calls.popleft()
        return math.ceil(calls[0] + window - now) if len(calls) >= most else 0
