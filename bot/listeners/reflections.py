"""One's own reflections: looking back, reading in full, amending, disputing, deleting.

What a button names is looked up among the presser's own things, as in ``actions``.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.listeners import home
from bot.listeners.actions import Body, open_view, presser, value
from bot.listeners.cards import redraw
from bot.listeners.messages import draw_feedback, planned
from bot.services import Services
from bot.views import forms, history, ids, note
from bot.views.feedback import (
    details_modal,
    dispute_modal,
    reflection_modal,
    thought_modal,
    versions_modal,
)
from bot.views.kit import Message, actions, button, section
from bot.views.note import Origin
from prompts.library import Dimension, Library
from reflections.history import Query, find, parse
from reflections.model import Clinician, Level, Reflection
from reflections.retention import UNDO_FOR, deletion_of, let_go_of_words
from reflections.stores import EVERYTHING


def register(app: AsyncApp, services: Services) -> None:
    _looking_back(app, services)
    _one(app, services)
    _disputing(app, services)
    _deleting(app, services)


# ---- looking back -------------------------------------------------------------------------------


async def history_view(services: Services, clinician: Clinician, skip: int, query: Query) -> Any:
    """A page of what the clinician's own query finds."""
    skip, library, zone = max(0, skip), services.library(clinician), clinician.time_zone
    if not query:
        page = await services.store.reflections(clinician.id, skip=skip, limit=history.PAGE + 1)
        return history.history_modal(library, page, skip, zone, query)
    all_ = await services.store.reflections(clinician.id, limit=EVERYTHING)
    found = await asyncio.to_thread(find, all_, query, clinician.zone, library)
    page = found.reflections[skip : skip + history.PAGE + 1]
    return history.history_modal(
        library, page, skip, zone, query, closest=found.closest, slips=found.slips
    )


async def asked(services: Services, clinician: Clinician, text: str) -> Any:
    """The first page of what a question as people type it finds."""
    library, today = services.library(clinician), clinician.today(services.now())
    query = parse(text[: history.MAX_QUERY], today, library)
    return await history_view(services, clinician, 0, query)


def _looking_back(app: AsyncApp, services: Services) -> None:
    @app.action(ids.HISTORY)
    async def opened(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        clinician = await presser(services, context)
        view = await history_view(services, clinician, 0, Query())
        open_view(services, body, view, what="the history")

    @app.action(ids.SEARCH)
    async def searched(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        clinician = await presser(services, context)
        view = await asked(services, clinician, value(body))
        open_view(services, body, view, what="the history")

    @app.action(re.compile(f"^{ids.HISTORY_PAGE}-"))
    async def turned(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        clinician = await presser(services, context)
        query = history.unpack(body["view"]["private_metadata"])
        update(services, body, await history_view(services, clinician, int(value(body)), query))

    @app.action(ids.SHOW_ALL)
    async def all_shown(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        clinician = await presser(services, context)
        update(services, body, await history_view(services, clinician, 0, Query()))

    @app.action(ids.FILTER)
    async def filtered(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        clinician = await presser(services, context)
        query = Query()
        if body.get("view", {}).get("callback_id") == ids.HISTORY_MODAL:
            query = history.unpack(body["view"]["private_metadata"])
        view = history.filter_modal(services.library(clinician), query)
        open_view(services, body, view, what="the filter")

    @app.view(ids.FILTER_MODAL)
    async def filter_sent(ack: AsyncAck, view: dict[str, Any], context: AsyncBoltContext) -> None:
        clinician = await presser(services, context)
        words, chosen = history.filled(view["state"]["values"])
        library, today = services.library(clinician), clinician.today(services.now())
        typed = parse(words[: history.MAX_QUERY], today, library)
        # The form's own fields go before what the words say of the same.
        query = Query(
            since=chosen.since or typed.since,
            until=chosen.until or typed.until,
            about=chosen.about or typed.about,
            words=typed.words,
            phrases=typed.phrases,
            missed=chosen.missed or typed.missed,
            disputed=chosen.disputed or typed.disputed,
        )
        found = await history_view(services, clinician, 0, query)
        if below := view.get("previous_view_id"):
            await ack()
            services.background.start(
                services.client.views_update(view_id=below, view=found), "the history"
            )
        else:
            await ack(response_action="update", view=found)


def update(services: Services, body: Body, view: Any) -> None:
    """Draw the modal anew in which something was pressed."""
    services.background.start(
        services.client.views_update(view_id=body["view"]["id"], view=view), "a modal"
    )


# ---- one reflection -----------------------------------------------------------------------------


async def full_view(services: Services, clinician: Clinician, id: str) -> Any:
    """A reflection in full, or a word that it is deleted."""
    library = services.library(clinician)
    reflection = await services.store.reflection(clinician.id, id)
    if reflection is None:
        return deleted_modal(library)
    return reflection_modal(
        library,
        reflection,
        clinician.time_zone,
        services.contacts,
        planned=await planned(services, clinician, reflection),
    )


def deleted_modal(library: Library) -> Any:
    return forms.notice_modal(library, library.say("intake.already_deleted"))


async def amended(
    services: Services, clinician: Clinician, id: str, key: str, view: Mapping[str, Any]
) -> None:
    """Show a reflection anew under the form in which it was amended. ``key`` is the delivery of its
    new feedback; messages with an earlier one have had their day."""
    line = note.plain_message(services.library(clinician).say("history.amended_card"))
    for card in await services.outbox.cards(clinician.id, id):
        if card.key != key and card.posted:
            await redraw(services, clinician, card.posted, line)
    if below := view.get("previous_view_id"):
        await services.intake.with_feedback(clinician.id, id)
        shown = await full_view(services, clinician, id)
        await services.client.views_update(view_id=below, view=shown)
    await home.publish(services, clinician.id)


async def redraw_newest_card(services: Services, clinician: Clinician, id: str) -> None:
    """Draw anew the message that carries a reflection's feedback; older ones have had their day."""
    cards = await services.outbox.cards(clinician.id, id)
    posted = [card.posted for card in cards if card.posted]
    if posted:
        await draw_feedback(services, clinician, id, posted[-1])


async def _show(services: Services, clinician: Clinician, body: Body, id: str) -> None:
    """Draw a reflection anew where it was acted upon."""
    if body.get("view", {}).get("type") == "modal":
        view = await full_view(services, clinician, id)
        await services.client.views_update(view_id=body["view"]["id"], view=view)
    elif "message" in body:
        await draw_feedback(services, clinician, id, body["container"]["message_ts"])


def _one(app: AsyncApp, services: Services) -> None:
    @app.action(ids.OPEN_REFLECTION)
    async def open_reflection(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        clinician = await presser(services, context)
        view = await full_view(services, clinician, value(body))
        open_view(services, body, view, what="a reflection")

    @app.action(ids.DETAILS)
    async def details(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        clinician = await presser(services, context)
        library = services.library(clinician)
        reflection = await services.store.reflection(clinician.id, value(body))
        view = details_modal(library, reflection) if reflection else deleted_modal(library)
        open_view(services, body, view, what="the details")

    @app.action(ids.VERSIONS)
    async def versions(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        clinician = await presser(services, context)
        library = services.library(clinician)
        reflection = await services.store.reflection(clinician.id, value(body))
        view = (
            versions_modal(library, reflection, clinician.time_zone)
            if reflection
            else deleted_modal(library)
        )
        open_view(services, body, view, what="earlier wordings")

    @app.action(ids.AMEND)
    async def amend(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        clinician = await presser(services, context)
        library = services.library(clinician)
        reflection = await services.store.reflection(clinician.id, value(body))
        view = deleted_modal(library)
        if reflection:
            origin = Origin(amends=reflection.id)
            view = note.note_modal(library, origin, text=reflection.note.text)
        open_view(services, body, view, what="the note modal")

    @app.action(ids.THINK_ON)
    async def think_on(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        clinician = await presser(services, context)
        library = services.library(clinician)
        reflection = await services.store.reflection(clinician.id, value(body))
        view = forms.notice_modal(library, library.say("frame.thought_gone"))
        if reflection and reflection.question:
            view = thought_modal(library, reflection, body["container"]["message_ts"])
        open_view(services, body, view, what="a question")

    @app.action(ids.LET_QUESTION_GO)
    async def let_question_go(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        clinician = await presser(services, context)
        id = value(body)
        await services.store.change_reflection(
            clinician.id, id, lambda r: r if r.thought else replace(r, question="")
        )
        await ack()
        services.background.start(_show(services, clinician, body, id), "showing a reflection")

    @app.action(ids.NOT_THAT)
    async def not_that(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        clinician = await presser(services, context)
        id = value(body)
        await services.intake.read_after_all(clinician.id, id)
        await ack()
        services.background.start(_show(services, clinician, body, id), "showing a reflection")


def _disputing(app: AsyncApp, services: Services) -> None:
    @app.action(ids.DISAGREE)
    async def disagree(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        clinician = await presser(services, context)
        library = services.library(clinician)
        reflection = await services.store.reflection(clinician.id, value(body))
        card = body["container"]["message_ts"] if "message" in body else ""
        view = dispute_modal(library, reflection, card) if reflection else deleted_modal(library)
        open_view(services, body, view, what="what does not fit")

    @app.view(ids.DISPUTE_MODAL)
    async def sent(ack: AsyncAck, view: dict[str, Any], context: AsyncBoltContext) -> None:
        clinician = await presser(services, context)
        id, _, card = view["private_metadata"].partition(" ")
        values = view["state"]["values"]
        right = {d: Level(values[d.value][d.value]["selected_option"]["value"]) for d in Dimension}

        def change(reflection: Reflection) -> Reflection:
            if reflection.feedback is None:
                return reflection
            fits = right == dict(reflection.feedback.assessment.levels)
            return replace(reflection, disputed=not fits, right={} if fits else right)

        await services.store.change_reflection(clinician.id, id, change)
        await ack()
        if below := view.get("previous_view_id"):
            shown = await full_view(services, clinician, id)
            services.background.start(
                services.client.views_update(view_id=below, view=shown), "showing a reflection"
            )
        if card:
            services.background.start(
                draw_feedback(services, clinician, id, card), "showing a reflection"
            )


def _deleting(app: AsyncApp, services: Services) -> None:
    async def close_cards(clinician: Clinician, id: str, message: Message) -> None:
        for card in await services.outbox.cards(clinician.id, id):
            if card.posted:
                await redraw(services, clinician, card.posted, message)

    @app.action(ids.DELETE_REFLECTION)
    async def delete(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        clinician = await presser(services, context)
        library = services.library(clinician)
        say = library.say
        id, now = value(body), services.now()
        deleted = await services.store.delete_reflection(
            clinician.id, id, now, deliveries=[deletion_of(clinician.id, id, now)]
        )
        await ack()
        line = say("intake.deleted") if deleted else say("intake.already_deleted")
        undo = button(say("intake.undo"), ids.UNDO_DELETE, id) if deleted else None
        if body.get("view", {}).get("type") == "modal":
            update(services, body, forms.notice_modal(library, line, undo=undo))
        if undo:
            message = Message(line, [section(line), actions(undo)])
            services.background.start(close_cards(clinician, id, message), "showing a deletion")
        services.background.start(home.publish(services, clinician.id), "App Home")

    @app.action(ids.UNDO_DELETE)
    async def undo(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        clinician = await presser(services, context)
        library = services.library(clinician)
        say = library.say
        id = value(body)
        back = await services.store.undelete_reflection(clinician.id, id, services.now() - UNDO_FOR)
        if back and clinician.feedback_only:
            await let_go_of_words(services.store, clinician.id)
        await ack()
        if body.get("view", {}).get("type") == "modal":
            view = forms.notice_modal(library, say("intake.undo_too_late"))
            if back:
                view = await full_view(services, clinician, id)
            update(services, body, view)
        elif not back:
            line = note.plain_message(say("intake.undo_too_late"))
            ts = body["container"]["message_ts"]
            services.background.start(redraw(services, clinician, ts, line), "closing a card")
        if back:
            services.background.start(redraw_newest_card(services, clinician, id), "an undo")
            services.background.start(home.publish(services, clinician.id), "App Home")
