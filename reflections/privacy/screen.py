"""The screen: load once with :func:`load_screen`, then call it with each text."""

from __future__ import annotations

from collections.abc import Iterator

from reflections.privacy import numbers, patterns
from reflections.privacy.findings import Finding, Screening, merge, redact
from reflections.privacy.lexicon import Lexicon, load_lexicon
from reflections.privacy.names import NameFinder
from reflections.privacy.normalise import Folded, fold
from reflections.privacy.patterns import Span
from reflections.privacy.unique import unique


class Screen:
    """Finds what identifies a person in a text. Deterministic, without I/O, safe across threads."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._names = NameFinder(lexicon)

    def __call__(self, text: str) -> Screening:
        """Screen ``text``. Never changes it; any error is the caller's to treat as a refusal."""
        folded = fold(text)
        findings = []
        for start, end, kind in self._spans(folded):
            if start < end:
                findings.append(Finding(*folded.original_span(start, end), kind))
        merged = merge(findings)
        return Screening(merged, redact(text, merged))

    def _spans(self, folded: Folded) -> Iterator[Span]:
        text, lower = folded.text, folded.lower
        yield from patterns.slack(text, lower)
        yield from patterns.email(lower)
        yield from patterns.web(lower)
        yield from patterns.handles(lower, self._names.is_innocent)
        yield from patterns.date(lower)
        yield from patterns.age(lower)
        yield from numbers.digit_runs(lower)
        yield from numbers.spelt_digits(lower)
        yield from numbers.extensions(lower)
        yield from numbers.labelled(lower)
        yield from numbers.codes(lower)
        yield from numbers.shaped_ids(lower)
        yield from numbers.vehicles(text, lower, self._names.is_innocent)
        yield from numbers.devices(lower)
        yield from numbers.locations(text, lower)
        yield from unique(lower)
        yield from self._names.find(text, lower)


def load_screen() -> Screen:
    """Load every resource of the screen.

    Raises:
        ScreenResourceError: a resource is missing or is not the one this version was built with.
    """
    return Screen(load_lexicon())
