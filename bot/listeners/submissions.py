"""Modals that were sent off."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, time
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.calendars import link_in
from bot.listeners import home
from bot.listeners.actions import presser, reader
from bot.listeners.cards import close_card
from bot.listeners.commands import clinics_added
from bot.listeners.messages import (
    draw_feedback,
    engage,
    kept,
    not_saved,
    problem,
    thought_refused,
)
from bot.listeners.reflections import amended
from bot.services import Services
from bot.views import forms, ids, note, when
from bot.views.forms import ONCE
from bot.views.note import Origin
from reflections.calendars import CalendarError
from reflections.clinics import ClinicError, add_clinics, series, without_clinic
from reflections.holiday import HolidayError, find_place
from reflections.intake import Verdict
from reflections.model import Clinic, Clinician, Safety
from reflections.stores import StoreError


def register(app: AsyncApp, services: Services) -> None:
    @app.view(ids.NOTE_MODAL)
    async def note_sent(ack: AsyncAck, view: dict[str, Any], context: AsyncBoltContext) -> None:
        origin = Origin.unpack(view["private_metadata"])
        block, text = note.typed(view)
        event = f"view:{view['id']}"
        library = await reader(services, context)
        say = library.say
        try:
            clinician = await presser(services, context)
            prompt = (
                await services.store.delivery(clinician.id, origin.prompt)
                if origin.prompt
                else None
            )
            if origin.amends:
                outcome = await services.intake.amend(clinician.id, origin.amends, text, event)
            else:
                outcome = await services.intake.receive(
                    clinician.id,
                    text,
                    event,
                    prompt_id=prompt.ref if prompt else None,
                    insist=True,
                )
        except StoreError as error:
            await ack(response_action="errors", errors={block: not_saved(library, error)})
            return
        await engage(services, clinician)
        if outcome.verdict is Verdict.IDENTIFIERS and outcome.screening:
            checked = note.checked_modal(library, origin, outcome, services.intake.policy)
            await ack(response_action="update", view=checked)
        elif outcome.verdict is Verdict.KEPT:
            await ack()
            await kept(services, clinician, outcome, prompt)
            if origin.amends:
                showing = amended(
                    services, clinician, origin.amends, str(outcome.feedback_key), view
                )
                services.background.start(showing, "showing an amended note")
            if origin.card:
                services.background.start(
                    close_card(
                        services, clinician, origin.card, say("intake.thinking"), typed=True
                    ),
                    "closing a card",
                )
        elif outcome.verdict is Verdict.DUPLICATE:
            await ack()
        else:
            await ack(response_action="errors", errors={block: problem(library, outcome)})

    @app.view(ids.THOUGHT_MODAL)
    async def thought_sent(ack: AsyncAck, view: dict[str, Any], context: AsyncBoltContext) -> None:
        clinician = await presser(services, context)
        library = services.library(clinician)
        say = library.say
        origin = json.loads(view["private_metadata"])
        block, text = note.typed(view)
        try:
            outcome = await services.intake.think_on(clinician.id, origin["reflection"], text)
        except StoreError as error:
            await ack(response_action="errors", errors={block: not_saved(library, error)})
            return
        if outcome.verdict is not Verdict.KEPT:
            refused = thought_refused(library, outcome)
            await ack(response_action="errors", errors={block: refused})
        elif outcome.safety is not Safety.NONE:
            lead_in = say("people.after_answer")
            people = note.people_modal(library, services.contacts, lead_in)
            await ack(response_action="update", view=people)
        else:
            await ack()
        if outcome.verdict is Verdict.KEPT:
            services.background.start(
                draw_feedback(services, clinician, origin["reflection"], origin["card"]),
                "showing an answer",
            )
            await engage(services, clinician)

    @app.view(ids.CLINIC_MODAL)
    async def clinic_sent(ack: AsyncAck, view: dict[str, Any], context: AsyncBoltContext) -> None:
        clinician = await presser(services, context)
        library = services.library(clinician)
        say = library.say
        values = view["state"]["values"]
        start, end = _time(values, "start"), _time(values, "end")
        days = [int(o["value"]) for o in values["days"]["days"]["selected_options"]]
        try:
            today = clinician.today(services.now())
            changed = str(view.get("private_metadata") or "")
            every = int(values["every"]["every"]["selected_option"]["value"])
            since = date.fromisoformat(values["since"]["since"]["selected_date"])
            if every == ONCE:
                new: Sequence[Clinic] = [Clinic(since.weekday(), start, end, on=since)]
            else:
                new = series(days, start, end, every, since)
            await services.store.change_clinician(
                clinician.id, lambda c: add_clinics(without_clinic(c, changed), new, today)
            )
        except ClinicError as error:
            field = {"no_day": "days", "gone": "since"}.get(error.reason, "end")
            problem = say(f"clinic.error.{error.reason}", found=when.found(library, error))
            await ack(response_action="errors", errors={field: problem})
            return
        text = clinics_added(services, clinician, new)
        noted = forms.notice_modal(library, text, "clinic.form_title")
        await ack(response_action="update", view=noted)
        services.background.start(home.publish(services, clinician.id), "App Home")

    @app.view(ids.CALENDAR_MODAL)
    async def calendar_sent(ack: AsyncAck, view: dict[str, Any], context: AsyncBoltContext) -> None:
        clinician = await presser(services, context)
        library = services.library(clinician)
        say = library.say
        values = view["state"]["values"]
        link = link_in(str(values["link"]["link"].get("value") or ""))
        files = values["file"]["file"].get("files") or []
        word = str(values["word"]["word"].get("value") or "")
        if bool(link) == bool(files):
            one = say("calendar.error.both" if link else "calendar.error.neither")
            await ack(response_action="errors", errors={"link": one})
            return
        # Slack waits for three seconds, and a calendar may take longer.
        reading = forms.notice_modal(library, say("calendar.reading"), "calendar.form_title")
        await ack(response_action="update", view=reading)
        source = link or files[0]
        services.background.start(
            _take_calendar(services, clinician, source, word, view["id"]), "reading a calendar"
        )

    @app.view(ids.QUIET_MODAL)
    async def quiet_sent(ack: AsyncAck, view: dict[str, Any], context: AsyncBoltContext) -> None:
        clinician = await presser(services, context)
        values = view["state"]["values"]
        start, end = _time(values, "start"), _time(values, "end")
        days = tuple(sorted(int(o["value"]) for o in values["days"]["days"]["selected_options"]))
        place = str(values["holidays"]["holidays"].get("value") or "").strip()
        try:
            place = await asyncio.to_thread(find_place, place) if place else ""
        except HolidayError as error:
            unknown = services.library(clinician).say("holidays.unknown", found=error.found)
            await ack(response_action="errors", errors={"holidays": unknown})
            return
        await services.store.change_clinician(
            clinician.id,
            lambda c: replace(
                c, quiet_from=start, quiet_until=end, working_days=days, holidays=place
            ),
        )
        await ack()
        services.background.start(home.publish(services, clinician.id), "App Home")


async def _take_calendar(
    services: Services, clinician: Clinician, source: str | Mapping[str, Any], word: str, view: str
) -> None:
    """Read a calendar by its link or from a file, and say in the form what came of it."""
    library, calendars = services.library(clinician), services.calendars
    try:
        word = await asyncio.to_thread(calendars.check_word, word)
        if isinstance(source, str):
            taken = await calendars.take_link(clinician, source, word)
        else:
            taken = await calendars.take_file(clinician, source, word)
        assert taken.calendar
        shown = forms.calendar_taken(library, taken, taken.calendar, services.now())
    except CalendarError as error:
        problem = library.say(f"calendar.error.{error.reason}")
        link = source if isinstance(source, str) else ""
        shown = forms.calendar_modal(library, link=link, word=word, problem=problem)
    await services.client.views_update(view_id=view, view=shown)
    await home.publish(services, clinician.id)


def _time(values: Mapping[str, Any], block: str) -> time:
    return time.fromisoformat(values[block][block]["selected_time"])
