"""Words of a folded text, with what stands between them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_CONTRACTION = re.compile(r"(?:n't|'(?:d|ll|ve|m|re))$")
_SENTENCE_BREAK = re.compile(r"[.!?:;\n\"(\[\-*>+=|#~]|(?:^| )'")


@dataclass(slots=True)
class Token:
    """One word; offsets in the folded text, ``end`` exclusive."""

    start: int
    end: int
    text: str
    lower: str
    base: str
    """Lower case without a possessive ending."""
    possessive: bool
    gap: str
    """What stands between the token before and this one."""
    initial: bool
    """Begins a sentence, a clause, a line or a quotation."""
    shape: str
    """``Upper`` (Capitalised), ``UPPER`` or ``lower``."""


def tokenise(text: str, lower: str) -> list[Token]:
    """The words of ``text``; ``lower`` is the same in lower case, letter for letter."""
    tokens: list[Token] = []
    at = 0
    for match in _WORD.finditer(text):
        word = match.group()
        low = lower[match.start() : match.end()]
        gap = text[at : match.start()]
        base, possessive = low, False
        if low.endswith("'s"):
            base, possessive = low[:-2], True
        elif low.endswith("s") and text[match.end() : match.end() + 1] == "'":
            possessive = True
        else:
            base = _CONTRACTION.sub("", low)
        if len(word) > 1 and word.isupper():
            shape = "UPPER"
        elif word[0].isupper():
            shape = "Upper"
        else:
            shape = "lower"
        initial = not tokens or _SENTENCE_BREAK.search(gap) is not None
        tokens.append(
            Token(match.start(), match.end(), word, low, base, possessive, gap, initial, shape)
        )
        at = match.end()
    return tokens


def all_capitals(tokens: Sequence[Token]) -> bool:
    """Whether the text is in capitals, or nearly."""
    return sum(token.shape == "UPPER" for token in tokens) > 0.6 * len(tokens)


def capitals_say_nothing(tokens: Sequence[Token]) -> bool:
    """Whether nearly all words begin with a capital, or are all capitals."""
    return all_capitals(tokens) or sum(t.shape == "Upper" for t in tokens) > 0.6 * len(tokens)
