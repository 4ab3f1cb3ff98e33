"""Small makers of Block Kit pieces. A clinician's own words are only ever shown as plain text or
rich text, which Slack does not interpret; phrases from the library may carry Slack's markup."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConfirmObject,
    ContextBlock,
    HeaderBlock,
    InteractiveElement,
    MarkdownTextObject,
    Option,
    OverflowMenuElement,
    PlainTextObject,
    RichTextBlock,
    RichTextElementParts,
    RichTextQuoteElement,
    RichTextSectionElement,
    SectionBlock,
    StaticSelectElement,
)

from prompts.library import Library

SECTION_LIMIT = 3000


@dataclass(frozen=True)
class Message:
    """``text`` is the notification on a locked phone: never a word of a note."""

    text: str
    blocks: list[Block]


def header(text: str) -> HeaderBlock:
    return HeaderBlock(text=PlainTextObject(text=text, emoji=False))


def section(markup: str, accessory: InteractiveElement | None = None) -> SectionBlock:
    """A text from the library, with its markup."""
    return SectionBlock(text=MarkdownTextObject(text=markup), accessory=accessory)


def verbatim(
    text: str, block_id: str | None = None, accessory: InteractiveElement | None = None
) -> SectionBlock:
    """Words shown just as they are."""
    return SectionBlock(
        text=PlainTextObject(text=text[:SECTION_LIMIT], emoji=False),
        block_id=block_id,
        accessory=accessory,
    )


def quote(text: str) -> RichTextBlock:
    """A clinician's own words, set off as a quotation."""
    return RichTextBlock(
        elements=[RichTextQuoteElement(elements=[RichTextElementParts.Text(text=text)])]
    )


def lead_in(bold: str, text: str) -> RichTextBlock:
    """A bold word or two, then words shown just as they are."""
    return RichTextBlock(
        elements=[
            RichTextSectionElement(
                elements=[
                    RichTextElementParts.Text(
                        text=bold, style=RichTextElementParts.TextStyle(bold=True)
                    ),
                    RichTextElementParts.Text(text=f"\n{text}"),
                ]
            )
        ]
    )


def context(*texts: str, plain: bool = False) -> ContextBlock:
    kind = PlainTextObject if plain else MarkdownTextObject
    return ContextBlock(elements=[kind(text=text[:2000]) for text in texts])


def button(
    text: str,
    action_id: str,
    value: str | None = None,
    *,
    style: str | None = None,
    confirm: ConfirmObject | None = None,
) -> ButtonElement:
    return ButtonElement(
        text=PlainTextObject(text=text, emoji=False),
        action_id=action_id,
        value=value or None,
        style=style,
        confirm=confirm,
    )


def actions(*elements: InteractiveElement) -> ActionsBlock:
    return ActionsBlock(elements=list(elements))


def select(
    action_id: str, placeholder: str, options: Sequence[tuple[str, str]], initial: str | None = None
) -> StaticSelectElement:
    """A drop-down; ``options`` are (label, value)."""
    made = [
        Option(text=PlainTextObject(text=_cut(label, 75), emoji=False), value=value)
        for label, value in options
    ]
    return StaticSelectElement(
        action_id=action_id,
        placeholder=PlainTextObject(text=placeholder, emoji=False),
        options=made,
        initial_option=next((o for o in made if o.value == initial), None),
    )


def overflow(action_id: str, options: Sequence[tuple[str, str]]) -> OverflowMenuElement:
    """The menu behind three dots; ``options`` are (label, value), five at most."""
    made = [Option(text=PlainTextObject(text=label), value=value) for label, value in options]
    return OverflowMenuElement(action_id=action_id, options=made)


def shorten(text: str, limit: int) -> str:
    """The text, or its beginning up to a word's end and an ellipsis."""
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    return text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"


def delete_confirm(library: Library) -> ConfirmObject:
    return ConfirmObject(
        title=PlainTextObject(text=library.say("intake.delete_confirm_title")),
        text=PlainTextObject(text=library.say("intake.delete_confirm")),
        confirm=PlainTextObject(text=library.say("intake.delete_confirm_yes")),
        deny=PlainTextObject(text=library.say("intake.delete_confirm_no")),
        style="danger",
    )


def escape(text: str) -> str:
    """Text from outside the library, safe inside Slack's markup."""
    return html.escape(text, quote=False)


def unescape(text: str) -> str:
    """What a person typed, from the three entities that Slack writes in a message's text."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
