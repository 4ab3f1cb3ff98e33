"""Marks that get their words back: all of them in what was not edited, none where it is unclear."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reflections.privacy import PLACEHOLDER, Finding, IdentifierType, put_back, redact

PIECES = st.one_of(
    st.sampled_from([f"[{kind}]" for kind in IdentifierType]),
    st.text(alphabet="ab [].\n", max_size=6),
)
FOUND = st.tuples(st.sampled_from(IdentifierType), st.text(alphabet="XY ", min_size=1, max_size=4))


@given(st.lists(st.tuples(PIECES, FOUND), max_size=8), PIECES)
def test_what_was_not_edited_gets_every_word_back(
    parts: list[tuple[str, tuple[IdentifierType, str]]], last: str
) -> None:
    text, findings = "", []
    for before, (kind, words) in parts:
        text += before
        findings.append(Finding(len(text), len(text) + len(words), kind))
        text += words
    text += last
    marks = len(PLACEHOLDER.findall(redact(text, findings)))
    back, spans = put_back(redact(text, findings), text, findings, tuple(IdentifierType))
    assert back == text
    assert len(spans) == marks


def test_only_kinds_that_may_be_vouched_for_and_are_as_many_as_before() -> None:
    text = "Ann from Ely and Fife on 3 March"
    place, date = IdentifierType.LOCATION, IdentifierType.DATE
    found = [
        Finding(0, 3, IdentifierType.NAME),
        Finding(9, 12, place),
        Finding(17, 21, place),
        Finding(25, 32, date),
    ]
    back, spans = put_back("[NAME], [DATE]: of [LOCATION]", text, found)
    assert back == "[NAME], 3 March: of [LOCATION]"
    assert [back[start:end] for start, end in spans] == ["3 March"]
