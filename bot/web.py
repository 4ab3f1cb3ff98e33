"""HTTP in place of Socket Mode: requests that Slack has signed go to Bolt, others go nowhere."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier

from bot.settings import Settings, SettingsError

REQUEST_PATH = "/slack/events"
"""Events, interactions and commands all come here."""


@asynccontextmanager
async def over_http(app: AsyncApp, settings: Settings, port: int) -> AsyncIterator[str]:
    """Serve until the context ends, behind whatever speaks HTTPS for this machine; yields the URL.

    Port 0 takes a free one. SettingsError for a missing secret or an address that cannot be used.
    """
    if not settings.slack_signing_secret:
        # An empty secret would be one that anybody can sign with.
        raise SettingsError("SLACK_SIGNING_SECRET is not set: Basic Information → Signing Secret")
    served = app.web_app(path=REQUEST_PATH)
    served.middlewares.append(_signed(settings.slack_signing_secret))
    runner = web.AppRunner(served, access_log=None, shutdown_timeout=3)
    await runner.setup()
    host = settings.alliance_http_host
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise SettingsError(
                f"ALLIANCE_HTTP_HOST {host}, ALLIANCE_HTTP_PORT {port}: cannot listen there "
                f"({error.strerror})"
            ) from None
        yield f"http://{host}:{runner.addresses[0][1]}{REQUEST_PATH}"
    finally:
        await runner.cleanup()


def _signed(secret: str) -> Middleware:
    """Answers 401 to what Slack has not signed in the last five minutes.

    Bolt checks this, too. But where a header cannot even be read, Bolt sees a fault of its own, and
    its error handler would apologise to whomever the forged request names.
    """
    verifier = SignatureVerifier(secret)

    @web.middleware
    async def signed(request: web.Request, handler: Handler) -> web.StreamResponse:
        timestamp = request.headers.get("X-Slack-Request-Timestamp", "")
        signature = request.headers.get("X-Slack-Signature", "")
        try:
            genuine = verifier.is_valid(await request.read(), timestamp, signature)
        except (ValueError, TypeError):
            genuine = False
        if not genuine:
            return web.json_response({"error": "invalid request"}, status=401)
        return await handler(request)

    return signed
