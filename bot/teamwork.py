"""What goes on for a team by the clock: its tips go out, its leads hear of it, months are counted.

A tip goes the same way as a prompt: the calendar hands it to the outbox under a deterministic key,
and whatever became of it there is written back. Both may be done again at any time.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.background import describe, slack_error
from bot.directory import Directory, SlackSilent, owner_of, user_of
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
from reflections.stores import UNREADABLE, Store, Unreadable
from reflections.team import NOBODYS, Counted, may_tell, months_over, publish
from reflections.tips import TRIES_COUNTED_AFTER, YEAR, TipError, Tips

log = logging.getLogger("alliance.teamwork")

COUNT_EVERY = timedelta(hours=1)
Words = Sequence[tuple[str, Iterable[str]]]
"""What is to be said of a tip, by the name of its phrase, and to which users."""
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
        self._told: set[str] = set()

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
        name just now is seen to by a later tick; one that cannot be read holds up nothing."""
        planned = 0
        for team in self._settings.teams:
            if team.channel:
                try:
                    planned += await self._plan_team(team, after, now)
                except SlackSilent:
                    log.warning("who leads a team is not known just now; its tips wait")
                except Unreadable:
                    self._tell(team.owner)
        return planned

    def _tell(self, owner: str) -> None:
        """For the log, once a start and team: the clock comes by every few seconds."""
        if owner not in self._told:
            self._told.add(owner)
            log.error("nothing goes on for one team: %s", UNREADABLE)

    async def _plan_team(self, team: Team, after: datetime, now: datetime) -> int:
        library = self.library(team)

        def hand_over(tips: Tips) -> Tips:
            return calendar.hand_over(tips, team.slot, library, after, now, rotation=team.rotation)

        def moved_on(tip: PlannedTip) -> Words:
            if tip.state is not TipState.PLANNED:
                return []
            return [("unapproved" if tip.waits else "late", leads)]

        tips = await self.tips(team, now)
        foreseen = hand_over(tips)
        if foreseen is not tips:
            leads = frozenset[str]()
            if any(t.state is TipState.PLANNED and t not in tips for t in foreseen):
                leads = await self._directory.leads(team)
            tips = await self.change(team, now, hand_over, leads, moved_on, meet=True)
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
        whom = tip.backed_by if state is DeliveryState.SENT else await self._directory.leads(team)
        kept = await self._store.delivery(team.owner, delivery.key)
        posted = kept.posted if kept else None

        def written(tips: Tips) -> Tips:
            mine = next((t for t in tips if t.id == tip.id), None)
            if mine is None or mine.state is not TipState.GOING or mine.at != tip.at:
                return tips
            if not out:
                return calendar.moved_on(tips, tip.id, team.slot, now)
            return calendar.went_out(tips, tip.id, posted, team.channel)

        await self.change(
            team,
            now,
            written,
            whom,
            lambda _: [(what.get(state, "not_posted"), whom)],
            meet=state is not DeliveryState.SENT,
        )

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
        others = {*tip.backed_by} - {by}
        await self.change(
            team,
            now,
            lambda tips: calendar.withdrawn(tips, id),
            others,
            lambda _: [("withdrawn", others)],
        )
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

    async def change(
        self,
        team: Team,
        now: datetime,
        change: Callable[[Tips], Tips],
        users: Iterable[str],
        words: Callable[[PlannedTip], Words],
        *,
        meet: bool = False,
    ) -> Tips:
        """Change a team's calendar and owe its leads, in the same unit of work, what ``words`` says
        of each tip that is new or changed. ``users`` are all whom it may name. Whoever of them is
        unknown or was forgotten hears nothing; with ``meet``, for those who lead now and have
        something to do, they are met.

        SlackSilent, and nothing is changed, where Slack does not say which workspace this is.
        """
        leads = {}
        for user in {*users}:
            try:
                workspace = await self._directory.workspace()
                if meet:
                    await self._directory.meet(workspace, user)
                owner = owner_of(workspace, user)
                if await self._store.clinician(owner):
                    leads[user] = owner
            except Unreadable:
                log.error("a lead hears nothing of a tip: %s", UNREADABLE)

        def owe(before: Tips, after: Tips) -> list[Delivery]:
            return [
                calendar.news_of(tip, team.owner, what, leads[user], now)
                for tip in after
                if tip not in before
                for what, whom in words(tip)
                for user in sorted(whom)
                if user in leads
            ]

        return await self._store.change_tips(team.owner, now - YEAR, change, owe)

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
        try:
            await self._count_months(leads, groups, now)
        except Unreadable:
            self._tell(ALL_TEAMS)

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
            try:
                tips = await self.tips(team, now)
            except Unreadable:
                self._tell(team.owner)
                continue
            for tip in tips:
                over = tip.at + TRIES_COUNTED_AFTER <= now
                if tip.state is TipState.POSTED and tip.tries is None and over:
                    due.setdefault(team.owner, []).append(tip)
        if not due:
            return
        tried: dict[str, int] = {}
        for clinician in await self._store.clinicians():
            if user_of(clinician.id) in leads:
                continue
            try:
                plans = await self._store.plans(clinician.id)
            except Unreadable:
                log.error("tries counted without one person: %s", UNREADABLE)
                continue
            for plan in plans:
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
            try:
                prompts = await self._prompted(clinician.id, new[0][0])
                written = await self._written(clinician.id, new[0][0])
            except Unreadable:
                log.error("a month counted without one person: %s", UNREADABLE)
                continue
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
