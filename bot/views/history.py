"""A clinician's own reflections, newest first, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, DividerBlock, PlainTextObject
from slack_sdk.models.views import View

from bot.views import ids, when
from bot.views.feedback import shorten
from bot.views.kit import actions, button, context, section, verbatim
from prompts.library import Library
from reflections.model import Reflection

PAGE = 8


def history_modal(library: Library, page: Sequence[Reflection], skip: int, zone: str) -> View:
    """``page`` holds up to PAGE reflections and one more where there are older ones."""
    say = library.say
    blocks: list[Block] = [context(say("history.intro"))] if page else []
    for reflection in page[:PAGE]:
        blocks += [*row(library, reflection, zone), DividerBlock()]
    if not page:
        blocks.append(section(say("history.empty")))
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
        title=PlainTextObject(text=say("history.title")),
        close=PlainTextObject(text=say("history.close")),
        blocks=blocks,
    )


def row(library: Library, reflection: Reflection, zone: str) -> list[Block]:
    """One reflection in two or three lines, with a way to open it."""
    return [
        # No level here: a list of them would read like a record of marks.
        context(when.moment(reflection.note.written_at, zone), plain=True),
        verbatim(shorten(reflection.note.text, 220)),
        actions(button(library.say("history.open"), ids.OPEN_REFLECTION, reflection.id)),
    ]
