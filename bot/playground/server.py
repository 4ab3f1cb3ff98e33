"""The playground: a local stand-in for Slack that a real Bolt app connects to.

``Playground`` serves the Web API, Socket Mode and a web page on 127.0.0.1, and lets a test (or the
page) act as the people of the workspace. It knows nothing of the product it is used for.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from bot.playground import page, web_api
from bot.playground.acting import AckRefused, Acting
from bot.playground.faults import Faults
from bot.playground.http_mode import HttpMode, RequestUrlRefused
from bot.playground.inputs import InputRefused
from bot.playground.outgoing import NotAcknowledged, Outgoing
from bot.playground.rates import Rates
from bot.playground.socket_mode import SocketMode, abort
from bot.playground.state import (
    Conversation,
    Json,
    Person,
    SlackError,
    Workspace,
)

__all__ = [
    "AckRefused",
    "Conversation",
    "InputRefused",
    "NotAcknowledged",
    "Person",
    "Playground",
    "RequestUrlRefused",
    "SlackError",
]

_JSON_FIELDS = ("blocks", "metadata", "view", "attachments", "files")
_MAX_BODY = 16 << 20


class Playground(Acting):
    """One stand-in workspace and its server.

    Args:
        people: who is in the workspace.
        channels: channels by id, a name or a :class:`Conversation`; with a name everyone is in it.
        now: the clock, an aware UTC datetime. Timestamps, response_url expiry and scheduled
            messages follow it; trigger ids and acknowledgements use real time.
        commands: slash commands as (command, usage hint, description).
        manifest: the app manifest; with one, scopes, events, commands and shortcuts are held to it.
        time_machine: buttons of the page's demo-time line: (label, what it does).
        ack_timeout: seconds the app has to acknowledge.
        resends: whether events without acknowledgement are sent again by themselves, at once and
            1 and 5 minutes later by ``now``; tests call :meth:`resend_due` instead.
        rate_limits: whether Slack's rate limits apply (faults can impose them at any time).
        bot_name: the bot's display name.
    """

    bot_token = "xoxb-playground"
    app_token = "xapp-playground"
    signing_secret = "playground-signing-secret"

    def __init__(
        self,
        people: Sequence[Person],
        channels: Mapping[str, str | Conversation] | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        commands: Sequence[tuple[str, str, str]] = (),
        manifest: Json | None = None,
        time_machine: Sequence[tuple[str, Callable[[], Awaitable[Any]]]] = (),
        ack_timeout: float = 3.0,
        resends: bool = False,
        rate_limits: bool = False,
        bot_name: str = "bot",
    ) -> None:
        super().__init__()
        self.workspace = Workspace(people, channels or {}, now, self._emit, self._changed)
        self.sockets = SocketMode(ack_timeout, self.workspace.seconds, self._changed)
        self.wire: Outgoing = self.sockets
        self.faults = Faults(self.sockets)
        self.rates = Rates() if rate_limits else None
        self.resends = resends
        self.manifest = manifest
        self.commands = list(commands)
        self.time_machine = list(time_machine)
        self.bot_name = bot_name
        self.calls: list[tuple[str, Json]] = []
        self.watchers: set[asyncio.Event] = set()
        self.stopping = False
        self._runner: web.AppRunner | None = None

    # Server

    @property
    def url(self) -> str:
        """``http://127.0.0.1:PORT``, once started."""
        return self.workspace.base_url

    @property
    def api_url(self) -> str:
        """The base URL for a Slack client."""
        return self.url + "/api/"

    async def start(self, port: int = 0) -> None:
        """Listens on 127.0.0.1; port 0 takes a free one."""
        app = web.Application(client_max_size=_MAX_BODY, middlewares=[page.only_this_machine])
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/link", self.sockets.serve)
        app.router.add_post("/response/{key}", self._response_url)
        app.router.add_post("/upload/{file}", self._upload)
        app.router.add_get("/files/{file}/{name}", self._download)
        page.add_routes(app, self)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        bound = self._runner.addresses[0][1]
        self.workspace.base_url = f"http://127.0.0.1:{bound}"
        self.background(self._clock())

    async def use_request_url(self, url: str) -> None:
        """From now on sends to this URL and no longer over the socket, as with Socket Mode off.

        Checks the URL as Slack does when it is set; raises :class:`RequestUrlRefused`. Requests
        are signed with :attr:`signing_secret`.
        """
        wire = HttpMode(url, self.signing_secret, self.sockets.ack_timeout, self.workspace.seconds)
        try:
            await wire.verify()
        except RequestUrlRefused:
            await wire.close()
            raise
        wire.unacked = self.wire.unacked
        if isinstance(self.wire, HttpMode):
            self.wire.unacked = {}
            await self.wire.close()
        self.wire = self.faults.wire = wire
        self._changed()

    async def stop(self) -> None:
        """Closes the sockets and the server."""
        self.faults.clear()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.stopping = True
        self._changed()
        await self.sockets.close()
        await self.wire.close()
        if self._runner:
            await self._runner.cleanup()

    async def _clock(self) -> None:
        while True:
            self.post_scheduled()
            if self.resends and self.wire.ready:
                await self.resend_due()
            await asyncio.sleep(0.5)

    def _changed(self) -> None:
        for watcher in self.watchers:
            watcher.set()

    async def _api(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        try:
            args, token = await _arguments(request)
        except SlackError as error:
            return web.json_response(error.answer())
        self.calls.append((name, args))
        fault = self.faults.take(name)
        if fault.slow:
            await asyncio.sleep(fault.slow)
        if fault.status:
            headers = {"Retry-After": str(fault.retry_after)} if fault.retry_after else {}
            body = {"ok": False, "error": fault.error or "fatal_error"}
            return web.json_response(body, status=fault.status, headers=headers)
        wait = self.rates.wait(name, args) if self.rates else 0
        if wait:
            body = {"ok": False, "error": "ratelimited"}
            return web.json_response(body, status=429, headers={"Retry-After": str(wait)})
        try:
            if fault.error:
                raise SlackError(fault.error)
            answer = {"ok": True, **self._run(name, args, token)}
        except SlackError as error:
            answer = error.answer()
        if fault.lose:
            if fault.lose == "timeout":
                await self.faults.hang()
            abort(request.transport)
        self._changed()
        scopes = self._scopes()
        headers = {"x-oauth-scopes": ",".join(sorted(scopes))} if scopes else {}
        return web.json_response(answer, headers=headers)

    def _run(self, name: str, args: Json, token: str) -> Json:
        """Checks the token and calls the method."""
        if not token:
            raise SlackError("not_authed")
        if token not in (self.bot_token, self.app_token):
            raise SlackError("invalid_auth")
        if name not in web_api.METHODS:
            raise SlackError("unknown_method", req_method=name)
        if (token == self.app_token) != (name == "apps.connections.open"):
            raise SlackError("not_allowed_token_type")
        if self.workspace.revoked and token == self.bot_token:
            raise SlackError("token_revoked")
        call = self._call(args, self._scopes())
        return web_api.METHODS[name](call)

    async def _response_url(self, request: web.Request) -> web.StreamResponse:
        try:
            body = await request.json()
        except ValueError:
            return web.Response(status=400, text="invalid_payload")
        self.calls.append(("response_url", body))
        fault = self.faults.take("response_url")
        if fault.status:
            return web.Response(status=fault.status)
        try:
            entry = self.workspace.use_response_url(request.match_info["key"])
        except SlackError as error:
            return web.json_response(error.answer(), status=404)
        try:
            self._respond(body, entry.user, entry.channel, entry.message_ts, entry.is_ephemeral)
        except SlackError as error:
            return web.json_response(error.answer(), status=400)
        return web.Response(text="ok")

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        file = self.workspace.files.get(request.match_info["file"])
        if file is None or file.uploaded:
            return web.Response(status=404, text="unknown upload")
        if request.content_type.startswith("multipart/"):
            form = await request.post()
            part = next(iter(form.values()), b"")
            content = part.file.read() if isinstance(part, web.FileField) else bytes(part)  # type: ignore[arg-type]
        else:
            content = await request.read()
        if len(content) != file.length:
            return web.Response(status=400, text="length mismatch")
        file.content, file.uploaded = content, True
        return web.Response(text=f"OK - {len(content)}")

    async def _download(self, request: web.Request) -> web.StreamResponse:
        file = self.workspace.files.get(request.match_info["file"])
        if file is None or not file.uploaded:
            return web.Response(status=404, text="no such file")
        return web.Response(
            body=file.content,
            content_type=file.mimetype,
            headers={"Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff"},
        )


async def _arguments(request: web.Request) -> tuple[Json, str]:
    """The call's arguments and token, from a query, a form or JSON."""
    args: Json = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = await request.json()
        except ValueError:
            raise SlackError("invalid_json") from None
        if not isinstance(body, dict):
            raise SlackError("json_not_object")
        args |= body
    elif request.method == "POST":
        args |= {k: v for k, v in (await request.post()).items() if isinstance(v, str)}
    for name in _JSON_FIELDS:
        if isinstance(args.get(name), str) and args[name]:
            try:
                args[name] = json.loads(args[name])
            except ValueError:
                error = "invalid_blocks_format" if name == "blocks" else "invalid_arguments"
                raise SlackError(error) from None
    header = request.headers.get("Authorization", "")
    token = header.removeprefix("Bearer ").strip() or str(args.get("token", ""))
    args.pop("token", None)
    return args, token
