"""Acting as the people of the workspace: what they say, click and submit, and what they see.

Tests call these methods, and so does the page; there is no other way in for either.
"""

from __future__ import annotations

import asyncio
import contextlib
import copy
import time
import uuid
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.playground import inputs, validate, web_api
from bot.playground.outgoing import NotAcknowledged, Outgoing
from bot.playground.socket_mode import SocketMode
from bot.playground.state import (
    APP_ID,
    BOT_USER_ID,
    TEAM_DOMAIN,
    TEAM_ID,
    Conversation,
    Json,
    Person,
    SlackError,
    StoredFile,
    Values,
    View,
    Workspace,
)

T = TypeVar("T")


class AckRefused(Exception):
    """An acknowledgement that Slack would not accept, such as errors for an unknown block."""


@dataclass
class Surface:
    """Where a person clicks: a message or a view, with what they have filled in there."""

    blocks: list[Json]
    values: Values
    view: View | None = None
    conversation: Conversation | None = None
    message: Json | None = None


class Acting:
    """Everything a person can do, on top of a workspace and its wire to the app."""

    workspace: Workspace
    sockets: SocketMode
    wire: Outgoing
    manifest: Json | None
    bot_name: str
    calls: list[tuple[str, Json]]

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def background(self, work: Coroutine[Any, Any, Any]) -> None:
        """Runs work without waiting for it."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # Events

    def _subscribed(self, event: Json) -> bool:
        """Whether the manifest asks for this event and the bot is there to hear it."""
        item = event.get("item", {})
        channel = event.get("channel") or item.get("channel")
        conversation = self.workspace.conversations.get(channel or "")
        if conversation and BOT_USER_ID not in conversation.members:
            return False
        if self.manifest is None:
            return True
        settings = self.manifest.get("settings", {})
        names = settings.get("event_subscriptions", {}).get("bot_events", [])
        plural = {"im": "im", "channel": "channels", "group": "groups"}
        name = event["type"]
        if name == "message":
            name += "." + plural[event["channel_type"]]
        return name in names

    def _event_payload(self, event: Json) -> Json:
        bot = {"team_id": TEAM_ID, "user_id": BOT_USER_ID, "is_bot": True, "enterprise_id": None}
        payload = {
            "token": "playground",
            "team_id": TEAM_ID,
            "context_team_id": TEAM_ID,
            "context_enterprise_id": None,
            "api_app_id": APP_ID,
            "event": event,
            "type": "event_callback",
            "event_id": self.workspace.next_id("Ev"),
            "event_time": int(self.workspace.seconds()),
            "authorizations": [{**bot, "is_enterprise_install": False}],
            "is_ext_shared_channel": False,
            "event_context": self.workspace.next_id("4-playground-"),
        }
        # A copy: a resend says what the first sending said, whatever has changed since.
        return copy.deepcopy(payload)

    def _emit(self, event: Json) -> None:
        """Sends an event without waiting; one that is not acknowledged stays for a resend."""

        async def deliver(payload: Json) -> None:
            try:
                await self.wire.deliver("events_api", payload)
            except NotAcknowledged:
                return

        if self.workspace.base_url and self._subscribed(event):
            self.background(deliver(self._event_payload(event)))

    async def _event(self, event: Json) -> None:
        """Sends an event that a person caused and waits for the acknowledgement."""
        if self._subscribed(event):
            await self.wire.deliver("events_api", self._event_payload(event), by_person=True)

    # Acting as a person

    async def say(
        self,
        user: str,
        text: str,
        files: Sequence[Mapping[str, Any]] | None = None,
        thread_ts: str | None = None,
        channel: str | None = None,
    ) -> str:
        """Sends a message to the bot (or to a channel) and returns its ts.

        ``files``: name and content (bytes) each. Raises :class:`NotAcknowledged`; the message is
        in the conversation all the same, and its event waits for a resend.
        """
        person = self.workspace.person(user)
        conversation = self.workspace.conversation(channel or user)
        if user not in conversation.members:
            raise SlackError("not_in_channel")
        if conversation.is_im:
            home = self._app_home()
            if self.manifest is not None and not home.get("messages_tab_enabled"):
                raise SlackError("messages_tab_disabled")
            if home.get("messages_tab_read_only_enabled"):
                raise SlackError("restricted_action_read_only_channel")
        ts = self.workspace.next_ts()
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
        rich = {"type": "rich_text", "block_id": self.workspace.next_id("b"), "elements": [section]}
        message: Json = {
            "type": "message",
            "client_msg_id": str(uuid.uuid4()),
            "user": person.id,
            "team": TEAM_ID,
            "ts": ts,
            "text": escaped,
            "blocks": [rich],
        }
        if thread_ts:
            conversation.find(thread_ts)
            message["thread_ts"] = thread_ts
        if files:
            message["subtype"] = "file_share"
            message["files"] = [self._shared_file(f, person.id, conversation) for f in files]
        self.workspace.post(conversation, message)
        await self._event(self.workspace.message_event(conversation, message))
        return ts

    def _shared_file(
        self, file: Mapping[str, Any], user: str, where: Conversation | None = None
    ) -> Json:
        content = file.get("content", b"")
        stored = StoredFile(self.workspace.next_id("F"), str(file["name"]), len(content), content)
        stored.user, stored.uploaded, stored.completed = user, True, True
        stored.mimetype = str(file.get("mimetype", stored.mimetype))
        if where:
            stored.shared.append(where.id)
        self.workspace.files[stored.id] = stored
        return web_api.file_object(self.workspace, stored)

    async def edit(self, user: str, ts: str, text: str, channel: str | None = None) -> None:
        """Edits the person's own message."""
        conversation = self.workspace.conversation(channel or user)
        message = conversation.find(ts)
        previous = dict(message)
        message.pop("blocks", None)
        message["text"] = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        message["edited"] = {"user": user, "ts": self.workspace.next_ts()}
        self.workspace.changed()
        await self._event(
            self.workspace.changed_event(conversation, "message_changed", previous, message)
        )

    async def delete(self, user: str, ts: str, channel: str | None = None) -> None:
        """Deletes the person's own message."""
        conversation = self.workspace.conversation(channel or user)
        message = conversation.find(ts)
        conversation.messages.remove(message)
        self.workspace.changed()
        await self._event(
            self.workspace.changed_event(conversation, "message_deleted", message, None)
        )

    async def react(self, user: str, name: str, ts: str, channel: str | None = None) -> None:
        """Adds the person's reaction, or takes it back when it is already there."""
        conversation = self.workspace.conversation(channel or user)
        rows = conversation.find(ts).get("reactions", [])
        there = any(r["name"] == name and user in r["users"] for r in rows)
        change = web_api.unreact if there else web_api.react
        change(self.workspace, conversation, ts, name, user)

    async def join(self, person: Person) -> None:
        """Someone new joins the workspace."""
        self.workspace.people[person.id] = person
        call = self._call({}, self._scopes())
        user = web_api.user_object(call, person)
        await self._event({"type": "team_join", "user": user, "event_ts": self.workspace.next_ts()})

    async def revoke(self) -> None:
        """The app is removed: its bot token stops working."""
        self.workspace.revoked = True
        ts = self.workspace.next_ts()
        tokens = {"oauth": [], "bot": [BOT_USER_ID]}
        await self._event({"type": "tokens_revoked", "tokens": tokens, "event_ts": ts})
        await self._event({"type": "app_uninstalled", "event_ts": ts})

    async def open_home(self, user: str, tab: str = "home") -> None:
        """Opens the app's Home (or Messages) tab."""
        event: Json = {
            "type": "app_home_opened",
            "user": user,
            "channel": self.workspace.dm(user).id,
            "tab": tab,
            "event_ts": self.workspace.next_ts(),
        }
        home = self.workspace.homes.get(user)
        if home and tab == "home":
            event["view"] = web_api.view_object(home)
        await self._event(event)

    async def command(
        self, user: str, command: str, text: str = "", channel: str | None = None
    ) -> Json:
        """Uses a slash command; returns what the app answered with its acknowledgement.

        Raises LookupError for a command that the manifest does not name.
        """
        known = [c["command"] for c in self._feature("slash_commands")]
        if self.manifest is not None and command not in known:
            raise LookupError(f"{command} is not in the manifest, only {known}")
        person = self.workspace.person(user)
        conversation = self.workspace.conversation(channel or user)
        answer = await self.wire.deliver(
            "slash_commands",
            {
                "token": "playground",
                "team_id": TEAM_ID,
                "team_domain": TEAM_DOMAIN,
                "channel_id": conversation.id,
                "channel_name": conversation.payload_name,
                "user_id": person.id,
                "user_name": person.handle,
                "command": command,
                "text": text,
                "api_app_id": APP_ID,
                "is_enterprise_install": "false",
                "response_url": self.workspace.new_response_url(user, conversation.id),
                "trigger_id": self.workspace.new_trigger(user),
            },
        )
        if answer.get("text") or answer.get("blocks"):
            self._acked(lambda: self._respond(dict(answer), user, conversation.id))
        return answer

    async def shortcut(
        self, user: str, callback_id: str, message_ts: str | None = None, channel: str | None = None
    ) -> Json:
        """Uses a global shortcut, or a message shortcut when ``message_ts`` is given."""
        known = [s["callback_id"] for s in self._feature("shortcuts")]
        if self.manifest is not None and callback_id not in known:
            raise LookupError(f"{callback_id} is not in the manifest, only {known}")
        payload = {
            **self._interaction(user, "message_action" if message_ts else "shortcut"),
            "callback_id": callback_id,
            "action_ts": self.workspace.next_ts(),
        }
        if message_ts:
            conversation = self.workspace.conversation(channel or user)
            payload["message"] = conversation.find(message_ts)
            payload["message_ts"] = message_ts
            payload["channel"] = {"id": conversation.id, "name": conversation.payload_name}
            payload["response_url"] = self.workspace.new_response_url(user, conversation.id)
        return await self.wire.deliver("interactive", payload)

    async def click(
        self,
        user: str,
        action_id: str,
        value: str | None = None,
        message_ts: str | None = None,
        home: bool = False,
        view_id: str | None = None,
        selected: Any = None,
        block_id: str | None = None,
        values: Mapping[str, Any] | None = None,
    ) -> Json:
        """Presses a button or changes another element.

        It is looked for in the view or message that is named, otherwise in the person's top modal,
        then in their newest messages, then on their Home tab.

        Args:
            value: tells buttons with one action_id apart.
            selected: the new value of a menu, picker, input or group of choices.
            values: other fields filled in on the way, as in :meth:`submit`.
        """
        matches = []
        surfaces = self._surfaces(user, message_ts, home, view_id)
        for surface in surfaces:
            matches = [
                (surface, block, element)
                for block, element in inputs.elements(surface.blocks)
                if element["action_id"] == action_id
                and block_id in (None, block["block_id"])
                and (value is None or element["type"] != "button" or element.get("value") == value)
            ]
            if matches:
                break
        if not matches:
            there = [e["action_id"] for s in surfaces for _, e in inputs.elements(s.blocks)]
            raise LookupError(f"nothing to click at {action_id!r} (value {value!r}), only {there}")
        surface, block, element = matches[0]
        self._fill(surface, values)
        fields = inputs.selection(element, selected if element["type"] != "button" else None)
        if element["type"] in inputs.STATEFUL:
            surface.values[inputs.key(block, element)] = selected
        action: Json = {
            "type": element["type"],
            "action_id": action_id,
            "block_id": block["block_id"],
            "action_ts": self.workspace.next_ts(),
            **{k: element[k] for k in ("text", "style", "placeholder", "url") if k in element},
            **fields,
        }
        in_modal = surface.view is not None and surface.view.body["type"] == "modal"
        payload = {**self._interaction(user, "block_actions", in_modal), "actions": [action]}
        if surface.view:
            kind = {"type": "view", "view_id": surface.view.id}
            payload |= {"container": kind, "view": web_api.view_object(surface.view)}
        elif surface.conversation and surface.message:
            payload |= self._message_fields(user, surface.conversation, surface.message)
            payload["state"] = {"values": inputs.state_values(surface.blocks, surface.values)}
        return await self.wire.deliver("interactive", payload)

    async def submit(
        self, user: str, values: Mapping[str, Any] | None = None, view_id: str | None = None
    ) -> Json:
        """Submits the person's top modal and applies the app's answer to the stack.

        ``values``: plain values by ``block_id/action_id``, ``action_id`` or ``block_id``. Raises
        :class:`InputRefused` for what Slack's client would not send, :class:`NotAcknowledged`, and
        :class:`AckRefused` for an answer that Slack would not take.
        """
        stack = self.workspace.stack(user)
        if not stack:
            raise LookupError(f"{user} has no open modal")
        view = self.workspace.find_view(view_id) if view_id else stack[-1]
        blocks = view.body["blocks"]
        if view.body["submit"] is None:
            raise LookupError("this modal has no submit button")
        self._fill(Surface(blocks, view.values), self._uploaded(user, blocks, values))
        inputs.check(blocks, view.values)
        payload = {
            **self._interaction(user, "view_submission", from_modal=True),
            "view": web_api.view_object(view),
            "response_urls": [],
        }
        answer = await self.wire.deliver("interactive", payload)
        self._acked(lambda: self._apply(user, view, answer))
        return answer

    async def close_view(self, user: str, everything: bool = False) -> None:
        """Closes the top modal, or the whole stack."""
        stack = self.workspace.stack(user)
        if not stack:
            raise LookupError(f"{user} has no open modal")
        everything = everything or stack[-1].body["clear_on_close"]
        closing = stack[::-1] if everything else [stack[-1]]
        del stack[len(stack) - len(closing) :]
        self.workspace.changed()
        for view in closing:
            if view.body["notify_on_close"]:
                payload = self._interaction(user, "view_closed")
                del payload["trigger_id"]
                payload |= {"view": web_api.view_object(view), "is_cleared": everything}
                await self.wire.deliver("interactive", payload)

    # Looking

    def messages(self, channel_or_user: str) -> list[Json]:
        """The messages of a conversation, newest last, as they are stored."""
        return self.workspace.conversation(channel_or_user).messages

    def ephemerals(self, user: str) -> list[Json]:
        """The messages that only this person sees, oldest first."""
        found = [
            message
            for conversation in self.workspace.conversations.values()
            for to, message in conversation.ephemerals
            if to == user
        ]
        return sorted(found, key=lambda m: str(m["ts"]))

    def views(self, user: str) -> list[Json]:
        """The person's open modals, the one on top last."""
        return [web_api.view_object(v) for v in self.workspace.stack(user)]

    def view_errors(self, user: str) -> dict[str, str]:
        """What the top modal shows next to its inputs, by block_id."""
        stack = self.workspace.stack(user)
        return dict(stack[-1].errors) if stack else {}

    def home(self, user: str) -> Json | None:
        """The person's published Home tab."""
        home = self.workspace.homes.get(user)
        return web_api.view_object(home) if home else None

    async def wait_for(
        self,
        condition: Callable[[], T],
        timeout: float = 5,  # noqa: ASYNC109
        what: str = "the condition",
    ) -> T:
        """Waits until the condition is true and returns its value; raises TimeoutError."""
        end = time.monotonic() + timeout
        while not (value := condition()):
            if time.monotonic() > end:
                last = [name for name, _ in self.calls[-8:]]
                raise TimeoutError(f"{what} did not happen in {timeout:g} s; last calls: {last}")
            await asyncio.sleep(0.01)
        return value

    async def wait_connected(self, timeout: float = 5) -> None:  # noqa: ASYNC109
        """Waits until an app has a socket open."""
        await asyncio.wait_for(self.sockets.connected.wait(), timeout)

    async def resend_unacked(self) -> int:
        """Resends unacknowledged events; returns how many will have to be sent yet again."""
        return await self.wire.resend_unacked()

    async def resend_due(self) -> int:
        """Resends what Slack would have resent by now: at once, after 1 and after 5 minutes more.

        By the playground's clock. Returns how many will have to be sent yet again.
        """
        return await self.wire.resend_due()

    def post_scheduled(self) -> None:
        """Posts the scheduled messages whose time has come (this also happens by itself)."""
        due = [
            s
            for s in self.workspace.scheduled.values()
            if s.post_at <= self.workspace.seconds() and not s.silent
        ]
        for entry in sorted(due, key=lambda s: s.post_at):
            del self.workspace.scheduled[entry.id]
            args = {**entry.args, "channel": entry.channel}
            call = self._call(args, None)
            with contextlib.suppress(SlackError):  # Slack does not tell the app either
                web_api.METHODS["chat.postMessage"](call)

    # Inside

    def _call(self, args: Json, scopes: set[str] | None) -> web_api.Call:
        """A Web API call with these arguments."""
        home = None if self.manifest is None else self._app_home()
        return web_api.Call(self.workspace, self.sockets, args, scopes, self.bot_name, home)

    def _app_home(self) -> Json:
        """The manifest's ``features.app_home``."""
        home: Json = (self.manifest or {}).get("features", {}).get("app_home", {})
        return home

    def _scopes(self) -> set[str] | None:
        """The bot's scopes by the manifest, or None without one."""
        if self.manifest is None:
            return None
        return set(self.manifest.get("oauth_config", {}).get("scopes", {}).get("bot", []))

    def _respond(
        self, body: Json, user: str, channel: str, ts: str | None = None, ephemeral: bool = False
    ) -> None:
        """What an app says to a command or a response_url."""
        call = self._call(body, None)
        conversation = self.workspace.conversation(channel)
        if body.get("delete_original") or body.get("replace_original"):
            old: Json | None
            if ephemeral:
                old = next((m for _, m in conversation.ephemerals if m["ts"] == ts), None)
            else:
                old = conversation.find(ts) if ts else None
            if old is None:
                raise SlackError("message_not_found")
            if body.get("delete_original"):
                if ephemeral:
                    conversation.ephemerals.remove((user, old))
                    self.workspace.changed()
                else:
                    web_api.delete_message(self.workspace, conversation, old)
                return
            message, _ = web_api.bot_message(call, old["ts"])
            old.pop("blocks", None)
            old.update(message)
            self.workspace.changed()
            return
        message, _ = web_api.bot_message(call, self.workspace.next_ts())
        if body.get("response_type", "ephemeral") == "in_channel":
            web_api.posted(call, conversation, message)
        else:
            web_api.add_ephemeral(self.workspace, conversation, user, message)

    def _feature(self, name: str) -> list[Json]:
        features: list[Json] = (self.manifest or {}).get("features", {}).get(name, [])
        return features

    def _interaction(self, user: str, kind: str, from_modal: bool = False) -> Json:
        """The fields that every interaction has."""
        settings = (self.manifest or {}).get("settings", {})
        if self.manifest is not None and not settings.get("interactivity", {}).get("is_enabled"):
            raise LookupError("the manifest does not enable interactivity")
        person = self.workspace.person(user)
        name = person.handle
        return {
            "type": kind,
            "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN},
            "user": {"id": user, "username": name, "name": name, "team_id": TEAM_ID},
            "api_app_id": APP_ID,
            "token": "playground",
            "trigger_id": self.workspace.new_trigger(user, from_modal),
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _message_fields(self, user: str, conversation: Conversation, message: Json) -> Json:
        ts, ephemeral = message["ts"], bool(message.get("is_ephemeral"))
        container = {
            "type": "message",
            "message_ts": ts,
            "channel_id": conversation.id,
            "is_ephemeral": ephemeral,
        }
        return {
            "container": container,
            "channel": {"id": conversation.id, "name": conversation.payload_name},
            "message": {k: v for k, v in message.items() if k not in ("is_ephemeral", "metadata")},
            "response_url": self.workspace.new_response_url(user, conversation.id, ts, ephemeral),
        }

    def _surfaces(
        self, user: str, message_ts: str | None, home: bool, view_id: str | None
    ) -> list[Surface]:
        """Where this person could click, the likeliest first."""
        modals = [Surface(v.body["blocks"], v.values, view=v) for v in self.workspace.stack(user)]
        tab = self.workspace.homes.get(user)
        homes = [Surface(tab.body["blocks"], tab.values, view=tab)] if tab else []
        if home:
            return homes
        if view_id:
            return [s for s in [*modals, *homes] if s.view and s.view.id == view_id]
        messages = [
            self._message_surface(user, conversation, message)
            for conversation in self.workspace.visible_to(user)
            for message in [
                *conversation.messages,
                *(m for to, m in conversation.ephemerals if to == user),
            ]
            if "blocks" in message and message_ts in (None, message["ts"])
        ]
        messages.sort(key=lambda s: str(s.message and s.message["ts"]), reverse=True)
        return messages if message_ts else [*modals[-1:], *messages, *homes]

    def _message_surface(self, user: str, where: Conversation, message: Json) -> Surface:
        key = (user, where.id, message["ts"])
        known = self.workspace.message_values.get(key)
        values = inputs.initial_values(message["blocks"], known)
        self.workspace.message_values[key] = values
        return Surface(message["blocks"], values, conversation=where, message=message)

    def _uploaded(
        self, user: str, blocks: list[Json], values: Mapping[str, Any] | None
    ) -> Mapping[str, Any]:
        """The values, with each file that a person chose in the form the app is given it."""
        found = dict(values or {})
        for name, value in found.items():
            if inputs.place(blocks, name)[1]["type"] == "file_input":
                found[name] = [
                    self._shared_file(file, user) if "content" in file else file for file in value
                ]
        return found

    def _fill(self, surface: Surface, values: Mapping[str, Any] | None) -> None:
        for name, value in (values or {}).items():
            block, element = inputs.place(surface.blocks, name)
            inputs.selection(element, value)
            surface.values[inputs.key(block, element)] = value

    def _acked(self, apply: Callable[[], None]) -> None:
        try:
            apply()
        except SlackError as error:
            raise AckRefused(f"{error.error}: {'; '.join(error.messages)}") from error

    def _apply(self, user: str, view: View, answer: Json) -> None:
        """Does to the modal stack what the acknowledgement says."""
        stack = self.workspace.stack(user)
        action = answer.get("response_action")
        view.errors = {}
        if action == "errors":
            inputs_here = {b["block_id"] for b in view.body["blocks"] if b["type"] == "input"}
            errors = answer.get("errors")
            if not isinstance(errors, dict) or not errors or set(errors) - inputs_here:
                raise AckRefused(f"errors must name input blocks {inputs_here}, got {errors}")
            view.errors = {k: str(v) for k, v in errors.items()}
        elif action == "clear":
            stack.clear()
        elif action in ("update", "push"):
            validate.check_view(answer.get("view"))
            if action == "push":
                web_api.push_view(self.workspace, user, answer["view"])
            else:
                web_api.fill(self.workspace, view, answer["view"])
        elif action is None and not answer:
            if view in stack:
                stack.remove(view)
        else:
            raise AckRefused(f"unknown answer to a submission: {answer}")
        self.workspace.changed()
