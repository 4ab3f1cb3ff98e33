"""Slack people: who they are to us, their time zone, their DM with the bot, who leads."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.background import Background, describe, slack_error
from bot.settings import Settings
from bot.teams import Team
from prompts.library import Libraries
from reflections.model import Clinician
from reflections.stores import Store

log = logging.getLogger("alliance.directory")

_LOOK_SECONDS = 5
GROUP_HELD = timedelta(seconds=60)
"""So long an answer of Slack on who is in a user group is used again."""


class SlackSilent(Exception):
    """Slack did not say what had to be known, such as who is in a user group; so nobody is."""


class Directory:
    def __init__(
        self,
        store: Store,
        client: AsyncWebClient,
        settings: Settings,
        libraries: Libraries,
        background: Background,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._client = client
        self._settings = settings
        self._libraries = libraries
        self._background = background
        self._now = now
        self._workspace = ""
        self._groups: dict[str, tuple[datetime, frozenset[str]]] = {}

    async def meet(self, team: str, user: str, dm: str = "") -> tuple[Clinician, bool]:
        """The clinician behind a Slack user, and whether they are new to us.

        Somebody new is kept at once with the workspace's time zone and language; what their profile
        says follows in the background, so that no answer waits for it.
        """
        known = await self._store.clinician(owner_of(team, user))
        if known is not None:
            if dm and known.address != dm:
                known = await self._store.change_clinician(
                    known.id, lambda c: replace(c, address=dm)
                )
            return known, False
        clinician = Clinician(
            owner_of(team, user), dm, self._settings.alliance_time_zone, greeted=False
        )
        await self._store.put_clinician(clinician)
        self._background.start(self.refresh(clinician.id, new=True), "reading a profile")
        return clinician, True

    async def refresh(self, owner: str, *, new: bool = False) -> Clinician:
        """Take over the time zone of the person's Slack profile, and whether they have left; of
        somebody ``new`` their language as well, which is their own to choose from then on."""
        answer = await self._client.users_info(user=user_of(owner), include_locale=True)
        if answer["user"].get("deleted"):
            now = self._now()
            return await self._store.change_clinician(
                owner, lambda c: replace(c, left_at=c.left_at or now)
            )
        zone = str(answer["user"].get("tz") or "")
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError):
            zone = self._settings.alliance_time_zone
        language = self._language(str(answer["user"].get("locale") or ""), zone) if new else ""
        return await self._store.change_clinician(
            owner,
            lambda c: replace(c, time_zone=zone, left_at=None, language=c.language or language),
        )

    def _language(self, locale: str, zone: str) -> str:
        """The language that a profile asks for; empty where that is the workspace's, or none of
        ours. American English is also what Slack gives to whoever has chosen nothing, so there the
        clock has to be an American one."""
        if locale not in self._libraries.by_language or locale == self._libraries.own:
            return ""
        if locale == "en-US" and not zone.startswith(("America/", "US/", "Pacific/Honolulu")):
            return ""
        return locale

    async def address(self, clinician: Clinician) -> str:
        """The DM of a clinician with the bot, opened where we do not know it yet."""
        if clinician.address:
            return clinician.address
        answer = await self._client.conversations_open(users=user_of(clinician.id))
        dm = str(answer["channel"]["id"])
        await self._store.change_clinician(clinician.id, lambda c: replace(c, address=dm))
        return dm

    async def undisturbed(self, owners: Collection[str]) -> Mapping[str, datetime]:
        """Whose notifications are off just now, and until when; of at most fifty people.

        Nobody's where Slack does not say: a look that fails must not hold up a question.
        """
        if not owners:
            return {}
        users = sorted(user_of(owner) for owner in owners)
        try:
            async with asyncio.timeout(_LOOK_SECONDS):
                found = await self._do_not_disturb(users)
        except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError) as error:
            code = slack_error(error) if isinstance(error, SlackApiError) else ""
            log.info("do-not-disturb not read: %s", code or type(error).__name__)
            return {}
        now, off = self._now(), {}
        for owner in owners:
            times = found.get(user_of(owner), {})
            start, end = (
                datetime.fromtimestamp(float(times.get(f"next_dnd_{at}_ts") or 0), UTC)
                for at in ("start", "end")
            )
            if times.get("dnd_enabled") and start <= now < end:
                off[owner] = end
        return off

    async def _do_not_disturb(self, users: list[str]) -> dict[str, Any]:
        if len(users) == 1:  # the other method is for several
            return {users[0]: (await self._client.dnd_info(user=users[0])).data}
        answer = await self._client.dnd_teamInfo(users=users)
        return dict(answer["users"])

    async def workspace(self) -> str:
        """Slack's id of the workspace; SlackSilent where it does not say."""
        if not self._workspace:
            self._workspace = str((await self._asked(self._client.auth_test()))["team_id"])
        return self._workspace

    async def leads(self, team: Team) -> frozenset[str]:
        """Who leads a team now; SlackSilent where Slack does not say."""
        return team.leads | (await self.group(team.lead_group) if team.lead_group else frozenset())

    async def leads_of(self, user: str) -> tuple[Team, ...]:
        """The teams that a person leads now. SlackSilent where none is known and Slack did not
        say: whoever cannot be checked leads nothing."""
        found, unknown = [], None
        for team in self._settings.teams:
            try:
                if user in team.leads or user in await self.leads(team):
                    found.append(team)
            except SlackSilent as error:
                unknown = error
        if unknown and not found:
            raise unknown
        return tuple(found)

    async def is_lead(self, user: str) -> bool:
        """Whether a person leads any team, for showing them what leads can do."""
        try:
            return bool(await self.leads_of(user))
        except SlackSilent:
            return False

    async def group(self, group: str) -> frozenset[str]:
        """The people of a Slack user group, as Slack said within the last minute."""
        now = self._now()
        held = self._groups.get(group)
        if held and now - held[0] < GROUP_HELD:
            return held[1]
        answer = await self._asked(self._client.usergroups_users_list(usergroup=group))
        people = frozenset(str(user) for user in answer["users"])
        self._groups[group] = (now, people)
        return people

    async def _asked(self, call: Awaitable[AsyncSlackResponse]) -> AsyncSlackResponse:
        try:
            return await call
        except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError) as error:
            log.warning("Slack did not say: %s", describe(error))
            raise SlackSilent from None


def owner_of(team: str, user: str) -> str:
    """The id under which a person's reflections are kept."""
    return f"{team}-{user}"


def user_of(owner: str) -> str:
    return owner.partition("-")[2]
