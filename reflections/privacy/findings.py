"""What a screening says: which stretches of a text identify somebody, and of what kind."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum


class IdentifierType(StrEnum):
    """Kinds of identifier, after the eighteen of HIPAA Safe Harbor (45 CFR 164.514(b)(2))."""

    NAME = "NAME"
    LOCATION = "LOCATION"
    FACILITY = "FACILITY"
    DATE = "DATE"
    AGE90 = "AGE90"
    PHONE = "PHONE"
    EMAIL = "EMAIL"
    ID = "ID"
    VEHICLE = "VEHICLE"
    DEVICE = "DEVICE"
    URL = "URL"
    SLACK = "SLACK"
    UNIQUE = "UNIQUE"


STRUCTURED = frozenset(
    {
        IdentifierType.DATE,
        IdentifierType.AGE90,
        IdentifierType.PHONE,
        IdentifierType.EMAIL,
        IdentifierType.ID,
        IdentifierType.VEHICLE,
        IdentifierType.DEVICE,
        IdentifierType.URL,
        IdentifierType.SLACK,
    }
)
"""What a placeholder replaces without loss; a name or a fact that singles out is for its writer."""
WAIVABLE = frozenset(
    {
        IdentifierType.DATE,
        IdentifierType.AGE90,
        IdentifierType.LOCATION,
        IdentifierType.FACILITY,
    }
)
"""What its writer may keep after all, where they know that nobody can be told by it."""

# When two findings overlap the union is kept under the type that stands first here.
_PRECEDENCE = (
    IdentifierType.SLACK,
    IdentifierType.EMAIL,
    IdentifierType.URL,
    IdentifierType.DATE,
    IdentifierType.VEHICLE,
    IdentifierType.DEVICE,
    IdentifierType.ID,
    IdentifierType.PHONE,
    IdentifierType.AGE90,
    IdentifierType.FACILITY,
    IdentifierType.LOCATION,
    IdentifierType.NAME,
    IdentifierType.UNIQUE,
)
_RANK = {kind: rank for rank, kind in enumerate(_PRECEDENCE)}


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One identifying stretch: offsets in the original text, ``end`` exclusive."""

    start: int
    end: int
    type: IdentifierType


@dataclass(frozen=True, slots=True)
class Screening:
    """The outcome of screening one text."""

    findings: tuple[Finding, ...]
    """Sorted, not overlapping; offsets in the text that was screened."""
    redacted: str
    """The text with every finding replaced by its type in brackets, such as ``[NAME]``."""

    @property
    def accepted(self) -> bool:
        """True only when nothing was found: the text may be kept exactly as written."""
        return not self.findings

    @property
    def kinds(self) -> frozenset[IdentifierType]:
        return frozenset(found.type for found in self.findings)


def merge(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort findings and unite those that overlap, so that every letter found stays covered."""
    merged: list[Finding] = []
    for found in sorted(findings):
        if merged and found.start < merged[-1].end:
            last = merged[-1]
            kind = min(last.type, found.type, key=_RANK.__getitem__)
            merged[-1] = Finding(last.start, max(last.end, found.end), kind)
        else:
            merged.append(found)
    return tuple(merged)


PLACEHOLDER = re.compile(r"\[(?:" + "|".join(IdentifierType) + r")\]")


def redact(text: str, findings: Iterable[Finding]) -> str:
    """Replace every finding (sorted, not overlapping) by its type in brackets."""
    pieces: list[str] = []
    at = 0
    for found in findings:
        pieces.append(text[at : found.start])
        pieces.append(f"[{found.type.value}]")
        at = found.end
    pieces.append(text[at:])
    return "".join(pieces)


def put_back(
    marked: str,
    original: str,
    findings: Sequence[Finding],
    kinds: Collection[IdentifierType] = WAIVABLE,
) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Give the marks of ``kinds`` in ``marked`` the words of ``original`` that they stand for, in
    order; also where these stand in the result (offsets, end exclusive).

    ``marked`` is what somebody made of the redaction of ``original``. A kind of which it holds
    more or fewer marks than the redaction did keeps them: nobody can tell which is which.
    """
    places = [(f.start, f"[{f.type}]", original[f.start : f.end]) for f in findings]
    places += [
        (mark.start(), mark.group(), mark.group())
        for mark in PLACEHOLDER.finditer(original)
        if not any(f.start <= mark.start() < f.end for f in findings)
    ]
    there = Counter(mark.group() for mark in PLACEHOLDER.finditer(marked))
    own: dict[str, Iterator[str]] = {}
    for mark in (f"[{kind}]" for kind in kinds):
        words = [stands_for for _, written, stands_for in sorted(places) if written == mark]
        if len(words) == there[mark]:
            own[mark] = iter(words)
    text, spans, at = "", [], 0
    for found in PLACEHOLDER.finditer(marked):
        if found.group() in own:
            text += marked[at : found.start()]
            start = len(text)
            text += next(own[found.group()])
            spans.append((start, len(text)))
            at = found.end()
    return text + marked[at:], tuple(spans)
