"""The composition root: settings in, a running bot out. Nothing else constructs things."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import build_app
from bot.background import Background, slack_error
from bot.calendars import Calendars
from bot.clock import Clock
from bot.delivery import POST_SECONDS, Deliverer
from bot.directory import Directory
from bot.forgetting import Forgetter
from bot.outbox import Outbox
from bot.services import Services
from bot.settings import Settings, SettingsError
from bot.teamwork import Teamwork
from bot.upkeep import Upkeep
from bot.web import over_http, served_metrics
from prompts import library as content
from prompts.library import Libraries, Library
from reflections.feedback import RubricEngine, load_engine
from reflections.importing import Importer
from reflections.intake import Intake, Policy, Reader
from reflections.model import Clinician
from reflections.privacy import Screen, load_screen
from reflections.stores import Store
from reflections.stores.tiny import TinyStore

if TYPE_CHECKING:
    from reflections.feedback.language_model import Count, LanguageModel
    from reflections.stores.postgres import PostgresStore

log = logging.getLogger("alliance")


_REFUSED = frozenset(
    {
        "invalid_auth",
        "not_authed",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "not_allowed_token_type",
        "no_permission",
        "missing_scope",
    }
)
_RETRY_SECONDS = 10


def utc_now() -> datetime:
    return datetime.now(UTC)


def build_store(settings: Settings) -> TinyStore | PostgresStore:
    """PostgreSQL where an address is set, else TinyDB; SettingsError where that would lose all."""
    if settings.alliance_database_url:
        # Only here, because it takes a third of a second to import and 20 MB.
        from reflections.stores.postgres import PostgresStore

        return PostgresStore(
            settings.alliance_database_url,
            settings.alliance_master_key,
            settings.alliance_master_key_file,
        )
    if settings.dyno:
        raise SettingsError(
            "DYNO is set: this machine's disk is emptied at every restart, and all reflections "
            "with it. Add a PostgreSQL database (it sets DATABASE_URL) and ALLIANCE_MASTER_KEY."
        )
    return TinyStore(
        settings.alliance_data_dir,
        settings.alliance_master_key,
        settings.alliance_master_key_file,
    )


@dataclass(frozen=True)
class Parts:
    """What is read from files at start, and shared by whoever needs it."""

    libraries: Mapping[str, Library]
    """By language."""
    screen: Screen
    engine: RubricEngine


def load_libraries(settings: Settings) -> Mapping[str, Library]:
    """Every language there is, and whichever the settings name; ContentError where one is wrong."""
    named = {settings.alliance_language, *(team.language for team in settings.teams)}
    wanted = sorted(named.union(content.languages()))
    return {language: content.load(language) for language in wanted}


def load_parts(settings: Settings) -> Parts:
    """Takes about a second; raises ContentError, ScreenResourceError or ModelError."""
    return Parts(load_libraries(settings), load_screen(), load_engine())


def build_model(
    settings: Settings, library: Library, now: Callable[[], datetime], count: Count
) -> LanguageModel:
    """The language model that the settings name; what it needs is imported only here. ``count``
    keeps the month's tokens."""
    from reflections.feedback.language_model import LanguageModel, ModelSettings

    return LanguageModel(
        ModelSettings(
            key=settings.openai_api_key,
            model=settings.alliance_model,
            base_url=settings.openai_base_url,
            temperature=settings.alliance_model_temperature,
            timeout=settings.alliance_model_timeout,
            deadline=settings.alliance_model_deadline,
            retries=settings.alliance_model_retries,
            monthly_tokens=settings.alliance_model_monthly_tokens,
        ),
        library.instruction.text,
        now,
        count,
    )


def build_reader(
    model: LanguageModel | None, library: Library, engine: RubricEngine
) -> Reader | None:
    """Who reads notes besides the offline engine; None where rules alone do."""
    if model is None:
        return None
    from reflections.feedback.reader import ModelReader

    log.info("notes are read with the language model %s", model.settings.model)
    return ModelReader(model, library, engine)


def build_intake(
    settings: Settings,
    store: Store,
    parts: Parts,
    now: Callable[[], datetime],
    reader: Reader | None = None,
) -> Intake:
    screen = parts.screen.with_rules(settings.screen_rules)
    policy = Policy(settings.alliance_screen)
    libraries = Libraries(parts.libraries, settings.alliance_language)
    return Intake(store, screen, parts.engine, libraries, now, reader, policy)


def build_importer(settings: Settings, store: Store, parts: Parts) -> Importer:
    """What brings an export back, without the bot."""
    intake = build_intake(settings, store, parts, utc_now)
    libraries = Libraries(parts.libraries, settings.alliance_language)
    return Importer(store, intake, parts.engine, libraries.of(""), utc_now)


def build_services(
    settings: Settings, store: Store, parts: Parts, now: Callable[[], datetime]
) -> Services:
    """Put everything together; nothing is read or opened here."""
    libraries = Libraries(parts.libraries, settings.alliance_language)
    own = libraries.of("")
    model = None
    if settings.reads_with:
        model = build_model(settings, own, now, store.count_tokens)
    reader = build_reader(model, own, parts.engine)
    intake = build_intake(settings, store, parts, now, reader)
    client = AsyncWebClient(
        token=settings.slack_bot_token,
        base_url=settings.slack_api_url,
        retry_handlers=[AsyncRateLimitErrorRetryHandler(max_retry_count=2)],
    )
    # The default handlers would post a second time after a lost connection.
    posting = AsyncWebClient(
        token=settings.slack_bot_token,
        base_url=settings.slack_api_url,
        timeout=POST_SECONDS,
        retry_handlers=[],
    )
    background = Background()
    directory = Directory(store, client, settings, libraries, background, now)
    teamwork = Teamwork(store, libraries, directory, settings)
    contacts = {
        "local_contact": settings.alliance_local_contact,
        "support_line": settings.alliance_support_line,
        "incident_system": settings.alliance_incident_system,
        "safeguarding_contact": settings.alliance_safeguarding_contact,
        "emergency": settings.alliance_emergency_number,
        "supervisor": settings.alliance_supervisor,
    }
    outbox = Outbox(
        store,
        libraries,
        intake,
        directory,
        teamwork,
        client,
        contacts,
        now,
        settings.reads_with,
    )
    deliverer = Deliverer(
        store,
        posting,
        now,
        outbox.renders,
        outbox.ended,
        per_minute=settings.alliance_posts_per_minute,
        holds=outbox.holds,
    )
    return Services(
        settings,
        libraries,
        store,
        intake,
        client,
        directory,
        outbox,
        teamwork,
        deliverer,
        background,
        Calendars(store, client, parts.screen.with_rules(settings.screen_rules), now),
        now,
        contacts,
        model,
        Forgetter(store, posting, libraries, intake, outbox, now),
        Importer(store, intake, parts.engine, own, now),
    )


@dataclass(frozen=True)
class Bot:
    """``request_url`` is where it listens on this machine; empty over Socket Mode. ``metrics_url``
    is where its counts are; empty where no port was set for them."""

    services: Services
    clock: Clock
    request_url: str = ""
    metrics_url: str = ""


async def _answered(call: Callable[[], Awaitable[object]], token: str) -> None:
    """Wait until Slack has answered ``call``; SettingsError where it refuses the token."""
    told = False
    while True:
        try:
            await call()
            return
        except SlackApiError as error:
            code = slack_error(error)
            if code in _REFUSED:
                raise SettingsError(
                    f"Slack refused {token} ({code}): copy it again from the app's settings"
                ) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            code = type(error).__name__
        if not told:
            log.warning(
                "Slack does not answer (%s); trying again every %d s. Ctrl-C stops.",
                code,
                _RETRY_SECONDS,
            )
            told = True
        await asyncio.sleep(_RETRY_SECONDS)


@asynccontextmanager
async def _over_socket(app: AsyncApp, settings: Settings) -> AsyncIterator[str]:
    web_client = AsyncWebClient(base_url=settings.slack_api_url)
    # The handler would try a refused token for ever.
    await _answered(
        lambda: web_client.apps_connections_open(app_token=settings.slack_app_token),
        "SLACK_APP_TOKEN",
    )
    handler = AsyncSocketModeHandler(app, settings.slack_app_token, web_client=web_client)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    try:
        yield ""
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


@asynccontextmanager
async def running(
    settings: Settings,
    now: Callable[[], datetime] = utc_now,
    seed: Sequence[Clinician] = (),
    parts: Parts | None = None,
) -> AsyncIterator[Bot]:
    """The bot, connected until the context ends: over HTTP where a port is set, else by a socket.

    ``seed`` are people it knows from the start; ``parts`` are loaded here where they are not given.
    """
    if parts is None:
        parts = await asyncio.to_thread(load_parts, settings)
    store = build_store(settings)
    await store.open()
    try:
        for clinician in seed:
            await store.put_clinician(clinician)
        services = build_services(settings, store, parts, now)
        app = build_app(services)
        clock = Clock(
            store,
            services.libraries.of(""),
            services.deliverer,
            services.background,
            now,
            settings.tick,
            services.teamwork,
            [services.directory.refresh, services.calendars.read_again],
            Upkeep(services).look,
        )
        await _answered(services.client.auth_test, "SLACK_BOT_TOKEN")
        port = settings.alliance_http_port
        connect = _over_socket(app, settings) if port is None else over_http(app, settings, port)
        try:
            async with (
                served_metrics(settings, services.model) as metrics_url,
                connect as request_url,
            ):
                clock.start()
                log.info("connected; the clock ticks every %s s", settings.alliance_tick_seconds)
                try:
                    yield Bot(services, clock, request_url, metrics_url)
                finally:
                    clock.stop()
        finally:
            await services.background.drain()
            if services.model:
                await services.model.close()
    finally:
        await store.close()


async def run_forever(settings: Settings) -> int:
    """The bot in a real workspace, until it is told to stop; that is heard while it is still
    trying to connect, too."""

    async def serve() -> None:
        async with running(settings):
            await asyncio.Event().wait()

    serving = asyncio.ensure_future(serve())
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, serving.cancel)
    with suppress(asyncio.CancelledError):
        await serving
    log.info("stopped")
    return 0
