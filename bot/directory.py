"""Slack people: who they are to us, their time zone, their DM with the bot, who leads."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from slack_sdk.web.async_client import AsyncWebClient

from bot.background import Background
from bot.settings import Settings
from reflections.model import Clinician
from reflections.stores import Store

TEAM = "team"
"""The owner under which the team's tips are kept."""


class Directory:
    def __init__(
        self, store: Store, client: AsyncWebClient, settings: Settings, background: Background
    ) -> None:
        self._store = store
        self._client = client
        self._settings = settings
        self._background = background

    async def meet(self, team: str, user: str, dm: str = "") -> tuple[Clinician, bool]:
        """The clinician behind a Slack user, and whether they are new to us.

        Somebody new is kept at once with the workspace's time zone; the one of their profile
        follows in the background, so that no answer waits for it.
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
        self._background.start(self.refresh(clinician.id), "reading a profile")
        return clinician, True

    async def refresh(self, owner: str) -> Clinician:
        """Take over the time zone of the person's Slack profile."""
        answer = await self._client.users_info(user=user_of(owner))
        zone = str(answer["user"].get("tz") or "")
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError):
            zone = self._settings.alliance_time_zone
        return await self._store.change_clinician(owner, lambda c: replace(c, time_zone=zone))

    async def address(self, clinician: Clinician) -> str:
        """The DM of a clinician with the bot, opened where we do not know it yet."""
        if clinician.address:
            return clinician.address
        answer = await self._client.conversations_open(users=user_of(clinician.id))
        dm = str(answer["channel"]["id"])
        await self._store.change_clinician(clinician.id, lambda c: replace(c, address=dm))
        return dm

    def is_lead(self, user: str) -> bool:
        return user in self._settings.leads


def owner_of(team: str, user: str) -> str:
    """The id under which a person's reflections are kept."""
    return f"{team}-{user}"


def user_of(owner: str) -> str:
    return owner.partition("-")[2]
