"""The Web API methods. Each takes a :class:`Call` and returns the answer's fields, or raises
:class:`SlackError` with Slack's own error name.
"""

from __future__ import annotations

import base64
import hashlib
import logging
import mimetypes
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.playground import inputs, validate
from bot.playground.socket_mode import SocketMode
from bot.playground.state import (
    APP_ID,
    BOT_ID,
    BOT_USER_ID,
    MODAL_STACK,
    TEAM_DOMAIN,
    TEAM_ID,
    TEAM_NAME,
    Conversation,
    Json,
    Person,
    Scheduled,
    SlackError,
    StoredFile,
    View,
    Workspace,
)

log = logging.getLogger(__name__)

FAR_FUTURE_SECONDS = 120 * 24 * 3600


@dataclass
class Call:
    """One Web API call: what it says, and what the manifest allows (None without a manifest)."""

    workspace: Workspace
    sockets: SocketMode
    args: Json
    scopes: set[str] | None
    bot_name: str
    app_home: Json | None = None

    def text(self, name: str) -> str:
        """A required argument; raises ``invalid_arguments``."""
        value = self.args.get(name)
        if value in (None, ""):
            raise SlackError("invalid_arguments", [f"[ERROR] missing required field: {name}"])
        return str(value)

    def flag(self, name: str) -> bool:
        """A boolean argument in any of the ways clients write one."""
        return str(self.args.get(name, "")).lower() in ("1", "true")

    def number(self, name: str, default: int) -> int:
        """A whole-number argument."""
        try:
            return int(self.args.get(name, default))
        except (TypeError, ValueError):
            problem = f"[ERROR] must provide an integer [json-pointer:/{name}]"
            raise SlackError("invalid_arguments", [problem]) from None

    def need(self, *any_of: str) -> None:
        """Raises ``missing_scope`` unless the manifest grants one of these scopes."""
        if self.scopes is not None and not self.scopes & set(any_of):
            provided = ",".join(sorted(self.scopes))
            raise SlackError("missing_scope", needed=any_of[0], provided=provided)

    def need_for(self, conversation: Conversation, action: str) -> None:
        """The scope of a kind of conversation, such as ``im:history``."""
        prefix = {"im": "im", "group": "groups", "channel": "channels"}
        self.need(f"{prefix[conversation.channel_type]}:{action}")


Method = Callable[[Call], Json]
METHODS: dict[str, Method] = {}


def method(name: str, *scopes: str) -> Callable[[Method], Method]:
    """Registers a Web API method that needs one of these scopes."""

    def register(function: Method) -> Method:
        def run(call: Call) -> Json:
            if scopes:
                call.need(*scopes)
            return function(call)

        METHODS[name] = run
        return function

    return register


# Who and where


@method("auth.test")
def auth_test(call: Call) -> Json:
    return {
        "url": call.workspace.base_url + "/",
        "team": TEAM_NAME,
        "user": call.bot_name,
        "team_id": TEAM_ID,
        "user_id": BOT_USER_ID,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


@method("apps.connections.open")
def apps_connections_open(call: Call) -> Json:
    base = call.workspace.base_url.replace("http", "ws", 1)
    return {"url": f"{base}/link?ticket={call.sockets.new_ticket()}"}


@method("api.test")
def api_test(call: Call) -> Json:
    return {"args": call.args}


@method("team.info", "team:read")
def team_info(call: Call) -> Json:
    return {"team": {"id": TEAM_ID, "name": TEAM_NAME, "domain": TEAM_DOMAIN, "email_domain": ""}}


@method("bots.info", "users:read")
def bots_info(call: Call) -> Json:
    if call.args.get("bot", BOT_ID) != BOT_ID:
        raise SlackError("bot_not_found")
    return {"bot": {**bot_object(call), "user_id": BOT_USER_ID}}


def bot_object(call: Call) -> Json:
    """The bot in the shape that messages and bots.info share."""
    bot = {"id": BOT_ID, "app_id": APP_ID, "name": call.bot_name}
    return {**bot, "deleted": False, "updated": 0, "icons": {}}


def user_object(call: Call, person: Person) -> Json:
    """A person in the shape of users.info."""
    user: Json = {
        "id": person.id,
        "team_id": TEAM_ID,
        "name": person.handle,
        "real_name": person.name,
        "deleted": person.deleted,
        "color": "57677a",
        "tz": person.tz,
        "tz_label": person.tz,
        "tz_offset": call.workspace.tz_offset(person),
        "profile": {
            "title": "",
            "phone": "",
            "skype": "",
            "status_text": "",
            "status_emoji": "",
            "status_expiration": 0,
            "avatar_hash": "",
            "real_name": person.name,
            "display_name": person.name,
            "real_name_normalized": person.name,
            "display_name_normalized": person.name,
            "team": TEAM_ID,
        },
        "is_admin": person.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": False,
        "is_app_user": False,
        "updated": 0,
    }
    if person.email and (call.scopes is None or "users:read.email" in call.scopes):
        user["profile"]["email"] = person.email
    if call.flag("include_locale"):
        user["locale"] = person.locale
    return user


def bot_user_object(call: Call) -> Json:
    """The bot's own user."""
    return {
        "id": BOT_USER_ID,
        "team_id": TEAM_ID,
        "name": call.bot_name,
        "real_name": call.bot_name,
        "deleted": False,
        "tz": "Etc/UTC",
        "tz_label": "UTC",
        "tz_offset": 0,
        "profile": {"real_name": call.bot_name, "api_app_id": APP_ID, "bot_id": BOT_ID},
        "is_bot": True,
        "is_app_user": False,
        "updated": 0,
    }


@method("users.info", "users:read")
def users_info(call: Call) -> Json:
    user_id = call.text("user")
    if user_id == BOT_USER_ID:
        return {"user": bot_user_object(call)}
    return {"user": user_object(call, call.workspace.person(user_id))}


@method("users.list", "users:read")
def users_list(call: Call) -> Json:
    members = [user_object(call, p) for p in call.workspace.people.values()]
    page, more = paginate(call, [*members, bot_user_object(call)])
    return {"members": page, "cache_ts": int(call.workspace.seconds()), **more}


def dnd_object(person: Person) -> Json:
    """When notifications are off, as an app sees it: nothing of a pause made by hand."""
    start, end = (int(at.timestamp()) for at in person.dnd) if person.dnd else (1, 1)
    enabled = person.dnd is not None
    return {"dnd_enabled": enabled, "next_dnd_start_ts": start, "next_dnd_end_ts": end}


@method("dnd.info", "dnd:read")
def dnd_info(call: Call) -> Json:
    return dnd_object(call.workspace.person(call.text("user")))


@method("dnd.teamInfo", "dnd:read")
def dnd_team_info(call: Call) -> Json:
    users = str(call.args.get("users") or "").split(",")
    if not users[0]:
        raise SlackError("no_users_provided")
    if len(users) > 50:
        raise SlackError("too_many_users")
    return {"users": {user: dnd_object(call.workspace.person(user)) for user in users}}


@method("users.conversations", "channels:read", "groups:read", "im:read")
def users_conversations(call: Call) -> Json:
    return list_conversations(call, str(call.args.get("user") or BOT_USER_ID))


@method("usergroups.list", "usergroups:read")
def usergroups_list(call: Call) -> Json:
    leads = call.workspace.leads()
    group: Json = {
        "id": "S0LEADS",
        "team_id": TEAM_ID,
        "is_usergroup": True,
        "name": "Leads",
        "handle": "leads",
        "description": "",
        "is_external": False,
        "date_create": 0,
        "date_update": 0,
        "date_delete": 0,
        "user_count": len(leads),
    }
    if call.flag("include_users"):
        group["users"] = leads
    return {"usergroups": [group]}


@method("usergroups.users.list", "usergroups:read")
def usergroups_users_list(call: Call) -> Json:
    if call.text("usergroup") != "S0LEADS":
        raise SlackError("no_such_subteam")
    return {"users": call.workspace.leads()}


def paginate(call: Call, rows: list[Any], default: int = 100) -> tuple[list[Any], Json]:
    """One page of rows and the field that carries Slack's cursor."""
    limit = call.number("limit", default)
    if not 1 <= limit <= 1000:
        raise SlackError("invalid_limit")
    try:
        start = int(base64.b64decode(call.args.get("cursor") or b"MA==", validate=True))
    except ValueError:
        raise SlackError("invalid_cursor") from None
    more = start + limit < len(rows)
    cursor = base64.b64encode(str(start + limit).encode()).decode() if more else ""
    return rows[start : start + limit], {"response_metadata": {"next_cursor": cursor}}


# Conversations


def conversation_object(call: Call, conversation: Conversation) -> Json:
    """A conversation in the shape of conversations.info."""
    common: Json = {
        "id": conversation.id,
        "created": conversation.created,
        "is_im": conversation.is_im,
        "is_mpim": False,
        "is_archived": False,
        "is_org_shared": False,
        "context_team_id": TEAM_ID,
        "updated": 0,
    }
    if conversation.is_im:
        return {**common, "user": conversation.user, "is_user_deleted": False, "priority": 0}
    return {
        **common,
        "name": conversation.name,
        "name_normalized": conversation.name,
        "is_channel": not conversation.is_private,
        "is_group": conversation.is_private,
        "is_private": conversation.is_private,
        "is_general": False,
        "is_shared": False,
        "is_member": BOT_USER_ID in conversation.members,
        "creator": BOT_USER_ID,
        "num_members": len(conversation.members),
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def visible(call: Call, channel: str) -> Conversation:
    """A conversation the bot may know of; private channels it is not in do not exist for it."""
    conversation = call.workspace.conversation(channel)
    if conversation.is_private and BOT_USER_ID not in conversation.members:
        raise SlackError("channel_not_found")
    return conversation


@method("conversations.open", "im:write")
def conversations_open(call: Call) -> Json:
    if call.args.get("channel"):
        conversation = call.workspace.conversation(call.args["channel"])
    else:
        users = call.args.get("users") or ""
        ids = users if isinstance(users, list) else [u for u in str(users).split(",") if u]
        if not ids:
            raise SlackError("users_list_not_supplied")
        if len(ids) > 1:
            raise SlackError("not_enough_users", ["[ERROR] group messages are not supported here"])
        already = "D" + ids[0][1:] in call.workspace.conversations
        person = call.workspace.person(ids[0])
        if person.deleted:
            raise SlackError("user_disabled")
        conversation = call.workspace.dm(ids[0])
        if already and not call.flag("return_im"):
            return {"no_op": True, "already_open": True, "channel": {"id": conversation.id}}
    if call.flag("return_im"):
        return {"channel": conversation_object(call, conversation)}
    return {"channel": {"id": conversation.id}}


@method("conversations.info", "channels:read", "groups:read", "im:read")
def conversations_info(call: Call) -> Json:
    conversation = visible(call, call.text("channel"))
    call.need_for(conversation, "read")
    answer = conversation_object(call, conversation)
    if call.flag("include_num_members"):
        answer["num_members"] = len(conversation.members)
    return {"channel": answer}


@method("conversations.list", "channels:read", "groups:read", "im:read")
def conversations_list(call: Call) -> Json:
    return list_conversations(call, None)


def list_conversations(call: Call, user: str | None) -> Json:
    """The conversations of the wanted types, of everyone or of one member."""
    kinds = str(call.args.get("types") or "public_channel").split(",")
    wanted = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}
    if not set(kinds) <= set(wanted):
        raise SlackError("invalid_types")
    rows = [
        conversation_object(call, c)
        for c in call.workspace.conversations.values()
        if c.channel_type in {wanted[k] for k in kinds}
        and (not c.is_private or BOT_USER_ID in c.members)
        and (user is None or user in c.members)
    ]
    page, more = paginate(call, rows)
    return {"channels": page, **more}


@method("conversations.members", "channels:read", "groups:read", "im:read")
def conversations_members(call: Call) -> Json:
    conversation = visible(call, call.text("channel"))
    call.need_for(conversation, "read")
    page, more = paginate(call, sorted(conversation.members))
    return {"members": page, **more}


@method("conversations.join", "channels:join")
def conversations_join(call: Call) -> Json:
    conversation = visible(call, call.text("channel"))
    if conversation.is_im or conversation.is_private:
        raise SlackError("method_not_supported_for_channel_type")
    conversation.members.add(BOT_USER_ID)
    return {"channel": conversation_object(call, conversation)}


def readable(call: Call) -> Conversation:
    """The conversation whose messages are asked for."""
    conversation = visible(call, call.text("channel"))
    call.need_for(conversation, "history")
    if BOT_USER_ID not in conversation.members:
        raise SlackError("not_in_channel")
    return conversation


def shown(call: Call, message: Json) -> Json:
    """A stored message as history shows it: metadata only when asked for."""
    if call.flag("include_all_metadata"):
        return message
    return {k: v for k, v in message.items() if k != "metadata"}


def _within(call: Call, ts: str) -> bool:
    """Whether a timestamp lies between ``oldest`` and ``latest``."""
    inclusive = call.flag("inclusive")
    at = float(ts)
    oldest, latest = call.args.get("oldest"), call.args.get("latest")
    if oldest and (at < float(oldest) or (at == float(oldest) and not inclusive)):
        return False
    return not (latest and (at > float(latest) or (at == float(latest) and not inclusive)))


@method("conversations.history", "im:history", "channels:history", "groups:history")
def conversations_history(call: Call) -> Json:
    conversation = readable(call)
    rows = [
        shown(call, m)
        for m in reversed(conversation.messages)
        if m.get("thread_ts", m["ts"]) == m["ts"] and _within(call, m["ts"])
    ]
    page, more = paginate(call, rows)
    has_more = bool(more["response_metadata"]["next_cursor"])
    answer: Json = {"messages": page, "has_more": has_more, "pin_count": 0}
    return {**answer, **more} if has_more else answer


@method("conversations.replies", "im:history", "channels:history", "groups:history")
def conversations_replies(call: Call) -> Json:
    conversation = readable(call)
    ts = call.text("ts")
    rows = [shown(call, m) for m in conversation.messages if ts in (m["ts"], m.get("thread_ts"))]
    if not rows:
        raise SlackError("thread_not_found")
    page, more = paginate(call, rows)
    return {"messages": page, "has_more": bool(more["response_metadata"]["next_cursor"]), **more}


# Messages


def with_ids(workspace: Workspace, blocks: list[Json]) -> list[Json]:
    """Blocks with the block_ids and action_ids that Slack fills in."""
    for block in blocks:
        block.setdefault("block_id", workspace.next_id("b"))
    for _, element in inputs.elements(blocks):
        element.setdefault("action_id", workspace.next_id("a"))
    return blocks


def checked_blocks(call: Call) -> list[Json]:
    """The call's blocks, checked, with identifiers, or an empty list."""
    blocks = call.args.get("blocks")
    if not blocks:
        return []
    validate.check_message(blocks)
    check_files(call.workspace, blocks)
    return with_ids(call.workspace, blocks)


def check_files(workspace: Workspace, node: Any, at: str = "/blocks") -> None:
    """Raises ``invalid_blocks`` where a picture names a file that is not there."""
    if isinstance(node, dict):
        if "slack_file" in node:
            file = workspace.files.get(node["slack_file"].get("id", ""))
            if not (file and file.completed) and "url" not in node["slack_file"]:
                problem = f"[ERROR] invalid slack file [json-pointer:{at}/slack_file]"
                raise SlackError("invalid_blocks", [problem])
        for name, value in node.items():
            check_files(workspace, value, f"{at}/{name}")
    elif isinstance(node, list):
        for i, item in enumerate(node):
            check_files(workspace, item, f"{at}/{i}")


def bot_message(call: Call, ts: str) -> tuple[Json, list[str]]:
    """The message a posting call describes, and Slack's warnings."""
    text, blocks = call.args.get("text") or "", checked_blocks(call)
    warnings = []
    if not isinstance(text, str):
        raise SlackError(
            "invalid_arguments", ["[ERROR] must provide a string [json-pointer:/text]"]
        )
    if not text and not blocks and not call.args.get("attachments"):
        raise SlackError("no_text")
    if blocks and not text:
        warnings.append("missing_text_in_message")
    if len(text) > validate.MESSAGE_TEXT:
        text = text[: validate.MESSAGE_TEXT]
        warnings.append("message_truncated")
    message: Json = {
        "type": "message",
        "user": BOT_USER_ID,
        "bot_id": BOT_ID,
        "app_id": APP_ID,
        "team": TEAM_ID,
        "ts": ts,
        "text": text,
        "bot_profile": {**bot_object(call), "team_id": TEAM_ID},
    }
    if blocks:
        message["blocks"] = blocks
    if call.args.get("metadata"):
        validate.check_metadata(call.args["metadata"])
        message["metadata"] = call.args["metadata"]
    return message, warnings


def may_post(call: Call, conversation: Conversation) -> None:
    """Raises ``not_in_channel`` or ``missing_scope``."""
    call.need("chat:write")
    if BOT_USER_ID not in conversation.members:
        public = not conversation.is_private and call.scopes and "chat:write.public" in call.scopes
        if not public:
            raise SlackError("not_in_channel")
    tab = call.app_home
    if conversation.is_im and tab is not None and not tab.get("messages_tab_enabled"):
        raise SlackError("messages_tab_disabled")
    if conversation.user and call.workspace.person(conversation.user).deleted:
        raise SlackError("user_disabled")


def posted(call: Call, conversation: Conversation, message: Json) -> None:
    """Stores the bot's message and sends the bot the event for it, as Slack does."""
    thread_ts = call.args.get("thread_ts")
    if thread_ts:
        conversation.find(thread_ts)
        message["thread_ts"] = thread_ts
    call.workspace.post(conversation, message)
    call.workspace.emit(call.workspace.message_event(conversation, message))


@method("chat.postMessage")
def chat_post_message(call: Call) -> Json:
    call.need("chat:write")
    conversation = visible(call, str(call.args.get("channel") or ""))
    may_post(call, conversation)
    message, warnings = bot_message(call, call.workspace.next_ts())
    posted(call, conversation, message)
    answer: Json = {"channel": conversation.id, "ts": message["ts"], "message": message}
    if warnings:
        answer["warning"] = ",".join(warnings)
        answer["response_metadata"] = {"warnings": warnings}
    return answer


@method("chat.update", "chat:write")
def chat_update(call: Call) -> Json:
    conversation = visible(call, call.text("channel"))
    message = conversation.find(call.text("ts"))
    if message.get("bot_id") != BOT_ID:
        raise SlackError("cant_update_message")
    previous = dict(message)
    text, given = call.args.get("text"), call.args.get("blocks")
    if text is None and given is None and call.args.get("attachments") is None:
        raise SlackError("no_text")
    if text is not None and len(str(text)) > validate.MESSAGE_TEXT:
        raise SlackError("msg_too_long")
    blocks = checked_blocks(call)
    if text is not None:
        message["text"] = text
        message.pop("blocks", None)
    if given is not None:
        message["blocks"] = blocks
    if call.args.get("metadata") is not None:
        if call.args["metadata"]:
            validate.check_metadata(call.args["metadata"])
        message["metadata"] = call.args["metadata"]
    if not message.get("blocks"):
        message["edited"] = {"user": BOT_USER_ID, "ts": call.workspace.next_ts()}
    call.workspace.changed()
    call.workspace.emit(
        call.workspace.changed_event(conversation, "message_changed", previous, message)
    )
    return {
        "channel": conversation.id,
        "ts": message["ts"],
        "text": message["text"],
        "message": message,
    }


@method("chat.delete", "chat:write")
def chat_delete(call: Call) -> Json:
    conversation = visible(call, call.text("channel"))
    message = conversation.find(call.text("ts"))
    if message.get("bot_id") != BOT_ID:
        raise SlackError("cant_delete_message")
    delete_message(call.workspace, conversation, message)
    return {"channel": conversation.id, "ts": message["ts"]}


def delete_message(workspace: Workspace, conversation: Conversation, message: Json) -> None:
    """Removes a message and tells the bot and the page."""
    conversation.messages.remove(message)
    workspace.changed()
    workspace.emit(workspace.changed_event(conversation, "message_deleted", message, None))


@method("chat.postEphemeral", "chat:write")
def chat_post_ephemeral(call: Call) -> Json:
    conversation = visible(call, str(call.args.get("channel") or ""))
    user_id = call.text("user")
    if user_id not in conversation.members:
        raise SlackError("user_not_in_channel")
    may_post(call, conversation)
    if len(str(call.args.get("text") or "")) > validate.MESSAGE_TEXT:
        raise SlackError("msg_too_long")
    message, _ = bot_message(call, call.workspace.next_ts())
    add_ephemeral(call.workspace, conversation, user_id, message)
    return {"message_ts": message["ts"]}


def add_ephemeral(
    workspace: Workspace, conversation: Conversation, user_id: str, message: Json
) -> None:
    """Shows a message to one person only."""
    message["is_ephemeral"] = True
    conversation.ephemerals.append((user_id, message))
    workspace.changed()


@method("chat.getPermalink")
def chat_get_permalink(call: Call) -> Json:
    conversation = visible(call, call.text("channel"))
    message = conversation.find(call.text("message_ts"))
    link = f"{call.workspace.base_url}/archives/{conversation.id}/p{message['ts'].replace('.', '')}"
    return {"channel": conversation.id, "permalink": link}


@method("chat.scheduleMessage", "chat:write")
def chat_schedule_message(call: Call) -> Json:
    conversation = visible(call, call.text("channel"))
    may_post(call, conversation)
    post_at, now = call.number("post_at", 0), call.workspace.seconds()
    if post_at <= now:
        raise SlackError("time_in_past")
    if post_at > now + FAR_FUTURE_SECONDS:
        raise SlackError("time_too_far")
    message, _ = bot_message(call, "0")
    entry = Scheduled(
        call.workspace.next_id("Q"),
        conversation.id,
        post_at,
        dict(call.args),
        silent="metadata" in message,
    )
    call.workspace.scheduled[entry.id] = entry
    answer: Json = {"channel": conversation.id, "scheduled_message_id": entry.id}
    return {**answer, "post_at": post_at, "message": {k: message[k] for k in ("type", "text")}}


@method("chat.deleteScheduledMessage", "chat:write")
def chat_delete_scheduled_message(call: Call) -> Json:
    conversation = visible(call, call.text("channel"))
    entry = call.workspace.scheduled.get(call.text("scheduled_message_id"))
    if entry is None or entry.channel != conversation.id:
        raise SlackError("invalid_scheduled_message_id")
    del call.workspace.scheduled[entry.id]
    return {}


@method("chat.scheduledMessages.list")
def chat_scheduled_messages_list(call: Call) -> Json:
    rows = [
        {"id": s.id, "channel_id": s.channel, "post_at": s.post_at, "text": s.args.get("text", "")}
        for s in call.workspace.scheduled.values()
        if call.args.get("channel") in (None, "", s.channel)
    ]
    page, more = paginate(call, rows)
    return {"scheduled_messages": page, **more}


# Reactions


def react(workspace: Workspace, conversation: Conversation, ts: str, name: str, user: str) -> None:
    """Adds a person's or the bot's reaction and tells the bot."""
    message = conversation.find(ts)
    reactions = message.setdefault("reactions", [])
    row = next((r for r in reactions if r["name"] == name), None)
    if row is None:
        row = {"name": name, "users": [], "count": 0}
        reactions.append(row)
    if user in row["users"]:
        raise SlackError("already_reacted")
    row["users"].append(user)
    row["count"] = len(row["users"])
    _reaction_event(workspace, "reaction_added", conversation, message, name, user)


def unreact(
    workspace: Workspace, conversation: Conversation, ts: str, name: str, user: str
) -> None:
    """Takes a reaction back and tells the bot."""
    message = conversation.find(ts)
    row = next((r for r in message.get("reactions", []) if r["name"] == name), None)
    if row is None or user not in row["users"]:
        raise SlackError("no_reaction")
    row["users"].remove(user)
    row["count"] = len(row["users"])
    message["reactions"] = [r for r in message["reactions"] if r["users"]]
    _reaction_event(workspace, "reaction_removed", conversation, message, name, user)


def _reaction_event(
    workspace: Workspace, kind: str, conversation: Conversation, message: Json, name: str, user: str
) -> None:
    workspace.changed()
    event: Json = {
        "type": kind,
        "user": user,
        "reaction": name,
        "item_user": message["user"],
        "item": {"type": "message", "channel": conversation.id, "ts": message["ts"]},
        "event_ts": workspace.next_ts(),
    }
    workspace.emit(event)


def _reaction_target(call: Call) -> tuple[Conversation, str, str]:
    name = call.text("name").strip(":")
    if not re.fullmatch(r"[a-z0-9_+'\-]+(::skin-tone-[2-6])?", name):
        raise SlackError("invalid_name")
    return visible(call, call.text("channel")), call.text("timestamp"), name


@method("reactions.add", "reactions:write")
def reactions_add(call: Call) -> Json:
    conversation, ts, name = _reaction_target(call)
    react(call.workspace, conversation, ts, name, BOT_USER_ID)
    return {}


@method("reactions.remove", "reactions:write")
def reactions_remove(call: Call) -> Json:
    conversation, ts, name = _reaction_target(call)
    unreact(call.workspace, conversation, ts, name, BOT_USER_ID)
    return {}


@method("reactions.get", "reactions:read")
def reactions_get(call: Call) -> Json:
    conversation = visible(call, call.text("channel"))
    message = conversation.find(call.text("timestamp"))
    return {"type": "message", "channel": conversation.id, "message": message}


# Views


def new_view(
    workspace: Workspace, user: str, view: Json, root: View | None, top: View | None
) -> View:
    """A view as Slack stores it, with identifiers and defaults filled in."""
    external_id = view.get("external_id") or ""
    if external_id and any(v.body["external_id"] == external_id for v in workspace.all_views()):
        raise SlackError("duplicate_external_id")
    view_id = workspace.next_id("V")
    body: Json = {
        "id": view_id,
        "team_id": TEAM_ID,
        "app_id": APP_ID,
        "app_installed_team_id": TEAM_ID,
        "bot_id": BOT_ID,
        "root_view_id": root.id if root else view_id,
        "previous_view_id": top.id if top else None,
    }
    entry = View(user, body)
    fill(workspace, entry, view)
    return entry


def fill(workspace: Workspace, entry: View, view: Json) -> None:
    """Puts content into a view; what was filled in stays where block and action are the same."""
    check_files(workspace, view["blocks"], "/view/blocks")
    content: Json = {
        "title": {"type": "plain_text", "text": "View Title", "emoji": True},
        "close": None,
        "submit": None,
        "callback_id": "",
        "private_metadata": "",
        "external_id": entry.body.get("external_id", ""),
        "clear_on_close": False,
        "notify_on_close": False,
        **view,
    }
    with_ids(workspace, content["blocks"])
    entry.body.update(content)
    entry.body["hash"] = (
        f"{workspace.next_ts()}.{hashlib.sha256(repr(content).encode()).hexdigest()[:8]}"
    )
    entry.values = inputs.initial_values(content["blocks"], entry.values)
    entry.errors = {}


def view_object(view: View) -> Json:
    """A view with what the person has filled in."""
    state = {"values": inputs.state_values(view.body["blocks"], view.values)}
    return {**view.body, "state": state}


def push_view(workspace: Workspace, user: str, view: Json) -> View:
    """Puts a modal on top of the person's stack; raises ``push_limit_reached``."""
    stack = workspace.stack(user)
    if len(stack) >= MODAL_STACK:
        raise SlackError("push_limit_reached")
    root, top = (stack[0], stack[-1]) if stack else (None, None)
    entry = new_view(workspace, user, view, root, top)
    stack.append(entry)
    workspace.changed()
    return entry


@method("views.open")
def views_open(call: Call) -> Json:
    validate.check_view(call.args.get("view"))
    trigger = call.workspace.exchange(call.text("trigger_id"))
    stack = call.workspace.stack(trigger.user)
    if stack and trigger.from_modal:
        # Slack answers ok and its desktop client shows nothing.
        log.warning("views.open from a modal is not shown: use views.push or response_action")
        hidden = new_view(call.workspace, trigger.user, call.args["view"], None, None)
        return {"view": view_object(hidden)}
    stack.clear()
    return {"view": view_object(push_view(call.workspace, trigger.user, call.args["view"]))}


@method("views.push")
def views_push(call: Call) -> Json:
    validate.check_view(call.args.get("view"))
    user = call.workspace.exchange(call.text("trigger_id")).user
    if not call.workspace.stack(user):
        raise SlackError("not_found")
    return {"view": view_object(push_view(call.workspace, user, call.args["view"]))}


@method("views.update")
def views_update(call: Call) -> Json:
    entry = call.workspace.find_view(call.args.get("view_id"), call.args.get("external_id"))
    validate.check_view(call.args.get("view"), (entry.body["type"],))
    if call.args.get("hash") and call.args["hash"] != entry.body["hash"]:
        raise SlackError("hash_conflict")
    fill(call.workspace, entry, call.args["view"])
    call.workspace.changed()
    return {"view": view_object(entry)}


@method("views.publish")
def views_publish(call: Call) -> Json:
    user = call.workspace.person(call.text("user_id")).id
    if call.app_home is not None and not call.app_home.get("home_tab_enabled"):
        raise SlackError("not_enabled")
    validate.check_view(call.args.get("view"), ("home",))
    entry = call.workspace.homes.get(user)
    if call.args.get("hash") and (entry is None or call.args["hash"] != entry.body["hash"]):
        raise SlackError("hash_conflict")
    if entry is None:
        entry = new_view(call.workspace, user, call.args["view"], None, None)
        call.workspace.homes[user] = entry
    else:
        fill(call.workspace, entry, call.args["view"])
    call.workspace.changed()
    return {"view": view_object(entry)}


# Files


@method("files.getUploadURLExternal", "files:write")
def files_get_upload_url_external(call: Call) -> Json:
    length = call.number("length", 0)
    if length < 1:
        raise SlackError(
            "invalid_arguments", ["[ERROR] must be more than 0 [json-pointer:/length]"]
        )
    name = call.text("filename")
    file = StoredFile(call.workspace.next_id("F"), name, length)
    file.mimetype = mimetypes.guess_type(name)[0] or file.mimetype
    file.created = int(call.workspace.seconds())
    call.workspace.files[file.id] = file
    return {"upload_url": f"{call.workspace.base_url}/upload/{file.id}", "file_id": file.id}


def file_object(workspace: Workspace, file: StoredFile) -> Json:
    """A file in the shape of files.info."""
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": file.mimetype,
        "filetype": file.name.rpartition(".")[2],
        "size": file.length,
        "user": file.user,
        "mode": "hosted",
        "url_private": f"{workspace.base_url}/files/{file.id}/{file.name}",
        "url_private_download": f"{workspace.base_url}/files/{file.id}/{file.name}",
        "channels": [c for c in file.shared if c.startswith("C")],
        "ims": [c for c in file.shared if c.startswith("D")],
    }


@method("files.completeUploadExternal", "files:write")
def files_complete_upload_external(call: Call) -> Json:
    rows = call.args.get("files")
    if not isinstance(rows, list) or not rows:
        raise SlackError("invalid_arguments", ["[ERROR] missing required field: files"])
    files = []
    for row in rows:
        file = call.workspace.files.get(row.get("id", ""))
        if file is None or not file.uploaded:
            raise SlackError("file_not_found")
        file.title = row.get("title") or file.name
        file.completed = True
        files.append(file)
    shown_files = [file_object(call.workspace, f) for f in files]
    channel = call.args.get("channel_id") or call.args.get("channels")
    if channel:
        conversation = visible(call, channel)
        if BOT_USER_ID not in conversation.members:
            raise SlackError("not_in_channel")
        for file in files:
            file.shared.append(conversation.id)
        shown_files = [file_object(call.workspace, f) for f in files]
        message: Json = {
            "type": "message",
            "user": BOT_USER_ID,
            "bot_id": BOT_ID,
            "team": TEAM_ID,
            "ts": call.workspace.next_ts(),
            "text": call.args.get("initial_comment") or "",
            "files": shown_files,
        }
        posted(call, conversation, message)
    return {"files": shown_files}


@method("files.info", "files:read")
def files_info(call: Call) -> Json:
    file = call.workspace.files.get(call.text("file"))
    if file is None or not file.completed:
        raise SlackError("file_not_found")
    return {"file": file_object(call.workspace, file), "comments": []}


@method("files.delete", "files:write")
def files_delete(call: Call) -> Json:
    file = call.workspace.files.pop(call.text("file"), None)
    if file is None:
        raise SlackError("file_not_found")
    return {}


@method("auth.revoke")
def auth_revoke(call: Call) -> Json:
    call.workspace.revoked = not call.flag("test")
    return {"revoked": call.workspace.revoked}
