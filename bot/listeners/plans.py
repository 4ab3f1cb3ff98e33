"""What a clinician sets out to try: one list, made from feedback, from a tip or by themselves,
which nobody else has a way to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.listeners import home
from bot.listeners.actions import Body, open_view, presser, value
from bot.listeners.messages import problem
from bot.listeners.reflections import full_view, redraw_newest_card
from bot.services import Services
from bot.views import ids, note, tips
from bot.views import plans as views
from bot.views.forms import notice_modal
from prompts.library import Library
from reflections.intake import Verdict
from reflections.model import Clinician, Plan, Safety, TipState
from reflections.plans import OWN, from_feedback, in_own_words, made_from, reflection_of
from reflections.stores import StoreError
from reflections.tips import new_id

_TAKEN = (Verdict.KEPT, Verdict.NOT_AN_ENCOUNTER, Verdict.SIGNPOST)
"""What the screen lets pass; a plan need not read like a note."""


def register(app: AsyncApp, services: Services) -> None:
    _making(app, services)
    _form(app, services)
    _list(app, services)


# ---- making one ---------------------------------------------------------------------------------


def _making(app: AsyncApp, services: Services) -> None:
    @app.action(ids.TRY)
    async def from_a_reflection(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        clinician = await presser(services, context)
        id = value(body)
        reflection = await services.store.reflection(clinician.id, id)
        if reflection and reflection.feedback:
            plans = await services.store.plans(clinician.id)
            kept = made_from(plans, reflection)
            if kept is None or kept.done:
                say = services.library(clinician).say
                if kept is None and (theirs := in_own_words(plans, reflection)):
                    new = new_id(theirs.source)
                    own = replace(theirs, id=new, about=say("plan.own"), source=OWN)
                    await services.store.put_plan(clinician.id, own)
                plan = from_feedback(reflection, say("plan.from_feedback"), services.now())
                again = replace(plan, text=kept.text) if kept else plan
                await services.store.put_plan(clinician.id, again)
        await ack()
        services.background.start(_show_reflection(services, clinician, body, id), "a plan")

    @app.action(ids.TIP_TRY)
    async def from_a_tip(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        # What is no tip must not be taken for a form of another kind.
        await opened(body, await presser(services, context), value(body) or "-")

    @app.action(ids.PLAN_ADD)
    async def add(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        await opened(body, await presser(services, context), "")

    @app.action(ids.PLAN_CHANGE)
    async def change(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        await opened(body, await presser(services, context), f"{views.REWORD}{value(body)}")

    async def opened(body: Body, clinician: Clinician, origin: str) -> None:
        library = services.library(clinician)
        plan = await _draft(services, clinician, origin, "")
        view = notice_modal(library, _gone(library, origin), "plan.list_title")
        if plan:
            view = views.plan_modal(library, origin, plan)
        open_view(services, body, view, what="the plan form")


async def _draft(services: Services, clinician: Clinician, origin: str, form: str) -> Plan | None:
    """The plan that a form is about, as it is kept or as it would begin; None where what it came
    from is gone. ``form`` is the form's id: sent twice, it makes one plan."""
    kept = await services.store.plans(clinician.id)
    if origin.startswith(views.REWORD):
        id = origin.removeprefix(views.REWORD)
        return next((plan for plan in kept if plan.id == id), None)
    say, now = services.library(clinician).say, services.now()
    if not origin:
        return Plan(new_id(form), "", say("plan.own"), OWN, now)
    about = await _about(services, origin)
    if about is None:
        return None
    known = next((plan for plan in kept if plan.source == origin), None)
    return known or Plan(new_id(origin), say("plan.start"), about, origin, now)


def _gone(library: Library, origin: str) -> str:
    """Why there is nothing for a form to be about."""
    key = "plan.dropped" if origin.startswith(views.REWORD) else "plan.gone"
    return library.say(key)


async def _about(services: Services, source: str) -> str | None:
    """The words of a tip that is out; None where there is none of that name."""
    owner, _, id = source.partition(" ")
    team = services.teamwork.team(owner)
    tip = await services.teamwork.tip(team, id, services.now()) if team else None
    if team is None or tip is None or tip.state not in (TipState.POSTED, TipState.GOING):
        return None
    return tips.words_of(services.teamwork.library(team), tip)


async def _show_reflection(services: Services, clinician: Clinician, body: Body, id: str) -> None:
    """What was taken up shows in the reflection's card, its full view and on the Home tab."""
    if body.get("view", {}).get("type") == "modal":
        view = await full_view(services, clinician, id)
        await services.client.views_update(view_id=body["view"]["id"], view=view)
    if await services.store.reflection(clinician.id, id):
        await redraw_newest_card(services, clinician, id)
    await home.publish(services, clinician.id)


# ---- its form -----------------------------------------------------------------------------------


def _form(app: AsyncApp, services: Services) -> None:
    @app.view(ids.PLAN_MODAL)
    async def sent(ack: AsyncAck, view: dict[str, Any], context: AsyncBoltContext) -> None:
        clinician = await presser(services, context)
        library = services.library(clinician)
        origin = str(view["private_metadata"])
        text = str(view["state"]["values"]["plan"]["plan"].get("value") or "").strip()

        async def refused(line: str) -> None:
            # What was typed stays in the form.
            await ack(response_action="errors", errors={"plan": line})

        draft = await _draft(services, clinician, origin, str(view["id"]))
        if draft is None:
            return await refused(_gone(library, origin))
        line, safety = "", Safety.NONE
        if text != draft.text or not text:
            line, safety = await _looked_at(services, library, text)
        if line:
            return await refused(line)
        try:
            changed = await services.store.change_plan(
                clinician.id, draft.id, lambda plan: replace(plan, text=text)
            )
            if changed is None and origin.startswith(views.REWORD):
                return await refused(_gone(library, origin))
            if changed is None:
                await services.store.put_plan(clinician.id, replace(draft, text=text))
        except StoreError:
            return await refused(library.say("intake.not_saved"))
        if safety is not Safety.NONE:
            people = note.people_modal(library, services.contacts, library.say("people.after_plan"))
            await ack(response_action="update", view=people)
        elif origin and not origin.startswith(views.REWORD):
            kept = notice_modal(library, library.say("plan.kept"), "plan.title")
            await ack(response_action="update", view=kept)
        else:
            await ack()
        if below := view.get("previous_view_id"):
            showing = _update(services, clinician, below, 0)
            services.background.start(showing, "the plans")
        services.background.start(home.publish(services, clinician.id), "App Home")


async def _looked_at(services: Services, library: Library, text: str) -> tuple[str, Safety]:
    """Why a plan cannot be kept, or empty; and what the safety gate found in it."""
    say = library.say
    if not text:
        return say("plan.empty_text"), Safety.NONE
    if len(text) > views.PLAN_LIMIT:
        return say("plan.too_long", limit=views.PLAN_LIMIT), Safety.NONE
    outcome = await services.intake.look(text)
    if outcome.verdict in _TAKEN:
        return "", outcome.safety
    if outcome.verdict is Verdict.UNREADABLE:
        return say("plan.screen_failed"), Safety.NONE
    if outcome.verdict is Verdict.IDENTIFIERS and outcome.screening:
        found = note.found(library, outcome.screening.kinds)
        return say("plan.identifiers", found=found), Safety.NONE
    return problem(library, outcome), Safety.NONE


# ---- the list -----------------------------------------------------------------------------------


def _list(app: AsyncApp, services: Services) -> None:
    store = services.store

    @app.action(ids.PLANS)
    async def opened(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        await show(services, await presser(services, context), body)

    @app.action(ids.PLANS_NEWER)
    @app.action(ids.PLANS_OLDER)
    async def turned(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        clinician = await presser(services, context)
        await _update(services, clinician, body["view"]["id"], int(value(body)))

    @app.action(ids.PLAN_DONE)
    @app.action(ids.PLAN_UNDO)
    async def done_or_not(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        clinician = await presser(services, context)
        done = body["actions"][0]["action_id"] == ids.PLAN_DONE
        plan = await store.change_plan(
            clinician.id, value(body), lambda plan: replace(plan, done=done)
        )
        await ack()
        services.background.start(_redraw(services, clinician, body, plan), "the plans")

    @app.action(ids.PLAN_DROP)
    async def drop(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        clinician = await presser(services, context)
        id = value(body)
        plan = next((p for p in await store.plans(clinician.id) if p.id == id), None)
        await store.delete_plan(clinician.id, id)
        await ack()
        services.background.start(_redraw(services, clinician, body, plan), "the plans")


async def show(services: Services, clinician: Clinician, body: Body) -> str:
    """Open somebody's own plans."""
    open_view(services, body, await _view(services, clinician, 0), what="the plans")
    return ""


async def _view(services: Services, clinician: Clinician, skip: int) -> Any:
    kept = await services.store.plans(clinician.id)
    return views.plans_modal(services.library(clinician), kept, clinician.time_zone, skip)


async def _update(services: Services, clinician: Clinician, view: str, skip: int) -> None:
    shown = await _view(services, clinician, skip)
    await services.client.views_update(view_id=view, view=shown)


async def _redraw(services: Services, clinician: Clinician, body: Body, plan: Plan | None) -> None:
    """Show the list, the Home tab and the card of the feedback as they are after a change."""
    view = body.get("view", {})
    if view.get("type") == "modal":
        await _update(services, clinician, view["id"], int(view["private_metadata"] or 0))
    await home.publish(services, clinician.id)
    if plan and (id := reflection_of(plan)):
        await redraw_newest_card(services, clinician, id)
