"""What the stand-in workspace holds: people, conversations, messages, views, files and tickets.

No transport here. Everything is kept in memory and in Slack's own shapes, so that what the Web API
returns is what is stored.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

Json = dict[str, Any]
Values = dict[tuple[str, str], Any]
"""What a person has filled in on a surface: (block_id, action_id) -> plain value."""

TEAM_ID = "T0PLAYGROUND"
TEAM_NAME = "Playground"
TEAM_DOMAIN = "playground"
APP_ID = "A0PLAYGROUND"
BOT_ID = "B0BOT"
BOT_USER_ID = "U0BOT"

TRIGGER_SECONDS = 3.0
RESPONSE_URL_SECONDS = 30 * 60
RESPONSE_URL_USES = 5
MODAL_STACK = 3


class SlackError(Exception):
    """A refusal with Slack's own error name.

    Args:
        error: the name Slack uses, such as ``channel_not_found``.
        messages: what is wrong and where, one line each, in Slack's wording.
        extra: further top-level fields of the answer, such as ``needed`` and ``provided``.
    """

    def __init__(self, error: str, messages: Iterable[str] = (), **extra: Any) -> None:
        super().__init__(error)
        self.error = error
        self.messages = list(messages)
        self.extra = extra

    def answer(self) -> Json:
        """The body that goes back over HTTP."""
        body: Json = {"ok": False, "error": self.error, **self.extra}
        if self.messages:
            body["errors"] = [m.removeprefix("[ERROR] ") for m in self.messages]
            body["response_metadata"] = {"messages": self.messages}
        return body


@dataclass(frozen=True)
class Person:
    """Someone in the workspace. ``is_lead`` puts them in the user group ``leads``; ``dnd`` is when
    their notifications are off next, or now."""

    id: str
    name: str
    tz: str = "Europe/London"
    is_lead: bool = False
    locale: str = "en-GB"
    is_admin: bool = False
    deleted: bool = False
    email: str = ""
    dnd: tuple[datetime, datetime] | None = None

    @property
    def handle(self) -> str:
        """The short name Slack puts in ``user_name``."""
        return self.name.lower().replace(" ", ".")


@dataclass
class Conversation:
    """A direct message with the bot (``user`` is set) or a channel."""

    id: str
    name: str = ""
    user: str | None = None
    members: set[str] = field(default_factory=set)
    is_private: bool = False
    created: int = 0
    messages: list[Json] = field(default_factory=list)
    ephemerals: list[tuple[str, Json]] = field(default_factory=list)

    @property
    def is_im(self) -> bool:
        """Whether this is the direct message between a person and the bot."""
        return self.user is not None

    @property
    def channel_type(self) -> str:
        """Slack's name for the kind of conversation in a message event."""
        return "im" if self.is_im else "group" if self.is_private else "channel"

    @property
    def payload_name(self) -> str:
        """The name an interaction payload gives to it."""
        return "directmessage" if self.is_im else self.name

    def find(self, ts: str) -> Json:
        """The message with this timestamp; raises ``message_not_found``."""
        for message in self.messages:
            if message["ts"] == ts:
                return message
        raise SlackError("message_not_found")


@dataclass
class View:
    """A modal or a Home tab as one person sees it."""

    user: str
    body: Json
    values: Values = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Slack's id of the view."""
        return str(self.body["id"])


@dataclass(frozen=True)
class Trigger:
    """What a trigger_id stands for. ``issued`` is monotonic, in seconds."""

    user: str
    issued: float
    from_modal: bool


@dataclass
class ResponseUrl:
    """Where an app may answer an interaction: five uses in thirty minutes of playground time."""

    user: str
    channel: str
    expires: float
    message_ts: str | None = None
    is_ephemeral: bool = False
    uses_left: int = RESPONSE_URL_USES


@dataclass
class StoredFile:
    """A file on its way up (``shared`` is empty) or already in a conversation."""

    id: str
    name: str
    length: int
    content: bytes = b""
    title: str = ""
    mimetype: str = "application/octet-stream"
    user: str = BOT_USER_ID
    created: int = 0
    uploaded: bool = False
    completed: bool = False
    shared: list[str] = field(default_factory=list)


@dataclass
class Scheduled:
    """A message waiting for its time. One with metadata is kept and never posted, as in Slack."""

    id: str
    channel: str
    post_at: int
    args: Json
    silent: bool = False


class Workspace:
    """The state of one stand-in workspace.

    Args:
        people: who is in it.
        channels: channels by id; every person and the bot are members.
        now: the playground's clock, an aware UTC datetime.
        emit: called with each event that the bot should hear of.
        changed: called when something a person can see has changed.
    """

    def __init__(
        self,
        people: Sequence[Person],
        channels: Mapping[str, str | Conversation],
        now: Callable[[], datetime],
        emit: Callable[[Json], None],
        changed: Callable[[], None],
    ) -> None:
        self.people = {p.id: p for p in people}
        self.now = now
        self.emit = emit
        self.changed = changed
        self.base_url = ""
        self.conversations: dict[str, Conversation] = {}
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}
        self.message_values: dict[tuple[str, str, str], Values] = {}
        self.triggers: dict[str, Trigger] = {}
        self.used_triggers: set[str] = set()
        self.response_urls: dict[str, ResponseUrl] = {}
        self.files: dict[str, StoredFile] = {}
        self.scheduled: dict[str, Scheduled] = {}
        self.last_read: dict[tuple[str, str], str] = {}
        self.revoked = False
        self._last_micros = 0
        self._counter = 0
        everyone = {*self.people, BOT_USER_ID}
        for channel_id, channel in channels.items():
            if isinstance(channel, str):
                channel = Conversation(id=channel_id, name=channel, members=set(everyone))
            self.conversations[channel_id] = channel

    # Clock and identifiers

    def seconds(self) -> float:
        """The playground's time, in seconds since 1970."""
        return self.now().astimezone(UTC).timestamp()

    def next_ts(self) -> str:
        """A message timestamp: unique and rising, even when the clock stands still."""
        self._last_micros = max(self._last_micros + 1, int(self.seconds() * 1_000_000))
        return f"{self._last_micros // 1_000_000}.{self._last_micros % 1_000_000:06d}"

    def next_id(self, prefix: str) -> str:
        """An identifier in Slack's manner, such as ``V00000012``."""
        self._counter += 1
        return f"{prefix}{self._counter:08d}"

    # People and conversations

    def person(self, user_id: str) -> Person:
        """The person with this id; raises ``user_not_found``."""
        if user_id not in self.people:
            raise SlackError("user_not_found")
        return self.people[user_id]

    def leads(self) -> list[str]:
        """The members of the user group ``leads``."""
        return [p.id for p in self.people.values() if p.is_lead and not p.deleted]

    def tz_offset(self, person: Person) -> int:
        """Seconds east of UTC where this person is, at the playground's time."""
        offset = self.now().astimezone(ZoneInfo(person.tz)).utcoffset()
        return int(offset.total_seconds()) if offset else 0

    def dm(self, user_id: str) -> Conversation:
        """The direct message between this person and the bot, opened if need be."""
        person = self.person(user_id)
        channel_id = "D" + person.id[1:]
        if channel_id not in self.conversations:
            self.conversations[channel_id] = Conversation(
                id=channel_id,
                user=person.id,
                members={person.id, BOT_USER_ID},
                created=int(self.seconds()),
            )
        return self.conversations[channel_id]

    def conversation(self, channel: str) -> Conversation:
        """A conversation by id, ``#name``, name or (as chat.postMessage allows) a person's id.

        Raises ``channel_not_found``.
        """
        if channel in self.conversations:
            return self.conversations[channel]
        if channel in self.people:
            return self.dm(channel)
        for conversation in self.conversations.values():
            if conversation.name and conversation.name == channel.removeprefix("#"):
                return conversation
        raise SlackError("channel_not_found")

    def visible_to(self, user_id: str) -> list[Conversation]:
        """The conversations this person sees, their direct message with the bot first."""
        channels = [c for c in self.conversations.values() if not c.is_im and user_id in c.members]
        return [self.dm(user_id), *channels]

    # Messages

    def post(self, conversation: Conversation, message: Json) -> Json:
        """Stores a message, counts it in its thread and tells the bot and the page."""
        conversation.messages.append(message)
        parent_ts = message.get("thread_ts")
        if parent_ts and parent_ts != message["ts"]:
            parent = conversation.find(parent_ts)
            parent["thread_ts"] = parent_ts
            parent["reply_count"] = parent.get("reply_count", 0) + 1
            parent["latest_reply"] = message["ts"]
            users = parent.setdefault("reply_users", [])
            if message["user"] not in users:
                users.append(message["user"])
        self.last_read[(message["user"], conversation.id)] = message["ts"]
        self.changed()
        return message

    def message_event(self, conversation: Conversation, message: Json) -> Json:
        """The ``message`` event for a new message."""
        event = {k: v for k, v in message.items() if k not in ("reactions", "metadata")}
        return {
            **event,
            "channel": conversation.id,
            "event_ts": message["ts"],
            "channel_type": conversation.channel_type,
        }

    def changed_event(
        self, conversation: Conversation, subtype: str, previous: Json, message: Json | None
    ) -> Json:
        """The ``message_changed`` or ``message_deleted`` event."""
        ts = self.next_ts()
        event: Json = {
            "type": "message",
            "subtype": subtype,
            "hidden": True,
            "channel": conversation.id,
            "channel_type": conversation.channel_type,
            "previous_message": previous,
            "ts": ts,
            "event_ts": ts,
        }
        if message is None:
            event["deleted_ts"] = previous["ts"]
        else:
            event["message"] = message
        return event

    # Tickets

    def new_trigger(self, user_id: str, from_modal: bool = False) -> str:
        """A trigger_id for this person: good once, for three seconds of real time."""
        self._counter += 1
        trigger = f"{self._counter}.{int(time.monotonic() * 1000)}.{secrets.token_hex(8)}"
        self.triggers[trigger] = Trigger(user_id, time.monotonic(), from_modal)
        return trigger

    def exchange(self, trigger_id: str) -> Trigger:
        """Uses a trigger_id up; raises ``exchanged_``, ``invalid_`` or ``expired_trigger_id``."""
        if trigger_id in self.used_triggers:
            raise SlackError("exchanged_trigger_id")
        trigger = self.triggers.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if time.monotonic() - trigger.issued > TRIGGER_SECONDS:
            raise SlackError("expired_trigger_id")
        del self.triggers[trigger_id]
        self.used_triggers.add(trigger_id)
        return trigger

    def new_response_url(
        self, user_id: str, channel: str, message_ts: str | None = None, ephemeral: bool = False
    ) -> str:
        """An address where the app may answer this interaction."""
        key = secrets.token_urlsafe(12)
        expires = self.seconds() + RESPONSE_URL_SECONDS
        self.response_urls[key] = ResponseUrl(user_id, channel, expires, message_ts, ephemeral)
        return f"{self.base_url}/response/{key}"

    def use_response_url(self, key: str) -> ResponseUrl:
        """Counts one use; raises ``invalid_url``, ``expired_url`` or ``used_url``."""
        entry = self.response_urls.get(key)
        if entry is None:
            raise SlackError("invalid_url")
        if self.seconds() > entry.expires:
            raise SlackError("expired_url")
        if entry.uses_left == 0:
            raise SlackError("used_url")
        entry.uses_left -= 1
        return entry

    # Views

    def stack(self, user_id: str) -> list[View]:
        """The person's open modals, the one on top last."""
        return self.stacks.setdefault(user_id, [])

    def all_views(self) -> Iterator[View]:
        """Every open modal and published Home tab."""
        for stack in self.stacks.values():
            yield from stack
        yield from self.homes.values()

    def find_view(self, view_id: str | None, external_id: str | None = None) -> View:
        """A view by either id; raises ``not_found``."""
        for view in self.all_views():
            if view_id and view.id == view_id:
                return view
            if external_id and view.body["external_id"] == external_id:
                return view
        raise SlackError("not_found")
