"""A clinician's own if-then plans: made from a tip, kept in private, asked about once."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models.blocks import (
    Block,
    ContextBlock,
    DividerBlock,
    InputBlock,
    PlainTextInputElement,
)
from slack_sdk.models.views import View

from bot.views import ids, when
from bot.views.forms import plain
from bot.views.kit import actions, button, context, section, verbatim
from prompts.library import Library
from reflections.model import Plan

PLAN_LIMIT = 300
"""Characters of a plan."""
PLANS_SHOWN = 15
"""Five blocks each; Slack opens no view with more than a hundred."""


def plan_modal(library: Library, source: str, about: str, plan: Plan | None) -> View:
    """Try a tip: the plan as it would be kept, to leave as it is or put in one's own words."""
    say = library.say
    return View(
        type="modal",
        callback_id=ids.PLAN_MODAL,
        private_metadata=source,
        title=plain(say("plan.title")),
        submit=plain(say("plan.keep")),
        close=plain(say("note.close")),
        blocks=[
            context(about, plain=True),
            InputBlock(
                block_id="plan",
                label=plain(say("plan.label")),
                hint=plain(say("plan.hint")),
                element=PlainTextInputElement(
                    action_id="plan",
                    multiline=True,
                    max_length=PLAN_LIMIT,
                    initial_value=plan.text if plan else say("plan.start"),
                ),
            ),
            context(say("plan.private")),
        ],
    )


def plans_modal(library: Library, kept: Sequence[Plan], zone: str) -> View:
    """All of one's own plans, the newest first."""
    say = library.say
    blocks: list[Block] = [context(say("plan.intro"))]
    if not kept:
        blocks = [section(say("plan.empty"))]
    for plan in sorted(kept, key=lambda p: p.made_at, reverse=True)[:PLANS_SHOWN]:
        does = [button(say("plan.remove"), ids.PLAN_REMOVE, plan.id)]
        if not plan.done:
            does.insert(0, button(say("plan.done"), ids.PLAN_DONE, plan.id))
        date = say("plan.since", date=when.day(plan.made_at, zone))
        line = f"{say('plan.is_done')} {date}" if plan.done else date
        blocks += [DividerBlock(), verbatim(plan.text), context(plan.about, plain=True)]
        blocks += [context(line), actions(*does)]
    if len(kept) > PLANS_SHOWN:
        blocks += [DividerBlock(), context(say("plan.more"))]
    return View(
        type="modal",
        title=plain(say("plan.list_title")),
        close=plain(say("history.close")),
        blocks=blocks,
    )


def reminder(library: Library, plan: Plan) -> ContextBlock:
    """Under a question: the plan that somebody made, for them to write about or leave."""
    return context(f"{library.say('plan.asked')}\n{plan.text}", plain=True)
