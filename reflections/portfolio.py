"""A PDF for an appraisal portfolio: what was learnt, and no detail of anybody.

Neither a note nor a quotation of one stands in it. reportlab and matplotlib are imported only when
one is made.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from html import escape
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from prompts.library import Library
from reflections.history import written_on
from reflections.model import Plan, Reflection
from reflections.trends import in_words, trends

_STEPS = 12
"""Things to try that are listed, the newest."""
_QUOTED = re.compile(r"[“\"«](.+?)[”\"»]|‘(.+?)’")
_LINES = 3
"""Empty lines under a question that the clinician answers by hand, or on the screen."""


def as_pdf(
    reflections: Sequence[Reflection],
    plans: Sequence[Plan],
    zone: ZoneInfo,
    library: Library,
    made_on: date,
    since: date | None,
    until: date | None,
) -> bytes:
    """Two or three A4 pages about these reflections, which come oldest first, and these plans, of
    which none may tell of a note (``tells``)."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import mm
    from reportlab.platypus import (
        HRFlowable,
        ListFlowable,
        ListItem,
        Paragraph,
        SimpleDocTemplate,
        Spacer,
    )

    say = library.say
    styles = _styles()

    def text(words: str, style: str = "body") -> Any:
        return Paragraph(escape(words), styles[style])

    def bullets(lines: Sequence[str]) -> Any:
        items = [ListItem(text(line), leftIndent=12) for line in lines]
        return ListFlowable(items, bulletType="bullet", start="•", bulletFontName="DejaVu")

    def to_write(question: str) -> list[Any]:
        lines = [
            HRFlowable(width="100%", thickness=0.4, spaceBefore=20, spaceAfter=0)
            for _ in range(_LINES)
        ]
        return [text(question, "ask"), *lines, Spacer(0, 10)]

    days = [written_on(r, zone) for r in reflections]
    first = since or min(days, default=made_on)
    last = until or made_on
    # What was looked at, and no number beside it: somebody else will read this. Single words of a
    # note are words of a note, too; and what was not touched on is their own.
    found = replace(trends(reflections, zone, library), months=(), words=(), not_yet=())
    looked_at = in_words(library, found)
    story: list[Any] = [
        text(say("portfolio.title"), "title"),
        text(say("portfolio.period", first=_day(first), last=_day(last), made=_day(made_on))),
        text(say("portfolio.name")),
        Spacer(0, 8),
        text(say("portfolio.what", number=len(reflections)), "soft"),
        text(say("portfolio.looked_at"), "heading"),
        bullets(looked_at) if looked_at else text(say("portfolio.none")),
    ]
    if plans:
        story += [text(say("portfolio.plans"), "heading")]
        story += [bullets([_plan(library, plan) for plan in plans])]
    planned = {plan.text for plan in plans}
    steps = [s for s in _steps(reflections) if s not in planned][:_STEPS]
    if steps:
        story += [text(say("portfolio.steps"), "heading"), bullets(steps)]
    story.append(text(say("portfolio.own"), "heading"))
    for question in library.variants("portfolio.questions"):
        story += to_write(question)

    def foot(canvas: Any, document: Any) -> None:
        canvas.saveState()
        canvas.setFont("DejaVu", 7.5)
        canvas.drawString(20 * mm, 12 * mm, say("portfolio.foot"))
        canvas.drawRightString(A4[0] - 20 * mm, 12 * mm, str(document.page))
        canvas.restoreState()

    made = io.BytesIO()
    document = SimpleDocTemplate(
        made,
        pagesize=A4,
        leftMargin=20 * mm,
        rightMargin=20 * mm,
        topMargin=18 * mm,
        bottomMargin=20 * mm,
        title=say("portfolio.title"),
        author="",
        lang=library.language,
    )
    document.build(story, onFirstPage=foot, onLaterPages=foot)
    return made.getvalue()


def _steps(reflections: Sequence[Reflection]) -> list[str]:
    """What feedback gave to try, newest first, each once; none that quotes the note."""
    steps = []
    for reflection in reversed(reflections):
        step = reflection.feedback.next_step if reflection.feedback else ""
        if step and not tells(step, reflection):
            steps.append(step)
    return list(dict.fromkeys(steps))


def tells(step: str, reflection: Reflection | None) -> bool:
    """Whether a step that came of a reflection's feedback holds words of its note, in any wording.
    Where the words are gone, so that nobody can tell, whatever it quotes is taken for them."""
    found = [a or b for a, b in _QUOTED.findall(step.lower())]
    quoted = [q for each in found if (q := each.strip(" .,;:!?…"))]
    versions = (reflection, *reflection.earlier) if reflection else ()
    notes = [version.note.text.lower() for version in versions]
    if not notes or not all(notes):
        return bool(quoted)
    return any(quotes(step, note) or any(q in note for q in quoted) for note in notes)


def quotes(step: str, note: str) -> bool:
    """Whether five words in a row of the note stand in the step."""
    words, own = (re.findall(r"\w+", text.lower()) for text in (step, note))
    runs = {tuple(own[i : i + 5]) for i in range(len(own) - 4)}
    return any(tuple(words[i : i + 5]) in runs for i in range(len(words) - 4))


def _plan(library: Library, plan: Plan) -> str:
    return library.say("portfolio.done", plan=plan.text) if plan.done else plan.text


def _day(value: date) -> str:
    return f"{value.day} {value:%B %Y}"


def _styles() -> dict[str, Any]:
    """The styles of the text, in the free fonts that matplotlib brings along: the PDF's own know
    no letters beyond Western Europe's."""
    import matplotlib
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    for name, file in (("DejaVu", "DejaVuSans.ttf"), ("DejaVu-Bold", "DejaVuSans-Bold.ttf")):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(folder / file)))
    body = ParagraphStyle("body", fontName="DejaVu", fontSize=9.5, leading=14, spaceAfter=4)
    bold = {"parent": body, "fontName": "DejaVu-Bold"}
    return {
        "body": body,
        "soft": ParagraphStyle("soft", parent=body, fontSize=8.5, leading=12, textColor="#55605f"),
        "title": ParagraphStyle("title", **bold, fontSize=17, leading=22, spaceAfter=8),
        "heading": ParagraphStyle(
            "heading", **bold, fontSize=12, leading=16, spaceBefore=12, spaceAfter=5, keepWithNext=1
        ),
        "ask": ParagraphStyle("ask", parent=body, spaceBefore=6, keepWithNext=1),
    }
