"""A note read by a language model, with nothing taken on trust.

The model names acts with quotes; here each quote is found in the note or dropped, the manual's
tables make the levels, and the offline reading is the check: the stricter of two safety gates wins,
and what was said in the writer's disfavour is left out wherever it is in doubt. The model's own
words are shown only where its whole reading stood and they keep to the form; otherwise the offline
words speak of the verified acts.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Protocol

import numpy as np

from prompts.library import Dimension, Library
from reflections.feedback import manual
from reflections.feedback.compose import (
    MAX_NEXT_STEP_WORDS,
    MAX_WORDS,
    compose,
    count_words,
    is_left_strained,
    mending_step,
)
from reflections.feedback.engine import RubricEngine
from reflections.feedback.guard import says_what_it_may_not, speaks_to_a_model
from reflections.feedback.language_model import (
    UNSENT,
    Answer,
    Failure,
    FoundAct,
    Meter,
    Reply,
    Unread,
)
from reflections.model import Act, Assessment, Feedback, Level, Safety

log = logging.getLogger("alliance.reader")

MODEL, MODEL_FAILED, MODEL_RESTING = "model", "model_failed", "model_resting"
"""Names of the engine in a Feedback, beside ``rubric``: the model read it; it was asked and rules
had to read it after all; it would have been asked, and nothing was sent."""

_MAX_ACTS = 60
_MAX_QUOTE_WORDS = 45
_LIKENESS = 0.85
"""How alike a quote and a stretch of the note must be for the quote to be taken as that stretch."""
_KNOWN_WORDS = 0.85
"""Share of a text's words that the product's own content uses too: a note about bananas, a verse
or an advertisement falls below it, feedback hardly ever."""

_LEAST_LIKELY = 0.01
"""What the offline engine must grant a clause for a dimension's credit to be taken from it. On 66
notes by other authors it granted less than this to 1 quoted credit in 84; on words that steer the
reader it grants less in nine of ten."""
_MOST_CODES = 3
"""Codes that one quote may carry; in hand-coded notes it is one or two."""

_SAFETY_ACTS = {
    "safety_distress": Safety.CLINICIAN_DISTRESS,
    "safety_safeguarding": Safety.SAFEGUARDING,
    "safety_incident": Safety.PATIENT_SAFETY,
}
_STRICTEST = (*_SAFETY_ACTS.values(), Safety.NONE)
_CREDIT = {
    Dimension.EMPATHY: ("resp_empathic", "resp_thin", "repair"),
    Dimension.PARTNERSHIP: (*manual.PATIENT_PARTNERSHIP, "part_generic", "repair"),
    Dimension.EXPECTATIONS: (
        *sorted(manual.TWO_WAY | manual.FORWARD),
        "exp_generic",
        "repair",
    ),
}
_AGAINST = {
    Dimension.EMPATHY: (*manual.CUES, "resp_closed", "emp_contrary"),
    Dimension.PARTNERSHIP: ("pt_view", "part_contrary"),
    Dimension.EXPECTATIONS: ("pt_question", "exp_contrary"),
}
"""Acts that lead to ``missed``, alone or for want of an answer."""
_NO_PRAISE = ("emp_contrary", "part_contrary", "exp_contrary", "resp_closed", *manual.STRAINS)

_QUOTED = re.compile(r"[“\"]([^”“\"]*)[”\"]|‘([^’‘]{3,})’(?!\w)")
_NEXT = re.compile(r"^(?:If|When|Next time|Before|After|The next time|At the next)\b")
_NEGATION = re.compile(r"\b(?:not|no|never|nor|without|nothing|nobody|none)\b|n['’]?t\b", re.I)
_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)?")
_FUNCTION_WORDS = ("he", "she", "his", "her", "hers", "him", "a", "an", "i", "me", "my", "we", "us")
_SAME = str.maketrans("‘’‛`´“”„«»–—‑−\u00a0\t\n\r", "'''''\"\"\"\"\"----    ")


class Asks(Protocol):
    """What names the acts in a screened text; raises Unread where it cannot."""

    meter: Meter

    async def ask(self, text: str, instruction: str = "") -> Answer: ...


class ModelReader:
    """Reads notes with a model, and with rules wherever the model is of no use. Never raises."""

    def __init__(self, model: Asks, library: Library, engine: RubricEngine) -> None:
        self.model = model
        self._engine = engine
        self._library = library
        self._known = vocabulary(library)

    async def read(
        self,
        text: str,
        offline: Assessment,
        avoid: Collection[str] = (),
        previous_next_step: str | None = None,
        library: Library | None = None,
    ) -> Feedback:
        """Feedback on a screened note whose offline reading is given, in the words of ``library``
        where the writer reads another than the workspace's."""
        library = library or self._library
        feedback = await self._read(text, offline, avoid, previous_next_step, library)
        self.model.meter.readings[feedback.engine] += 1
        return feedback

    async def _read(
        self,
        text: str,
        offline: Assessment,
        avoid: Collection[str],
        previous_next_step: str | None,
        library: Library,
    ) -> Feedback:
        def worded(found: Assessment, engine: str | None = None) -> Feedback:
            made = compose(found, text, library, avoid, previous_next_step)
            return replace(made, engine=engine) if engine else made

        if offline.safety is not Safety.NONE or speaks_to_a_model(text):
            return worded(offline)
        try:
            reply = (await self.model.ask(text, library.instruction.text)).reply
            found, whole = await asyncio.to_thread(verified, reply, text, offline, self._engine)
        except Unread as error:
            if error.failure is Failure.UNTRUSTED:
                self.model.meter.failures[error.failure] += 1
                log.warning("a reply was not believed; %s", self.model.meter.line())
            return worded(offline, MODEL_RESTING if error.failure in UNSENT else MODEL_FAILED)
        except Exception as error:  # noqa: BLE001 - a note never goes without its feedback
            log.error("reading failed: %s", type(error).__name__)
            return worded(offline, MODEL_FAILED)
        if whole:
            strength, opening, next_step = (
                tidied(part, text) for part in (reply.strength, reply.opening, reply.next_step)
            )
            if may_be_shown((strength, opening, next_step), text, found.acts, self._known):
                if is_left_strained(found):  # the step that mends it is ours
                    next_step = mending_step(found, text, library, avoid)
                if sum(map(count_words, (strength, opening, next_step))) <= MAX_WORDS:
                    return Feedback(found, strength, opening, next_step, MODEL)
            log.info("the model's words did not keep to the form; offline words are used")
        return worded(found, MODEL)


def verified(
    reply: Reply, text: str, offline: Assessment, engine: RubricEngine
) -> tuple[Assessment, bool]:
    """The assessment that a reply comes to, and whether all of the reply stood.

    Raises Unread(UNTRUSTED) for a reply that mostly does not stand, or that sees nothing where the
    offline engine has something to show.
    """
    acts, missing = located(reply.acts, text)
    lost = [act.code for act in missing]
    safety = min(
        [offline.safety, reply.safety, *(_SAFETY_ACTS.get(a.code, Safety.NONE) for a in acts)],
        key=_STRICTEST.index,
    )
    if safety is not Safety.NONE:
        return replace(offline, safety=safety), False
    acts, doubted = plausible(acts, text, engine)
    lost += [act.code for act in doubted]
    if not acts or not reply.encounter:
        if lost or acts or offline.acts:
            raise Unread(Failure.UNTRUSTED)
        encounter = offline.encounter and reply.encounter
        return Assessment(encounter, safety, dict.fromkeys(Dimension, Level.NOT_EVIDENT)), False
    if len(lost) > len(acts):
        raise Unread(Failure.UNTRUSTED)
    kept = charitable(acts, lost, offline)
    return assessed(kept, text), not lost and len(kept) == len(acts)


def located(found: Iterable[FoundAct], text: str) -> tuple[list[Act], list[FoundAct]]:
    """Acts whose quote stands in the note, in its order; and the ones that were dropped."""
    acts: list[Act] = []
    dropped: list[FoundAct] = []
    last = 0
    for at, act in enumerate(found):
        span = None
        if (
            at < _MAX_ACTS
            and act.code in manual.CODES
            and count_words(act.quote) <= _MAX_QUOTE_WORDS
        ):
            span = find(act.quote, text, last)
        if span is None:
            dropped.append(act)
            continue
        last = span[0]
        acts.append(Act(*span, act.code))
    return sorted(set(acts), key=lambda act: (act.start, act.end, act.code)), dropped


def plausible(acts: list[Act], text: str, engine: RubricEngine) -> tuple[list[Act], list[Act]]:
    """Acts that may stand, and those that are doubted: a quote with too many codes, and credit
    taken from a clause in which the offline engine sees nothing of the kind."""
    codes = Counter((act.start, act.end) for act in acts)
    made, likely, _ = engine.likely(text)
    known = engine.model.finder.codes
    columns = {
        dimension: [known.index(code) for code in credit if code in known]
        for dimension, credit in _CREDIT.items()
    }

    def stands(act: Act) -> bool:
        if codes[act.start, act.end] > _MOST_CODES:
            return False
        rows = [
            row
            for row, frame in enumerate(made)
            if frame.clause.start < act.end and frame.clause.end > act.start
        ]
        granted = [
            bool(rows) and likely[np.ix_(rows, columns[dimension])].max() >= _LEAST_LIKELY
            for dimension, credit in _CREDIT.items()
            if act.code in credit
        ]
        return not granted or any(granted)

    return [act for act in acts if stands(act)], [act for act in acts if not stands(act)]


def find(quote: str, text: str, after: int = 0) -> tuple[int, int] | None:
    """Where a quote stands in the note: word for word but for case, spaces and the shape of marks,
    or nearly so. The first place from ``after`` on is preferred. None where it does not stand."""
    plain, places = _plain(text)
    wanted = _plain(quote)[0].strip(" .…,;:\"'")
    if len(wanted) < 2 or not re.search(r"\w", wanted):
        return None
    starts = [m.start() for m in re.finditer(rf"(?<!\w){re.escape(wanted)}(?!\w)", plain)]
    if starts:
        start = next((s for s in starts if places[s] >= after), starts[0])
        return places[start], places[start + len(wanted) - 1] + 1
    return _nearly(wanted, plain, places)


def _nearly(wanted: str, plain: str, places: list[int]) -> tuple[int, int] | None:
    """A stretch of whole words that differs from a quote by no more than a slip of copying."""
    words = list(re.finditer(r"\S+", plain))
    length = len(wanted.split())
    if length < 3:
        return None
    best, span = _LIKENESS, None
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(wanted)
    for size in (length, length - 1, length + 1):
        for at in range(len(words) - size + 1):
            start, end = words[at].start(), words[at + size - 1].end()
            matcher.set_seq1(plain[start:end].strip(" .…,;:\"'"))
            if matcher.real_quick_ratio() > best and matcher.quick_ratio() > best:
                ratio = matcher.ratio()
                if ratio > best and _negations(plain[start:end]) == _negations(wanted):
                    best, span = ratio, (start, end)
    if span is None:
        return None
    start, end = span
    while end > start and plain[end - 1] in " .…,;:":
        end -= 1
    return places[start], places[end - 1] + 1


def _negations(text: str) -> int:
    return len(_NEGATION.findall(text))


def _plain(text: str) -> tuple[str, list[int]]:
    """The text with one shape for each mark, single spaces and small letters; and for each of its
    characters the place in the original."""
    made: list[str] = []
    places: list[int] = []
    for at, character in enumerate(text.translate(_SAME)):
        small = character.lower()
        if character == " " and made and made[-1] == " ":
            continue
        # A capital may become two small characters; the first stands for both.
        made.append(small[0])
        places.append(at)
    return "".join(made), places


def charitable(acts: list[Act], lost: Collection[str], offline: Assessment) -> list[Act]:
    """Acts without those in the writer's disfavour where something in their favour was lost, or
    where the offline reading shows the dimension clearly and the model calls it missed."""
    kept = acts
    for dimension in Dimension:
        level = manual.levels(kept)[dimension]
        contradicted = level is Level.MISSED and offline.levels[dimension] is Level.STRONG
        if contradicted or any(code in lost for code in _CREDIT[dimension]):
            kept = [act for act in kept if act.code not in _AGAINST[dimension]]
    if "repair" in lost:
        kept = [act for act in kept if act.code not in manual.STRAINS]
    return kept


def assessed(acts: list[Act], text: str) -> Assessment:
    """What the manual makes of acts that all stand in the note."""
    sure = dict.fromkeys(acts, 1.0)
    return manual.assessment(text, acts, sure, manual.levels(acts), Safety.NONE)


def vocabulary(library: Library) -> frozenset[str]:
    """The words of everything the product says."""
    texts = [prompt.text for prompt in library.prompts]
    texts += [tip.text for tip in library.tips]
    texts += [card.text for card in library.about]
    for phrase in library.phrases.values():
        texts += [phrase] if isinstance(phrase, str) else phrase
    found = {word.replace("’", "'") for text in texts for word in _WORD.findall(text.lower())}
    return frozenset(found.union(_FUNCTION_WORDS))


def tidied(part: str, text: str) -> str:
    """A text with single spaces, each quoted phrase in the note's own letters and in “ ” marks."""

    def own(match: re.Match[str]) -> str:
        phrase = match.group(1) or match.group(2) or ""
        span = find(phrase, text)
        return f"“{text[slice(*span)]}”" if span else match.group()

    return _QUOTED.sub(own, " ".join(part.split()))


def may_be_shown(
    parts: tuple[str, ...], text: str, acts: Collection[Act], known: Collection[str]
) -> bool:
    """Whether the model's three texts keep to the form: short, quoting only the note, each
    judgement with its quote, and free of everything that feedback never holds."""
    strength, opening, next_step = parts
    if not opening or not next_step or not _NEXT.match(next_step):
        return False
    if sum(map(count_words, parts)) > MAX_WORDS or count_words(next_step) > MAX_NEXT_STEP_WORDS:
        return False
    for part in parts:
        own = _QUOTED.sub(" ", part)
        if says_what_it_may_not(own) or set('“”"') & set(own):
            return False
        words = [word.replace("’", "'") for word in _WORD.findall(own.lower())]
        if part and sum(word in known for word in words) < _KNOWN_WORDS * max(4, len(words)):
            return False
        if any(phrase not in text for phrase in _phrases(part)):
            return False
    praised = [act for act in acts if act.code not in _NO_PRAISE]
    return (not strength or _rests_on(strength, text, praised)) and _rests_on(opening, text, acts)


def _phrases(part: str) -> list[str]:
    return [first or second for first, second in _QUOTED.findall(part)]


def _rests_on(part: str, text: str, acts: Iterable[Act]) -> bool:
    """Whether a text quotes something, and only from acts that were found."""
    spans = [(at, at + len(phrase)) for phrase in _phrases(part) if (at := text.find(phrase)) >= 0]
    acts = list(acts)
    return bool(spans) and all(
        any(start < act.end and act.start < end for act in acts) for start, end in spans
    )
