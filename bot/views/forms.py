"""The small forms and lists: clinics, quiet hours, forget me, help, why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    DatePickerElement,
    InputBlock,
    InteractiveElement,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    RadioButtonsElement,
    TimePickerElement,
)
from slack_sdk.models.blocks.block_elements import FileInputElement
from slack_sdk.models.views import View

from bot.views import ids, when
from bot.views.kit import Message, actions, button, context, escape, header, section, select
from prompts.library import Library
from reflections.calendars import LONGEST_WORD, SHORTEST_WORD, coming, shares_time
from reflections.holiday import place_name
from reflections.model import Calendar, Clinic, Clinician


def plain(text: str) -> PlainTextObject:
    return PlainTextObject(text=text, emoji=False)


def time_input(block: str, label: str, initial: time) -> InputBlock:
    return InputBlock(
        block_id=block,
        label=plain(label),
        element=TimePickerElement(action_id=block, initial_time=f"{initial:%H:%M}"),
    )


def _rhythm(clinic: Clinic | None) -> str | None:
    """The choice that a clinic's rhythm is; None where the form does not offer it."""
    if clinic is None:
        return "1"
    if clinic.on:
        return str(ONCE)
    return str(clinic.every) if clinic.every <= _MOST_WEEKS else None


_MOST_WEEKS = 4
ONCE = 0
"""The choice "only once" among the numbers of weeks."""


def clinic_modal(library: Library, today: date, clinic: Clinic | None = None) -> View:
    """For a new clinic, or ``clinic`` to change: what is sent takes its place."""
    say = library.say
    rhythms = [(say(f"clinic.form_every_{n}"), str(n)) for n in (1, 2, 3, 4, ONCE)]
    every = InputBlock(
        block_id="every",
        label=plain(say("clinic.form_every")),
        element=select(
            "every",
            say("clinic.form_every"),
            rhythms,
            initial=_rhythm(clinic),
        ),
    )
    since = InputBlock(
        block_id="since",
        label=plain(say("clinic.form_since")),
        hint=plain(say("clinic.form_since_hint")),
        element=DatePickerElement(
            action_id="since",
            initial_date=((clinic and (clinic.on or clinic.since)) or today).isoformat(),
        ),
    )
    chosen = (clinic.weekday,) if clinic and not clinic.on else ()
    form = _form(
        library,
        ids.CLINIC_MODAL,
        say("clinic.form_title"),
        [
            days_input(library, say("clinic.form_days"), chosen, optional=True),
            time_input("start", say("clinic.form_start"), clinic.start if clinic else time(9)),
            time_input("end", say("clinic.form_end"), clinic.end if clinic else time(12, 30)),
            every,
            since,
        ],
        say("clinic.form_submit"),
    )
    form.private_metadata = clinic.id if clinic else ""
    return form


def calendar_modal(library: Library, *, link: str = "", word: str = "", problem: str = "") -> View:
    """``problem`` says why the last try came to nothing."""
    say = library.say
    where = InputBlock(
        block_id="link",
        label=plain(say("calendar.form_link")),
        hint=plain(say("calendar.form_link_hint")),
        optional=True,
        element=PlainTextInputElement(
            action_id="link", initial_value=link or None, max_length=2000
        ),
    )
    file = InputBlock(
        block_id="file",
        label=plain(say("calendar.form_file")),
        optional=True,
        element=FileInputElement(action_id="file", filetypes=["ics"], max_files=1),
    )
    title = InputBlock(
        block_id="word",
        label=plain(say("calendar.form_word")),
        hint=plain(say("calendar.form_word_hint")),
        element=PlainTextInputElement(
            action_id="word",
            initial_value=word or say("calendar.word"),
            min_length=SHORTEST_WORD,
            max_length=LONGEST_WORD,
        ),
    )
    return _form(
        library,
        ids.CALENDAR_MODAL,
        say("calendar.form_title"),
        [
            *([section(f"*{problem}*")] if problem else []),
            section(say("calendar.form_intro")),
            where,
            file,
            title,
        ],
        say("calendar.form_submit"),
    )


def calendar_taken(
    library: Library, clinician: Clinician, calendar: Calendar, now: datetime
) -> View:
    """What was taken from a calendar, and what becomes of the rest."""
    say, zone = library.say, clinician.time_zone
    ahead = coming(calendar, clinician.zone, now)
    lines = [
        say(
            "calendar.taken",
            next=when.span(library, ahead[0], zone) if ahead else "–",
            last=when.day(library, calendar.spans[-1].end, zone),
        ),
        say("calendar.overlaps") if shares_time(clinician, calendar) else "",
        say("calendar.kept"),
        say("calendar.kept_link" if calendar.link else "calendar.kept_file"),
    ]
    return notice_modal(library, "\n\n".join(filter(None, lines)), "calendar.form_title")


def days_input(
    library: Library, label: str, chosen: Sequence[int] = (), *, optional: bool = False
) -> InputBlock:
    """Checkboxes for the days of the week."""
    options = [
        Option(text=plain(day), value=str(i))
        for i, day in enumerate(library.dates.names["weekdays"])
    ]
    return InputBlock(
        block_id="days",
        label=plain(label),
        optional=optional,
        element=CheckboxesElement(
            action_id="days",
            options=options,
            initial_options=[options[i] for i in chosen] or None,
        ),
    )


def quiet_modal(library: Library, clinician: Clinician) -> View:
    """When the bot may ask: hours, days of the week, public holidays."""
    say = library.say
    place = place_name(clinician.holidays) if clinician.holidays else None
    holidays = InputBlock(
        block_id="holidays",
        label=plain(say("holidays.label")),
        hint=plain(say("holidays.hint")),
        optional=True,
        element=PlainTextInputElement(action_id="holidays", initial_value=place),
    )
    return _form(
        library,
        ids.QUIET_MODAL,
        say("home.quiet_title"),
        [
            section(say("home.quiet_hint")),
            time_input("start", say("home.quiet_from"), clinician.quiet_from),
            time_input("end", say("home.quiet_until"), clinician.quiet_until),
            days_input(library, say("home.working_days"), clinician.working_days),
            holidays,
        ],
        say("home.save"),
    )


def export_modal(library: Library) -> View:
    """Which copy of one's reflections, and from when to when."""
    say = library.say
    options = [
        Option(
            text=plain(say(f"export.{kind}")),
            value=kind,
            description=plain(say(f"export.{kind}_what")),
        )
        for kind in ("pdf", "csv", "json")
    ]
    kinds = InputBlock(
        block_id="kind",
        label=plain(say("export.form")),
        element=RadioButtonsElement(action_id="kind", options=options, initial_option=options[0]),
    )

    def day(name: str) -> InputBlock:
        label = plain(say(f"export.{name}"))
        element = DatePickerElement(action_id=name)
        return InputBlock(block_id=name, label=label, optional=True, element=element)

    return _form(
        library,
        ids.EXPORT_MODAL,
        say("export.title"),
        [
            section(say("export.intro")),
            kinds,
            day("since"),
            day("until"),
            section(say("import.offer"), accessory=button(say("import.button"), ids.IMPORT)),
        ],
        say("export.submit"),
    )


def forget_modal(library: Library) -> View:
    say = library.say
    word = InputBlock(
        block_id="word",
        label=plain(say("erase.type_label", word=say("erase.word"))),
        element=PlainTextInputElement(action_id="word"),
    )
    return _form(
        library,
        ids.FORGET_MODAL,
        say("erase.confirm_title"),
        [section(say("erase.confirm")), word],
        say("erase.confirm_yes"),
    )


def _form(library: Library, callback: str, title: str, blocks: list[Block], submit: str) -> View:
    return View(
        type="modal",
        callback_id=callback,
        title=plain(title),
        submit=plain(submit),
        close=plain(library.say("note.close")),
        blocks=blocks,
    )


def help_message(library: Library, *, lead: bool) -> Message:
    """What most people look for first, and whom to turn to; then the rest."""
    say = library.say
    blocks: list[Block] = [
        section(f"*{say('help.title')}*\n{say('help.write')}"),
        actions(button(say("people.title"), ids.PEOPLE)),
        section(say("help.common")),
        context(say("help.rest")),
    ]
    if lead:
        blocks.append(context(say("help.leads")))
    return Message(say("help.title"), blocks)


def welcome_message(library: Library, reads_with: str = "") -> Message:
    """``reads_with`` names the language model that reads notes, where there is one."""
    say = library.say
    model = [section(say("welcome.model", model=escape(reads_with)))] if reads_with else []
    return Message(
        say("welcome.title"),
        [
            header(say("welcome.title")),
            section(say("welcome.what")),
            section(say("welcome.private")),
            section(say("welcome.kept")),
            *model,
            section(say("welcome.not_privileged")),
            section(say("welcome.next")),
            actions(
                button(say("home.add_clinic"), ids.ADD_CLINIC),
                button(say("home.reflect"), ids.REFLECT),
            ),
        ],
    )


def why_modal(library: Library) -> View:
    blocks: list[Block] = [context(library.say("why.intro"))]
    for card in library.about:
        source = library.say("why.source", source=escape(card.source))
        blocks += [header(card.title), section(escape(card.text)), context(source)]
    return View(
        type="modal",
        title=plain(library.say("why.title")),
        close=plain(library.say("history.close")),
        blocks=blocks,
    )


def notice_modal(
    library: Library,
    text: str,
    title: str = "note.title",
    *,
    undo: InteractiveElement | None = None,
) -> View:
    """A few words, where there is nothing to fill in, and perhaps a way to have something back;
    ``title`` is a phrase."""
    return View(
        type="modal",
        title=plain(library.say(title)),
        close=plain(library.say("history.close")),
        blocks=[section(text), *([actions(undo)] if undo else [])],
    )
