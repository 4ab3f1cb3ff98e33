"""App Home: the clinician's own page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from slack_sdk.models.blocks import (
    Block,
    ConfirmObject,
    InputBlock,
    PlainTextInputElement,
    PlainTextObject,
)
from slack_sdk.models.blocks.basic_components import DispatchActionConfig
from slack_sdk.models.views import View

from bot.views import history, ids, when
from bot.views.kit import actions, button, context, escape, header, overflow, section, select
from bot.views.plans import add_button, row
from bot.views.trends import alternative, picture
from prompts.library import Library
from reflections.clinics import is_over
from reflections.holiday import place_name
from reflections.model import Clinician, Delivery, Plan, Reflection
from reflections.plans import in_order
from reflections.schedule import SLOW_AFTER, passed_by, unanswered
from reflections.trends import Trends, can_be_drawn, month_in_words

_PLANS_SHOWN = 3
_LEAVE_SHOWN = 5
KEEP_MONTHS = (6, 12, 24, 36, 60, 0)
"""The choices of how long reflections are kept; 0 is for good."""


@dataclass(frozen=True)
class Looking:
    """What the clinician's own page looks back on: the ``lately`` newest reflections, all of their
    ``plans``, and, unless it is hidden, how things went ``over_time``."""

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
    languages: Mapping[str, str] | None = None,
) -> View:
    """In the order in which somebody on a phone needs it. ``reads_with`` names the language model
    that reads notes, where there is one; ``languages`` are those there are, each with its own
    name."""
    say = library.say
    today = clinician.today(now)
    paused = clinician.is_paused(today)
    resting = paused or clinician.stopped or clinician.leave_on(today)
    return View(
        type="home",
        blocks=[
            header(say("home.title")),
            section(_next(library, clinician, past, next_prompt, paused, now)),
            *_passed_by(library, past, now),
            actions(
                button(say("home.reflect"), ids.REFLECT, "", style="primary"),
                button(say("home.history_more"), ids.HISTORY),
                button(say("home.resume"), ids.RESUME)
                if resting
                else button(say("home.pause"), ids.PAUSE),
            ),
            context(say("home.intro")),
            *_plans(library, clinician, looking.plans),
            *_lately(library, clinician, looking.lately),
            *_over_time(library, clinician, looking.over_time, today),
            *_clinics(library, clinician, now),
            *_settings(library, clinician, reads_with, languages),
            *_privacy(library),
        ],
    )


def _plans(library: Library, clinician: Clinician, plans: Sequence[Plan]) -> list[Block]:
    """The newest open plans, and a door to all."""
    say = library.say
    shown = [plan for plan in in_order(plans) if not plan.done][:_PLANS_SHOWN]
    blocks: list[Block] = [header(say("plan.list_title"))]
    for plan in shown:
        blocks += row(library, plan, clinician.time_zone)
    if not shown:
        blocks.append(context(say("plan.none_open")))
    door = [button(say("plan.all"), ids.PLANS)] if plans else []
    return [*blocks, actions(*door, add_button(library))]


def _lately(library: Library, clinician: Clinician, lately: Sequence[Reflection]) -> list[Block]:
    say = library.say
    rows = [history.row(library, reflection, clinician.time_zone) for reflection in lately]
    return [
        header(say("home.history_title")),
        *(rows if rows else [context(say("history.empty"))]),
        *([_search(library)] if rows else []),
    ]


def _clinics(library: Library, clinician: Clinician, now: datetime) -> list[Block]:
    """A line for each clinic, with its menu; a calendar; leave."""
    say = library.say
    today = clinician.today(now)
    coming = [c for c in clinician.clinics if not is_over(c, today)]
    does = [(say("home.edit_clinic"), "change"), (say("home.remove_clinic"), "remove")]
    rows: list[Block] = [
        section(
            when.clinic_row(library, clinic, today),
            accessory=overflow(
                ids.CLINIC_ROW, [(label, f"{what} {clinic.id}") for label, what in does]
            ),
        )
        for clinic in coming
    ]
    if clinician.calendar is not None:
        remove = button(say("home.remove_calendar"), ids.REMOVE_CALENDAR)
        known = when.calendar(library, clinician, clinician.calendar, now)
        rows.append(section(known, accessory=remove))
    elif not coming:
        rows.append(section(say("home.clinics_none")))
    away = [x for x in clinician.away if x.last >= today][:_LEAVE_SHOWN]
    from_calendar = [] if clinician.calendar else [button(say("calendar.button"), ids.ADD_CALENDAR)]
    return [
        header(say("home.clinics_title")),
        *rows,
        *(context(say("home.away", span=when.leave(library, leave))) for leave in away),
        actions(button(say("home.add_clinic"), ids.ADD_CLINIC), *from_calendar),
        context(say("clinic.time_zone", time_zone=clinician.time_zone)),
    ]


def _settings(
    library: Library,
    clinician: Clinician,
    reads_with: str,
    languages: Mapping[str, str] | None,
) -> list[Block]:
    say = library.say
    hours = say(
        "home.quiet",
        start=library.dates.time(clinician.quiet_from),
        end=library.dates.time(clinician.quiet_until),
    )
    days = say(
        "home.days",
        days=when.days(library, clinician.working_days),
        holidays=place_name(clinician.holidays) if clinician.holidays else say("home.no_holidays"),
    )
    return [
        header(say("home.settings_title")),
        section(
            f"*{say('home.cadence')}*",
            accessory=select(
                ids.CADENCE,
                say("home.cadence"),
                [(say(f"home.cadence_{n}"), str(n)) for n in (1, 2, 3, 5)],
                initial=str(clinician.prompts_per_week),
            ),
        ),
        section(f"{hours}\n{days}", accessory=button(say("home.quiet_change"), ids.QUIET)),
        section(
            say("home.reminders_on" if clinician.reminders else "home.reminders_off"),
            accessory=button(
                say("home.reminders_stop" if clinician.reminders else "home.reminders_start"),
                ids.REMINDERS,
                "" if clinician.reminders else "on",
            ),
        ),
        *_language(library, languages),
        _reads(library, clinician, reads_with),
        *_keeping(library, clinician),
    ]


def _language(library: Library, languages: Mapping[str, str] | None) -> list[Block]:
    """The choice of a language, where there is one."""
    if not languages or len(languages) < 2:
        return []
    choices = [(name, code) for code, name in languages.items()]
    say = library.say
    chosen = select(ids.LANGUAGE, say("home.language_label"), choices, library.language)
    return [section(say("home.language"), accessory=chosen)]


def _privacy(library: Library) -> list[Block]:
    say = library.say
    return [
        header(say("home.privacy_title")),
        section(say("home.privacy")),
        section(say("welcome.not_privileged")),
        actions(
            button(say("home.export"), ids.EXPORT),
            button(say("people.title"), ids.PEOPLE),
            button(say("home.why"), ids.WHY),
            button(say("home.forget"), ids.FORGET, style="danger"),
        ),
    ]


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
        return [section(say("trends.hidden"), accessory=show)]
    if found is None or not found.months:
        return []
    this = next((m for m in found.months if m.first == today.replace(day=1)), None)
    blocks: list[Block] = [
        header(say("trends.title")),
        section(month_in_words(library, this) if this else say("trends.none_yet")),
    ]
    buttons = [button(say("trends.more"), ids.TRENDS)]
    if can_be_drawn(found):
        if clinician.picture:
            blocks.append(picture(clinician.picture, alternative(library, found)))
        again = "trends.draw_again" if clinician.picture else "trends.draw"
        buttons.append(button(say(again), ids.TRENDS_DRAW))
    buttons.append(button(say("trends.hide"), ids.TRENDS_HIDE, "hide"))
    return [*blocks, actions(*buttons)]


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
        return (
            say("home.paused_until", date=library.dates.full_day(until))
            if until
            else say("home.paused")
        )
    if leave := clinician.leave_on(clinician.today(now)):
        return say("home.away_now", date=library.dates.full_day(leave.last))
    if clinician.stopped:
        return say("notice.stopped")
    line = say("home.no_next_prompt")
    if next_prompt:
        line = say(
            "home.next_prompt", when=when.moment(library, next_prompt, clinician.time_zone, now)
        )
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
