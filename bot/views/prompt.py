"""The prompt after a clinic."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from bot.views import ids
from bot.views.kit import Message, actions, button, context, section, select
from prompts.library import Library, Prompt

NOT_TODAY = "not_today"
_LABELS = {
    "30min": "snooze_30",
    "lunch": "snooze_lunch",
    "tonight": "snooze_tonight",
    "tomorrow": "snooze_tomorrow",
}


def prompt_message(
    library: Library,
    prompt: Prompt,
    key: str,
    opening: str,
    choices: Sequence[str],
    *,
    slower: bool = False,
) -> Message:
    """``key`` names the delivery; it opens nothing without being its owner's. ``choices`` are the
    times to which it may be put off; ``slower`` says that the next ones come less often."""
    say = library.say
    factor = library.factors[prompt.factor].name.lower()
    later = [(say(f"prompt.{_LABELS[choice]}"), f"{choice} {key}") for choice in choices]
    blocks: list[Block] = [
        context(opening),
        section(f"*{prompt.text}*"),
        actions(
            button(say("prompt.reflect"), ids.REFLECT, key, style="primary"),
            select(
                ids.SNOOZE,
                say("prompt.later"),
                [*later, (say("prompt.not_today"), f"{NOT_TODAY} {key}")],
            ),
            button(say("prompt.skip"), ids.SKIP, key),
        ),
        context(say("prompt.why_line", factor=factor)),
    ]
    if slower:
        blocks.append(context(say("prompt.slower")))
    return Message(say("prompt.notification"), blocks)


def reminder_message(library: Library, prompt: Prompt, key: str) -> Message:
    """The one reminder of a prompt that stands open."""
    say = library.say
    return Message(
        say("prompt.reminder"),
        [
            context(say("prompt.reminder")),
            section(prompt.text),
            actions(
                button(say("prompt.reflect"), ids.REFLECT, key),
                button(say("prompt.skip"), ids.SKIP, key),
            ),
        ],
    )


def prompt_closed(library: Library, prompt: Prompt, line: str) -> Message:
    """The same prompt once it was answered, skipped or put off."""
    return Message(library.say("prompt.notification"), [section(prompt.text), context(line)])
