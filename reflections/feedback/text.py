"""Words and clauses of a note, with their places in it.

Clinicians write in sentences, in telegraphic SOAP and in dictation without a single comma, so
clause boundaries come from punctuation, from spoken punctuation ("full stop") and from the words
that open a clause ("and I", "he said").
"""

from __future__ import annotations

import re
from dataclasses import dataclass


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


PLACEHOLDER = re.compile(r"\[[A-Z][A-Z _]*\]")
"""What a screen put in the place of an identifier, such as [NAME]."""
_TOKEN = re.compile(
    PLACEHOLDER.pattern + r"|[^\W\d_]+(?:['’`][^\W\d_]+)*|\d+(?:[.,:/]\d+)*|→|->|\n|[^\w\s]|_",
    re.UNICODE,
)
_SENTENCE_END = frozenset(".!?;\n")
_BREAKS = frozenset({"→", "->", "—", "–", "•", "|", "…"})
_SUBJECTS = _set(
    """
    i he she they we pt pts patient client mum mom dad mother father wife husband son
    daughter partner sister brother parents family gran nan carer him her me you
    """
)
_NOMINATIVE = _SUBJECTS - {"him", "her", "me"}
_CONJUNCTIONS = _set(
    """
    and but so then n cos because while when though although yet nd bt cuz & plus after
    before until till which who if
    """
)
_SPEECH = _set(
    """
    said says asked asks told tells wanted wants explained replied answered offered agreed
    suggested mentioned admitted wondered apologised apologized chose picked named checked
    promised thanked goes explained discussed advised reassured acknowledged validated
    listened gave waited set made let moved carried started went kept sat stayed put left
    noted reports reported denied declined refused insisted hopes feels felt thinks thought
    asking telling saying decided settled opted prefers preferred plan goal rang booked
    changed reviewed
    """
)
_BEFORE_WHETHER = _set(
    "as asked ask asks asking wonder wondered wonders wondering see know check checked say said"
)
"""Words after which "if" goes on with what is said: "as if", "asked if"."""
_SPOKEN_STOPS = (("full", "stop"), ("question", "mark"), ("new", "line"), ("new", "paragraph"))
_SPOKEN_STOP = frozenset({"comma", "period", "semicolon", "colon"})
_LONG = 14
"""Words after which a clause in unpunctuated dictation is cut at the next plausible opener."""


@dataclass(frozen=True)
class Token:
    """A word or mark: ``norm`` is lower case without apostrophes; offsets are characters."""

    norm: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        return self.norm[0].isalnum()


@dataclass(frozen=True)
class Clause:
    """A stretch of the note: its tokens, character offsets (end exclusive) and sentence number."""

    tokens: tuple[Token, ...]
    start: int
    end: int
    sentence: int

    @property
    def words(self) -> list[str]:
        return [token.norm for token in self.tokens]


def tokenise(text: str) -> list[Token]:
    """Words, numbers and marks in order of appearance."""
    return [
        Token(_norm(match.group()), match.start(), match.end()) for match in _TOKEN.finditer(text)
    ]


def _norm(word: str) -> str:
    """Lower case without apostrophes; a placeholder is the word in it, a name is the patient's."""
    if PLACEHOLDER.fullmatch(word):
        inner = re.sub(r"[^a-z]", "", word.lower())
        return "pt" if inner == "name" else inner
    return word.lower().replace("'", "").replace("’", "").replace("`", "") or word


def clauses(text: str) -> list[Clause]:
    """The note cut into clauses; every word belongs to exactly one."""
    tokens = tokenise(text)
    found: list[Clause] = []
    current: list[Token] = []
    sentence = 0

    def close() -> None:
        nonlocal current
        trimmed = _trim(current)
        if trimmed:
            found.append(Clause(tuple(trimmed), trimmed[0].start, trimmed[-1].end, sentence))
        current = []

    for index, token in enumerate(tokens):
        if current and _opens(tokens, index, sum(t.is_word for t in current)):
            close()
        current.append(token)
        if (token.norm in _SENTENCE_END and not _closes_quote_next(tokens, index)) or (
            token.norm in "'\"”’"
            and index
            and tokens[index - 1].norm in _SENTENCE_END
            and tokens[index - 1].end == token.start
        ):
            close()
            sentence += 1
        elif _spoken_stop(tokens, index):
            close()
            sentence += token.norm != "comma"
    close()
    return found


def _closes_quote_next(tokens: list[Token], index: int) -> bool:
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    return (
        following is not None
        and following.start == tokens[index].end
        and following.norm in "'\"”’)"
    )


def _trim(tokens: list[Token]) -> list[Token]:
    """Drops leading and trailing marks that carry nothing; quotation marks stay."""
    start, end = 0, len(tokens)
    while start < end and not tokens[start].is_word and tokens[start].norm not in "'\"“‘(":
        start += 1
    while end > start and not tokens[end - 1].is_word and tokens[end - 1].norm not in "'\"”’)?!":
        end -= 1
    kept = tokens[start:end]
    return kept if any(t.is_word for t in kept) else []


def _spoken_stop(tokens: list[Token], index: int) -> bool:
    word = tokens[index].norm
    if word in _SPOKEN_STOP:
        return True
    return index > 0 and (tokens[index - 1].norm, word) in _SPOKEN_STOPS


def _opens(tokens: list[Token], index: int, length: int) -> bool:
    """Whether the token at ``index`` begins a new clause; ``length``: words since the last cut."""
    word = tokens[index].norm
    previous = tokens[index - 1]
    following = tokens[index + 1].norm if index + 1 < len(tokens) else ""
    if word in _BREAKS:
        return True
    if word == "-":
        return previous.end < tokens[index].start and length >= 2
    if length < 2:
        return False
    clause_follows = (
        following in _NOMINATIVE or following in _SPEECH or following in ("it", "its", "his", "my")
    )
    if previous.norm == ":" and length >= 3:
        return True
    if previous.norm == ",":
        return (
            word in _NOMINATIVE
            or word in _CONJUNCTIONS
            or word in _SPEECH
            or word in ("it", "its", "his", "no", "not", "told", "this", "that", "there")
            or length >= 5
        )
    if word == "if" and previous.norm in _BEFORE_WHETHER:
        return False
    if word in _CONJUNCTIONS and clause_follows:
        return True
    if word in _NOMINATIVE and following in _SPEECH and length >= 3:
        return previous.norm not in _CONJUNCTIONS and previous.norm not in ("what", "that", "as")
    if length >= _LONG:
        return (word in _NOMINATIVE and previous.norm not in _CONJUNCTIONS) or word in _CONJUNCTIONS
    return False


_FOREIGN = _set(
    """
    le la les des du une est et que qui pour avec dans elle il je lui mais nous sur pas cette
    el los las del una es y con para pero muy ella se su por como
    der die das und ist nicht ich sie mit ein eine hat auch aber zu den dem war
    di che non per sono gli alla della era ha anche lo
    os uma não com ele ela mas foi muito de do da
    het een niet zij voor maar ook naar heb haar hij
    nie jest się że dla jak tak ale
    """
)
_ENGLISH = _set(
    """
    the and of to in is was that for with on her his she he they it at not but we had have said
    asked told about from when so this i him my no be are as by
    """
)
_ALSO_ENGLISH = _set(
    "is was her his he had have on in so for as die no not be are i it at per a by"
)
"""English words that other languages have as well count for neither."""
_FEW_WORDS = 6


def is_foreign(text: str) -> bool:
    """Whether a text of some length is most likely not in English."""
    words = [
        _norm(match.group())
        for match in _TOKEN.finditer(text[:2_000])
        if match.group()[0].isalpha()
    ]
    if len(words) < _FEW_WORDS:
        return False
    letters = [letter for word in words for letter in word if letter.isalpha()]
    if sum(ord(letter) > 0x24F for letter in letters) > len(letters) / 2:
        return True
    foreign = sum(word in _FOREIGN and word not in _ALSO_ENGLISH for word in words)
    english = sum(word in _ENGLISH and word not in _ALSO_ENGLISH for word in words)
    return foreign >= max(3, 0.2 * len(words)) and foreign > 3 * english
