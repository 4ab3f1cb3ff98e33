"""`/alliance …`. Answers are shown to the asker alone, wherever it is typed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.calendars import link_in
from bot.listeners import home, plans, teams
from bot.listeners.actions import open_view
from bot.listeners.messages import meet
from bot.listeners.reflections import asked
from bot.services import Services
from bot.views import forms, note, when
from bot.views.imports import import_modal
from bot.views.kit import escape, unescape
from bot.views.note import Origin
from prompts.library import Library
from reflections.calendars import LONGEST_WORD
from reflections.clinics import (
    ClinicError,
    DayError,
    add_clinics,
    add_leave,
    back,
    is_over,
    known,
    overlapping,
    parse_clinics,
    parse_day,
    parse_leave,
    skip_day,
    without_clinic,
)
from reflections.holiday import HolidayError, find_place, place_name
from reflections.model import Clinic, Clinician
from reflections.schedule import engaged
from reflections.stores import Unreadable


@dataclass(frozen=True)
class Call:
    """One use of the command: who, what followed the first word, and Slack's payload."""

    clinician: Clinician
    user: str
    rest: str
    body: dict[str, Any]


Answer = Callable[[Services, Call], Awaitable[str]]


def register(app: AsyncApp, services: Services) -> None:
    @app.command("/alliance")
    async def alliance(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        user = str(context.user_id)
        word, _, rest = str(body.get("text") or "help").strip().partition(" ")
        try:
            clinician, _ = await meet(services, str(context.team_id), user)
        except Unreadable:
            # What cannot be read can still be erased.
            if word.lower() == "forget":
                form = forms.forget_modal(services.libraries.of(""))
                open_view(services, body, form, what="forgetting")
                await ack()
            else:
                await ack(text=services.libraries.of("").say("error.unreadable"))
            return
        if word.lower() in ("help", ""):
            lead = await services.directory.is_lead(user)
            message = forms.help_message(services.library(clinician), lead=lead)
            await ack(text=message.text, blocks=message.blocks)
            return
        answer = ANSWERS.get(word.lower(), _unknown)
        text = await answer(services, Call(clinician, user, rest.strip(), body))
        await (ack(text=text) if text else ack())


async def _unknown(services: Services, call: Call) -> str:
    say = services.library(call.clinician).say
    typed = str(call.body.get("text") or "").split()[0].lower()
    near = get_close_matches(typed, ANSWERS, n=1)
    return say("error.nearly_command", near=near[0]) if near else say("error.unknown_command")


async def _reflect(services: Services, call: Call) -> str:
    view = note.note_modal(services.library(call.clinician), Origin())
    open_view(services, call.body, view, what="the note modal")
    return ""


async def _clinic(services: Services, call: Call) -> str:
    verb, _, rest = call.rest.partition(" ")
    verb = verb.lower()
    if verb in ("", "list"):
        return _clinics(services, call.clinician)
    if verb == "remove":
        return await _remove_clinic(services, call, rest)
    if verb in ("skip", "not"):
        return await _skip_clinic(services, call, rest)
    if verb == "calendar":
        return await _calendar(services, call, rest.strip())
    if verb != "add":
        rest = call.rest
    before, today = call.clinician, call.clinician.today(services.now())
    library = services.library(before)
    try:
        new = parse_clinics(rest, today, month_first=library.dates.month_first)
        clinician = await services.store.change_clinician(
            before.id, lambda c: add_clinics(c, new, today)
        )
    except ClinicError as error:
        return clinic_problem(library, error)
    services.background.start(home.publish(services, clinician.id), "App Home")
    return clinics_added(services, before, new)


async def _calendar(services: Services, call: Call, rest: str) -> str:
    """The form, with what was typed in it already; or an end to it."""
    library = services.library(call.clinician)
    say = library.say
    if rest.lower() in ("off", "none", "remove"):
        if call.clinician.calendar is None:
            return say("calendar.none")
        await services.calendars.drop(call.clinician.id)
        services.background.start(home.publish(services, call.clinician.id), "App Home")
        return say("calendar.off")
    link, _, word = rest.partition(" ")
    view = forms.calendar_modal(library, link=link_in(link), word=word.strip()[:LONGEST_WORD])
    open_view(services, call.body, view, what="the calendar form")
    return ""


def clinic_problem(library: Library, error: ClinicError) -> str:
    """What was not understood, what was, and how it may be written."""
    say = library.say
    found = escape(when.found(library, error))
    parts = (
        say(f"clinic.error.{error.reason}", found=found),
        say("clinic.unknown", words=escape(", ".join(error.unknown))) if error.unknown else "",
        when.understood(library, error),
        say("clinic.examples"),
    )
    return " ".join(part for part in parts if part)


def clinics_added(services: Services, before: Clinician, new: Sequence[Clinic]) -> str:
    """What was noted, what was there already, and what shares its time with something else."""
    library = services.library(before)
    say = library.say
    today = before.today(services.now())

    def names(clinics: Iterable[Clinic]) -> str:
        return ", ".join(when.clinic(library, c, today) for c in clinics)

    there = [c for c in new if known(before, c)]
    added = [c for c in new if c not in there]
    beside = {o: None for c in added for o in overlapping(before, c, today)}
    lines = [
        say("clinic.added", clinic=names(added)) if added else "",
        say("clinic.known", clinic=names(there)) if there else "",
        say("clinic.overlaps", clinic=names(beside)) if beside else "",
        say("clinic.time_zone", time_zone=before.time_zone),
    ]
    return "\n".join(filter(None, lines))


def _clinics(services: Services, clinician: Clinician) -> str:
    library = services.library(clinician)
    say = library.say
    today = clinician.today(services.now())
    coming = [c for c in clinician.clinics if not is_over(c, today)]
    calendar = clinician.calendar
    if not coming and calendar is None:
        return say("clinic.list_empty")
    rows = [
        say("clinic.list_row", number=i, clinic=when.clinic_row(library, c, today))
        for i, c in enumerate(coming, 1)
    ]
    if calendar is not None:
        rows.append(when.calendar(library, clinician, calendar, services.now()))
    zone = say("clinic.time_zone", time_zone=clinician.time_zone)
    return "\n".join([f"*{say('clinic.list_title')}*", *rows, zone])


async def _remove_clinic(services: Services, call: Call, which: str) -> str:
    library = services.library(call.clinician)
    say = library.say
    number = which.strip()
    today = call.clinician.today(services.now())
    coming = [c for c in call.clinician.clinics if not is_over(c, today)]
    if not number.isascii() or not number.isdigit() or not 1 <= int(number) <= len(coming):
        return say("clinic.not_found", number=escape(number) or "?")
    gone = coming[int(number) - 1]
    await services.store.change_clinician(
        call.clinician.id,
        lambda c: without_clinic(c, gone.id),
    )
    services.background.start(home.publish(services, call.clinician.id), "App Home")
    return say("clinic.removed", clinic=when.clinic(library, gone, today))


async def _skip_clinic(services: Services, call: Call, text: str) -> str:
    """Leave out the clinics of one day."""
    library = services.library(call.clinician)
    say = library.say
    today = call.clinician.today(services.now())
    month_first = library.dates.month_first
    try:
        day = parse_day(_bare_day(text), today, from_today=True, month_first=month_first)
    except DayError as error:
        return say(f"clinic.skip_{error.reason}")
    _, gone = skip_day(call.clinician, day, today)
    date = library.dates.day(day)
    if not gone:
        return say("clinic.none_that_day", date=date)
    await services.store.change_clinician(call.clinician.id, lambda c: skip_day(c, day, today)[0])
    services.background.start(home.publish(services, call.clinician.id), "App Home")
    names = ", ".join(library.dates.times(start, end) for start, end in gone)
    return say("clinic.skipped", date=date, clinic=names)


def _bare_day(text: str) -> str:
    return text.lower().strip().removeprefix("on ").strip()


async def _history(services: Services, call: Call) -> str:
    view = await asked(services, call.clinician, unescape(call.rest))
    open_view(services, call.body, view, what="the history")
    return ""


async def _pause(services: Services, call: Call) -> str:
    library = services.library(call.clinician)
    say = library.say
    until = None
    text = call.rest.lower().removeprefix("until").removeprefix("for ").strip()
    if text:
        try:
            today, month_first = call.clinician.today(services.now()), library.dates.month_first
            until = parse_day(text, today, month_first=month_first)
        except DayError as error:
            return say(f"pause.{error.reason}")
    await services.store.change_clinician(
        call.clinician.id, lambda c: replace(c, paused=True, paused_until=until)
    )
    services.background.start(home.publish(services, call.clinician.id), "App Home")
    if until:
        return say("pause.paused_until", date=library.dates.full_day(until))
    return say("pause.paused")


async def _resume(services: Services, call: Call) -> str:
    say = services.library(call.clinician).say
    before, now = call.clinician, services.now()
    today = before.today(now)
    await services.store.change_clinician(before.id, lambda c: engaged(back(c, today), now))
    services.background.start(home.publish(services, call.clinician.id), "App Home")
    if not before.paused and not before.stopped and not before.leave_on(today):
        return say("pause.not_paused")
    return say("pause.resumed" if before.clinics else "pause.resumed_no_clinic")


async def _away(services: Services, call: Call) -> str:
    """Own leave: named, listed, or called off."""
    library = services.library(call.clinician)
    say = library.say
    today = call.clinician.today(services.now())
    if call.rest.lower() in ("off", "none", "cancel"):
        await services.store.change_clinician(call.clinician.id, lambda c: replace(c, away=()))
        services.background.start(home.publish(services, call.clinician.id), "App Home")
        return say("away.off")
    if not call.rest:
        coming = [x for x in call.clinician.away if x.last >= today]
        spans = "; ".join(when.leave(library, x) for x in coming)
        return say("away.list", spans=spans) if spans else say("away.none")
    try:
        leave = parse_leave(call.rest, today, month_first=library.dates.month_first)
    except DayError as error:
        return say(f"away.{error.reason}")
    await services.store.change_clinician(call.clinician.id, lambda c: add_leave(c, leave, today))
    services.background.start(home.publish(services, call.clinician.id), "App Home")
    return say("away.noted", span=when.leave(library, leave))


async def _holidays(services: Services, call: Call) -> str:
    """Public holidays of a place are free, or not."""
    say = services.library(call.clinician).say
    if not call.rest:
        place = call.clinician.holidays
        return say("holidays.on", place=place_name(place)) if place else say("holidays.off")
    place = ""
    if call.rest.lower() not in ("off", "none"):
        try:
            place = await asyncio.to_thread(find_place, call.rest)
        except HolidayError as error:
            return say("holidays.unknown", found=escape(error.found))
    await services.store.change_clinician(call.clinician.id, lambda c: replace(c, holidays=place))
    services.background.start(home.publish(services, call.clinician.id), "App Home")
    return say("holidays.on", place=place_name(place)) if place else say("holidays.off")


async def _why(services: Services, call: Call) -> str:
    view = forms.why_modal(services.library(call.clinician))
    open_view(services, call.body, view, what="the why cards")
    return ""


async def _forget(services: Services, call: Call) -> str:
    view = forms.forget_modal(services.library(call.clinician))
    open_view(services, call.body, view, what="the forget form")
    return ""


async def _export(services: Services, call: Call) -> str:
    view = forms.export_modal(services.library(call.clinician))
    open_view(services, call.body, view, what="the export form")
    return ""


async def _import(services: Services, call: Call) -> str:
    view = import_modal(services.library(call.clinician))
    open_view(services, call.body, view, what="the import form")
    return ""


ANSWERS: dict[str, Answer] = {
    "reflect": _reflect,
    "clinic": _clinic,
    "clinics": _clinic,
    "history": _history,
    "pause": _pause,
    "away": _away,
    "holidays": _holidays,
    "resume": _resume,
    "why": _why,
    "export": _export,
    "import": _import,
    "forget": _forget,
    "tip": lambda services, call: teams.choose(services, call.clinician, call.body),
    "tips": lambda services, call: teams.calendar(services, call.clinician, call.body),
    "team": lambda services, call: teams.by_month(services, call.clinician, call.body),
    "looks": lambda services, call: teams.looks(services, call.clinician, call.body),
    "plans": lambda services, call: plans.show(services, call.clinician, call.body),
}
