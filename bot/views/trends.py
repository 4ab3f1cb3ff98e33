"""How things went over time: in words, as a picture, hidden where it is not wanted."""

from __future__ import annotations

from slack_sdk.models.blocks import Block, ImageBlock, PlainTextObject
from slack_sdk.models.blocks.basic_components import SlackFile
from slack_sdk.models.views import View

from bot.views.kit import context, escape, section
from prompts.library import Library
from reflections.trends import Trends, in_words

_ALT = 2000
"""Characters that Slack takes for the text alternative of a picture."""


def alternative(library: Library, trends: Trends) -> str:
    """The picture in words, newest month first."""
    return "\n".join(in_words(library, trends))[:_ALT]


def picture(file: str, alt: str) -> ImageBlock:
    """The picture, which lies as a file in the clinician's own chat."""
    return ImageBlock(alt_text=alt, slack_file=SlackFile(id=file))


def trends_modal(library: Library, trends: Trends) -> View:
    """Month by month, in words; the picture of it stands on the Home tab."""
    say = library.say
    blocks: list[Block] = []
    if trends.months:
        blocks.append(context(say("trends.intro")))
        blocks += [section(escape(line)) for line in in_words(library, trends)]
    else:
        blocks.append(section(say("trends.nothing")))
    return View(
        type="modal",
        title=PlainTextObject(text=say("trends.title")),
        close=PlainTextObject(text=say("history.close")),
        blocks=blocks,
    )
