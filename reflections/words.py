"""Words as tired people type them, held against the words of their own notes.

A word is held by a note in any of its small forms ("stairs", "stair"; "worried", "worry"), by a
word of the same family below ("fell", "fall"), where no note holds that by a longer word that it is
part of ("physio"), and where none does by those it may be a slip for ("sholder"). Nothing of a note
is kept between two questions.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

import snowballstemmer

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_CLOSE = 0.8
"""Of difflib's ratio: one slip in a word of five letters, two in one of ten."""
_MOST_CLOSE = 3
_SHORTEST_SLIP = 4
_SHORTEST_PART = 3

_FAMILIES = tuple(
    frozenset(line.split())
    for line in """
    man men gentleman guy chap bloke lad he him his himself
    woman women lady girl she her hers herself
    patient patients pt pts
    mum mother mam mummy
    dad father daddy
    child children kid
    cry cried tears tearful wept weep sob
    afraid fear scared frightened
    angry anger furious irritated snap snapped shout shouted
    fall fell fallen
    die died death dying dead
    lose lost loss
    feel felt feeling
    tell told
    say said
    speak spoke spoken
    hear heard
    think thought
    know knew known
    go went gone
    come came
    hold held
    sit sat
    stand stood
    bring brought
    forget forgot forgotten
    break broke broken
    understand understood
    sleep slept
    operation op ops surgery
    physio physiotherapy physiotherapist
    medication medicine meds tablets
    baby babies
    anxious anxiety
    choose chose chosen choice
    breath breathe breathing breathless breathlessness
    """.strip().splitlines()
)
"""Words that are the same here: forms that no stemmer knows, and what people call the same thing in
a note and in a question about it."""


def folded(text: str) -> str:
    """In small letters, without accents, with plain apostrophes and single spaces."""
    text = " ".join(text.casefold().replace("’", "'").split())
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFKD", text)
    return "".join(c for c in parts if not unicodedata.combining(c)).casefold()


def words_in(text: str) -> list[str]:
    """The words of a text, folded, in their order, without a possessive's ending."""
    return [word.removesuffix("'s") for word in _WORD.findall(folded(text))]


@dataclass(frozen=True)
class Meant:
    """What a typed word stands for among the words of the notes: any of ``words``, none where it
    stands in no note. ``slip`` says that it stands in no note, and was taken for them."""

    words: frozenset[str]
    slip: bool = False


class Vocabulary:
    """All the words of somebody's notes, for one question."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_initial: dict[str, list[str]] = {}
        for word in sorted(set(words)):
            self._by_initial.setdefault(word[0], []).append(word)
        # It keeps its place in a word while it works, so it is no other thread's.
        self._root = snowballstemmer.stemmer("english").stemWord
        self._same: dict[str, frozenset[str]] = {}
        for family in _FAMILIES:
            roots = frozenset(map(self._root, family))
            for root in roots:
                self._same[root] = roots | self._same.get(root, frozenset())

    def meant(self, word: str) -> Meant:
        """What a word, as ``words_in`` gives it, stands for; the same whatever else is asked, so
        that asking for more finds no more."""
        if found := self.forms(word):
            return Meant(found)
        own_words = [own for words in self._by_initial.values() for own in words]
        long_enough = len(word) >= _SHORTEST_PART or not word.isascii()
        if long_enough and (holding := {own for own in own_words if word in own}):
            return Meant(frozenset(holding))
        return Meant(frozenset(_slips(word, own_words)), slip=True)

    def forms(self, word: str) -> frozenset[str]:
        """The words of the notes that are a form of this one, or of its family."""
        root = self._root(word)
        roots = {root} | self._same.get(root, frozenset())
        return frozenset(
            own
            for initial in {root[:1] for root in roots}
            for own in self._by_initial.get(initial, ())
            if self._root(own) in roots
        )


def _slips(word: str, own_words: Iterable[str]) -> list[str]:
    """The words that one may be a slip for: the likest, and those of the same letters."""
    if len(word) < _SHORTEST_SLIP or word.isdigit():
        return []
    alike = [own for own in own_words if abs(len(own) - len(word)) <= 2 and len(own) > 2]
    letters = sorted(word)
    swapped = [own for own in alike if sorted(own) == letters and own[0] == word[0]]
    return swapped or get_close_matches(word, alike, _MOST_CLOSE, _CLOSE)
