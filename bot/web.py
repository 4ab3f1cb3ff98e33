"""HTTP in place of Socket Mode: requests that Slack has signed go to Bolt, others go nowhere. And
on a port of their own, the counts for Prometheus."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier

from bot.settings import Settings, SettingsError

if TYPE_CHECKING:
    from reflections.feedback.language_model import LanguageModel

REQUEST_PATH = "/slack/events"
"""Events, interactions and commands all come here."""


METRICS_PATH = "/metrics"


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
    async with _listening(served, "HTTP", settings.alliance_http_host, port) as url:
        yield url + REQUEST_PATH


@asynccontextmanager
async def served_metrics(settings: Settings, model: LanguageModel | None) -> AsyncIterator[str]:
    """Serve the counts for Prometheus until the context ends, where a port is set; yields the URL,
    empty without one. A port of their own: they are nothing for whoever speaks for Slack."""
    port = settings.alliance_metrics_port
    if port is None:
        yield ""
        return
    # Only here, because it takes some tenths of a second to import.
    from bot.metrics import CONTENT_TYPE, Metrics

    metrics = Metrics(settings, model.meter if model else None)

    async def show(request: web.Request) -> web.Response:
        return web.Response(body=metrics.render(), headers={"Content-Type": CONTENT_TYPE})

    served = web.Application()
    served.router.add_get(METRICS_PATH, show)
    async with _listening(served, "METRICS", settings.alliance_metrics_host, port) as url:
        yield url + METRICS_PATH


@asynccontextmanager
async def _listening(
    served: web.Application, what: str, host: str, port: int
) -> AsyncIterator[str]:
    """``what`` is how its settings are called."""
    runner = web.AppRunner(served, access_log=None, shutdown_timeout=3)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise SettingsError(
                f"ALLIANCE_{what}_HOST {host}, ALLIANCE_{what}_PORT {port}: cannot listen there "
                f"({error.strerror})"
            ) from None
        yield f"http://{host}:{runner.addresses[0][1]}"
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
