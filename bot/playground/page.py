"""The page's own routes: what a person sees, as a stream of snapshots, and what they do.

The page uses the same methods of :class:`Playground` as a test does.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from bot.playground import web_api
from bot.playground.inputs import InputRefused, initial_values
from bot.playground.outgoing import NotAcknowledged
from bot.playground.state import BOT_USER_ID, Conversation, Json, Values, View

if TYPE_CHECKING:
    from bot.playground.server import Playground

STATIC = Path(__file__).parent / "static"
MOST_MESSAGES = 300
REFRESH_SECONDS = 15
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}


def add_routes(app: web.Application, playground: Playground) -> None:
    """Adds the page, its files, its stream and its actions."""
    page = Page(playground)
    app.router.add_get("/", page.file)
    app.router.add_get("/static/{name}", page.file)
    app.router.add_get("/page/people", page.people)
    app.router.add_get("/page/{user}/stream", page.stream)
    app.router.add_post("/page/{user}/{action}", page.act)


class Page:
    """The page's side of one playground."""

    def __init__(self, playground: Playground) -> None:
        self.playground = playground
        self.actions: dict[str, Callable[[str, Json], Awaitable[object]]] = {
            "say": self._say,
            "command": lambda u, b: playground.command(u, b["command"], b["text"], b["channel"]),
            "click": lambda u, b: playground.click(u, **b),
            "submit": lambda u, b: playground.submit(u, _received(b["values"]), b["view_id"]),
            "close": lambda u, b: playground.close_view(u, b["everything"]),
            "home": lambda u, b: playground.open_home(u, b["tab"]),
            "shortcut": lambda u, b: playground.shortcut(u, **b),
            "react": lambda u, b: playground.react(u, b["name"], b["ts"], b["channel"]),
            "edit": lambda u, b: self._done(playground.edit(u, b["ts"], b["text"], b["channel"])),
            "delete": lambda u, b: self._done(playground.delete(u, b["ts"], b["channel"])),
            "dismiss": self._dismiss,
            "read": self._read,
            "time": self._time,
        }

    async def file(self, request: web.Request) -> web.StreamResponse:
        """One of the page's files."""
        path = STATIC / request.match_info.get("name", "index.html")
        if path.parent != STATIC or not path.is_file():
            raise web.HTTPNotFound
        text = await asyncio.to_thread(path.read_text, "utf-8")
        return web.Response(text=text, content_type=TYPES[path.suffix], headers=HEADERS)

    async def people(self, request: web.Request) -> web.StreamResponse:
        """The ids of those one can be, so that the page knows where to begin."""
        people = self.playground.workspace.people.values()
        return web.json_response([p.id for p in people if not p.deleted])

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: what the person sees, at once and after each change."""
        user = self._user(request)
        response = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream"})
        await response.prepare(request)
        changed = asyncio.Event()
        self.playground.watchers.add(changed)
        try:
            while not self.playground.stopping:
                changed.clear()
                await response.write(f"data: {json.dumps(self.snapshot(user))}\n\n".encode())
                try:
                    await asyncio.wait_for(changed.wait(), REFRESH_SECONDS)
                except TimeoutError:
                    continue
        except ConnectionError:
            pass
        finally:
            self.playground.watchers.discard(changed)
        return response

    async def act(self, request: web.Request) -> web.StreamResponse:
        """Something the person does. A JSON body is required, so that no other site can ask."""
        user = self._user(request)
        action = self.actions.get(request.match_info["action"])
        if action is None or request.content_type != "application/json":
            raise web.HTTPNotFound
        answer: Json = {"ok": True}
        try:
            await action(user, await request.json())
        except NotAcknowledged:
            answer = {"ok": False, "error": "not_acknowledged"}
        except InputRefused as refused:
            answer = {"ok": False, "error": "invalid", "errors": refused.errors}
        except Exception as problem:  # noqa: BLE001 - whatever it was, the person is told
            answer = {"ok": False, "error": str(problem) or type(problem).__name__}
        return web.json_response(answer)

    def _user(self, request: web.Request) -> str:
        user = request.match_info["user"]
        if user not in self.playground.workspace.people:
            raise web.HTTPNotFound
        return user

    async def _say(self, user: str, body: Json) -> None:
        files = _decoded(body.get("files", []))
        said = self.playground.say(
            user, body["text"], files, thread_ts=body["thread_ts"], channel=body["channel"]
        )
        await self._done(said)

    async def _done(self, work: Awaitable[object]) -> None:
        """Slack shows a message as sent or changed, whether or not an app has heard of it."""
        try:
            await work
        except NotAcknowledged:
            return

    async def _read(self, user: str, body: Json) -> None:
        workspace = self.playground.workspace
        place = (user, body["channel"])
        if workspace.last_read.get(place, "") < body["ts"]:
            workspace.last_read[place] = body["ts"]
            workspace.changed()

    async def _dismiss(self, user: str, body: Json) -> None:
        workspace = self.playground.workspace
        conversation = workspace.conversation(body["channel"])
        conversation.ephemerals = [
            (to, m) for to, m in conversation.ephemerals if (to, m["ts"]) != (user, body["ts"])
        ]
        workspace.changed()

    async def _time(self, user: str, body: Json) -> None:
        _, travel = self.playground.time_machine[body["index"]]
        await travel()
        self.playground.post_scheduled()
        self.playground.workspace.changed()

    # What a person sees

    def snapshot(self, user: str) -> Json:
        """Everything the page draws for this person."""
        playground, workspace = self.playground, self.playground.workspace
        home = workspace.homes.get(user)
        features = (playground.manifest or {}).get("features", {})
        people = [
            {
                "id": p.id,
                "name": p.name,
                "tz": p.tz,
                "is_lead": p.is_lead,
                "unread": sum(self._unread(p.id, c) for c in workspace.visible_to(p.id)),
            }
            for p in workspace.people.values()
            if not p.deleted
        ]
        return {
            "me": user,
            "bot": {"id": BOT_USER_ID, "name": playground.bot_name},
            "now": workspace.seconds(),
            "connected": playground.wire.ready,
            "people": people,
            "channels": [self._channel(user, c) for c in workspace.visible_to(user)],
            "stack": [self._view(v) for v in workspace.stack(user)],
            "home": self._view(home) if home else None,
            "commands": [
                dict(zip(("name", "hint", "what"), c, strict=True)) for c in playground.commands
            ],
            "shortcuts": features.get("shortcuts", []),
            "time_machine": [label for label, _ in playground.time_machine],
        }

    def _unread(self, user: str, conversation: Conversation) -> int:
        seen = self.playground.workspace.last_read.get((user, conversation.id), "")
        return sum(m["ts"] > seen and m["user"] != user for m in conversation.messages)

    def _channel(self, user: str, conversation: Conversation) -> Json:
        own = [m for to, m in conversation.ephemerals if to == user]
        messages = sorted([*conversation.messages, *own], key=lambda m: str(m["ts"]))
        return {
            "id": conversation.id,
            "name": conversation.name,
            "is_im": conversation.is_im,
            "unread": self._unread(user, conversation),
            "last_read": self.playground.workspace.last_read.get((user, conversation.id), ""),
            "messages": [self._message(user, conversation, m) for m in messages[-MOST_MESSAGES:]],
        }

    def _message(self, user: str, conversation: Conversation, message: Json) -> Json:
        known = self.playground.workspace.message_values.get((user, conversation.id, message["ts"]))
        values = initial_values(message.get("blocks", []), known)
        return {**message, "values": _by_name(values)} if values else message

    def _view(self, view: View) -> Json:
        return {**web_api.view_object(view), "values": _by_name(view.values), "errors": view.errors}


def _by_name(values: Values) -> Json:
    return {f"{block}/{action}": value for (block, action), value in values.items()}


@web.middleware
async def only_this_machine(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Answers to this machine's own names only, so that no other site can be pointed here."""
    host = request.host.rpartition(":")[0] or request.host
    if host not in ("127.0.0.1", "localhost", "[::1]"):
        raise web.HTTPForbidden
    return await handler(request)


def _decoded(files: list[Json]) -> list[Json]:
    """Files as the page sends them, with their content in base64."""
    return [{**file, "content": base64.b64decode(file["content"])} for file in files]


def _received(values: Json) -> Json:
    """The values of a form; a list of files that were chosen for it holds their content."""

    def chosen(value: object) -> bool:
        return isinstance(value, list) and bool(value) and "content" in value[0]

    return {name: _decoded(v) if chosen(v) else v for name, v in values.items()}
