"""One's own reflections to take along: JSON that can be read back, CSV for a spreadsheet.

The JSON form is described in docs/export.md and docs/export.schema.json. What is read back is
checked as a whole before any of it is used, and every word of it goes through the privacy screen
again where it is kept (``bot.data``): a file from outside is text from outside.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter, ValidationError

from prompts.library import Dimension, Library
from reflections.history import written_on
from reflections.model import Clinician, Plan, Reflection
from reflections.privacy import WAIVABLE, IdentifierType, Screening

FORMAT: Literal["alliance-reflections"] = "alliance-reflections"
VERSION: Literal[1] = 1


class ExportError(ValueError):
    """A file is no export that can be read; the message names the place, never its words."""


@dataclass(frozen=True)
class Export:
    """What the JSON file holds. ``since`` and ``until`` are the local dates that were asked for,
    both included; None for no bound. Instants are in UTC, as ISO 8601."""

    made_at: datetime
    time_zone: str
    reflections: tuple[Reflection, ...]
    plans: tuple[Plan, ...] = ()
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
            if not (plan.source.startswith("feedback") and tells(plan.text, by_id.get(plan.id)))
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
        found = _FORM.validate_json(data)
    except ValidationError as error:
        places = [".".join(map(str, e["loc"])) or "the file" for e in error.errors()[:5]]
        raise _unfit(places) from None
    # The form is recursive, but an earlier version holds none itself: whoever reads or screens a
    # reflection looks one level deep.
    deeper = [
        f"reflections.{i}.earlier.{k}.earlier"
        for i, reflection in enumerate(found.reflections)
        for k, version in enumerate(reflection.earlier)
        if version.earlier
    ]
    if deeper:
        raise _unfit(deeper[:5])
    return found


def _unfit(places: Sequence[str]) -> ExportError:
    return ExportError(
        f"not an export of reflections, version {VERSION}: it does not fit the form at "
        + ", ".join(places)
    )


def schema() -> dict[str, Any]:
    """The JSON Schema of the file."""
    return _FORM.json_schema()


def labelled(export: Export) -> list[Mapping[str, Any]]:
    """The notes that their writer read otherwise than the engine, with the writer's own levels, as
    rows for ``evaluate``. A note without its words cannot be read again, and is left out."""
    return [
        {"id": r.id, "text": r.note.text, **{d.value: r.right[d].value for d in Dimension}}
        for r in export.reflections
        if r.note.text and all(d in r.right for d in Dimension)
    ]


def refused(
    reflection: Reflection, screen: Callable[[str], Screening]
) -> frozenset[IdentifierType]:
    """The kinds of identifier for which a reflection from a file cannot be kept: found anywhere in
    it, and not waived by its writer, who can waive no more than in the chat. Raises what the screen
    raises: then nothing may be kept."""
    found: set[IdentifierType] = set()
    for version in (reflection, *reflection.earlier):
        waived = WAIVABLE.intersection(version.waived)
        own = version.note.text
        for text in dict.fromkeys([own, *_said(version)]):
            if text == own or text not in own:
                found |= screen(text).kinds - waived
    return frozenset(found)


def _said(reflection: Reflection) -> list[str]:
    """The words of a reflection beside its note."""
    feedback = reflection.feedback
    own = [text for text in (reflection.question, reflection.thought) if text]
    if feedback is None:
        return own
    quotes = [q for spans in feedback.assessment.evidence.values() for q in spans]
    quotes += [o.quote for o in feedback.assessment.opportunities]
    parts = (feedback.strength, feedback.opening, feedback.next_step)
    return [text for text in (*own, *parts, *quotes) if text]


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
    mine = [reflection.right.get(d, "") for d in Dimension]
    fits = "no" if reflection.disputed else "yes" if feedback else ""
    if feedback is None:
        return [written, asked, note.text, *[""] * 5, *[""] * len(Dimension), "", "", fits, *mine]
    read = feedback.assessment
    return [
        written,
        asked,
        note.text,
        feedback.strength,
        feedback.opening,
        feedback.next_step,
        reflection.question,
        reflection.thought,
        *[read.levels.get(d, "") for d in Dimension],
        len(read.opportunities),
        sum(o.met for o in read.opportunities),
        fits,
        *mine,
    ]


def _inert(cell: str) -> str:
    """A spreadsheet takes a cell that begins like this for a formula, and would run it."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
