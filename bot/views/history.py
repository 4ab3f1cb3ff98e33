"""A clinician's own reflections, newest first, a page at a time, and what is looked for in them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    DatePickerElement,
    DividerBlock,
    InputBlock,
    Option,
    PlainTextInputElement,
    PlainTextObject,
)
from slack_sdk.models.views import View

from bot.views import ids, when
from bot.views.kit import actions, button, context, section, select, shorten, verbatim
from prompts.library import Dimension, Library
from reflections.history import MAIN_FACTORS, Query
from reflections.model import Reflection

PAGE = 8
MAX_QUERY = 300
"""Characters of a question; what is longer is cut."""


def history_modal(
    library: Library,
    page: Sequence[Reflection],
    skip: int,
    zone: str,
    query: Query,
    *,
    closest: bool = False,
    slips: Mapping[str, Sequence[str]] | None = None,
) -> View:
    """``page`` holds up to PAGE reflections and one more where there are older ones. The query
    travels in the modal, so that the next page answers the same. ``closest`` and ``slips`` are as
    in ``reflections.history.Answer``."""
    say = library.say
    blocks: list[Block] = []
    if query:
        lines = [say("history.looked_for", query=in_words(library, query))]
        for word, taken in (slips or {}).items():
            meant = ", ".join(f"“{other}”" for other in taken)
            if taken:
                lines.append(say("history.slip", word=word, meant=meant))
            else:
                lines.append(say("history.unknown", word=word))
        if closest:
            lines.append(say("history.closest"))
        blocks.append(context("\n".join(lines), plain=True))
    elif page:
        blocks.append(context(say("history.intro")))
    if page or query:
        buttons = [button(say("history.filter"), ids.FILTER)]
        if query:
            buttons.append(button(say("history.show_all"), ids.SHOW_ALL))
        blocks.append(actions(*buttons))
    for reflection in page[:PAGE]:
        blocks += [row(library, reflection, zone), DividerBlock()]
    if not page:
        blocks.append(section(say("history.none_found" if query else "history.empty")))
    turns = []
    if skip:
        turns.append(
            button(say("history.newer"), f"{ids.HISTORY_PAGE}-newer", str(max(0, skip - PAGE)))
        )
    if len(page) > PAGE:
        turns.append(button(say("history.older"), f"{ids.HISTORY_PAGE}-older", str(skip + PAGE)))
    if turns:
        blocks.append(actions(*turns))
    return View(
        type="modal",
        callback_id=ids.HISTORY_MODAL,
        private_metadata=pack(query),
        title=PlainTextObject(text=say("history.title")),
        close=PlainTextObject(text=say("history.close")),
        blocks=blocks,
    )


def row(library: Library, reflection: Reflection, zone: str) -> Block:
    """One reflection in two or three lines, with a way to open it."""
    text = shorten(reflection.note.text, 130) or library.say("history.words_gone")
    # No level here: a list of them would read like a record of marks.
    return verbatim(
        f"{when.long_moment(library, reflection.note.written_at, zone)}\n{text}",
        accessory=button(library.say("history.open"), ids.OPEN_REFLECTION, reflection.id),
    )


def in_words(library: Library, query: Query) -> str:
    """ "1 Oct 2026 to 31 Oct 2026 · about empathy · “safety net” · stairs, worry"."""
    say = library.say
    parts = []
    if query.since and query.until:
        first, last = library.dates.full_day(query.since), library.dates.full_day(query.until)
        parts.append(first if first == last else say("away.span", first=first, last=last))
    elif query.since:
        parts.append(say("history.since", date=library.dates.full_day(query.since)))
    elif query.until:
        parts.append(say("history.until", date=library.dates.full_day(query.until)))
    if query.about:
        parts.append(say("history.about", subject=subject(library, query.about)))
    parts += [f"“{phrase}”" for phrase in query.phrases]
    if query.words:
        parts.append(", ".join(query.words))
    if query.missed:
        parts.append(say("history.with_missed"))
    if query.disputed:
        parts.append(say("history.with_disputed"))
    return " · ".join(parts)


def subject(library: Library, about: str) -> str:
    """A dimension or a factor by its name."""
    if about in library.factors:
        return library.factors[about].name
    return library.say(f"frame.dimension.{about}").lower()


_ANYTHING = "anything"


def filter_modal(library: Library, query: Query) -> View:
    """The same question as a form."""
    say = library.say
    subjects = [(say("history.anything"), _ANYTHING)]
    subjects += [(say(f"frame.dimension.{d.value}"), d.value) for d in Dimension]
    subjects += [(library.factors[f].name.capitalize(), f) for f in MAIN_FACTORS]
    options = [
        Option(text=PlainTextObject(text=say(f"history.only_{name}")), value=name)
        for name in ("missed", "disputed")
    ]
    chosen = [o for o in options if getattr(query, str(o.value))]

    def day(name: str, value: date | None) -> InputBlock:
        return InputBlock(
            block_id=name,
            label=PlainTextObject(text=say(f"history.form_{name}")),
            optional=True,
            element=DatePickerElement(
                action_id=name, initial_date=value.isoformat() if value else None
            ),
        )

    words = " ".join([*(f"“{phrase}”" for phrase in query.phrases), *query.words])
    blocks: list[Block] = [
        InputBlock(
            block_id="words",
            label=PlainTextObject(text=say("history.form_words")),
            hint=PlainTextObject(text=say("history.form_words_hint")),
            optional=True,
            element=PlainTextInputElement(
                action_id="words", initial_value=words or None, max_length=MAX_QUERY
            ),
        ),
        InputBlock(
            block_id="about",
            label=PlainTextObject(text=say("history.form_about")),
            element=select(
                "about", say("history.form_about"), subjects, initial=query.about or _ANYTHING
            ),
        ),
        day("since", query.since),
        day("until", query.until),
        InputBlock(
            block_id="only",
            label=PlainTextObject(text=say("history.form_only")),
            optional=True,
            element=CheckboxesElement(
                action_id="only", options=options, initial_options=chosen or None
            ),
        ),
    ]
    return View(
        type="modal",
        callback_id=ids.FILTER_MODAL,
        title=PlainTextObject(text=say("history.form_title")),
        submit=PlainTextObject(text=say("history.form_submit")),
        close=PlainTextObject(text=say("note.close")),
        blocks=blocks,
    )


def filled(values: Mapping[str, Any]) -> tuple[str, Query]:
    """What was filled into the form: the words as they were typed, and the rest of the query."""
    about = values["about"]["about"]["selected_option"]["value"]
    only = {o["value"] for o in values["only"]["only"].get("selected_options") or ()}

    def day(name: str) -> date | None:
        chosen = values[name][name].get("selected_date")
        return date.fromisoformat(chosen) if chosen else None

    query = Query(
        since=day("since"),
        until=day("until"),
        about="" if about == _ANYTHING else about,
        missed="missed" in only,
        disputed="disputed" in only,
    )
    return str(values["words"]["words"].get("value") or ""), query


def pack(query: Query) -> str:
    """The query as a modal carries it."""
    set_ = {name: value for name, value in asdict(query).items() if value}
    return json.dumps(set_, default=date.isoformat, ensure_ascii=False) if set_ else ""


def unpack(metadata: str) -> Query:
    given = json.loads(metadata) if metadata else {}
    for name in ("since", "until"):
        if name in given:
            given[name] = date.fromisoformat(given[name])
    listed = {name: tuple(given.get(name, ())) for name in ("words", "phrases")}
    return Query(**{**given, **listed})
