"""What is kept of somebody, in their own hands: for how long, a copy of it, and forget me."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.directory import owner_of
from bot.listeners import home
from bot.listeners.actions import Body, open_view, presser, reader, value
from bot.services import Services
from bot.views import forms, ids, note
from reflections.export import Wanted, plans_within, within
from reflections.model import Clinician, Delivery, DeliveryKind
from reflections.retention import let_go_of_words
from reflections.stores import EVERYTHING

_LONG = 300
"""Reflections from which on a copy takes long enough to say so first."""


def register(app: AsyncApp, services: Services) -> None:
    @app.action(ids.KEEP_MONTHS)
    async def months(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        clinician = await presser(services, context)
        wanted = min(1200, max(0, int(value(body))))
        await services.store.change_clinician(
            clinician.id, lambda c: replace(c, keep_months=wanted)
        )
        await ack()
        services.background.start(home.publish(services, clinician.id), "App Home")

    @app.action(ids.FEEDBACK_ONLY)
    async def feedback_only(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        clinician = await presser(services, context)
        only = value(body) == "only"
        await services.store.change_clinician(
            clinician.id, lambda c: replace(c, feedback_only=only)
        )
        if only:
            await let_go_of_words(services.store, clinician.id)
        await ack()
        services.background.start(home.publish(services, clinician.id), "App Home")

    @app.action(ids.EXPORT)
    async def export(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        view = forms.export_modal(await reader(services, context))
        open_view(services, body, view, what="the export form")

    @app.view(ids.EXPORT_MODAL)
    async def export_sent(ack: AsyncAck, view: dict[str, Any], context: AsyncBoltContext) -> None:
        clinician = await presser(services, context)
        say = services.library(clinician).say
        wanted = _wanted(view["state"]["values"])
        if wanted.since and wanted.until and wanted.until < wanted.since:
            await ack(response_action="errors", errors={"until": say("export.wrong_way")})
            return
        all_ = await services.store.reflections(clinician.id, limit=EVERYTHING)
        number = len(within(all_, clinician.zone, wanted.since, wanted.until))
        plans = await services.store.plans(clinician.id) if wanted.kind != "csv" else ()
        if not number and not plans_within(plans, clinician.zone, wanted.since, wanted.until):
            await ack(response_action="errors", errors={"kind": say("export.none")})
            return
        now = services.now()
        key = f"export:{view['id']}"
        owed = Delivery(key, clinician.id, DeliveryKind.EXPORT, due=now, ref=wanted.pack())
        await services.store.commit(clinician.id, now, deliveries=[owed])
        await ack()
        services.background.start(_send(clinician, owed, number), "a copy")

    async def _send(clinician: Clinician, owed: Delivery, number: int) -> None:
        if number >= _LONG:
            text = services.library(clinician).say("export.long", number=number)
            line = note.plain_message(text)
            told = await services.outbox.owe_reply(clinician.id, owed.key, line)
            if told:
                await services.deliverer.send(told)
        await services.deliverer.send(owed)

    @app.action(ids.FORGET)
    async def forget(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        view = forms.forget_modal(await reader(services, context))
        open_view(services, body, view, what="the forget form")

    @app.view(ids.FORGET_MODAL)
    async def forget_sent(ack: AsyncAck, view: dict[str, Any], context: AsyncBoltContext) -> None:
        say = (await reader(services, context)).say
        word = str(view["state"]["values"]["word"]["word"].get("value") or "")
        if word.strip().lower() != say("erase.word"):
            wanted = say("erase.type_label", word=say("erase.word"))
            await ack(response_action="errors", errors={"word": wanted})
            return
        await services.forgetter.begin(owner_of(str(context.team_id), str(context.user_id)))
        await ack()
        services.background.start(services.forgetter.go_on(), "forgetting")


def _wanted(values: Mapping[str, Any]) -> Wanted:
    def day(name: str) -> date | None:
        chosen = values[name][name].get("selected_date")
        return date.fromisoformat(chosen) if chosen else None

    return Wanted(values["kind"]["kind"]["selected_option"]["value"], day("since"), day("until"))
