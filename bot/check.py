"""`alliance-bot check`: everything that can be known before the bot is let near a clinician."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.bootstrap import build_model, build_store, load_libraries, utc_now
from bot.settings import Settings, SettingsError
from prompts import library as content
from prompts.library import ContentError
from reflections.clinics import DAYS
from reflections.feedback import ModelError, load_engine
from reflections.feedback.language_model import Unread, count_in_memory
from reflections.privacy import ScreenResourceError, load_screen
from reflections.stores import StoreError

SCOPES = (
    "chat:write",
    "commands",
    "dnd:read",
    "files:read",
    "files:write",
    "im:history",
    "im:write",
    "reactions:read",
    "usergroups:read",
    "users:read",
)
_SENTENCE = "She was worried about the stairs; I asked what worried her most."


async def check(settings: Settings, say: Callable[[str], None]) -> int:
    """Say for each part whether it is ready; 0 if all are, else 1."""

    async def library() -> str:
        libraries = load_libraries(settings)
        own = libraries[settings.alliance_language]
        others = "".join(f", {name}" for name in libraries if name != own.language)
        return f"{len(own.prompts)} prompts, {len(own.tips)} tips ({own.language}{others})"

    async def screen() -> str:
        return "ready" if load_screen()(_SENTENCE).accepted else "ready (strict)"

    async def engine() -> str:
        load_engine().assess(_SENTENCE)
        return "ready"

    async def model() -> str:
        if not settings.reads_with:
            return "off; rules on this server read every note"
        library = content.load(settings.alliance_language)
        asked = build_model(settings, library, utc_now, count_in_memory())
        try:
            await asked.ask(_SENTENCE)
        except Unread as error:
            raise SettingsError(
                f"{settings.reads_with} gave no reading of a made-up note ({error.failure}): look "
                "at OPENAI_API_KEY, OPENAI_BASE_URL and ALLIANCE_MODEL. Rules read notes meanwhile"
            ) from None
        finally:
            await asked.close()
        return f"{settings.reads_with} answers; screened notes are sent to it"

    async def data() -> str:
        store = build_store(settings)
        await store.open()
        await store.close()
        return "PostgreSQL" if settings.alliance_database_url else str(settings.alliance_data_dir)

    async def slack() -> str:
        settings.require_slack()
        client = AsyncWebClient(token=settings.slack_bot_token, base_url=settings.slack_api_url)
        answer = await client.auth_test()
        granted = str(answer.headers.get("x-oauth-scopes", ""))
        missing = [s for s in SCOPES if granted and s not in granted.split(",")]
        if missing:
            raise SettingsError(
                f"the token lacks {', '.join(missing)}: add them under OAuth & Permissions "
                "and install the app again"
            )
        how = f"over HTTP, port {settings.alliance_http_port}"
        if settings.alliance_http_port is None:
            how = "over Socket Mode"
            app = AsyncWebClient(token=settings.slack_app_token, base_url=settings.slack_api_url)
            await app.apps_connections_open(app_token=settings.slack_app_token)
        return f"{answer.get('team')} as {answer.get('user')}, {how}"

    async def tips() -> str:
        teams = [team for team in settings.teams if team.channel]
        if not teams or not any(team.leads or team.lead_group for team in teams):
            return (
                "off (ALLIANCE_TEAM_CHANNEL and ALLIANCE_LEADS, or ALLIANCE_TEAMS, switch them on)"
            )
        client = AsyncWebClient(token=settings.slack_bot_token, base_url=settings.slack_api_url)
        for team in teams:
            content.load(team.language)
            for group in filter(None, (team.lead_group, team.members)):
                await client.usergroups_users_list(usergroup=group)
        return ", ".join(
            f"{team.name or 'one team'} in {team.channel}, {DAYS[team.slot.weekday]} "
            f"{team.slot.at:%H:%M} ({team.slot.time_zone})"
            for team in teams
        )

    parts: list[tuple[str, Callable[[], Awaitable[str]]]] = [
        ("content", library),
        ("privacy screen", screen),
        ("feedback engine", engine),
        ("language model", model),
        ("store", data),
        ("Slack", slack),
        ("team tips", tips),
    ]
    wrong = 0
    for name, part in parts:
        try:
            say(f"ok    {name}: {await part()}")
        except (ContentError, ScreenResourceError, ModelError, StoreError, SettingsError) as error:
            wrong += 1
            say(f"WRONG {name}: {error}")
        except SlackApiError as error:
            wrong += 1
            say(f"WRONG {name}: Slack answered {error.response.get('error')}")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            wrong += 1
            say(
                f"WRONG {name}: {settings.slack_api_url} cannot be reached ({type(error).__name__})"
            )
    return 1 if wrong else 0
