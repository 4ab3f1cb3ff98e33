"""Trying a tip: the plan goes into the clinician's own list, which nobody else has a way to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.listeners import home
from bot.listeners.actions import Body, open_view, presser, value
from bot.services import Services
from bot.views import ids, note, tips
from bot.views import plans as views
from bot.views.forms import notice_modal
from reflections.model import Clinician, Plan, TipState
from reflections.tips import new_id


def register(app: AsyncApp, services: Services) -> None:
    library, say = services.library, services.library.say

    @app.action(ids.TIP_TRY)
    async def try_it(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        source = value(body)
        if source == tips.PREVIEW:
            return
        clinician = await presser(services, context)
        about = await _about(services, source)
        view = notice_modal(library, say("plan.gone"), "plan.title")
        if about is not None:
            view = views.plan_modal(
                library, source, about, await _known(services, clinician, source)
            )
        open_view(services, body, view, what="the plan form")

    @app.view(ids.PLAN_MODAL)
    async def plan_sent(ack: AsyncAck, view: dict[str, Any], context: AsyncBoltContext) -> None:
        clinician, _ = await services.directory.meet(str(context.team_id), str(context.user_id))
        source = str(view["private_metadata"])
        text = str(view["state"]["values"]["plan"]["plan"].get("value") or "").strip()
        about = await _about(services, source)
        problem = ""
        if about is None:
            problem = say("plan.gone")
        elif not text:
            problem = say("plan.empty_text")
        elif len(text) > views.PLAN_LIMIT:
            problem = say("plan.too_long", limit=views.PLAN_LIMIT)
        elif text != say("plan.start"):
            screening = await services.intake.screen(text)
            if screening is None:
                problem = say("tip.problem.screen_failed")
            elif not screening.accepted:
                problem = say("plan.identifiers", found=note.found(library, screening.kinds))
        if problem:
            await ack(response_action="errors", errors={"plan": problem})
            return
        before = await _known(services, clinician, source)
        plan = Plan(new_id(source), text, str(about), source, services.now())
        if before:
            plan = replace(before, text=text)
        await services.store.put_plan(clinician.id, plan)
        kept = notice_modal(library, say("plan.kept"), "plan.title")
        await ack(response_action="update", view=kept)
        services.background.start(home.publish(services, clinician.id), "App Home")

    @app.action(ids.PLANS)
    async def opened(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        await show(services, await presser(services, context), body)

    @app.action(ids.PLAN_DONE)
    async def done(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        clinician = await presser(services, context)
        await services.store.change_plan(
            clinician.id, value(body), lambda plan: replace(plan, done=True)
        )
        await ack()
        await _redraw(services, clinician, body)

    @app.action(ids.PLAN_REMOVE)
    async def remove(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        clinician = await presser(services, context)
        await services.store.delete_plan(clinician.id, value(body))
        await ack()
        await _redraw(services, clinician, body)


async def show(services: Services, clinician: Clinician, body: Body) -> str:
    """Open somebody's own plans."""
    open_view(services, body, await _view(services, clinician), what="the plans")
    return ""


async def _view(services: Services, clinician: Clinician) -> Any:
    kept = await services.store.plans(clinician.id)
    return views.plans_modal(services.library, kept, clinician.time_zone)


async def _redraw(services: Services, clinician: Clinician, body: Body) -> None:
    view = await _view(services, clinician)
    services.background.start(
        services.client.views_update(view_id=body["view"]["id"], view=view), "the plans"
    )
    services.background.start(home.publish(services, clinician.id), "App Home")


async def _about(services: Services, source: str) -> str | None:
    """The words of a tip that is out; None where there is none of that name."""
    owner, _, id = source.partition(" ")
    team = services.teamwork.team(owner)
    tip = await services.teamwork.tip(team, id, services.now()) if team else None
    if team is None or tip is None or tip.state not in (TipState.POSTED, TipState.GOING):
        return None
    return tips.words_of(services.teamwork.library(team), tip)


async def _known(services: Services, clinician: Clinician, source: str) -> Plan | None:
    kept = await services.store.plans(clinician.id)
    return next((plan for plan in kept if plan.source == source), None)
