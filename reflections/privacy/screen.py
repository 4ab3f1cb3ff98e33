"""The screen: load once with :func:`load_screen`, then call it with each text."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace

from reflections.privacy import numbers, patterns
from reflections.privacy.findings import (
    PLACEHOLDER,
    Finding,
    IdentifierType,
    Screening,
    merge,
    redact,
)
from reflections.privacy.initials import (
    initials,
    named_colleagues,
    other_scripts,
    spelt_names,
    titled_names,
)
from reflections.privacy.lexicon import load_lexicon
from reflections.privacy.local import LocalRules
from reflections.privacy.normalise import Folded, fold
from reflections.privacy.patterns import Span
from reflections.privacy.tagger import BLANK, Describer, Tagger
from reflections.privacy.tokens import tokenise
from reflections.privacy.words import WordJudge

# A bed or room number says nothing by itself; beside a name or an institution it says who.
_BED = re.compile(r"\b(?:bed|room|rm|bay|cubicle|side room)(?: (?:no\.?|number))? ?\d{1,3}[a-z]?\b")
_WITH_A_BED = (
    IdentifierType.NAME,
    IdentifierType.FACILITY,
    IdentifierType.ID,
    IdentifierType.LOCATION,
)
# What is left after a redaction may read differently; so few rounds settle every text we tried.
_MOST_ROUNDS = 6


class Screen:
    """Finds what identifies a person in a text. Deterministic, without I/O, safe across threads."""

    def __init__(self, judge: WordJudge, tagger: Tagger, rules: LocalRules | None = None) -> None:
        self._judge = judge
        self._tagger = tagger
        self._rules = rules or LocalRules()
        denied = "|".join(map(re.escape, sorted(self._rules.deny, key=len, reverse=True)))
        self._denied = re.compile(rf"\b(?:{denied})\b" if denied else r"(?!)")

    def with_rules(self, rules: LocalRules) -> Screen:
        """The same screen, told of a workspace's own words."""
        return Screen(self._judge, self._tagger, rules)

    def __call__(self, text: str) -> Screening:
        """Screen ``text``, then its redaction again until nothing more is found.

        Time grows in proportion to the length of the text. Nothing is caught here: an exception
        is the caller's to treat as a refusal.
        """
        findings: tuple[Finding, ...] = ()
        redacted = text
        for _ in range(_MOST_ROUNDS):
            found = self._findings(redacted)
            if not found:
                break
            findings = merge((*findings, *_carried_back(found, findings)))
            redacted = redact(text, findings)
        return Screening(findings, redacted)

    def _findings(self, text: str) -> list[Finding]:
        folded = _blank_placeholders(fold(text))
        spans = [
            span
            for span in self._spans(folded)
            if span[0] < span[1] and folded.text[span[0] : span[1]].strip(BLANK + "' .,-")
        ]
        if any(kind in _WITH_A_BED for _, _, kind in spans):
            spans += [
                (*match.span(), IdentifierType.LOCATION) for match in _BED.finditer(folded.lower)
            ]
        return [Finding(*folded.original_span(start, end), kind) for start, end, kind in spans]

    def _spans(self, folded: Folded) -> Iterator[Span]:
        text, lower = folded.text, folded.lower
        shaped = list(structured(folded, self._judge))
        tokens = tokenise(text, lower)
        yield from shaped
        yield from initials(text, tokens)
        yield from other_scripts(tokens)
        yield from spelt_names(lower, self._judge.is_name)
        yield from titled_names(tokens, self._judge)
        yield from named_colleagues(tokens, self._judge)
        for start, end, kind in self._tagger(text, lower, shaped):
            if lower[start:end] not in self._rules.allow:
                yield start, end, kind
        for expression in self._rules.ids:
            for match in expression.finditer(text):
                yield *match.span(), IdentifierType.ID
        for match in self._denied.finditer(lower):
            yield *match.span(), IdentifierType.NAME


def structured(folded: Folded, judge: WordJudge) -> Iterator[Span]:
    """What its shape or its label gives away: numbers, codes, dates, addresses."""
    text, lower = folded.text, folded.lower
    yield from patterns.slack(text, lower)
    yield from patterns.email(lower)
    yield from patterns.web(lower)
    yield from patterns.handles(lower, judge.is_innocent)
    yield from patterns.date(lower)
    yield from patterns.age(lower)
    yield from numbers.digit_runs(lower)
    yield from numbers.spelt_digits(lower)
    yield from numbers.extensions(lower)
    yield from numbers.labelled(lower)
    yield from numbers.codes(lower)
    yield from numbers.shaped_ids(lower)
    yield from numbers.vehicles(text, lower, judge.is_innocent)
    yield from numbers.devices(lower)
    yield from numbers.locations(text, lower)


def _blank_placeholders(folded: Folded) -> Folded:
    def blank(match: re.Match[str]) -> str:
        return BLANK * len(match.group())

    text = PLACEHOLDER.sub(blank, folded.text)
    if text == folded.text:
        return folded
    lower = "".join(
        BLANK if character == BLANK else low
        for character, low in zip(text, folded.lower, strict=True)
    )
    return replace(folded, text=text, lower=lower)


def _carried_back(found: list[Finding], earlier: tuple[Finding, ...]) -> Iterator[Finding]:
    """Findings on the redaction of ``earlier``, with their offsets in the original text."""
    starts: list[int] = []  # of the placeholders, in the redacted text
    ends: list[int] = []
    shift = 0
    for done in earlier:
        starts.append(done.start + shift)
        ends.append(starts[-1] + len(done.type.value) + 2)
        shift = ends[-1] - done.end

    def original(offset: int, *, at_end: bool) -> int:
        """A place within a placeholder widens outwards to the whole of what it stands for."""
        last = bisect_left(starts, offset) - 1
        if last < 0:
            return offset
        if offset < ends[last]:
            return earlier[last].end if at_end else earlier[last].start
        return offset - ends[last] + earlier[last].end

    for finding in found:
        start, end = original(finding.start, at_end=False), original(finding.end, at_end=True)
        yield Finding(start, end, finding.type)


def load_screen() -> Screen:
    """Load every resource of the screen.

    Raises:
        ScreenResourceError: a resource is missing or is not the one this version was built with.
    """
    judge = WordJudge(load_lexicon())
    return Screen(judge, Tagger(Describer(judge)))
