"""An export brought back into its owner's history.

A file from outside is text from outside, whoever made it: every word of it goes through the screen
again, what it says of itself is believed only where it could be so, and what is there already stays
as it is. So the same file can be sent again, whatever came between.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from enum import StrEnum

from prompts.library import Dimension, Library
from reflections.export import Export, ExportError
from reflections.feedback.compose import compose
from reflections.feedback.manual import CODES
from reflections.intake import (
    MAX_CHARACTERS,
    Engine,
    Intake,
    Policy,
    reflection_id,
    without_words,
)
from reflections.model import Clinician, Feedback, Note, Plan, Reflection, Safety
from reflections.plans import OWN
from reflections.privacy import PLACEHOLDER, IdentifierType
from reflections.retention import expires_before
from reflections.stores import Store

MOST = 10_000
"""Reflections and plans in one file."""
_MOST_VERSIONS = 50
_MOST_QUOTES = 60
_LONGEST_PART = 1200
"""Characters of a part of feedback, of a question or of a plan."""
_FIRST = datetime(2000, 1, 1, tzinfo=UTC)
_ID = re.compile(r"[0-9a-f]{16}")
_ENGINES = ("rubric", "model", "model_failed", "model_resting")


class Reason(StrEnum):
    """Why something is not kept."""

    IDENTIFIERS = "identifiers"
    PLACEHOLDERS = "placeholders"
    UNREADABLE = "unreadable"
    """The screen could not look at it."""
    DATE = "date"
    """A date that it cannot have: to come, or before 2000."""
    TOO_LONG = "too_long"
    EMPTY = "empty"
    """Neither words nor feedback that could be theirs."""


@dataclass(frozen=True)
class LeftOut:
    """Something that was not kept, by its place in the file (from 1) and its date, never by its
    words. ``what`` is "reflection" or "plan"."""

    what: str
    number: int
    day: date
    reason: Reason
    kinds: frozenset[IdentifierType] = frozenset()


@dataclass
class Brought:
    """What came of a file, counted as it goes. ``too_old`` are reflections and plans from before
    their owner's own time for keeping them; ``read_anew`` the reflections that were kept with other
    feedback than the file's. ``ended`` says that the owner was forgotten meanwhile."""

    reflections: int = 0
    plans: int = 0
    there: int = 0
    too_old: int = 0
    read_anew: int = 0
    left_out: list[LeftOut] = field(default_factory=list)
    ended: bool = False


class _Refused(Exception):
    def __init__(self, reason: Reason, kinds: frozenset[IdentifierType] = frozenset()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.kinds = kinds


class _Ended(Exception):
    """The owner is not who they were when this began."""


class Importer:
    """``engine`` reads a note anew where the file has no feedback on it that could be ours, or some
    in which the screen finds what it does not find in the note; no language model is asked."""

    def __init__(
        self,
        store: Store,
        intake: Intake,
        engine: Engine,
        library: Library,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._intake = intake
        self._engine = engine
        self._library = library
        self._now = now

    async def bring_back(
        self,
        owner: str,
        stone: str | None,
        given: Export,
        tell: Callable[[int], Awaitable[None]] | None = None,
    ) -> Brought:
        """Keep what may be kept of an export; ``tell`` hears how many things have been looked at.

        ``stone`` is the owner's tombstone (``Store.stone``) as it was when they gave the file. Each
        is kept by itself, so that whatever ends this loses nothing that was kept; once that owner
        is forgotten, or unknown, nothing more is. ExportError for a file of more than MOST.
        """
        if len(given.reflections) + len(given.plans) > MOST:
            raise ExportError(
                f"more than {MOST} reflections and plans: take the copy in parts, by its dates"
            )
        plans = {plan.id for plan in await self._store.plans(owner)}
        brought = Brought()
        try:
            for number, reflection in enumerate(given.reflections, 1):
                try:
                    await self._one_reflection(owner, stone, reflection, brought)
                except _Refused as refused:
                    day = reflection.note.written_at.date()
                    brought.left_out.append(
                        LeftOut("reflection", number, day, refused.reason, refused.kinds)
                    )
                if tell:
                    await tell(number)
            for number, plan in enumerate(given.plans, 1):
                try:
                    await self._one_plan(owner, stone, plan, plans, brought)
                except _Refused as refused:
                    day = plan.made_at.date()
                    brought.left_out.append(
                        LeftOut("plan", number, day, refused.reason, refused.kinds)
                    )
        except _Ended:
            brought.ended = True
        return brought

    async def _still(self, owner: str, stone: str | None) -> Clinician:
        """The owner as they are now, looked up before each thing is kept; raises _Ended."""
        clinician = await self._store.clinician(owner)
        if clinician is None or await self._store.stone(owner) != stone:
            raise _Ended
        return clinician

    async def _one_reflection(
        self, owner: str, stone: str | None, given: Reflection, brought: Brought
    ) -> None:
        reflection = replace(given, id=_id(given.id))
        if await self._store.reflection(owner, reflection.id) is not None:
            brought.there += 1
            return
        at = given.note.written_at
        if self._is_too_old(await self._still(owner, stone), at):
            brought.too_old += 1
            return
        kept = await self._checked(owner, reflection)
        if (await self._still(owner, stone)).feedback_only:
            kept = without_words(kept)
        at = kept.note.written_at
        if await self._store.commit(owner, at, reflection=kept, new=True):
            brought.reflections += 1
            brought.read_anew += kept.feedback != given.feedback
        else:
            brought.there += 1

    async def _one_plan(
        self, owner: str, stone: str | None, given: Plan, there: set[str], brought: Brought
    ) -> None:
        id = _id(given.id)
        plan = replace(
            given, id=id, source=_source(given, id), asked="", made_at=_utc(given.made_at)
        )
        if plan.id in there:
            brought.there += 1
            return
        if self._is_too_old(await self._still(owner, stone), plan.made_at):
            brought.too_old += 1
            return
        if max(len(plan.text), len(plan.about)) > _LONGEST_PART:
            raise _Refused(Reason.TOO_LONG)
        if not plan.text.strip():
            raise _Refused(Reason.EMPTY)
        await self._screened([plan.text, plan.about])
        await self._still(owner, stone)
        there.add(plan.id)
        if await self._store.put_plan(owner, plan, new=True):
            brought.plans += 1
        else:
            brought.there += 1

    def _is_too_old(self, clinician: Clinician, at: datetime) -> bool:
        now = self._now()
        if not _FIRST <= at <= now:
            raise _Refused(Reason.DATE)
        before = expires_before(clinician, now)
        return before is not None and at < before

    async def _checked(self, owner: str, given: Reflection) -> Reflection:
        """The reflection as it may be kept; _Refused where it may not."""
        if len(given.earlier) > _MOST_VERSIONS:
            raise _Refused(Reason.TOO_LONG)
        earlier = [await self._version(replace(v, id=given.id)) for v in given.earlier]
        now = await self._version(given)
        feedback = now.feedback or await self._read(owner, now)
        return replace(now, feedback=feedback, earlier=tuple(earlier))

    async def _version(self, given: Reflection) -> Reflection:
        """One wording of it, without feedback where the file's cannot be taken over."""
        note = given.note
        now = self._now()
        if any(not _FIRST <= at <= now for at in (note.written_at, note.amended_at) if at):
            raise _Refused(Reason.DATE)
        words = (note.text, given.thought)
        if any(len(text) > MAX_CHARACTERS for text in words) or len(given.question) > _LONGEST_PART:
            raise _Refused(Reason.TOO_LONG)
        feedback = (
            given.feedback if given.feedback and is_sound(given.feedback, note.text) else None
        )
        if feedback is None and not note.text.strip():
            raise _Refused(Reason.EMPTY)
        await self._screened([text for text in (note.text, given.question, given.thought) if text])
        if feedback:
            # A quotation that stands in the note was screened with it.
            beside = [text for text in _words(feedback) if text not in note.text]
            try:
                await self._screened(beside)
            except _Refused:
                if not note.text:
                    raise
                feedback = None
        known = any(prompt.id == note.prompt_id for prompt in self._library.prompts)
        amended = _utc(note.amended_at) if note.amended_at else None
        differs = all(d in given.right for d in Dimension)
        return replace(
            given,
            note=Note(note.text, _utc(note.written_at), note.prompt_id if known else None, amended),
            feedback=feedback,
            right=given.right if differs else {},
            waived=(),  # whoever keeps a date or a place has been shown it, and a file has not
            earlier=(),
        )

    async def _screened(self, texts: Iterable[str]) -> None:
        """_Refused where anything is found, or where it failed."""
        found: set[IdentifierType] = set()
        for text in texts:
            screening = await self._intake.screen(text)
            if screening is None:
                raise _Refused(Reason.UNREADABLE)
            found |= screening.kinds
            if self._intake.policy is Policy.BOUNCE and PLACEHOLDER.search(text):
                raise _Refused(Reason.PLACEHOLDERS)
        if found:
            raise _Refused(Reason.IDENTIFIERS, frozenset(found))

    async def _read(self, owner: str, reflection: Reflection) -> Feedback:
        text = reflection.note.text
        assessment = await asyncio.to_thread(self._engine.assess, text)
        if reflection.misread is not Safety.NONE:  # its writer has said that it isn't that
            assessment = replace(assessment, safety=Safety.NONE)
        library = await self._intake.words_of(owner)
        return await asyncio.to_thread(compose, assessment, text, library, (), None)


def is_sound(feedback: Feedback, text: str) -> bool:
    """Whether feedback from a file could be ours on this note: every quotation stands in it, every
    act lies in it, and its names are ones we know. Where the note's words are gone (feedback only),
    its quotations are believed, and screened."""
    read = feedback.assessment
    quotes = _quotes(feedback)
    end = len(text) or MAX_CHARACTERS
    return (
        feedback.engine in _ENGINES
        and set(read.levels) == set(Dimension)
        and all(len(part) <= _LONGEST_PART for part in _parts(feedback))
        and len(quotes) <= _MOST_QUOTES
        and sum(map(len, quotes)) <= 4 * MAX_CHARACTERS
        and (not text or all(quote in text for quote in quotes))
        and all(
            act.code in CODES and 0 <= act.start <= act.end <= end and 0 <= act.confidence <= 1
            for act in read.acts
        )
    )


def _quotes(feedback: Feedback) -> list[str]:
    evidence: Mapping[Dimension, tuple[str, ...]] = feedback.assessment.evidence
    quotes = [quote for spans in evidence.values() for quote in spans]
    return quotes + [opening.quote for opening in feedback.assessment.opportunities]


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


def _parts(feedback: Feedback) -> tuple[str, str, str]:
    return feedback.strength, feedback.opening, feedback.next_step


def _words(feedback: Feedback) -> list[str]:
    """All its words, each once."""
    return [t for t in dict.fromkeys([*_parts(feedback), *_quotes(feedback)]) if t]


def _source(plan: Plan, id: str) -> str:
    """What a plan came from. How many made a plan of a team's tip is counted by this, so a file
    names no tip."""
    if step := re.fullmatch(r"feedback \S+( [0-9a-f]{8})?", plan.source):
        return f"feedback {id}{step[1] or ''}"
    return OWN if plan.source == OWN else "export"


def _id(id: str) -> str:
    """An id of ours as it is; of any other, which might be words, only that it is the same."""
    return id if _ID.fullmatch(id) else reflection_id("", f"import:{id}")
