"""One's own reflections to take along: JSON that can be read back, CSV for a spreadsheet.

The JSON form is described in docs/export.md and docs/export.schema.json. What is read back is
checked as a whole before any of it is used; ``reflections.importing`` keeps it.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import takewhile
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import FailFast, TypeAdapter, ValidationError

from prompts.library import Dimension, Library
from reflections.history import written_on
from reflections.model import Clinician, Plan, Reflection, Safety

FORMAT: Literal["alliance-reflections"] = "alliance-reflections"
VERSION: Literal[1] = 1
_MOST_VALUES = 20_000
"""JSON values in one reflection or plan; one with many earlier wordings has some thousands."""
_HALF = re.compile("[\ud800-\udfff]")
"""Half of a surrogate pair: JSON can name one, and no text that is kept or sent can hold it."""


class ExportError(ValueError):
    """A file is no export that can be read: it does not fit the form at ``places``, names of its
    fields, or, where there are none, it holds too much. The message holds none of its words."""

    def __init__(self, message: str, places: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.places = tuple(places)


@dataclass(frozen=True)
class Export:
    """What the JSON file holds. ``since`` and ``until`` are the local dates that were asked for,
    both included; None for no bound. Instants are in UTC, as ISO 8601."""

    made_at: datetime
    time_zone: str
    reflections: Annotated[tuple[Reflection, ...], FailFast()]
    plans: Annotated[tuple[Plan, ...], FailFast()] = ()
    since: date | None = None
    until: date | None = None
    format: Literal["alliance-reflections"] = FORMAT
    version: Literal[1] = VERSION


@dataclass(frozen=True)
class Wanted:
    """Which copy somebody asked for: "pdf", "csv" or "json", and the local dates, both included."""

    kind: str
    since: date | None = None
    until: date | None = None

    @property
    def name(self) -> str:
        """The name of the file."""
        days = "-to-".join(d.isoformat() for d in (self.since, self.until) if d)
        return f"reflections{'-' + days if days else ''}.{self.kind}"

    def pack(self) -> str:
        return " ".join(
            [self.kind, *(d.isoformat() if d else "-" for d in (self.since, self.until))]
        )

    @staticmethod
    def unpack(packed: str) -> Wanted:
        kind, *days = packed.split(" ")
        since, until = (None if day == "-" else date.fromisoformat(day) for day in days)
        return Wanted(kind, since, until)


def made(
    wanted: Wanted,
    clinician: Clinician,
    reflections: Iterable[Reflection],
    plans: Sequence[Plan],
    library: Library,
    now: datetime,
) -> bytes:
    """The file that was asked for. Takes seconds for a PDF; pure, so it may run in a thread."""
    zone = clinician.zone
    by_id = {r.id: r for r in reflections}
    found = within(by_id.values(), zone, wanted.since, wanted.until)
    plans = plans_within(plans, zone, wanted.since, wanted.until)
    if wanted.kind == "csv":
        return as_csv(found, zone, library)
    if wanted.kind == "json":
        whole = Export(
            now, clinician.time_zone, tuple(found), tuple(plans), wanted.since, wanted.until
        )
        return as_json(whole)
    from reflections.portfolio import as_pdf, tells

    return as_pdf(
        found,
        [
            plan
            for plan in plans
            if plan.text.strip()
            and not (plan.source.startswith("feedback") and tells(plan.text, by_id.get(plan.id)))
        ],
        zone,
        library,
        clinician.today(now),
        wanted.since,
        wanted.until,
    )


_FORM: TypeAdapter[Export] = TypeAdapter(Export)


def within(
    reflections: Iterable[Reflection], zone: ZoneInfo, since: date | None, until: date | None
) -> list[Reflection]:
    """Those that were written on these local dates, both included, oldest first."""
    found = [r for r in reflections if _between(written_on(r, zone), since, until)]
    return sorted(found, key=lambda r: r.note.written_at)


def plans_within(
    plans: Iterable[Plan], zone: ZoneInfo, since: date | None, until: date | None
) -> list[Plan]:
    """Those that were made on these local dates, both included."""
    return [p for p in plans if _between(p.made_at.astimezone(zone).date(), since, until)]


def _between(day: date, since: date | None, until: date | None) -> bool:
    return (since is None or day >= since) and (until is None or day <= until)


def as_json(export: Export) -> bytes:
    return _FORM.dump_json(export, indent=1)


def from_json(data: bytes) -> Export:
    """Read an export back; ExportError where it is none, or of another version."""
    try:
        raw = json.loads(data)
    except (ValueError, RecursionError):
        raise _unfit(["the file"]) from None
    # Every value that does not fit costs kilobytes: so the first reflection that does not is the
    # last that is looked at, and none is looked at that holds more values than one can.
    for name in ("reflections", "plans"):
        listed = raw.get(name) if isinstance(raw, dict) else None
        for i, each in enumerate(listed if isinstance(listed, list) else ()):
            if not _is_readable(each):
                raise _unfit([f"{name}.{i}"])
    if isinstance(raw, dict) and not _is_readable(raw.get("time_zone")):
        raise _unfit(["time_zone"])
    try:
        found = _FORM.validate_python(raw)
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_context=False, include_input=False)
        raise _unfit([_place(e["loc"]) for e in wrong]) from None
    # The form is recursive, but an earlier version holds none itself: whoever reads or screens a
    # reflection looks one level deep.
    deeper = [
        f"reflections.{i}.earlier.{k}.earlier"
        for i, reflection in enumerate(found.reflections)
        for k, version in enumerate(reflection.earlier)
        if version.earlier
    ]
    if deeper:
        raise _unfit(deeper)
    if no_instants := [place for place, at in _instants(found) if not _is_instant(at)]:
        raise _unfit(no_instants)
    return found


def _is_readable(value: object) -> bool:
    """Whether a JSON value holds no more values than one can, itself and at any depth, and no half
    of a character in any."""
    count, waiting = 0, [value]
    while waiting:
        inner = waiting.pop()
        count += 1
        if count > _MOST_VALUES or (isinstance(inner, str) and _HALF.search(inner)):
            return False
        if isinstance(inner, dict):
            waiting += inner.values()
        elif isinstance(inner, list):
            waiting += inner
    return True


def _is_instant(at: datetime) -> bool:
    """Whether it has a zone, and is a date in UTC: the first and the last day may be none."""
    try:
        return at.tzinfo is not None and at.astimezone(UTC).tzinfo is UTC
    except OverflowError:
        return False


def _place(path: Sequence[int | str]) -> str:
    """Where in the file, as far as its fields are ours: a key may be any text."""
    ours = takewhile(lambda part: isinstance(part, int) or part in _NAMES, path)
    return ".".join(map(str, ours)) or "the file"


def _instants(export: Export) -> Iterator[tuple[str, datetime]]:
    """Every instant in it, by its place."""
    yield "made_at", export.made_at
    for i, reflection in enumerate(export.reflections):
        versions = {f"earlier.{k}.": version for k, version in enumerate(reflection.earlier)}
        for below, version in {"": reflection, **versions}.items():
            yield f"reflections.{i}.{below}note.written_at", version.note.written_at
            if version.note.amended_at:
                yield f"reflections.{i}.{below}note.amended_at", version.note.amended_at
    for i, plan in enumerate(export.plans):
        yield f"plans.{i}.made_at", plan.made_at


def _unfit(places: Sequence[str]) -> ExportError:
    names = [place[:100] for place in places[:5]]
    form = f"not an export of reflections, version {VERSION}: it does not fit the form at "
    return ExportError(form + ", ".join(names), names)


def schema() -> dict[str, Any]:
    """The JSON Schema of the file, with a word on every field."""
    made = _FORM.json_schema()
    for name, form in {"Export": made, **made["$defs"]}.items():
        for field, told in form.get("properties", {}).items():
            told["description"] = _FIELDS[f"{name}.{field}"]
    return made


_FIELDS = {
    "Export.format": "Always alliance-reflections.",
    "Export.version": "Of this form. A file of another one is refused.",
    "Export.made_at": "When the file was made.",
    "Export.time_zone": "The zone of its owner's days, as in the IANA database.",
    "Export.since": "The first local date that was asked for; null for no bound.",
    "Export.until": "The last local date that was asked for, included; null for no bound.",
    "Export.reflections": "Oldest first.",
    "Export.plans": "What its owner set out to try, oldest first.",
    "Reflection.id": "Sixteen hexadecimal digits. One that is there already is left as it is.",
    "Reflection.note": "What was written, as it was kept.",
    "Reflection.feedback": "What came back; null where it was not ready yet.",
    "Reflection.disputed": "Its writer has said that the feedback does not fit.",
    "Reflection.right": (
        "A level for each dimension, as its writer reads the note; empty where they have not said."
    ),
    "Reflection.waived": (
        "Kinds of detail that the screen doubted and the writer chose to keep. Not believed of a "
        "file that is brought back."
    ),
    "Reflection.question": "The question that leads further; empty where there is none.",
    "Reflection.thought": "What its writer answered to it.",
    "Reflection.earlier": (
        "How it stood before it was amended, oldest first; these hold no earlier ones themselves."
    ),
    "Reflection.misread": (
        "What the safety gate took the note for, where its writer has said that it isn't that."
    ),
    "Note.text": "Empty where its writer keeps feedback only.",
    "Note.written_at": "When it was first written.",
    "Note.prompt_id": "The question that it answers, by its id in prompts.yaml; null for none.",
    "Note.amended_at": "When this wording took the place of an earlier one; null where none did.",
    "Feedback.assessment": "What was read in the note.",
    "Feedback.strength": (
        "What worked, in words; empty where the note gives nothing to build it on."
    ),
    "Feedback.opening": "An opening that the note records, in words; may be empty.",
    "Feedback.next_step": "One thing to try, in words; may be empty.",
    "Feedback.engine": (
        "Who read the note: rubric (rules), model (a language model); model_failed and "
        "model_resting for the rules in its stead."
    ),
    "Assessment.encounter": (
        "Whether it reads like a moment with a patient; if not, nothing is said of it."
    ),
    "Assessment.safety": (
        "What the safety gate took it for; but for none, people to turn to stand in the place "
        "of feedback."
    ),
    "Assessment.levels": (
        "For each dimension, what the note records, which is no mark of its writer: strong, "
        "partial, missed (an opening passed by), not_evident (the note doesn't mention it)."
    ),
    "Assessment.opportunities": "Openings for empathy, in the order of the note.",
    "Assessment.rupture": "Whether the note tells of a strain between the two.",
    "Assessment.repair": "Whether it tells of its being mended; null without a strain.",
    "Assessment.evidence": "For each dimension, the words of the note that its level rests on.",
    "Assessment.acts": (
        "What the reader marked in the note, by the codes in docs/export.md; history by factor "
        "is worked out from it."
    ),
    "Opportunity.quote": "The words of the note.",
    "Opportunity.type": (
        "What the patient voiced: a feeling, a hardship, or something that went well."
    ),
    "Opportunity.met": "Whether the note tells of an answer to it.",
    "Act.start": "Where it begins in the note's text, in characters (Unicode code points) from 0.",
    "Act.end": "Where it ends, exclusive.",
    "Act.code": "One of the codes in docs/export.md.",
    "Act.confidence": (
        "How likely the reader holds it to be what the code says, 0 to 1; a figure of the "
        "machine's about itself, and none about the writer."
    ),
    "Plan.id": "Sixteen hexadecimal digits; that of the reflection whose feedback it came from.",
    "Plan.text": "The plan, as its writer put it.",
    "Plan.about": "What it came from, in words.",
    "Plan.source": (
        "feedback with the reflection's id and a checksum of the step; a team and the id of its "
        "tip; own; or export, for one of a tip that came back from a file."
    ),
    "Plan.made_at": "When it was made.",
    "Plan.asked": "The key of the prompt that asked about it; empty for none. Not taken over.",
    "Plan.done": "Whether it was tried.",
}
"""What each field of the JSON form means."""
_NAMES = frozenset(key.split(".")[1] for key in _FIELDS)


def labelled(export: Export) -> list[Mapping[str, Any]]:
    """The notes that their writer read otherwise than the engine, with the writer's own levels, as
    rows for ``evaluate``. A note without its words cannot be read again, and is left out."""
    return [
        {"id": r.id, "text": r.note.text, **{d.value: r.right[d].value for d in Dimension}}
        for r in export.reflections
        if r.note.text and all(d in r.right for d in Dimension)
    ]


# ---- CSV ----------------------------------------------------------------------------------------

_COLUMNS = (
    "written",
    "question",
    "note",
    "strength",
    "opening",
    "to_try",
    "asked_further",
    "answered",
    *(d.value for d in Dimension),
    "openings",
    "openings_met",
    "fits",
    *(f"{d.value}_mine" for d in Dimension),
)


def as_csv(reflections: Sequence[Reflection], zone: ZoneInfo, library: Library) -> bytes:
    """A row for each reflection, in UTF-8 with a mark, so that spreadsheets read it as such."""
    made = io.StringIO()
    rows = csv.writer(made, lineterminator="\r\n")
    rows.writerow(_COLUMNS)
    for reflection in reflections:
        rows.writerow([_inert(str(cell)) for cell in _row(reflection, zone, library)])
    return made.getvalue().encode("utf-8-sig")


def _row(reflection: Reflection, zone: ZoneInfo, library: Library) -> list[object]:
    note, feedback = reflection.note, reflection.feedback
    asked = next((p.text for p in library.prompts if p.id == note.prompt_id), "")
    written = note.written_at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    read_as = feedback.assessment.levels if feedback else {}
    right = {d: level for d, level in reflection.right.items() if level is not read_as.get(d)}
    mine = [right.get(d, "") for d in Dimension]
    fits = "no" if reflection.disputed else ""
    if feedback is None:
        return [written, asked, note.text, *[""] * 5, *[""] * len(Dimension), "", "", fits, *mine]
    read = feedback.assessment
    return [
        written,
        asked,
        note.text,
        feedback.strength,
        feedback.opening,
        feedback.next_step if read.safety is Safety.NONE else "",
        reflection.question,
        reflection.thought,
        *[read.levels.get(d, "") for d in Dimension],
        len(read.opportunities),
        sum(o.met for o in read.opportunities),
        fits,
        *mine,
    ]


def _inert(cell: str) -> str:
    """A spreadsheet takes a cell that begins like this for a formula, and would run it; so do some
    with the wide forms of these characters, or with space before them."""
    begins = unicodedata.normalize("NFKC", cell.lstrip())[:1]
    return f"'{cell}" if begins in _FORMULA or cell[:1] in ("\t", "\r", "\n") else cell


_FORMULA = ("=", "+", "-", "@")
