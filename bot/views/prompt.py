"""The prompt after a clinic."""

from __future__ import annotations

from bot.views import ids
from bot.views.kit import Message, actions, button, context, section, select
from prompts.library import Library, Prompt

SNOOZES = (("30min", "snooze_30"), ("tonight", "snooze_tonight"), ("tomorrow", "snooze_tomorrow"))


def prompt_message(library: Library, prompt: Prompt, key: str, opening: str) -> Message:
    """``key`` names the delivery; it opens nothing without being its owner's."""
    say = library.say
    factor = library.factors[prompt.factor].name.lower()
    return Message(
        say("prompt.notification"),
        [
            context(opening),
            section(f"*{prompt.text}*"),
            actions(
                button(say("prompt.reflect"), ids.REFLECT, key, style="primary"),
                select(
                    ids.SNOOZE,
                    say("prompt.later"),
                    [(say(f"prompt.{phrase}"), f"{choice} {key}") for choice, phrase in SNOOZES],
                ),
                button(say("prompt.skip"), ids.SKIP, key),
            ),
            context(say("prompt.why_line", factor=factor)),
        ],
    )


def prompt_closed(library: Library, prompt: Prompt, line: str) -> Message:
    """The same prompt once it was answered, skipped or put off."""
    return Message(library.say("prompt.notification"), [section(prompt.text), context(line)])
