"""Slack's rate limits, in real time: calls a minute by tier, and a message a second a channel."""

from __future__ import annotations

import math
import time
from collections import defaultdict, deque

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
    """Counts calls and says how long a caller that is too fast must wait."""

    def __init__(self) -> None:
        self._calls: dict[str, deque[float]] = defaultdict(deque)

    def wait(self, method: str, args: Json) -> int:
        """Whole seconds to wait, or 0 when the call may go ahead."""
        if method == POSTING:
            return self._wait(f"{method} {args.get('channel')}", 1, 1.0)
        tier = TIER_OF.get(method)
        return self._wait(method, TIERS[tier], 60.0) if tier else 0

    def _wait(self, key: str, most: int, window: float) -> int:
        now, calls = time.monotonic(), self._calls[key]
        while calls and calls[0] <= now - window:
            calls.popleft()
        if len(calls) >= most:
            return math.ceil(calls[0] + window - now)
        calls.append(now)
        return 0
