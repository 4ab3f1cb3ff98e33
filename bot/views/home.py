"""App Home: the clinician's own page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from slack_sdk.models.blocks import Block, DividerBlock
from slack_sdk.models.views import View

from bot.views import history, ids, when
from bot.views.kit import actions, button, context, escape, header, section, select
from prompts.library import Library
from reflections.clinics import is_over
from reflections.holiday import place_name
from reflections.model import Clinician, Delivery, Reflection
from reflections.schedule import SLOW_AFTER, passed_by, unanswered


def home_view(
    library: Library,
    clinician: Clinician,
    past: Sequence[Delivery],
    next_prompt: datetime | None,
    lately: Sequence[Reflection],
    now: datetime,
    reads_with: str = "",
) -> View:
    """``reads_with`` names the language model that reads notes, where there is one."""
    say = library.say
    zone = clinician.time_zone
    paused = clinician.is_paused(clinician.today(now))
    blocks: list[Block] = [
        header(say("home.title")),
        section(say("home.intro")),
        actions(
            button(say("home.reflect"), ids.REFLECT, "", style="primary"),
            button(say("home.history_more"), ids.HISTORY),
            button(say("home.add_clinic"), ids.ADD_CLINIC),
            button(say("plan.open"), ids.PLANS),
            button(say("home.resume"), ids.RESUME)
            if paused or clinician.stopped or clinician.leave_on(clinician.today(now))
            else button(say("home.pause"), ids.PAUSE),
        ),
        DividerBlock(),
        section(_next(library, clinician, past, next_prompt, paused, now)),
        *_passed_by(library, past, now),
        header(say("home.clinics_title")),
    ]
    today = clinician.today(now)
    coming = [c for c in clinician.clinics if not is_over(c, today)]
    if not coming:
        blocks.append(section(say("clinic.list_empty")))
    for clinic in coming:
        remove = button(say("home.remove_clinic"), ids.REMOVE_CLINIC, clinic.id)
        blocks.append(section(when.clinic_row(library, clinic, today), accessory=remove))
    blocks.append(_calendar(library, clinician, now))
    blocks += [
        context(say("home.away", span=when.leave(library, leave)))
        for leave in clinician.away
        if leave.last >= today
    ]
    blocks += [
        section(
            say("home.cadence"),
            accessory=select(
                ids.CADENCE,
                say("home.cadence"),
                [(say(f"home.cadence_{n}"), str(n)) for n in (1, 2, 3, 5)],
                initial=str(clinician.prompts_per_week),
            ),
        ),
        section(
            say(
                "home.quiet",
                start=f"{clinician.quiet_from:%H:%M}",
                end=f"{clinician.quiet_until:%H:%M}",
            )
            + "\n"
            + say(
                "home.days",
                days=when.days(library, clinician.working_days),
                holidays=place_name(clinician.holidays)
                if clinician.holidays
                else say("home.no_holidays"),
            ),
            accessory=button(say("home.quiet_change"), ids.QUIET),
        ),
        section(
            say("home.reminders_on" if clinician.reminders else "home.reminders_off"),
            accessory=button(
                say("home.reminders_stop" if clinician.reminders else "home.reminders_start"),
                ids.REMINDERS,
                "" if clinician.reminders else "on",
            ),
        ),
        context(say("clinic.time_zone", time_zone=zone)),
        DividerBlock(),
        header(say("home.history_title")),
    ]
    if not lately:
        blocks.append(section(say("history.empty")))
    for reflection in lately:
        blocks += history.row(library, reflection, zone)
    blocks += [
        DividerBlock(),
        header(say("home.privacy_title")),
        section(say("home.privacy")),
        _reads(library, clinician, reads_with),
        section(say("welcome.not_privileged")),
        actions(
            button(say("home.why"), ids.WHY),
            button(say("home.forget"), ids.FORGET, style="danger"),
        ),
    ]
    return View(type="home", blocks=blocks)


def _reads(library: Library, clinician: Clinician, reads_with: str) -> Block:
    """Who reads the notes, with the choice where there is one."""
    say = library.say
    if not reads_with:
        return section(say("home.reads_rules"))
    if clinician.offline_only:
        change = button(say("home.reads_allow"), ids.OFFLINE_ONLY)
        return section(say("home.reads_rules_chosen"), accessory=change)
    change = button(say("home.reads_forbid"), ids.OFFLINE_ONLY, "only")
    return section(say("home.reads_model", model=escape(reads_with)), accessory=change)


def _calendar(library: Library, clinician: Clinician, now: datetime) -> Block:
    """The clinics of a calendar, or the offer to take them from one."""
    say = library.say
    if clinician.calendar is None:
        add = button(say("calendar.button"), ids.ADD_CALENDAR)
        return section(say("calendar.offer"), accessory=add)
    remove = button(say("home.remove_clinic"), ids.REMOVE_CALENDAR)
    return section(when.calendar(library, clinician, clinician.calendar, now), accessory=remove)


def _next(
    library: Library,
    clinician: Clinician,
    past: Sequence[Delivery],
    next_prompt: datetime | None,
    paused: bool,
    now: datetime,
) -> str:
    say = library.say
    if paused:
        until = clinician.paused_until
        return say("home.paused_until", date=when.full_date(until)) if until else say("home.paused")
    if leave := clinician.leave_on(clinician.today(now)):
        return say("home.away_now", date=when.full_date(leave.last))
    if clinician.stopped:
        return say("notice.stopped")
    line = say("home.no_next_prompt")
    if next_prompt:
        line = say("home.next_prompt", when=when.moment(next_prompt, clinician.time_zone, now))
    slow = unanswered(clinician, past) >= SLOW_AFTER
    return f"{line}\n{say('home.slower')}" if slow else line


def _passed_by(library: Library, past: Sequence[Delivery], now: datetime) -> list[Block]:
    """A question that could not be put in its time, to be taken up or left."""
    missed = passed_by(past, now)
    if missed is None:
        return []
    say = library.say
    return [
        section(
            f"{say('home.passed_by')}\n_{library.prompt(missed.ref).text}_",
            accessory=button(say("prompt.reflect"), ids.REFLECT, missed.key),
        )
    ]
