"""What goes on for a team by the clock: its tips go out, its leads hear of it, months are counted.

A tip goes the same way as a prompt: the calendar hands it to the outbox under a deterministic key,
and whatever became of it there is written back. Both may be done again at any time.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.background import describe, slack_error
from bot.directory import Directory, SlackSilent, user_of
from bot.settings import Settings
from bot.teams import ALL_TEAMS, Team
from prompts.library import Libraries, Library
from reflections import tips as calendar
from reflections.model import (
    Delivery,
    DeliveryKind,
    DeliveryState,
    PlannedTip,
    TipState,
)
from reflections.stores import Store
from reflections.team import NOBODYS, Counted, may_tell, months_over, publish
from reflections.tips import TRIES_COUNTED_AFTER, YEAR, TipError, Tips

log = logging.getLogger("alliance.teamwork")

COUNT_EVERY = timedelta(hours=1)
_FINAL = frozenset(DeliveryState) - {DeliveryState.QUEUED, DeliveryState.CLAIMED}


class Teamwork:
    def __init__(
        self,
        store: Store,
        libraries: Libraries,
        directory: Directory,
        settings: Settings,
    ) -> None:
        self._store = store
        self._libraries = libraries
        self._directory = directory
        self._settings = settings
        self._counted_at: datetime | None = None

    def library(self, team: Team) -> Library:
        """The words of a team's channel."""
        return self._libraries.of(team.language)

    def team(self, owner: str) -> Team | None:
        return next((t for t in self._settings.teams if t.owner == owner), None)

    async def tips(self, team: Team, now: datetime) -> Tips:
        """The calendar and the tips of the last year."""
        return await self._store.tips(team.owner, now - YEAR)

    async def tip(self, team: Team, id: str, now: datetime) -> PlannedTip | None:
        return next((t for t in await self.tips(team, now) if t.id == id), None)

    # ---- out -----------------------------------------------------------------------------------

    async def plan(self, after: datetime, now: datetime) -> int:
        """Hand to the outbox what is to go out by now; how many. A team whose leads Slack does not
        name just now is seen to by a later tick."""
        planned = 0
        for team in self._settings.teams:
            if team.channel:
                try:
                    planned += await self._plan_team(team, after, now)
                except SlackSilent:
                    log.warning("who leads a team is not known just now; its tips wait")
        return planned

    async def _plan_team(self, team: Team, after: datetime, now: datetime) -> int:
        library = self.library(team)

        def hand_over(tips: Tips) -> Tips:
            return calendar.hand_over(tips, team.slot, library, after, now, rotation=team.rotation)

        tips = await self.tips(team, now)
        foreseen = hand_over(tips)
        if foreseen is not tips:
            times = {t.id: t.at for t in tips}
            for tip in foreseen:
                if tip.state is TipState.PLANNED and times[tip.id] != tip.at:
                    # Told first, lest it is forgotten; what does not come true is not sent.
                    why = "unapproved" if tip.waits else "late"
                    await self.tell(team, tip, why, await self._directory.leads(team), now)
            tips = await self._store.change_tips(team.owner, now - YEAR, hand_over)
        new = 0
        for tip in tips:
            if tip.state is TipState.GOING:
                delivery = calendar.delivery_of(tip, team.owner)
                known = await self._store.delivery(team.owner, delivery.key)
                if known is None:
                    await self._store.commit(team.owner, now, deliveries=[delivery])
                    new += 1
                elif known.state in _FINAL:
                    await self.went(known, known.state, now)
        return new

    async def went(self, delivery: Delivery, state: DeliveryState, now: datetime) -> None:
        """Write back how a tip's delivery ended, and tell whom it concerns."""
        team = self.team(delivery.owner)
        tip = await self.tip(team, delivery.ref, now) if team else None
        if team is None or tip is None or tip.state is not TipState.GOING:
            return
        if calendar.delivery_of(tip, team.owner).key != delivery.key:
            return
        out = state in (DeliveryState.SENT, DeliveryState.UNCONFIRMED)
        what = {DeliveryState.SENT: "posted", DeliveryState.UNCONFIRMED: "not_confirmed"}
        # Told under a key of its own, so once, however often we come by here.
        whom = tip.backed_by if state is DeliveryState.SENT else await self._directory.leads(team)
        await self.tell(team, tip, what.get(state, "not_posted"), whom, now)
        kept = await self._store.delivery(team.owner, delivery.key)
        posted = kept.posted if kept else None

        def written(tips: Tips) -> Tips:
            mine = next((t for t in tips if t.id == tip.id), None)
            if mine is None or mine.state is not TipState.GOING or mine.at != tip.at:
                return tips
            if not out:
                return calendar.moved_on(tips, tip.id, team.slot, now)
            return calendar.went_out(tips, tip.id, posted, team.channel)

        await self._store.change_tips(team.owner, now - YEAR, written)

    async def withdraw(
        self, client: AsyncWebClient, team: Team, id: str, by: str, now: datetime
    ) -> bool:
        """Take a tip back out of the channel; False where Slack would not just now, TipError where
        it is not there. Deleting comes first: it can be done again."""
        tip = await self.tip(team, id, now)
        if tip is None or tip.state is not TipState.POSTED or not tip.posted:
            raise TipError("gone")
        try:
            await client.chat_delete(channel=tip.place, ts=tip.posted)
        except SlackApiError as error:
            if slack_error(error) != "message_not_found":
                log.warning("a tip could not be withdrawn: %s", describe(error))
                return False
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            log.warning("a tip could not be withdrawn: %s", describe(error))
            return False
        await self._store.change_tips(
            team.owner, now - YEAR, lambda tips: calendar.withdrawn(tips, id)
        )
        await self.tell(team, tip, "withdrawn", {*tip.backed_by} - {by}, now)
        return True

    async def reactions(self, client: AsyncWebClient, tips: Tips, seconds: float) -> dict[str, int]:
        """How many reactions each of these tips has, without whose; those that Slack tells in
        time."""

        async def count(tip: PlannedTip) -> tuple[str, int] | None:
            try:
                answer = await asyncio.wait_for(
                    client.reactions_get(channel=tip.place, timestamp=tip.posted), seconds
                )
                rows = (answer.get("message") or {}).get("reactions") or []
                return tip.id, sum(int(row["count"]) for row in rows)
            except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError) as error:
                log.warning("reactions cannot be counted: %s", describe(error))
                return None

        found = await asyncio.gather(*(count(tip) for tip in tips))
        return dict(row for row in found if row)

    async def tell(
        self, team: Team, tip: PlannedTip, what: str, users: Iterable[str], now: datetime
    ) -> None:
        """Owe each of these leads a word about a tip, once for each version of it."""
        for user in sorted(users):
            lead, _ = await self._directory.meet(await self._directory.workspace(), user)
            key = f"news:{what}:{team.owner}:{tip.id}:{tip.version}:{lead.id}"
            ref = f"{what} {team.owner} {tip.id} {tip.version}"
            owed = Delivery(key, lead.id, DeliveryKind.TIP_NEWS, due=now, ref=ref)
            await self._store.commit(lead.id, now, deliveries=[owed])

    # ---- counting ------------------------------------------------------------------------------

    async def count(self, now: datetime) -> None:
        """Publish what may be told: the tries of a tip once, a week after it went out, and each
        month once, when it is over. Where Slack does not say who belongs where, an hour later."""
        if self._counted_at and now - self._counted_at < COUNT_EVERY:
            return
        self._counted_at = now
        try:
            leads = frozenset[str]().union(
                *[await self._directory.leads(team) for team in self._settings.teams]
            )
            groups = await self._groups()
        except SlackSilent:
            return
        await self._count_tries(leads, now)
        await self._count_months(leads, groups, now)

    async def _groups(self) -> dict[str, str]:
        """The one group of each person, by user: of several teams the first that has them."""
        found: dict[str, str] = {}
        for team in self._settings.teams:
            if team.members:
                for user in await self._directory.group(team.members):
                    found.setdefault(user, team.owner)
        return found

    async def _count_tries(self, leads: frozenset[str], now: datetime) -> None:
        due: dict[str, list[PlannedTip]] = {}
        for team in self._settings.teams:
            for tip in await self.tips(team, now):
                over = tip.at + TRIES_COUNTED_AFTER <= now
                if tip.state is TipState.POSTED and tip.tries is None and over:
                    due.setdefault(team.owner, []).append(tip)
        if not due:
            return
        tried: dict[str, int] = {}
        for clinician in await self._store.clinicians():
            if user_of(clinician.id) not in leads:
                for plan in await self._store.plans(clinician.id):
                    tried[plan.source] = tried.get(plan.source, 0) + 1
        for owner, waiting in due.items():
            numbers = {t.id: may_tell(tried.get(f"{owner} {t.id}", 0)) for t in waiting}
            await self._store.change_tips(
                owner, now - YEAR, partial(calendar.counted, numbers=numbers)
            )

    async def _count_months(
        self, leads: frozenset[str], groups: Mapping[str, str], now: datetime
    ) -> None:
        zone = ZoneInfo(self._settings.alliance_time_zone)
        over = list(months_over(zone, now))
        if not over:
            return
        known = {m.begins for m in await self._store.months(ALL_TEAMS, over[0][0])}
        new = [month for month in over if month[0] not in known]
        if not new:
            return
        teams = self._settings.teams
        only = teams[0].owner if len(teams) == 1 and not teams[0].members else NOBODYS
        people: dict[datetime, list[Counted]] = {begins: [] for begins, _ in new}
        for clinician in await self._store.clinicians():
            user = user_of(clinician.id)
            if user in leads:
                continue
            prompts = await self._prompted(clinician.id, new[0][0])
            written = await self._written(clinician.id, new[0][0])
            for begins, ends in new:
                within = [sum(begins <= at < ends for at in times) for times in (prompts, written)]
                people[begins].append(Counted(groups.get(user, only), *within))
        for begins, counted in people.items():
            await self._store.publish_month(ALL_TEAMS, publish(begins, counted))

    async def _prompted(self, owner: str, since: datetime) -> list[datetime]:
        prompts = await self._store.deliveries(owner, DeliveryKind.PROMPT, since)
        return [d.due for d in prompts if d.state is DeliveryState.SENT]

    async def _written(self, owner: str, since: datetime) -> list[datetime]:
        """When a person wrote; this goes into a sum alone."""
        found: list[datetime] = []
        skip = 0
        while page := await self._store.reflections(owner, skip=skip, limit=100):
            found += [r.note.written_at for r in page if r.note.written_at >= since]
            if len(found) < (skip := skip + len(page)):
                break
        return found
