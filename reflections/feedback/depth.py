"""How deep a note reflects, and the one question that leads a rung further.

A private ladder after Driscoll (1994): what happened; what the writer noticed or felt; why, and how
it looked from the other side; what they will do when it comes again. The rung is never shown, and
it says nothing of how good a note is: it only chooses which question may be asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from zlib import crc32

from prompts.library import fill
from reflections.feedback.compose import Phrases, shorten, shown_before
from reflections.feedback.safety import is_hard_day
from reflections.model import Assessment, Safety

_QUOTE_WORDS = 12
_LEAST_WORDS = 3
"""A shorter quote does not bring a moment back."""


class Rung(StrEnum):
    """What the next question asks for; the names are those of its words in ``feedback.yaml``."""

    NOTICED = "noticed"
    WHY = "why"
    NEXT = "next"


_NOTICED = re.compile(
    r"\b(?:i|i['’]?m|me|my|myself)\b[^.!?;\n]{0,25}\b(?:felt|feel|feeling|notic\w+|aware|struck"
    r"|found (?:it|that|myself)|ca(?:tch|ught) myself|uneasy|uncomfortable|awkward|annoy\w+"
    r"|irritat\w+|frustrat\w+|cross|tense|tired|rushed|rushing|anxious|nervous|guilty|ashamed"
    r"|proud|pleased|glad|moved|sad|upset|torn|stuck|unsure|relieved|surprised|helpless|useless"
    r"|defensive|enjoyed|regret\w*|heart sank|throat|chest|stomach|jaw|shoulders)\b",
    re.IGNORECASE,
)
_WHY = re.compile(
    r"\b(?:i (?:think|guess|suspect|wonder(?:ed)?|realis\w+|realiz\w+|see now|assumed"
    r"|hadn['’]?t seen)|looking back|in hindsight|on reflection|probably because"
    r"|(?:maybe|perhaps) (?:because|she|he|they|i|it)"
    r"|must have (?:been|felt|sounded|seemed|looked)|what (?:she|he|they) heard"
    r"|(?:for|from) (?:her|his|their) (?:side|point of view|chair|seat)"
    r"|to (?:her|him|them) it (?:must|may|might|looked|sounded)"
    r"|because i (?:was|had|didn['’]?t|wanted))\b",
    re.IGNORECASE,
)
_DO = r"(?:try|ask|start|wait|open|leave|say|stop|go back)"
_NEXT = re.compile(
    r"\b(?:(?:next|another) time|from now on|in future|tomorrow i|i['’]ll " + _DO + r"|i (?:will"
    r"|want to|mean to|plan to|intend to|am going to) " + _DO + r"|if (?:she|he|they|it|this|that)"
    r" \w+[^.!?\n]{0,40}, ?i(?:['’]ll| will))\b",
    re.IGNORECASE,
)


def next_rung(text: str) -> Rung | None:
    """What is asked for next: one above the highest rung that a note is on; None at the top."""
    if _NEXT.search(text):
        return None
    if _WHY.search(text):
        return Rung.NEXT
    return Rung.WHY if _NOTICED.search(text) else Rung.NOTICED


def question(
    assessment: Assessment, text: str, library: Phrases, before: Sequence[str] = ()
) -> str:
    """The question that goes with a note, about its moment where one is known.

    ``before`` are questions asked lately, whose wording is not used again. Empty where there is
    none to ask: at the ladder's top, where safety comes first, where the text is no account of an
    encounter or the writer tells of a hard day.
    """
    rung = next_rung(text)
    quiet = assessment.safety is not Safety.NONE or not assessment.encounter or is_hard_day(text)
    if rung is None or quiet:
        return ""
    quotes = (shorten(o.quote, _QUOTE_WORDS) for o in assessment.opportunities)
    moment = next((q for q in quotes if len(q.split()) >= _LEAST_WORDS and '"' not in q), "")
    variants = library.variants(f"depth.{rung}.{'moment' if moment else 'visit'}")
    start = crc32(text.encode()) % len(variants)
    turned = [*variants[start:], *variants[:start]]
    chosen = next((v for v in turned if not shown_before(v, before)), turned[0])
    return fill(chosen, quote=moment) if moment else chosen
