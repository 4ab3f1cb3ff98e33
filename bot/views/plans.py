"""A clinician's own if-then plans: one look of a row, on the Home tab and in the list of all."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models.blocks import (
    Block,
    ConfirmObject,
    ContextBlock,
    DividerBlock,
    InputBlock,
    InteractiveElement,
    PlainTextInputElement,
    PlainTextObject,
)
from slack_sdk.models.views import View

from bot.views import ids, when
from bot.views.forms import plain
from bot.views.kit import actions, button, context, section, shorten, verbatim
from prompts.library import Library
from reflections.model import Plan
from reflections.plans import in_order

PLAN_LIMIT = 300
"""Characters of a plan."""
PAGE = 15
"""Plans at once, four blocks each; Slack opens no view with more than a hundred."""
REWORD = "plan "
"""What the form of a plan carries before the id of one that is put in other words."""
_ABOUT = 140


def row(library: Library, plan: Plan, zone: str) -> list[Block]:
    """A plan, where it is from, and what may become of it."""
    say = library.say
    since = say("plan.since", date=when.day(library, plan.made_at, zone))
    origin = f"{shorten(plan.about, _ABOUT)} {since}"
    drop = button(say("plan.drop"), ids.PLAN_DROP, plan.id, confirm=_confirm(library))
    change = button(say("plan.change"), ids.PLAN_CHANGE, plan.id)
    if plan.done:
        origin = f"{say('plan.is_done')} {origin}"
        buttons = actions(button(say("plan.undo"), ids.PLAN_UNDO, plan.id), drop)
    else:
        buttons = actions(button(say("plan.done"), ids.PLAN_DONE, plan.id), drop, change)
    return [verbatim(plan.text), context(origin, plain=True), buttons]


def _confirm(library: Library) -> ConfirmObject:
    say = library.say
    return ConfirmObject(
        title=PlainTextObject(text=say("plan.drop_title")),
        text=PlainTextObject(text=say("plan.drop_confirm")),
        confirm=PlainTextObject(text=say("plan.drop")),
        deny=PlainTextObject(text=say("intake.delete_confirm_no")),
    )


def add_button(library: Library) -> InteractiveElement:
    return button(library.say("plan.add"), ids.PLAN_ADD)


def plan_modal(library: Library, origin: str, plan: Plan) -> View:
    """A plan as it would be kept, to leave as it is or put in one's own words; an empty text is
    for the clinician to fill. ``origin`` goes with the form and comes back with it."""
    say = library.say
    title = "plan.title_change" if origin.startswith(REWORD) else "plan.title"
    if not origin:
        title = "plan.title_own"
    return View(
        type="modal",
        callback_id=ids.PLAN_MODAL,
        private_metadata=origin,
        title=plain(say(title)),
        submit=plain(say("plan.keep")),
        close=plain(say("note.close")),
        blocks=[
            *([context(plan.about, plain=True)] if origin else []),
            InputBlock(
                block_id="plan",
                label=plain(say("plan.label")),
                hint=plain(say("plan.hint")),
                element=PlainTextInputElement(
                    action_id="plan",
                    multiline=True,
                    max_length=PLAN_LIMIT,
                    initial_value=plan.text or None,
                    placeholder=plain(say("plan.placeholder")),
                    focus_on_load=True,
                ),
            ),
            context(say("plan.private" if plan.source.startswith("team") else "plan.only_you")),
        ],
    )


def plans_modal(library: Library, kept: Sequence[Plan], zone: str, skip: int) -> View:
    """All of one's own plans, a page at a time. ``skip`` travels in the modal, so that it is drawn
    anew at the same place."""
    say = library.say
    ordered = in_order(kept)
    skip = max(0, min(skip, (len(ordered) - 1) // PAGE * PAGE))
    blocks: list[Block] = [
        context(say("plan.intro")) if kept else section(say("plan.empty")),
        actions(add_button(library)),
    ]
    for plan in ordered[skip : skip + PAGE]:
        blocks += [DividerBlock(), *row(library, plan, zone)]
    turns = []
    if skip:
        turns.append(button(say("history.newer"), ids.PLANS_NEWER, str(skip - PAGE)))
    if len(ordered) > skip + PAGE:
        turns.append(button(say("history.older"), ids.PLANS_OLDER, str(skip + PAGE)))
    if turns:
        blocks += [DividerBlock(), actions(*turns)]
    return View(
        type="modal",
        private_metadata=str(skip),
        title=plain(say("plan.list_title")),
        close=plain(say("history.close")),
        blocks=blocks,
    )


def reminder(library: Library, plan: Plan) -> ContextBlock:
    """Under a question: the plan that somebody made, for them to write about or leave."""
    return context(f"{library.say('plan.asked')}\n{plan.text}", plain=True)
