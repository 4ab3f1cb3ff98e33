"""Fold a text to plain letters, remembering where every letter came from.

People hide or mangle identifiers without meaning to: full-width digits from a phone keyboard, a
soft hyphen from a pasted page, an accent, a Cyrillic letter that looks Latin. The detectors read
the folded text; findings are given back on the original.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# Letters of other scripts that look like a Latin one (after Unicode TR 39, the common ones).
_LOOK_ALIKES = str.maketrans(
    "АВЕЅІЈКМНОРСТХҮԌаеѕіјорсухһԁԛԝӏѵгпкмнтвьᴀʙᴄᴅᴇɢʜɪᴊᴋʟᴍɴᴏᴘʀᴛᴜᴠᴡʏᴢɑɡıο"
    "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαεικνρτυχβηωγσжзиӀցոսհօյ",
    "ABESIJKMHOPCTXYGaesijopcyxhdqwlvrnkmntbbABCDEGHIJKLMNOPRTUVWYZagio"
    "ABEZHIKMNOPTYXaeiknptuxbnwysx3ulgnuhoj",
)
_QUOTES = str.maketrans("‘’‛ʼ′`´“”„‟″‐‑‒–—−⁃﹣－", "'''''''\"\"\"\"\"--------\u002d")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text. ``starts[i]`` and ``ends[i]`` bound, in the original, what gave letter i."""

    text: str
    lower: str
    starts: list[int]
    ends: list[int]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the original text of a non-empty stretch of the folded text."""
        return self.starts[start], self.ends[end - 1]


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    """Fold one character; an empty string where it is invisible or a mark on the letter before."""
    if character in "\r\t\v\f\x85\u2028\u2029":
        return "\n" if character in "\r\x85\u2028\u2029" else " "
    character = character.translate(_QUOTES)
    out: list[str] = []
    for part in unicodedata.normalize("NFKD", character).translate(_QUOTES):
        category = unicodedata.category(part)
        if category in ("Mn", "Me", "Cf", "Cc", "Cn", "Co", "Cs") and part != "\n":
            continue
        if category == "Nd" and not part.isascii():
            out.append(str(unicodedata.digit(part)))
        elif part.isspace() and part != "\n":
            out.append(" ")
        elif part in ("ß", "ẞ"):
            out.append("ss")
        elif part in _STROKED:
            out.append(_STROKED[part])
        else:
            out.append(part)
    return "".join(out)


_STROKED = {
    "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th",
    "Þ": "Th", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ı": "i", "ħ": "h", "Ħ": "H",
    "ŧ": "t", "Ŧ": "T", "ə": "e", "Ə": "E", "ơ": "o", "ư": "u", "⁄": "/",
}  # fmt: skip


def _is_latin(character: str) -> bool:
    return "a" <= character.lower() <= "z"


def fold(text: str) -> Folded:
    """Fold ``text``: compatibility forms, accents, invisible characters, digits, look-alikes."""
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for index, character in enumerate(text):
        if character.isascii() and (character >= " " or character == "\n") and character != "`":
            letters.append(character)
            starts.append(index)
            ends.append(index + 1)
            continue
        folded = _fold_character(character)
        if not folded and ends and not character.isspace():
            continue
        for part in folded:
            letters.append(part)
            starts.append(index)
            ends.append(index + 1)
    plain = "".join(letters)
    if not plain.isascii():
        plain = _fold_look_alikes(plain)
    lower = "".join(c if len(c.lower()) != 1 else c.lower() for c in plain)
    return Folded(plain, lower, starts, ends)


_LETTER_RUN = re.compile(r"[^\W\d_]+")


def _fold_look_alikes(text: str) -> str:
    """Fold look-alike letters, but only in words that also hold a Latin letter.

    A word wholly in another script is left as it stands: it is suspicious for what it is.
    """

    def fold_run(match: re.Match[str]) -> str:
        run = match.group()
        if run.isascii() or not any(_is_latin(character) for character in run):
            return run
        return run.translate(_LOOK_ALIKES)

    return _LETTER_RUN.sub(fold_run, text)
