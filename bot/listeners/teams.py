"""What a team's leads see: the form for a tip, the calendar, the team by month; and what everybody
sees of them. Whether somebody leads the team is asked on every call."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.directory import SlackSilent, user_of
from bot.listeners.actions import Body, open_view, presser, value
from bot.services import Services
from bot.teams import ALL_TEAMS, Team
from bot.views import ids, tips
from bot.views import team as views
from bot.views.forms import notice_modal
from bot.views.tips import Calendar, Desk, Draft
from prompts.library import MAX_TIP_WORDS, Dimension
from reflections import tips as domain
from reflections.model import Clinician, Look, PlannedTip, TipState
from reflections.stores import StoreError
from reflections.team import months_over
from reflections.tips import CALENDAR_WEEKS, FEWEST, TipError, Tips

_REACTIONS_SECONDS = 1.5
"""A form has to open within three seconds of the tap."""


class NotLeading(Exception):
    """Somebody who leads no such team, cannot be checked, or may not look just now; ``text`` is
    what they are told."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


async def led_by(services: Services, lead: Clinician) -> tuple[Team, ...]:
    """The teams with a channel that somebody leads; NotLeading where there is none."""
    say = services.library(lead).say
    try:
        led = await services.directory.leads_of(user_of(lead.id))
    except SlackSilent:
        raise NotLeading(say("tip.cannot_check")) from None
    if not led:
        raise NotLeading(say("tip.not_lead"))
    if not any(team.channel for team in led):
        raise NotLeading(say("tip.no_channel"))
    return tuple(team for team in led if team.channel)


async def leading(services: Services, lead: Clinician, owner: str) -> Team:
    """The team ``owner``, which somebody has to lead now; else NotLeading."""
    for team in await led_by(services, lead):
        if team.owner == owner:
            return team
    raise NotLeading(services.library(lead).say("tip.not_lead"))


def problem(services: Services, lead: Clinician, error: TipError, words: str = "") -> str:
    """One plain sentence on why something cannot be done."""
    values = {
        "words": {"words": MAX_TIP_WORDS, "count": len(words.split())},
        "characters": {"characters": domain.MAX_CHARACTERS},
    }.get(error.reason, {})
    return services.library(lead).say(f"tip.problem.{error.reason}", **values)


def notice(services: Services, lead: Clinician, body: Body, text: str) -> None:
    """Say why nothing happened, on top of whatever stands there."""
    view = notice_modal(services.library(lead), text, "tip.modal_title")
    open_view(services, body, view, what="a word on why not")


# ---- forms ------------------------------------------------------------------------------------


async def desk(services: Services, lead: Clinician, team: Team, draft: Draft) -> Desk:
    """What a lead's form for a tip is drawn from."""
    now = services.now()
    dimension = Dimension(draft.only_dimension) if draft.only_dimension in list(Dimension) else None
    channel = services.teamwork.library(team)
    choices = domain.ranked(
        channel,
        await services.teamwork.tips(team, now),
        draft.only_factor,
        dimension,
    )
    try:
        second = bool(await services.directory.leads(team) - {user_of(lead.id)})
    except SlackSilent:
        second = False
    return Desk(team, channel, await led_by(services, lead), second, choices, now)


async def new_draft(services: Services, team: Team, at: str = "") -> Draft:
    """An empty one for the next free weekly time, or for ``at`` (ISO)."""
    now = services.now()
    planned = await services.teamwork.tips(team, now)
    return Draft(team.owner, free=domain.next_free(planned, team.slot, now).isoformat(), at=at)


def draft_of(team: Team, tip: PlannedTip) -> Draft:
    return Draft(
        team.owner,
        tip.tip,
        tip.text,
        tip.factor,
        at=tip.at.isoformat(),
        edits=tip.id,
        version=tip.version,
        everyone=tip.everyone,
    )


async def tip_form(services: Services, lead: Clinician, team: Team, draft: Draft) -> Any:
    """The form; where no tip is chosen yet, with what the team has had least of."""
    drawn = await desk(services, lead, team, draft)
    if not draft.text and all(tip.id != draft.tip for tip in drawn.channel.tips):
        draft = replace(draft, tip=drawn.choices[0].id)
    return tips.tip_modal(services.library(lead), drawn, draft)


async def choose(services: Services, lead: Clinician, body: Body) -> str:
    """`/alliance tip`"""
    try:
        team = (await led_by(services, lead))[0]
    except NotLeading as refusal:
        return refusal.text
    view = await tip_form(services, lead, team, await new_draft(services, team))
    open_view(services, body, view, what="the form for a tip")
    return ""


# ---- the calendar -----------------------------------------------------------------------------


async def calendar(services: Services, lead: Clinician, body: Body) -> str:
    """`/alliance tips`"""
    try:
        teams = await led_by(services, lead)
        await logged(services, lead, "calendar", teams[0].owner)
    except NotLeading as refusal:
        return refusal.text
    services.background.start(_open_calendar(services, lead, teams, body), "the calendar")
    return ""


async def _open_calendar(
    services: Services, lead: Clinician, teams: tuple[Team, ...], body: Body
) -> None:
    view = await calendar_view(services, lead, teams, teams[0])
    await services.client.views_open(trigger_id=body["trigger_id"], view=view)


async def logged(services: Services, lead: Clinician, what: str, owner: str = "") -> None:
    """Write a look down before anything is shown; NotLeading where that fails, as nothing is
    shown then."""
    try:
        await services.store.add_look(
            ALL_TEAMS, Look(services.now(), user_of(lead.id), what, owner)
        )
    except (StoreError, OSError):
        raise NotLeading(services.library(lead).say("team.not_logged")) from None


async def calendar_view(
    services: Services, lead: Clinician, teams: tuple[Team, ...], team: Team
) -> Any:
    now = services.now()
    channel = services.teamwork.library(team)
    planned = await services.teamwork.tips(team, now)
    times = domain.slots(team.slot, now, CALENDAR_WEEKS)
    foreseen = domain.foreseen(channel, planned, times, rotation=team.rotation)
    posted = [t for t in planned if t.state is TipState.POSTED and t.posted][-tips.POSTED_SHOWN :]
    counts = await services.teamwork.reactions(services.client, posted, _REACTIONS_SECONDS)
    shown = Calendar(team, channel, teams, times, planned, foreseen, counts)
    return tips.calendar_modal(services.library(lead), shown)


async def redraw_calendar(services: Services, lead: Clinician, view_id: str, team: Team) -> None:
    view = await calendar_view(services, lead, await led_by(services, lead), team)
    await services.client.views_update(view_id=view_id, view=view)


# ---- months and looks -------------------------------------------------------------------------


async def by_month(services: Services, lead: Clinician, body: Body) -> str:
    """`/alliance team`"""
    try:
        view = await _team_view(services, lead, await led_by(services, lead))
    except NotLeading as refusal:
        say = services.library(lead).say
        if refusal.text == say("tip.not_lead"):
            return say("team.not_lead", fewest=FEWEST)
        return refusal.text
    open_view(services, body, view, what="the team by month")
    return ""


async def _team_view(services: Services, lead: Clinician, teams: tuple[Team, ...]) -> Any:
    await logged(services, lead, "team")
    now = services.now()
    zone = services.settings.alliance_time_zone
    over = list(months_over(ZoneInfo(zone), now))
    since = over[0][0]
    tries: dict[tuple[str, datetime], int] = {}
    for team in teams:
        for tip in await services.store.tips(team.owner, since):
            month = next((begins for begins, ends in over if begins <= tip.at < ends), None)
            if month and tip.tries:
                key = (team.owner, month)
                tries[key] = tries.get(key, 0) + tip.tries
    return views.team_modal(
        services.library(lead),
        teams,
        len(services.settings.teams) > 1,
        await services.store.months(ALL_TEAMS, since),
        tries,
        zone,
    )


async def looks(services: Services, clinician: Clinician, body: Body) -> str:
    """`/alliance looks`, for everybody."""
    kept = await services.store.looks(ALL_TEAMS, views.LOOKS_SHOWN)
    names = {team.owner: team.name for team in services.settings.teams}
    named = [(names.get(look.team, ""), look) for look in kept]
    view = views.looks_modal(services.library(clinician), named, clinician.time_zone)
    open_view(services, body, view, what="who looked")
    return ""


# ---- buttons ----------------------------------------------------------------------------------


def register(app: AsyncApp, services: Services) -> None:
    @app.action(ids.CALENDAR_TEAM)
    async def other_team(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        lead = await presser(services, context)
        try:
            team = await leading(services, lead, value(body))
            await logged(services, lead, "calendar", team.owner)
        except NotLeading as refusal:
            return notice(services, lead, body, refusal.text)
        await redraw_calendar(services, lead, body["view"]["id"], team)

    @app.action(ids.TEAM_VIEW)
    async def months(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        lead = await presser(services, context)
        try:
            view = await _team_view(services, lead, await led_by(services, lead))
        except NotLeading as refusal:
            return notice(services, lead, body, refusal.text)
        open_view(services, body, view, what="the team by month")

    @app.action(ids.TIP_NEW)
    async def new(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        await _compose(body, await presser(services, context), value(body), "")

    async def _compose(body: Body, lead: Clinician, owner: str, at: str) -> None:
        try:
            team = await leading(services, lead, owner)
        except NotLeading as refusal:
            return notice(services, lead, body, refusal.text)
        view = await tip_form(services, lead, team, await new_draft(services, team, at))
        open_view(services, body, view, what="the form for a tip")

    @app.action(ids.TIP_ROW)
    async def row(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        lead = await presser(services, context)
        what, _, rest = value(body).partition(" ")
        owner = str(body.get("view", {}).get("private_metadata"))
        try:
            team = await leading(services, lead, owner)
            if what == "choose":
                await ack()
                return await _compose(body, lead, owner, _iso(rest))
            if what == "change":
                await ack()
                id, version = _named(rest)
                tip = domain.find(await services.teamwork.tips(team, services.now()), id, version)
                view = await tip_form(services, lead, team, draft_of(team, tip))
                return open_view(services, body, view, what="the form for a tip")
            await _change(services, team, what, rest)
        except NotLeading as refusal:
            await ack()
            return notice(services, lead, body, refusal.text)
        except TipError as error:
            await ack()
            return notice(services, lead, body, problem(services, lead, error))
        await ack()
        services.background.start(
            redraw_calendar(services, lead, body["view"]["id"], team), "the calendar"
        )

    @app.action(ids.TIP_WITHDRAW)
    async def withdraw(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        lead = await presser(services, context)
        owner = str(body.get("view", {}).get("private_metadata"))
        try:
            team = await leading(services, lead, owner)
            gone = await services.teamwork.withdraw(
                services.client, team, value(body), user_of(lead.id), services.now()
            )
        except NotLeading as refusal:
            return notice(services, lead, body, refusal.text)
        except TipError as error:
            return notice(services, lead, body, problem(services, lead, error))
        if not gone:
            return notice(services, lead, body, services.library(lead).say("tip.withdraw_failed"))
        services.background.start(
            redraw_calendar(services, lead, body["view"]["id"], team), "the calendar"
        )
        services.background.start(services.deliverer.send_due(), "telling leads")


def _iso(text: str) -> str:
    """A weekly time as it stood in a menu; TipError where somebody made it up."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise TipError("no_slot") from None
    if at.tzinfo is None:
        raise TipError("no_slot")
    return at.isoformat()


def _named(text: str) -> tuple[str, int]:
    id, _, version = text.partition(" ")
    return id, int(version) if version.isascii() and version.isdigit() else -1


async def _change(services: Services, team: Team, what: str, rest: str) -> None:
    """Do what a line of the calendar's menu says."""
    now = services.now()
    slot = team.slot

    def change(planned: Tips) -> Tips:
        if what in ("skip", "unskip"):
            at = datetime.fromisoformat(_iso(rest))
            return (
                domain.skip(planned, at, slot, now)
                if what == "skip"
                else domain.unskip(planned, at)
            )
        id, version = _named(rest)
        if what in ("earlier", "later"):
            return domain.move(planned, id, version, slot, now, later=what == "later")
        if what == "remove":
            return domain.set_aside(planned, id, version)
        raise TipError("gone")

    await services.store.change_tips(team.owner, now - domain.YEAR, change)
