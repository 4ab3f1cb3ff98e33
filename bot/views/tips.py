"""Tips: the lead's form and the message that the team sees."""

from __future__ import annotations

from datetime import time

from slack_sdk.models.blocks import (
    Block,
    InputBlock,
    Option,
    RadioButtonsElement,
)
from slack_sdk.models.views import View

from bot.views import ids
from bot.views.forms import plain, time_input
from bot.views.kit import Message, actions, button, context, escape, header, section, select
from prompts.library import Library, Tip
from reflections.clinics import DAYS
from reflections.model import TipPlan


def tip_message(library: Library, tip: Tip) -> Message:
    say = library.say
    return Message(
        say("tip.frame_title"),
        [
            header(say("tip.frame_title")),
            section(escape(tip.text)),
            context(
                say("tip.source", source=escape(tip.source)),
                say("tip.claim", claim=escape(tip.claim.text)),
            ),
        ],
    )


def tip_modal(library: Library, tip: Tip, channel: str, plan: TipPlan | None) -> View:
    """Pick a tip, see it as the team will, post it now or every week."""
    say = library.say
    groups = [(_first_words(library, t), t.id) for t in library.tips]
    preview = tip_message(library, tip)
    blocks: list[Block] = [
        section(say("tip.modal_choose")),
        actions(select(ids.TIP_CHOICE, say("tip.modal_choose"), groups, initial=tip.id)),
        *preview.blocks[1:],
        _choice(
            "when",
            say("tip.modal_when"),
            [(say("tip.now"), "now"), (say("tip.weekly"), "weekly")],
        ),
        InputBlock(
            block_id="weekday",
            label=plain(say("tip.weekday")),
            element=select(
                "weekday",
                say("tip.weekday"),
                [(day, str(i)) for i, day in enumerate(DAYS)],
                initial=str(plan.weekday if plan else 0),
            ),
        ),
        time_input("at", say("tip.at"), plan.at if plan else time(9)),
        context(say("tip.channel", channel=f"<#{channel}>")),
    ]
    if plan:
        line = say("tip.plan", day=DAYS[plan.weekday], time=f"{plan.at:%H:%M}")
        blocks.append(section(line, accessory=button(say("tip.stop"), ids.TIP_STOP)))
    return View(
        type="modal",
        callback_id=ids.TIP_MODAL,
        private_metadata=tip.id,
        title=plain(say("tip.modal_title")),
        submit=plain(say("tip.schedule")),
        close=plain(say("note.close")),
        blocks=blocks,
    )


def _first_words(library: Library, tip: Tip) -> str:
    """ "Communication: Let one opening answer run…"; the menu cuts it to what fits."""
    factor = library.factors[tip.factor].name
    return f"{factor[0].upper()}{factor[1:]}: {tip.text}"


def _choice(block: str, label: str, options: list[tuple[str, str]]) -> InputBlock:
    made = [Option(text=plain(text), value=value) for text, value in options]
    return InputBlock(
        block_id=block,
        label=plain(label),
        element=RadioButtonsElement(action_id=block, options=made, initial_option=made[0]),
    )


def planned(library: Library, channel: str, plan: TipPlan) -> str:
    day = f"{DAYS[plan.weekday]}s {plan.at:%H:%M} ({plan.time_zone})"
    return library.say("tip.scheduled", channel=f"<#{channel}>", when=day)
