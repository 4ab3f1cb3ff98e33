"""The one door for a note: screen, then safety, then keep, then feedback.

Text that has not passed the screen lives in the arguments of these functions and, for the few
minutes in which its writer may still wave a doubt through, in memory: never anywhere else.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from prompts.library import Libraries, Library
from reflections.feedback.compose import compose
from reflections.feedback.depth import question
from reflections.model import (
    Assessment,
    Delivery,
    DeliveryKind,
    Feedback,
    Note,
    Reflection,
    Safety,
)
from reflections.privacy import (
    PLACEHOLDER,
    WAIVABLE,
    IdentifierType,
    Screening,
    put_back,
    redact,
)
from reflections.stores import Store

log = logging.getLogger("alliance.intake")

MAX_CHARACTERS = 3000
"""What a note may hold; about ten times what a reflection needs."""
SCREEN_SECONDS = 5.0
HELD_FOR = timedelta(minutes=15)
MOST_HELD = 500


class Policy(StrEnum):
    """What a workspace wants done where the screen finds something."""

    STANDARD = "standard"
    """Numbers, dates and addresses are replaced; a name or a fact that singles out bounces. Either
    way the writer sees the note as it would be kept, and decides."""
    BOUNCE = "bounce"
    """Whatever is found has to be put in other words: no placeholder is ever kept."""
    REDACT = "redact"
    """Whatever is found is replaced, names as well; the writer sees it and decides."""


class Verdict(StrEnum):
    KEPT = "kept"
    DUPLICATE = "duplicate"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    IDENTIFIERS = "identifiers"
    PLACEHOLDERS = "placeholders"
    UNREADABLE = "unreadable"
    NOT_HELD = "not_held"
    NOT_AN_ENCOUNTER = "not_an_encounter"
    SIGNPOST = "signpost"
    UNKNOWN = "unknown"


_INSISTED = (Verdict.KEPT, Verdict.NOT_AN_ENCOUNTER, Verdict.SIGNPOST)
"""What is kept of a text that its writer meant as a note."""


@dataclass(frozen=True)
class Outcome:
    """What became of a text. ``text`` is set only where it passed the screen; ``screening`` only
    where identifiers were found; ``feedback_key`` names the delivery that a kept note is owed."""

    verdict: Verdict
    text: str = ""
    screening: Screening | None = None
    safety: Safety = Safety.NONE
    held: str = ""
    waived: tuple[IdentifierType, ...] = ()
    feedback_key: str | None = None


class Engine(Protocol):
    """What reads a note; pure and safe to call from a thread."""

    def assess(self, text: str) -> Assessment: ...


class Reader(Protocol):
    """Who else may read a note that was kept, such as a language model. Never raises."""

    async def read(
        self,
        text: str,
        offline: Assessment,
        avoid: Collection[str] = (),
        previous_next_step: str | None = None,
        library: Library | None = None,
    ) -> Feedback: ...


class Held:
    """What somebody may still wave through, in memory alone: the last of each owner, for a
    while."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._held: dict[str, tuple[str, str, datetime]] = {}

    def hold(self, owner: str, text: str) -> str:
        """A handle with which the same owner may take the text."""
        self.tidy()
        self.drop(owner)
        while len(self._held) >= MOST_HELD:
            del self._held[next(iter(self._held))]
        handle = secrets.token_urlsafe(12)
        self._held[handle] = (owner, text, self._now() + HELD_FOR)
        return handle

    def read(self, owner: str, handle: str) -> str | None:
        """The text; None where it is another's, was let go, or its time is over."""
        held = self._held.get(handle)
        if held is None or held[0] != owner or held[2] <= self._now():
            return None
        return held[1]

    def drop(self, owner: str) -> None:
        """Let go of all that is held of an owner."""
        self._held = {h: held for h, held in self._held.items() if held[0] != owner}

    def tidy(self) -> None:
        """Let go of what is over."""
        now = self._now()
        self._held = {h: held for h, held in self._held.items() if held[2] > now}


class Intake:
    """``reader`` is asked where there is one and the writer has not chosen rules only."""

    def __init__(
        self,
        store: Store,
        screen: Callable[[str], Screening],
        engine: Engine,
        libraries: Libraries,
        now: Callable[[], datetime],
        reader: Reader | None = None,
        policy: Policy = Policy.STANDARD,
    ) -> None:
        self.policy = policy
        self._held = Held(now)
        self._store = store
        self._screen = screen
        self._engine = engine
        self._libraries = libraries
        self._now = now
        self._reader = reader

    async def look(self, text: str, waived: Collection[IdentifierType] = ()) -> Outcome:
        """What would become of a text, keeping nothing. KEPT here means that it could be kept.

        ``waived``: kinds of finding that the writer keeps; all else that is found is replaced.
        """
        text = text.strip()
        if not text:
            return Outcome(Verdict.EMPTY)
        if len(text) > MAX_CHARACTERS:
            return Outcome(Verdict.TOO_LONG)
        screening = await self.screen(text)
        if screening is None:
            return Outcome(Verdict.UNREADABLE)
        if waived:
            text = redact(text, [f for f in screening.findings if f.type not in waived])
        elif not screening.accepted:
            return Outcome(Verdict.IDENTIFIERS, screening=screening)
        if self.policy is Policy.BOUNCE and PLACEHOLDER.search(text):
            return Outcome(Verdict.PLACEHOLDERS)
        assessment = await asyncio.to_thread(self._engine.assess, text)
        verdict = Verdict.KEPT
        if not assessment.encounter:
            verdict = Verdict.NOT_AN_ENCOUNTER
            if assessment.safety is not Safety.NONE:
                verdict = Verdict.SIGNPOST
        kinds = tuple(sorted(screening.kinds.intersection(waived)))
        return Outcome(verdict, text=text, safety=assessment.safety, waived=kinds)

    async def screen(self, text: str) -> Screening | None:
        """What may identify somebody in a text; None where it could not be looked for."""
        try:
            return await asyncio.wait_for(asyncio.to_thread(self._screen, text), SCREEN_SECONDS)
        except Exception as error:  # noqa: BLE001 - whatever fails, the text is refused
            log.error("the privacy screen failed: %s", type(error).__name__)
            return None

    async def receive(
        self,
        owner: str,
        text: str,
        event: str,
        *,
        source: str | None = None,
        prompt_id: str | None = None,
        insist: bool,
    ) -> Outcome:
        """Take in a text that came with the event ``event``; keep it once, or say why not.

        ``source`` names what the text stands in, where several events may speak of it.
        ``insist`` keeps a text that does not read like an encounter: its writer meant it as a
        note. The reflection and the feedback it is owed are kept in one commit.
        """
        return await self._receive(owner, text, event, source, prompt_id, insist, frozenset())

    async def wave_through(
        self,
        owner: str,
        handle: str,
        event: str,
        prompt_id: str | None = None,
        typed: str | None = None,
    ) -> Outcome:
        """Keep a bounced text with the dates, places and ages that its writer vouches for.

        Everything else that the screen found is replaced. ``typed`` is what stands in the form,
        where there is one: if it was edited, it is kept in the text's place, with its marks of what
        is vouched for put back in words. What else is found in it bounces as in any note.
        NOT_HELD where the words are gone: they live in memory for a while, and not past a restart.
        """
        waved = await self._waved(owner, handle, typed)
        if waved is None:
            return Outcome(Verdict.NOT_HELD)
        text, waived = waved
        return await self._receive(owner, text, event, None, prompt_id, True, waived)

    async def amend(self, owner: str, id: str, text: str, event: str) -> Outcome:
        """Put a new wording in the place of a reflection's note, screened like any other; what
        stood there stays as its owner's earlier version, and new feedback is owed. UNKNOWN where
        the owner has no such reflection."""
        return await self._amend(owner, id, text, event, frozenset())

    async def wave_amended(
        self, owner: str, id: str, handle: str, event: str, typed: str | None = None
    ) -> Outcome:
        """As ``wave_through``, for an amendment."""
        waved = await self._waved(owner, handle, typed)
        if waved is None:
            return Outcome(Verdict.NOT_HELD)
        text, waived = waved
        return await self._amend(owner, id, text, event, waived)

    async def _waved(
        self, owner: str, handle: str, typed: str | None
    ) -> tuple[str, Collection[IdentifierType]] | None:
        """The text that is meant, and the kinds that its writer vouches for in it; None where the
        words are gone."""
        held = self._held.read(owner, handle)
        if held is None:
            return None
        if typed is None or _same(typed, held):
            return held, WAIVABLE
        shown = None if len(typed) > MAX_CHARACTERS else await self.screen(held)
        if shown is None:
            return typed, ()
        if _same(typed, shown.redacted[:MAX_CHARACTERS]):
            return held, WAIVABLE
        text, own = put_back(typed, held, shown.findings)
        screening = await self.screen(text)
        vouched = screening is not None and all(
            f.type in WAIVABLE and any(start <= f.start and f.end <= end for start, end in own)
            for f in screening.findings
        )
        return text, WAIVABLE if vouched else ()

    async def _amend(
        self, owner: str, id: str, text: str, event: str, waived: Collection[IdentifierType]
    ) -> Outcome:
        outcome = await self.look(text, waived)
        if outcome.screening and outcome.screening.kinds & WAIVABLE:
            return replace(outcome, held=self._held.hold(owner, text))
        if outcome.verdict not in _INSISTED:
            return outcome
        now = self._now()
        key = f"feedback:{id}:{hashlib.sha256(event.encode()).hexdigest()[:8]}"

        def change(before: Reflection) -> Reflection:
            version = replace(before, earlier=())
            note = replace(before.note, text=outcome.text, amended_at=now)
            return Reflection(id, note, waived=outcome.waived, earlier=(*before.earlier, version))

        changed = await self._store.change_reflection(
            owner,
            id,
            change,
            event=(event, now),
            deliveries=[Delivery(key, owner, DeliveryKind.FEEDBACK, due=now, ref=id)],
        )
        self._held.drop(owner)
        if changed is None:
            return replace(outcome, verdict=Verdict.UNKNOWN)
        return replace(outcome, verdict=Verdict.KEPT, feedback_key=key)

    def forget(self, owner: str) -> None:
        """Let go of what is held of an owner in memory."""
        self._held.drop(owner)

    def tidy(self) -> None:
        """Let go of bounced words whose time is over."""
        self._held.tidy()

    async def _receive(
        self,
        owner: str,
        text: str,
        event: str,
        source: str | None,
        prompt_id: str | None,
        insist: bool,
        waived: Collection[IdentifierType],
    ) -> Outcome:
        outcome = await self.look(text, waived)
        if outcome.screening and outcome.screening.kinds & WAIVABLE:
            return replace(outcome, held=self._held.hold(owner, text))
        if insist and outcome.verdict in _INSISTED:
            outcome = replace(outcome, verdict=Verdict.KEPT)
        if outcome.verdict is not Verdict.KEPT:
            return outcome
        now = self._now()
        id = reflection_id(owner, source or event)
        key = f"feedback:{id}"
        new = await self._store.commit(
            owner,
            now,
            event=event,
            reflection=Reflection(id, Note(outcome.text, now, prompt_id), waived=outcome.waived),
            deliveries=[Delivery(key, owner, DeliveryKind.FEEDBACK, due=now, ref=id)],
        )
        self._held.drop(owner)
        if not new:
            return replace(outcome, verdict=Verdict.DUPLICATE)
        return replace(outcome, feedback_key=key)

    async def think_on(self, owner: str, id: str, text: str) -> Outcome:
        """Keep what its writer answers to a reflection's question; the same answer is kept once.

        NOT_HELD where the reflection is gone, asks nothing (any more), or has another answer.
        """
        outcome = await self.look(text)
        if outcome.verdict in (Verdict.NOT_AN_ENCOUNTER, Verdict.SIGNPOST):
            outcome = replace(outcome, verdict=Verdict.KEPT)
        if outcome.verdict is not Verdict.KEPT:
            return outcome
        changed = await self._store.change_reflection(
            owner,
            id,
            lambda r: replace(r, thought=r.thought or outcome.text) if r.question else r,
        )
        if changed is None or changed.thought != outcome.text:
            return replace(outcome, verdict=Verdict.NOT_HELD)
        return outcome

    async def read_after_all(self, owner: str, id: str) -> None:
        """Feedback from this machine where the safety gate had taken its place: the gate is often
        wrong, and the writer knows. What it had found stays written down beside it."""
        flagged = await self._store.reflection(owner, id)
        if flagged is None or flagged.feedback is None or not flagged.note.text:
            return
        found = flagged.feedback.assessment
        if found.safety is Safety.NONE:
            return
        text = flagged.note.text
        assessment = replace(found, safety=Safety.NONE)
        library = await self.words_of(owner)
        feedback = await asyncio.to_thread(compose, assessment, text, library)
        further = question(assessment, text, library)

        def read(now: Reflection) -> Reflection:
            if now.feedback != flagged.feedback:
                return now  # a second tap, or the note was amended meanwhile
            return replace(now, feedback=feedback, question=further, misread=found.safety)

        await self._store.change_reflection(owner, id, read)

    async def with_feedback(self, owner: str, id: str) -> Reflection | None:
        """The reflection with its feedback, which is made and attached where it is missing.

        Who keeps feedback only is left without the note's words from here on, and is asked nothing
        further: there would be no place to keep the answer.
        """
        reflection = await self._store.reflection(owner, id)
        if reflection is None or reflection.feedback is not None:
            return reflection
        read = reflection
        before = await self._store.reflections(owner, limit=4)
        library = await self.words_of(owner)
        feedback = await self._feedback(owner, read, before, library)
        asked = tuple(r.question for r in before if r.question)
        further = question(feedback.assessment, read.note.text, library, asked)
        clinician = await self._store.clinician(owner)
        bare = clinician is not None and clinician.feedback_only

        def attach(now: Reflection) -> Reflection:
            if now.feedback or now.note != read.note:
                return now  # it was amended meanwhile, and this is not about those words
            attached = replace(now, feedback=feedback, question=further)
            return without_words(attached) if bare else attached

        changed = await self._store.change_reflection(owner, id, attach, wipe=bare)
        if changed and not changed.feedback:
            return await self.with_feedback(owner, id)
        return changed

    async def words_of(self, owner: str) -> Library:
        """The library in the language that an owner reads."""
        clinician = await self._store.clinician(owner)
        return self._libraries.of(clinician.language if clinician else "")

    async def _feedback(
        self,
        owner: str,
        reflection: Reflection,
        recent: Sequence[Reflection],
        library: Library,
    ) -> Feedback:
        earlier = [r.feedback for r in recent if r.id != reflection.id and r.feedback]
        avoid = tuple(t for f in earlier for t in (f.strength, f.opening, f.next_step) if t)
        previous = earlier[0].next_step if earlier else None
        text = reflection.note.text
        assessment = await asyncio.to_thread(self._engine.assess, text)
        if self._reader:
            clinician = await self._store.clinician(owner)
            if clinician and not clinician.offline_only:
                return await self._reader.read(text, assessment, avoid, previous, library)
        return await asyncio.to_thread(compose, assessment, text, library, avoid, previous)


def _same(typed: str, text: str) -> bool:
    """Whether a form still holds a text; clients differ in the blanks that they send."""
    return typed.split() == text.split()


def without_words(reflection: Reflection) -> Reflection:
    """Feedback only: without the note, without what stood there before, and without the question
    and what was answered to it. The feedback, and what it quotes, stays; where there is none yet,
    the note is still needed for it."""
    if reflection.feedback is None:
        return reflection
    bare = replace(reflection.note, text="")
    return replace(reflection, note=bare, question="", thought="", earlier=())


def reflection_id(owner: str, source: str) -> str:
    """The id of the reflection that was, or would be, kept from ``source``."""
    return hashlib.sha256(f"{owner}:{source}".encode()).hexdigest()[:16]
