"""`/alliance …`. Answers are shown to the asker alone, wherever it is typed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.directory import TEAM
from bot.listeners import home
from bot.listeners.actions import history_view, open_view
from bot.services import Services
from bot.views import forms, note, tips, when
from bot.views.kit import escape
from bot.views.note import Origin
from reflections.model import Clinician
from reflections.schedule import (
    ClinicError,
    DayError,
    add_clinics,
    engaged,
    parse_clinics,
    parse_day,
)


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
        clinician, _ = await services.directory.meet(str(context.team_id), user)
        word, _, rest = str(body.get("text") or "help").strip().partition(" ")
        if word.lower() in ("help", ""):
            lead = services.directory.is_lead(user)
            message = forms.help_message(services.library, lead=lead)
            await ack(text=message.text, blocks=message.blocks)
            return
        answer = ANSWERS.get(word.lower(), _unknown)
        text = await answer(services, Call(clinician, user, rest.strip(), body))
        await (ack(text=text) if text else ack())


async def _unknown(services: Services, call: Call) -> str:
    return services.library.say("error.unknown_command")


async def _reflect(services: Services, call: Call) -> str:
    open_view(
        services, call.body, note.note_modal(services.library, Origin()), what="the note modal"
    )
    return ""


async def _clinic(services: Services, call: Call) -> str:
    say = services.library.say
    verb, _, rest = call.rest.partition(" ")
    verb = verb.lower()
    if verb in ("", "list"):
        return _clinics(services, call.clinician)
    if verb == "remove":
        return await _remove_clinic(services, call, rest)
    if verb != "add":
        rest = call.rest
    try:
        new = parse_clinics(rest)
        clinician = await services.store.change_clinician(
            call.clinician.id, lambda c: add_clinics(c, new)
        )
    except ClinicError as error:
        found = escape(error.found)
        return f"{say(f'clinic.error.{error.reason}', found=found)} {say('clinic.examples')}"
    services.background.start(home.publish(services, clinician.id), "App Home")
    names = ", ".join(when.clinic(c) for c in new)
    zone = say("clinic.time_zone", time_zone=clinician.time_zone)
    return f"{say('clinic.added', clinic=names)}\n{zone}"


def _clinics(services: Services, clinician: Clinician) -> str:
    say = services.library.say
    if not clinician.clinics:
        return say("clinic.list_empty")
    rows = [
        say("clinic.list_row", number=i, clinic=when.clinic(c))
        for i, c in enumerate(clinician.clinics, 1)
    ]
    zone = say("clinic.time_zone", time_zone=clinician.time_zone)
    return "\n".join([f"*{say('clinic.list_title')}*", *rows, zone])


async def _remove_clinic(services: Services, call: Call, which: str) -> str:
    say = services.library.say
    number = which.strip()
    if (
        not number.isascii()
        or not number.isdigit()
        or not 1 <= int(number) <= len(call.clinician.clinics)
    ):
        return say("clinic.not_found", number=escape(number) or "?")
    gone = call.clinician.clinics[int(number) - 1]
    await services.store.change_clinician(
        call.clinician.id,
        lambda c: replace(c, clinics=tuple(x for x in c.clinics if x != gone)),
    )
    services.background.start(home.publish(services, call.clinician.id), "App Home")
    return say("clinic.removed", clinic=when.clinic(gone))


async def _history(services: Services, call: Call) -> str:
    view = await history_view(services, call.clinician, 0)
    open_view(services, call.body, view, what="the history")
    return ""


async def _pause(services: Services, call: Call) -> str:
    say = services.library.say
    until = None
    text = call.rest.lower().removeprefix("until").strip()
    if text:
        try:
            until = parse_day(text, call.clinician.today(services.now()))
        except DayError as error:
            return say(f"pause.{error.reason}")
    await services.store.change_clinician(
        call.clinician.id, lambda c: replace(c, paused=True, paused_until=until)
    )
    services.background.start(home.publish(services, call.clinician.id), "App Home")
    if until:
        return say("pause.paused_until", date=when.full_date(until))
    return say("pause.paused")


async def _resume(services: Services, call: Call) -> str:
    say = services.library.say
    before, now = call.clinician, services.now()
    await services.store.change_clinician(
        before.id, lambda c: engaged(replace(c, paused=False, paused_until=None), now)
    )
    services.background.start(home.publish(services, call.clinician.id), "App Home")
    if not before.paused and not before.stopped:
        return say("pause.not_paused")
    return say("pause.resumed" if before.clinics else "pause.resumed_no_clinic")


async def _why(services: Services, call: Call) -> str:
    open_view(services, call.body, forms.why_modal(services.library), what="the why cards")
    return ""


async def _forget(services: Services, call: Call) -> str:
    open_view(services, call.body, forms.forget_modal(services.library), what="the forget form")
    return ""


async def _tip(services: Services, call: Call) -> str:
    say = services.library.say
    if not services.directory.is_lead(call.user):
        return say("tip.not_lead")
    channel = services.settings.alliance_team_channel
    if not channel:
        return say("tip.no_channel")
    plan = await services.store.tip_plan(TEAM)
    tip = services.library.tip(plan.next_tip) if plan else services.library.tips[0]
    view = tips.tip_modal(services.library, tip, channel, plan)
    open_view(services, call.body, view, what="the tip form")
    return ""


ANSWERS: dict[str, Answer] = {
    "reflect": _reflect,
    "clinic": _clinic,
    "clinics": _clinic,
    "history": _history,
    "pause": _pause,
    "resume": _resume,
    "why": _why,
    "forget": _forget,
    "tip": _tip,
}
