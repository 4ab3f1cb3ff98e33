"""A copy to take along: read back as it was, inert in a spreadsheet, and a PDF without detail."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wordfreq import zipf_frequency

from prompts.library import Dimension, Library
from prompts.library import load as load_library
from reflections.export import (
    Export,
    ExportError,
    Wanted,
    as_csv,
    as_json,
    from_json,
    labelled,
    made,
    schema,
    within,
)
from reflections.feedback import load_engine
from reflections.feedback.compose import compose
from reflections.feedback.evaluate import evaluate
from reflections.feedback.manual import CODES
from reflections.model import (
    Act,
    Assessment,
    Clinician,
    Feedback,
    Level,
    Note,
    Opportunity,
    OpportunityType,
    Plan,
    Reflection,
    Safety,
)
from reflections.portfolio import quotes

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
AMARA = Clinician("T1-U1", "D1", "Europe/London")
LIBRARY = load_library()
LONDON = ZoneInfo("Europe/London")
SCHEMA = Path(__file__).parents[2] / "docs" / "export.schema.json"
RIGHT = {d: Level.PARTIAL for d in Dimension}


def reflection(id: str = "r1", text: str = "She cried; I waited.", days: int = 0) -> Reflection:
    levels = {d: Level.NOT_EVIDENT for d in Dimension}
    assessment = Assessment(
        True,
        Safety.NONE,
        levels,
        (Opportunity("She cried", OpportunityType.EMOTION, True),),
        evidence={Dimension.EMPATHY: ("I waited",)},
        acts=(Act(0, 9, "cue_emotion", 0.7),),
    )
    feedback = Feedback(
        assessment, "“I waited”: that helps.", "", "If there's a tear, wait.", "rubric"
    )
    return Reflection(id, Note(text, NOW - timedelta(days=days), "F7-01"), feedback)


def whole() -> Export:
    first = reflection()
    amended = replace(
        reflection("r2", "He sighed; I asked.", 40), right=RIGHT, disputed=True, earlier=(first,)
    )
    plan = Plan("r1", "If she cries, then I wait.", "A note.", "feedback", NOW, done=True)
    return Export(NOW, "Europe/London", (first, amended), (plan,), date(2026, 1, 1), None)


def test_what_is_taken_along_can_be_read_back() -> None:
    assert from_json(as_json(whole())) == whole()


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_any_words_can_be_read_back(text: str) -> None:
    export = replace(whole(), reflections=(reflection(text=text),))
    assert from_json(as_json(export)) == export


@pytest.mark.parametrize(
    "spoil",
    [
        lambda kept: kept.update(version=2),
        lambda kept: kept.update(format="something"),
        lambda kept: kept["reflections"][0]["note"].pop("written_at"),
        lambda kept: kept["reflections"][0].update(right={"empathy": "splendid secret"}),
        lambda kept: kept["reflections"][1]["earlier"][0].update(
            earlier=[{**kept["reflections"][0], "question": "a splendid secret"}]
        ),
    ],
)
def test_what_is_no_export_is_refused_with_its_place_and_not_its_words(spoil: object) -> None:
    kept = json.loads(as_json(whole()))
    spoil(kept)  # type: ignore[operator]
    with pytest.raises(ExportError, match="does not fit") as refused:
        from_json(json.dumps(kept).encode())
    assert "secret" not in str(refused.value)


def test_the_documented_form_is_the_one_in_use() -> None:
    assert json.loads(SCHEMA.read_text("utf-8")) == schema(), "write docs/export.schema.json anew"


def test_disputes_are_rows_for_evaluate() -> None:
    class Engine:
        def assess(self, text: str) -> Assessment:
            return Assessment(True, Safety.NONE, RIGHT)

    rows = labelled(whole())
    assert [row["id"] for row in rows] == ["r2"]
    report = evaluate(rows, Engine())
    assert all(agreement.accuracy == 1 for agreement in report.dimensions.values())


def test_the_range_is_of_local_days_and_both_ends_count() -> None:
    late = reflection("late")
    late = replace(
        late, note=replace(late.note, written_at=datetime(2026, 6, 30, 23, 30, tzinfo=UTC))
    )
    july = date(2026, 7, 1)
    assert within([late], LONDON, july, july) == [late]
    assert within([late], ZoneInfo("UTC"), july, None) == []
    assert within([late, reflection("old", days=300)], LONDON, None, None)[0].id == "old"


def test_a_table_holds_no_formula(library: Library) -> None:
    table = as_csv([reflection(text="=HYPERLINK(1); she cried")], LONDON, library)
    (row,) = csv.DictReader(io.StringIO(table.decode("utf-8-sig")))
    assert row["note"].startswith("'=") and row["openings_met"] == "1"
    assert row["written"] == "2026-11-24 12:00" and row["empathy"] == "not_evident"


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40))
def test_no_cell_begins_as_a_formula_and_all_words_are_there(text: str) -> None:
    table = as_csv([reflection(text=text)], LONDON, LIBRARY)
    (row,) = csv.DictReader(io.StringIO(table.decode("utf-8-sig"), newline=""))
    for cell in row.values():
        assert not re.match(r"\s*[=+\-@＝＋－＠]", cell)
    assert row["note"].removeprefix("'") == text.removeprefix("'")


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t=", "\n=", "  =", "＝", "－"])
def test_whatever_a_formula_begins_with_is_made_inert(library: Library, begins: str) -> None:
    table = as_csv([reflection(text=f"{begins}1+1")], LONDON, library)
    assert f"'{begins}1+1".encode() in table
    assert table.startswith(b"\xef\xbb\xbf"), "so that it is read as UTF-8"


def test_every_field_of_the_json_form_is_explained() -> None:
    """In the schema, and in words that a person reads."""
    page = (SCHEMA.parent / "export.md").read_text("utf-8")
    form = schema()
    for name, each in {"Export": form, **form["$defs"]}.items():
        for field, told in each.get("properties", {}).items():
            assert told["description"], f"{name}.{field}"
            assert f"`{field}`" in page, f"{name}.{field}"
        for value in each.get("enum", []):
            assert f"`{value}`" in page, f"{name}: {value}"
    for code in CODES:
        assert f"`{code}`" in page, code
    table = as_csv([], LONDON, LIBRARY).decode("utf-8-sig")
    for column in table.strip().split(","):
        assert f"`{column}`" in page, column


def test_the_portfolio_holds_learning_and_no_detail(library: Library) -> None:
    from pypdf import PdfReader

    told = [
        reflection(f"r{i}", f"She cried about embroidery {i}; I waited.", i * 3) for i in range(40)
    ]
    plans = [Plan("p", "If there's a pause, leave it.", "A note.", "feedback", NOW, done=True)]
    pdf = PdfReader(io.BytesIO(made(Wanted("pdf"), AMARA, told, plans, library, NOW)))
    text = " ".join(page.extract_text() for page in pdf.pages)
    assert "Reflections on the therapeutic alliance" in text and "not legally privileged" in text
    assert "40" not in text and "(Tried.)" in text
    for detail in ("embroidery", "cried", "I waited", "T1-U1"):
        assert detail not in text
    assert len(pdf.pages) <= 4 and pdf.metadata and pdf.metadata.title
    questions = {"Name and role", *library.variants("portfolio.questions")}
    assert set(pdf.get_fields() or {}) == questions, "they can be answered on the screen"


def test_the_portfolio_of_real_notes_holds_no_count_mark_word_or_secret(library: Library) -> None:
    """Notes by many hands, read by the engine: of all that it knows of them, nothing is told."""
    engine = load_engine()
    lines = (Path(__file__).parent / "feedback" / "notes" / "unseen.jsonl").read_text("utf-8")
    notes = [json.loads(line)["text"] for line in lines.splitlines()]
    told = []
    for i, note in enumerate(notes):
        read = compose(engine.assess(note), note, library)
        told.append(replace(reflection(f"{i}", note, i % 300), feedback=read))
    flagged = [r for r in told if r.feedback and r.feedback.assessment.safety is not Safety.NONE]
    assert len(told) > 50 and len(flagged) > 3
    plans = [
        Plan(r.id, r.feedback.next_step, "A note.", f"feedback {r.id}", NOW)
        for r in told
        if r.feedback
    ]
    for since in (None, date(2026, 10, 1)):
        text = written(made(Wanted("pdf", since), AMARA, told, plans, library, NOW))
        bare = re.sub(r"\b\d{1,2} [A-Z][a-z]+ 20\d\d\b|Besley 2011", "", text)
        pages = re.findall(r"\d+", bare)
        assert pages == [str(n) for n in range(1, len(pages) + 1)], "no number but the pages'"
        for level in Level:
            mark = library.say(f"frame.level.{level.value}")
            assert mark not in text and level.value not in text.split()
        for kind in Safety:
            if kind is not Safety.NONE:
                signpost = library.say(f"feedback.signpost.{kind.value}")
                assert signpost[:40] not in text, "that would say what a note was about"
        # Words that stand in notes and that hardly anybody uses otherwise.
        rare = {w for note in notes for w in re.findall(r"[a-z]{5,}", note.lower())}
        rare = {w for w in rare if zipf_frequency(w, "en") < 3}
        assert len(rare) > 200
        assert not rare & set(re.findall(r"[a-z]+", text.lower()))


def written(pdf: bytes) -> str:
    """The words of a PDF."""
    from pypdf import PdfReader

    pages = PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_a_step_that_quotes_the_note_is_known() -> None:
    assert quotes("Next time, “i waited and then I” could", "I waited and then I asked.")
    assert not quotes("If she cries, then wait.", "I waited and then I asked.")


def test_no_plan_or_step_takes_a_quotation_into_the_portfolio(library: Library) -> None:
    from pypdf import PdfReader

    def gave(id: str, note: str, step: str, **changes: object) -> Reflection:
        found = reflection(id, note)
        assert found.feedback
        feedback = replace(found.feedback, next_step=step)
        return replace(found, feedback=feedback, **changes)  # type: ignore[arg-type]

    told = [
        gave("r1", "The otter song; I waited.", "Say “The otter song.” again."),
        gave("r2", "", "After “my badger” you could wait."),
        gave(
            "r3",
            "Now other words.",
            "Come back to “a heron” then.",
            earlier=(reflection("r3", "He saw a heron."),),
        ),
        gave("r4", "She told me of the old weasel here.", "If told of the old weasel here, wait."),
        gave("r5", "She cried.", "Ask “What matters?” once."),
        gave("r6", "", "If there's a lull, leave it."),
    ]
    made_of = {r.id: r.feedback.next_step for r in told if r.feedback}
    made_of["gone"] = "Think of “the stoat” again."
    own = Plan("p", "If I hear “the vole”, then I wait.", "A tip.", "team t1", NOW)
    plans = [Plan(id, s, "A note.", f"feedback {id}", NOW) for id, s in made_of.items()]
    for listed in ([], [*plans, own]):
        pdf = PdfReader(io.BytesIO(made(Wanted("pdf"), AMARA, told, listed, library, NOW)))
        text = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
        for detail in ("otter", "badger", "heron", "weasel", "stoat"):
            assert detail not in text
        assert "What matters?" in text and "leave it" in text
        assert ("the vole" in text) == bool(listed)


@given(st.sampled_from(["pdf", "csv", "json"]), st.none() | st.dates(), st.none() | st.dates())
def test_what_was_asked_for_travels(kind: str, since: date | None, until: date | None) -> None:
    wanted = Wanted(kind, since, until)
    assert Wanted.unpack(wanted.pack()) == wanted


def tampered(*path: object, value: object) -> bytes:
    """A good file with another value at one place."""
    at = kept = json.loads(as_json(whole()))
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return json.dumps(kept).encode()


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
@pytest.mark.parametrize(
    "path",
    [("made_at",), ("reflections", 0, "note", "written_at"), ("plans", 0, "made_at")],
)
def test_an_instant_that_is_none_in_utc_is_refused(path: tuple[object, ...], at: str) -> None:
    with pytest.raises(ExportError) as refused:
        from_json(tampered(*path, value=at))
    assert refused.value.places == (".".join(map(str, path)),)


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("time_zone",), "time_zone"),
        (("reflections", 0, "id"), "reflections.0"),
        (("reflections", 0, "note", "text"), "reflections.0"),
        (("plans", 0, "text"), "plans.0"),
    ],
)
def test_half_of_a_letter_is_refused(path: tuple[object, ...], place: str) -> None:
    for half in ("\ud83d", "She \udc00 cried."):
        with pytest.raises(ExportError) as refused:
            from_json(tampered(*path, value=half))
        assert refused.value.places == (place,)
    from_json(tampered("plans", 0, "text", value="A smile: \U0001f642"))


@pytest.mark.parametrize("key", ["Siobhan Kelly", "She cried about the wig.", "0", "text"])
@pytest.mark.parametrize("path", [("right",), ("feedback", "assessment", "levels")])
def test_a_place_names_fields_of_the_form_and_no_word_of_the_file(
    path: tuple[str, ...], key: str
) -> None:
    with pytest.raises(ExportError) as refused:
        from_json(tampered("reflections", 0, *path, value={key: "x"}))
    place = ".".join(["reflections", "0", *path])
    assert set(refused.value.places) <= {place, f"{place}.text"} and refused.value.places
    assert "Siobhan" not in str(refused.value) and "wig" not in str(refused.value)
