"""A clinician's own reflections, newest first, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, DividerBlock, PlainTextObject
from slack_sdk.models.views import View

from bot.views import ids, when
from bot.views.feedback import shorten
from bot.views.kit import actions, button, context, section, verbatim
from prompts.library import Dimension, Library
from reflections.model import Level, Reflection, Safety

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
        context(
            when.moment(reflection.note.written_at, zone), _gist(library, reflection), plain=True
        ),
        verbatim(shorten(reflection.note.text, 220)),
        actions(button(library.say("history.open"), ids.OPEN_REFLECTION, reflection.id)),
    ]


def _gist(library: Library, reflection: Reflection) -> str:
    """What the note held, in words; nothing is said of what it did not mention."""
    feedback = reflection.feedback
    if feedback is None or feedback.assessment.safety is not Safety.NONE:
        return library.say("history.no_feedback")
    levels = feedback.assessment.levels
    parts = [
        library.say(
            "frame.level_line",
            dimension=library.say(f"frame.dimension.{d.value}"),
            level=library.say(f"frame.level.{levels[d].value}"),
        )
        for d in Dimension
        if levels[d] is not Level.NOT_EVIDENT
    ]
    return " · ".join(parts) or library.say("history.no_feedback")
