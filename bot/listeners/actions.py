"""Buttons and menus. What a button names is looked up among the presser's own things, so that a
forged or guessed value opens nothing of anybody else's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.directory import owner_of
from bot.listeners import home
from bot.listeners.cards import close_card, redraw
from bot.listeners.messages import SKIP, engage, kept, let_go, meet, owe, problem, reply_to
from bot.services import Services
from bot.views import forms, ids, note
from bot.views.note import Origin
from prompts.library import Library
from reflections.clinics import back, without_clinic
from reflections.intake import Verdict
from reflections.model import Clinician
from reflections.schedule import engaged

Body = dict[str, Any]


def register(app: AsyncApp, services: Services) -> None:
    _prompts(app, services)
    _bounced(app, services)
    _home(app, services)


async def presser(services: Services, context: AsyncBoltContext) -> Clinician:
    clinician, _ = await meet(services, str(context.team_id), str(context.user_id))
    return clinician


async def reader(services: Services, context: AsyncBoltContext) -> Library:
    """The words that the presser reads, whatever else is out of order."""
    return await services.library_of(owner_of(str(context.team_id), str(context.user_id)))


def value(body: Body) -> str:
    action = body["actions"][0]
    chosen = action.get("selected_option") or action  # an input, too, has a "value"
    return str(chosen.get("value") or "")


def open_view(services: Services, body: Body, view: Any, *, what: str) -> None:
    """Open a modal, on top of the one that stands where there is one."""
    method = (
        services.client.views_push
        if body.get("view", {}).get("type") == "modal"
        else services.client.views_open
    )
    services.background.start(method(trigger_id=body["trigger_id"], view=view), what)


def _prompts(app: AsyncApp, services: Services) -> None:
    @app.action(ids.REFLECT)
    async def reflect(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        clinician = await presser(services, context)
        key = value(body)
        delivery = await services.store.delivery(clinician.id, key) if key else None
        library = services.library(clinician)
        prompt = library.prompt(delivery.ref) if delivery else None
        view = note.note_modal(library, Origin(prompt=key if delivery else ""), prompt)
        open_view(services, body, view, what="the note modal")

    @app.action(ids.SNOOZE)
    async def later(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        clinician = await presser(services, context)
        choice, _, key = value(body).partition(" ")
        delivery = await services.store.delivery(clinician.id, key)
        if delivery and not delivery.answered:
            await let_go(services, clinician, delivery, choice)
        await ack()

    @app.action(ids.SKIP)
    async def skip(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        clinician = await presser(services, context)
        delivery = await services.store.delivery(clinician.id, value(body))
        if delivery and not delivery.answered:
            await let_go(services, clinician, delivery, SKIP)
        if delivery and delivery.posted != body["container"]["message_ts"]:
            # Pressed under the reminder, which goes with its question.
            line = services.library(clinician).say("prompt.let_go")
            services.background.start(
                close_card(services, clinician, body["container"]["message_ts"], line),
                "closing a reminder",
            )
        await ack()


def _bounced(app: AsyncApp, services: Services) -> None:
    @app.action(ids.KEEP_CHECKED)
    async def keep(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        clinician = await presser(services, context)
        library = services.library(clinician)
        say = library.say
        ts = body["container"]["message_ts"]
        # Screened again on its way in, like any other text.
        outcome = await services.intake.receive(
            clinician.id, note.carried_text(body["message"]), f"checked:{ts}", insist=True
        )
        if outcome.verdict is Verdict.KEPT:
            await engage(services, clinician)
            await kept(services, clinician, outcome, None)
            closing = close_card(services, clinician, ts, say("intake.thinking"), typed=True)
        elif outcome.verdict is Verdict.DUPLICATE:
            closing = close_card(services, clinician, ts, say("intake.already_received"))
        else:
            closing = redraw(services, clinician, ts, reply_to(services, library, outcome))
        services.background.start(closing, "closing a card")
        await ack()

    @app.action(ids.WAVE_THROUGH)
    async def wave_through(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        clinician = await presser(services, context)
        library = services.library(clinician)
        say = library.say
        view = body.get("view")
        where = f"view:{view['id']}" if view else f"checked:{body['container']['message_ts']}"
        origin = Origin.unpack(view["private_metadata"]) if view else Origin()
        typed = note.typed(view)[1] if view else None
        prompt = (
            await services.store.delivery(clinician.id, origin.prompt) if origin.prompt else None
        )
        if origin.amends:
            outcome = await services.intake.wave_amended(
                clinician.id, origin.amends, value(body), where, typed
            )
        else:
            outcome = await services.intake.wave_through(
                clinician.id, value(body), where, prompt.ref if prompt else None, typed
            )
        line = say("intake.thinking")
        if outcome.verdict is Verdict.KEPT:
            await engage(services, clinician)
            await kept(services, clinician, outcome, prompt)
        elif outcome.verdict is Verdict.DUPLICATE:
            line = say("intake.already_received")
        else:
            line = problem(library, outcome)
        if view and outcome.screening:
            # The form was edited, and there is something in it that nobody has vouched for.
            checked = note.checked_modal(library, origin, outcome, services.intake.policy)
            services.background.start(
                services.client.views_update(view_id=view["id"], view=checked), "a marked note"
            )
        elif outcome.verdict not in (Verdict.KEPT, Verdict.DUPLICATE):
            # What is marked, or typed, stays where it is: that version can still be kept.
            if view:
                open_view(services, body, forms.notice_modal(library, line), what="a word")
            else:
                await owe(services, clinician, f"gone:{where}", note.plain_message(line))
        elif view:
            notice = forms.notice_modal(library, line)
            services.background.start(
                services.client.views_update(view_id=view["id"], view=notice), "closing a note"
            )
        else:
            ts = body["container"]["message_ts"]
            services.background.start(
                close_card(services, clinician, ts, line, typed=True), "closing a card"
            )
        await ack()

    @app.action(ids.EDIT_CHECKED)
    async def edit(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        library = await reader(services, context)
        origin = Origin(card=body["container"]["message_ts"])
        view = note.note_modal(library, origin, text=note.carried_text(body["message"]))
        open_view(services, body, view, what="the note modal")

    @app.action(ids.DISCARD_CHECKED)
    async def discard(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        clinician = await presser(services, context)
        ts = body["container"]["message_ts"]
        line = services.library(clinician).say("intake.discarded")
        closing = close_card(services, clinician, ts, line, typed=True)
        services.background.start(closing, "closing a card")


def _home(app: AsyncApp, services: Services) -> None:
    def republish(owner: str) -> None:
        services.background.start(home.publish(services, owner), "App Home")

    @app.action(ids.ADD_CLINIC)
    async def add_clinic(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        clinician = await presser(services, context)
        view = forms.clinic_modal(services.library(clinician), clinician.today(services.now()))
        open_view(services, body, view, what="the clinic form")

    @app.action(ids.CLINIC_ROW)
    async def clinic_row(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        clinician = await presser(services, context)
        what, _, id = value(body).partition(" ")
        if what == "remove":
            await services.store.change_clinician(clinician.id, lambda c: without_clinic(c, id))
            await ack()
            return republish(clinician.id)
        await ack()
        clinic = next((c for c in clinician.clinics if c.id == id), None)
        library = services.library(clinician)
        view = forms.clinic_modal(library, clinician.today(services.now()), clinic)
        open_view(services, body, view, what="the clinic form")

    @app.action(ids.ADD_CALENDAR)
    async def add_calendar(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        view = forms.calendar_modal(await reader(services, context))
        open_view(services, body, view, what="the calendar form")

    @app.action(ids.REMOVE_CALENDAR)
    async def remove_calendar(ack: AsyncAck, context: AsyncBoltContext) -> None:
        clinician = await presser(services, context)
        await services.calendars.drop(clinician.id)
        await ack()
        republish(clinician.id)

    @app.action(ids.PAUSE)
    async def pause(ack: AsyncAck, context: AsyncBoltContext) -> None:
        clinician = await presser(services, context)
        await services.store.change_clinician(
            clinician.id, lambda c: replace(c, paused=True, paused_until=None)
        )
        await ack()
        republish(clinician.id)

    @app.action(ids.RESUME)
    async def resume(ack: AsyncAck, context: AsyncBoltContext) -> None:
        clinician = await presser(services, context)
        await services.store.change_clinician(
            clinician.id,
            lambda c: engaged(back(c, c.today(services.now())), services.now()),
        )
        await ack()
        republish(clinician.id)

    @app.action(ids.CADENCE)
    async def cadence(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        clinician = await presser(services, context)
        wanted = min(7, max(1, int(value(body))))
        await services.store.change_clinician(
            clinician.id, lambda c: replace(c, prompts_per_week=wanted)
        )
        await ack()
        republish(clinician.id)

    @app.action(ids.QUIET)
    async def quiet(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        clinician = await presser(services, context)
        view = forms.quiet_modal(services.library(clinician), clinician)
        open_view(services, body, view, what="the quiet hours")

    @app.action(ids.REMINDERS)
    async def reminders(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        clinician = await presser(services, context)
        wanted = value(body) == "on"
        await services.store.change_clinician(clinician.id, lambda c: replace(c, reminders=wanted))
        await ack()
        republish(clinician.id)

    @app.action(ids.LANGUAGE)
    async def language(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        clinician = await presser(services, context)
        wanted = value(body)
        if wanted in services.libraries.by_language:
            await services.store.change_clinician(
                clinician.id, lambda c: replace(c, language=wanted)
            )
        await ack()
        republish(clinician.id)

    @app.action(ids.OFFLINE_ONLY)
    async def offline_only(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        clinician = await presser(services, context)
        wanted = value(body) == "only"
        await services.store.change_clinician(
            clinician.id, lambda c: replace(c, offline_only=wanted)
        )
        await ack()
        republish(clinician.id)

    @app.action(ids.WHY)
    async def why(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        view = forms.why_modal(await reader(services, context))
        open_view(services, body, view, what="the why cards")

    @app.action(ids.PEOPLE)
    async def people(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        view = note.people_modal(await reader(services, context), services.contacts)
        open_view(services, body, view, what="people to turn to")
