"""What a word is on its own: known and innocent, a slip of the pen, or spelt as names are."""

from __future__ import annotations

from functools import lru_cache

from reflections.privacy.lexicon import Lexicon
from reflections.privacy.resemblance import NameResemblance

_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_LONGEST_SLIP = 20
_REMEMBERED = 10_000
_COMMON = 3.5
_KNOWN = 3.0


class WordJudge:
    """Judges lower-case words with the help of a lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        words = [
            word
            for word, zipf in lexicon.zipf.items()
            if zipf >= 2.0 and len(word) > 3 and not lexicon.is_listed(word)
        ] + [word for word in lexicon.clinical if len(word) > 3]
        people, places = lexicon.given | lexicon.family, lexicon.places
        self._people = NameResemblance([w for w in people if self._only_a_name(w)], words)
        self._places = NameResemblance([w for w in places if self._only_a_name(w)], words)
        # The words of notes come again and again.
        self.is_slip = lru_cache(maxsize=_REMEMBERED)(self._is_slip)
        self.likeness = lru_cache(maxsize=_REMEMBERED)(self._likeness)

    def is_innocent(self, word: str) -> bool:
        """Whether an ordinary reader of clinic notes would take the word for no name."""
        lex = self.lexicon
        if word in lex.clinical or word in lex.regions or word in lex.ordinary:
            return True
        return lex.zipf.get(word, 0.0) >= _KNOWN and not lex.is_listed(word)

    def is_name(self, word: str) -> bool:
        """On a list of people or places, and no ordinary, clinical or regional word."""
        return self.lexicon.is_listed(word) and self._only_a_name(word)

    def _likeness(self, word: str) -> tuple[float, float]:
        """How much its letters run as those of people's names and of places do (mean log odds)."""
        return self._people(word), self._places(word)

    def _only_a_name(self, word: str) -> bool:
        lex = self.lexicon
        return len(word) > 3 and not (
            word in lex.ordinary or word in lex.clinical or word in lex.regions
        )

    def _is_slip(self, word: str) -> bool:
        """A rare word that is one letter lost, added, changed or swapped from a usual one."""
        if not 3 < len(word) <= _LONGEST_SLIP or self.is_innocent(word):
            return False
        for at in range(len(word) + 1):
            head, tail = word[:at], word[at:]
            slips = [head + tail[1:]]
            if len(tail) > 1:
                slips.append(head + tail[1] + tail[0] + tail[2:])
            slips += [head + letter + tail for letter in _ALPHABET]
            slips += [head + letter + tail[1:] for letter in _ALPHABET if tail]
            for slip in slips:
                if slip != word and len(slip) > 3 and self._is_usual(slip):
                    return True
        return False

    def _is_usual(self, word: str) -> bool:
        lex = self.lexicon
        if word in lex.clinical:
            return True
        return lex.zipf.get(word, 0.0) >= _COMMON and (
            word in lex.ordinary or not lex.is_listed(word)
        )
