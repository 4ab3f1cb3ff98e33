"""A lead's tip on its way into the calendar: picked or written, seen, timed, and agreed to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.directory import SlackSilent, user_of
from bot.listeners.actions import Body, open_view, presser, value
from bot.listeners.cards import redraw
from bot.listeners.teams import (
    NotLeading,
    draft_of,
    leading,
    new_draft,
    notice,
    problem,
    redraw_calendar,
    tip_form,
)
from bot.services import Services
from bot.teams import Team
from bot.teamwork import Words
from bot.views import ids, note, tips, when
from bot.views.forms import notice_modal
from bot.views.kit import Message, section
from bot.views.tips import ANY, EVERYONE, LATER, NOW, SECOND, Draft
from reflections import tips as domain
from reflections.model import Clinician, PlannedTip
from reflections.schedule import local_instant
from reflections.tips import TipError, Tips

View = dict[str, Any]


class Refused(Exception):
    """A text or a choice that is not taken; ``text`` is what its writer is told."""

    def __init__(self, text: str) -> None:
        super().__init__("refused")
        self.text = text


def register(app: AsyncApp, services: Services) -> None:
    _forms(app, services)
    _sent(app, services)
    _agreeing(app, services)


# ---- putting it together ----------------------------------------------------------------------


def _forms(app: AsyncApp, services: Services) -> None:
    async def redrawn(
        body: Body, lead: Clinician, change: Callable[[Team, Draft], Awaitable[Any]]
    ) -> None:
        """Draw the form anew with its draft changed by ``change(team, draft)``."""
        draft = Draft.unpack(str(body.get("view", {}).get("private_metadata")))
        try:
            team = await leading(services, lead, draft.team)
            view = await change(team, draft)
        except NotLeading as refusal:
            return notice(services, lead, body, refusal.text)
        services.background.start(
            services.client.views_update(view_id=body["view"]["id"], view=view), "the form"
        )

    @app.action(ids.TIP_TEAM)
    async def other_team(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        lead = await presser(services, context)

        async def change(_: Team, __: Draft) -> Any:
            team = await leading(services, lead, value(body))
            return await tip_form(services, lead, team, await new_draft(services, team))

        await redrawn(body, lead, change)

    async def narrowed(body: Body, lead: Clinician, choice: Callable[[Draft, str], Draft]) -> None:
        chosen = "" if value(body) == ANY else value(body)

        async def change(team: Team, draft: Draft) -> Any:
            return await tip_form(services, lead, team, choice(draft, chosen))

        await redrawn(body, lead, change)

    @app.action(ids.TIP_FACTOR)
    async def factor(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        lead = await presser(services, context)
        await narrowed(body, lead, lambda d, factor: replace(d, only_factor=factor, tip=""))

    @app.action(ids.TIP_DIMENSION)
    async def dimension(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        lead = await presser(services, context)
        await narrowed(body, lead, lambda d, named: replace(d, only_dimension=named, tip=""))

    @app.action(ids.TIP_CHOICE)
    async def chosen(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        lead = await presser(services, context)
        await narrowed(body, lead, lambda d, tip: replace(d, tip=tip))

    @app.action(ids.TIP_WRITE)
    async def write(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        lead = await presser(services, context)

        async def change(team: Team, draft: Draft) -> Any:
            return tips.words_modal(services.library(lead), draft)

        await redrawn(body, lead, change)

    @app.action(ids.TIP_PICK)
    async def pick(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        lead = await presser(services, context)

        async def change(team: Team, draft: Draft) -> Any:
            return await tip_form(services, lead, team, replace(draft, text=""))

        await redrawn(body, lead, change)


# ---- sent off ---------------------------------------------------------------------------------


def _sent(app: AsyncApp, services: Services) -> None:
    @app.view(ids.TIP_WORDS_MODAL)
    async def words_sent(ack: AsyncAck, view: View, context: AsyncBoltContext) -> None:
        lead = await presser(services, context)
        draft = Draft.unpack(str(view["private_metadata"]))
        values = view["state"]["values"]
        words = str(_field(values, "words").get("value") or "")
        factor = str((_field(values, "factor").get("selected_option") or {}).get("value") or "")
        try:
            team = await leading(services, lead, draft.team)
            draft = replace(draft, text=await checked(services, lead, words), factor=factor)
            library = services.library(lead)
            if factor not in library.factors:
                raise Refused(library.say("tip.problem.no_factor"))
        except (NotLeading, Refused) as refusal:
            return await _refuse(services, lead, ack, view, refusal.text)
        await ack(response_action="update", view=await tip_form(services, lead, team, draft))

    @app.view(ids.TIP_MODAL)
    async def tip_sent(ack: AsyncAck, view: View, context: AsyncBoltContext) -> None:
        lead = await presser(services, context)
        now = services.now()
        draft = Draft.unpack(str(view["private_metadata"]))
        try:
            team = await leading(services, lead, draft.team)
            content = await _content(services, lead, team, draft, view)
            if draft.edits:
                tip = await _rewritten(services, lead, team, draft, content)
            else:
                tip = await _added(services, lead, team, draft, content, view)
        except (NotLeading, Refused) as refusal:
            return await _refuse(services, lead, ack, view, refusal.text)
        except TipError as error:
            return await _refuse(services, lead, ack, view, problem(services, lead, error))
        except SlackSilent:
            return await _refuse(
                services, lead, ack, view, services.library(lead).say("tip.cannot_check")
            )
        await ack()
        services.background.start(_onward(services, team, tip, now), "a tip")
        if view.get("root_view_id") not in (None, view["id"]):
            services.background.start(
                redraw_calendar(services, lead, view["root_view_id"], team), "the calendar"
            )


async def checked(services: Services, lead: Clinician, text: str) -> str:
    """A lead's own words as they may go out; Refused with what they are told where not."""
    library = services.library(lead)
    say = library.say
    try:
        text = domain.check_words(text)
    except TipError as error:
        raise Refused(problem(services, lead, error, text)) from None
    screening = await services.intake.screen(text)
    if screening is None:
        raise Refused(say("tip.problem.screen_failed"))
    if not screening.accepted:
        what = note.found(library, screening.kinds)
        raise Refused(say("tip.problem.identifiers", found=what))
    return text


async def _content(
    services: Services, lead: Clinician, team: Team, draft: Draft, view: View
) -> PlannedTip:
    """What is to go out. Everything is checked again: a form may come from anywhere."""
    library = services.teamwork.library(team)
    say = services.library(lead).say
    if draft.text:
        draft = replace(draft, text=await checked(services, lead, draft.text))
        if draft.factor not in library.factors:
            raise Refused(say("tip.problem.no_factor"))
    elif all(t.id != draft.tip for t in library.tips):
        raise Refused(say("tip.problem.unknown_tip"))
    everyone = EVERYONE in _boxes(view)
    if everyone and not team.everyone:
        raise Refused(say("tip.problem.everyone"))
    return replace(draft, everyone=everyone).planned(library)


async def _added(
    services: Services, lead: Clinician, team: Team, draft: Draft, content: PlannedTip, view: View
) -> PlannedTip:
    user, now = user_of(lead.id), services.now()
    at = _time(team, draft, view, now)
    needs = 2 if team.approval == "required" or SECOND in _boxes(view) else 1
    others = await services.directory.leads(team) - {user} if needs > 1 else frozenset[str]()
    if needs > 1 and not others:
        raise Refused(services.library(lead).say("tip.problem.no_second"))
    # One form makes one tip, however often it is sent off.
    new = replace(
        content,
        id=domain.new_id(f"{team.owner} {view['id']}"),
        at=at,
        by=user,
        backed_by=(user,),
        needs=needs,
    )

    def words(tip: PlannedTip) -> Words:
        if tip.id != new.id:
            return []
        if tip.waits:
            return [("approve", others), ("asked", [user])]
        return [("planned", [user])] if tip.at > now else []

    kept = await services.teamwork.change(
        team, now, lambda planned: domain.add(planned, new), {user, *others}, words, meet=True
    )
    return next(t for t in kept if t.id == new.id)


async def _rewritten(
    services: Services, lead: Clinician, team: Team, draft: Draft, content: PlannedTip
) -> PlannedTip:
    user, now = user_of(lead.id), services.now()
    before = domain.find(await services.teamwork.tips(team, now), draft.edits, draft.version)
    asks = before.needs > 1
    others = await services.directory.leads(team) - {user} if asks else frozenset[str]()
    kept = await services.teamwork.change(
        team,
        now,
        lambda planned: domain.rewrite(planned, draft.edits, draft.version, user, content),
        others,
        lambda tip: [("approve", others)] if tip.waits else [],
        meet=True,
    )
    return next(t for t in kept if t.id == draft.edits)


def _time(team: Team, draft: Draft, view: View, now: datetime) -> datetime:
    """The instant that was chosen; TipError where there is none, or it cannot be."""
    values = view["state"]["values"]
    choice = (_field(values, "when").get("selected_option") or {}).get("value")
    if draft.at or choice not in (NOW, LATER):
        at = datetime.fromisoformat(draft.at or draft.free)
        domain.check_time(at, now)
        return at
    if choice == NOW:
        return now
    day, hour = (
        _field(values, "date").get("selected_date"),
        _field(values, "at").get("selected_time"),
    )
    if not day or not hour:
        raise TipError("no_date")
    at = local_instant(
        date.fromisoformat(day), time.fromisoformat(hour), ZoneInfo(team.slot.time_zone)
    )
    domain.check_time(at, now)
    return at


def _field(values: Mapping[str, Any], block: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = values.get(block, {}).get(block, {})
    return found


def _boxes(view: View) -> set[str]:
    chosen = _field(view["state"]["values"], "also").get("selected_options") or []
    return {str(option["value"]) for option in chosen}


async def _refuse(
    services: Services, lead: Clinician, ack: AsyncAck, view: View, text: str
) -> None:
    """Say why not: beside an input where the form has one, else on top of it."""
    for block in view.get("blocks", ()):
        if block["type"] == "input":
            await ack(response_action="errors", errors={block["block_id"]: text})
            return
    over = notice_modal(services.library(lead), text, "tip.modal_title")
    await ack(response_action="push", view=over)


async def _onward(services: Services, team: Team, tip: PlannedTip, now: datetime) -> None:
    """Send what is to go out now, and what leads are owed a word of."""
    if tip.at <= now:
        await services.teamwork.plan(now, now)
    await services.deliverer.send_due()
    if tip.at <= now:
        await services.deliverer.send_due()  # that it is out


# ---- a second lead ----------------------------------------------------------------------------


def _agreeing(app: AsyncApp, services: Services) -> None:
    async def answered(
        ack: AsyncAck, body: Body, context: AsyncBoltContext, *, agree: bool
    ) -> None:
        lead, now = await presser(services, context), services.now()
        user = user_of(lead.id)
        owner, id, version = _named(value(body))
        try:
            team = await leading(services, lead, owner)
            planned = await services.teamwork.tips(team, now)
            tip = domain.find(planned, id, version)

            def change(planned: Tips) -> Tips:
                if agree:
                    return domain.back(planned, id, version, user, now)
                return domain.set_aside(planned, id, version)

            whom, what = {*tip.backed_by} - {user}, "approved" if agree else "declined"
            kept = await services.teamwork.change(team, now, change, whom, lambda _: [(what, whom)])
            mine = next(t for t in kept if t.id == id)
        except NotLeading as refusal:
            await ack()
            return notice(services, lead, body, refusal.text)
        except SlackSilent:
            await ack()
            return notice(services, lead, body, services.library(lead).say("tip.cannot_check"))
        except TipError as error:
            await ack()
            return notice(services, lead, body, problem(services, lead, error))
        await ack()
        library = services.library(lead)
        say = library.say
        at = when.moment(library, mine.at, team.slot.time_zone, now)
        line = say("tip.approved", when=at) if agree else say("tip.declined")
        services.background.start(_close(lead, body, line), "closing a card")
        services.background.start(_onward(services, team, mine, now), "a tip")

    async def _close(lead: Clinician, body: Body, line: str) -> None:
        ts = str(body["container"]["message_ts"])
        await redraw(services, lead, ts, Message(line, [section(line)]))

    @app.action(ids.TIP_APPROVE)
    async def approve(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await answered(ack, body, context, agree=True)

    @app.action(ids.TIP_DECLINE)
    async def decline(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await answered(ack, body, context, agree=False)

    @app.action(ids.TIP_EDIT)
    async def edit(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        lead = await presser(services, context)
        owner, id, version = _named(value(body))
        try:
            team = await leading(services, lead, owner)
            tip = domain.find(await services.teamwork.tips(team, services.now()), id, version)
        except NotLeading as refusal:
            return notice(services, lead, body, refusal.text)
        except TipError as error:
            return notice(services, lead, body, problem(services, lead, error))
        view = await tip_form(services, lead, team, draft_of(team, tip))
        open_view(services, body, view, what="the form for a tip")


def _named(text: str) -> tuple[str, str, int]:
    owner, _, rest = text.partition(" ")
    id, _, version = rest.partition(" ")
    return owner, id, int(version) if version.isascii() and version.isdigit() else -1
