"""App Home: the clinician's own page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from slack_sdk.models.blocks import (
    Block,
    ConfirmObject,
    DividerBlock,
    InputBlock,
    PlainTextInputElement,
    PlainTextObject,
)
from slack_sdk.models.blocks.basic_components import DispatchActionConfig
from slack_sdk.models.views import View

from bot.views import history, ids, when
from bot.views.kit import actions, button, context, escape, header, section, select, verbatim
from bot.views.trends import alternative, picture
from prompts.library import Library
from reflections.clinics import is_over
from reflections.holiday import place_name
from reflections.model import Clinician, Delivery, Plan, Reflection
from reflections.schedule import SLOW_AFTER, passed_by, unanswered
from reflections.trends import Trends, month_in_words

_PLANS_SHOWN = 5
_LEAVE_SHOWN = 5
KEEP_MONTHS = (6, 12, 24, 36, 60, 0)
"""The choices of how long reflections are kept; 0 is for good."""


@dataclass(frozen=True)
class Looking:
    """What the clinician's own page looks back on: the ``lately`` newest reflections, the ``plans``
    that are open, and, unless it is hidden, how things went ``over_time``."""

    lately: Sequence[Reflection] = ()
    plans: Sequence[Plan] = ()
    over_time: Trends | None = None


def home_view(
    library: Library,
    clinician: Clinician,
    past: Sequence[Delivery],
    next_prompt: datetime | None,
    looking: Looking,
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
        *_plans(library, looking.plans),
        header(say("home.clinics_title")),
    ]
    today = clinician.today(now)
    coming = [c for c in clinician.clinics if not is_over(c, today)]
    if not coming:
        blocks.append(section(say("clinic.list_empty")))
    for clinic in coming:
        remove = button(say("home.remove_clinic"), ids.REMOVE_CLINIC, clinic.id)
        change = button(say("home.edit_clinic"), ids.EDIT_CLINIC, clinic.id)
        blocks += [section(when.clinic_row(library, clinic, today)), actions(change, remove)]
    blocks.append(_calendar(library, clinician, now))
    blocks += [
        context(say("home.away", span=when.leave(library, leave)))
        for leave in [x for x in clinician.away if x.last >= today][:_LEAVE_SHOWN]
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
    if not looking.lately:
        blocks.append(section(say("history.empty")))
    for reflection in looking.lately:
        blocks += history.row(library, reflection, zone)
    if looking.lately:
        blocks.append(_search(library))
    blocks += [
        *_over_time(library, clinician, looking.over_time, today),
        DividerBlock(),
        header(say("home.privacy_title")),
        section(say("home.privacy")),
        _reads(library, clinician, reads_with),
        *_keeping(library, clinician),
        section(say("welcome.not_privileged")),
        actions(
            button(say("home.why"), ids.WHY),
            button(say("home.export"), ids.EXPORT),
            button(say("home.forget"), ids.FORGET, style="danger"),
        ),
    ]
    return View(type="home", blocks=blocks)


def _plans(library: Library, plans: Sequence[Plan]) -> list[Block]:
    """What they want to try, oldest first, each with a way to be done with it."""
    say = library.say
    if not plans:
        return []
    blocks: list[Block] = [header(say("totry.title"))]
    for plan in plans[:_PLANS_SHOWN]:
        done = button(say("totry.done"), ids.TRIED, plan.id)
        drop = button(say("totry.drop"), ids.TRY_DROP, plan.id)
        about = [] if plan.source.startswith("feedback ") else [context(plan.about, plain=True)]
        blocks += [verbatim(plan.text), *about, actions(done, drop)]
    if len(plans) > _PLANS_SHOWN:
        blocks.append(context(say("totry.more")))
    return blocks


def _search(library: Library) -> Block:
    say = library.say
    return InputBlock(
        label=PlainTextObject(text=say("home.search")),
        hint=PlainTextObject(text=say("home.search_hint")),
        dispatch_action=True,
        element=PlainTextInputElement(
            action_id=ids.SEARCH,
            max_length=history.MAX_QUERY,
            dispatch_action_config=DispatchActionConfig(trigger_actions_on=["on_enter_pressed"]),
        ),
    )


def _over_time(
    library: Library, clinician: Clinician, found: Trends | None, today: date
) -> list[Block]:
    """This month in words, and the picture where one was drawn; a line where it is hidden."""
    say = library.say
    if clinician.trends_hidden:
        show = button(say("trends.show"), ids.TRENDS_HIDE, "show")
        return [DividerBlock(), section(say("trends.hidden"), accessory=show)]
    if found is None or not found.months:
        return []
    this = next((m for m in found.months if m.first == today.replace(day=1)), None)
    blocks: list[Block] = [
        DividerBlock(),
        header(say("trends.title")),
        section(month_in_words(library, this) if this else say("trends.none_yet")),
    ]
    if clinician.picture:
        blocks.append(picture(library, clinician.picture, alternative(library, found)))
    more = button(say("trends.more"), ids.TRENDS)
    draw = button(say("trends.draw"), ids.TRENDS_DRAW)
    blocks.append(actions(more, draw, button(say("trends.hide"), ids.TRENDS_HIDE, "hide")))
    return blocks


def _keeping(library: Library, clinician: Clinician) -> list[Block]:
    """How long reflections are kept, and whether the notes are."""
    say = library.say
    months = sorted({*KEEP_MONTHS, clinician.keep_months}, key=lambda m: (m == 0, m))
    choices = [
        (say("home.keep_months", months=m) if m else say("home.keep_for_good"), str(m))
        for m in months
    ]
    change = (
        button(say("home.keep_notes"), ids.FEEDBACK_ONLY)
        if clinician.feedback_only
        else button(
            say("home.keep_feedback"),
            ids.FEEDBACK_ONLY,
            "only",
            confirm=ConfirmObject(
                title=PlainTextObject(text=say("home.keep_feedback_title")),
                text=PlainTextObject(text=say("home.keep_feedback_confirm")),
                confirm=PlainTextObject(text=say("home.keep_feedback_yes")),
                deny=PlainTextObject(text=say("intake.delete_confirm_no")),
            ),
        )
    )
    kept = say("home.keeps_feedback" if clinician.feedback_only else "home.keeps_notes")
    return [
        section(
            say("home.keep"),
            accessory=select(
                ids.KEEP_MONTHS, say("home.keep_label"), choices, str(clinician.keep_months)
            ),
        ),
        section(kept, accessory=change),
    ]


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
