"""A PDF for an appraisal portfolio: what was learnt, and no detail of anybody.

Neither a note nor a quotation of one stands in it. reportlab and matplotlib are imported only when
one is made.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import date
from html import escape
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from prompts.library import Library
from reflections.feedback.compose import is_to_try
from reflections.history import written_on
from reflections.model import Plan, Reflection, Safety
from reflections.trends import trends

_STEPS = 8
"""Things to try that are listed, the newest."""
_QUOTED = re.compile(r"[“\"«](.+?)[”\"»]|‘(.+?)’")
_ANSWER = 110
"""Height, in points, of the room under a question that the clinician answers on the screen or by
hand."""
_LINE = 20
"""Height, in points, of room for one line."""
_MARGIN = 20
"""In millimetres."""
_PADDING = 6
"""In points, that reportlab keeps free at the sides of a page's frame."""


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
        KeepTogether,
        ListFlowable,
        ListItem,
        Paragraph,
        SimpleDocTemplate,
    )

    margin, width = _MARGIN * mm, A4[0] - 2 * _MARGIN * mm - 2 * _PADDING

    say, day = library.say, library.dates.written_day
    styles = _styles()

    def text(words: str, style: str = "body") -> Any:
        return Paragraph(escape(words), styles[style])

    def bullets(lines: Sequence[str]) -> Any:
        items = [ListItem(text(line)) for line in lines]
        return ListFlowable(
            items,
            bulletType="bullet",
            start="•",
            bulletFontName="DejaVu",
            bulletFontSize=styles["body"].fontSize,
            bulletOffsetY=-0.5,
            leftIndent=12,
            bulletDedent=11,
        )

    def to_write(question: str, height: float = _ANSWER) -> list[Any]:
        return [text(question, "ask"), _field(question, width, height)]

    days = [written_on(r, zone) for r in reflections]
    first = since or min(days, default=made_on)
    last = until or made_on
    # What was looked at, and no number beside it: somebody else will read this. Single words of a
    # note are words of a note, too; and what was not touched on is their own.
    touched = trends(reflections, zone, library).touched
    themes = [library.factors[factor].name for factor in touched]
    story: list[Any] = [
        text(say("portfolio.title"), "title"),
        text(say("portfolio.period", first=day(first), last=day(last), made=day(made_on))),
        text(say("portfolio.what"), "soft"),
        *to_write(say("portfolio.name"), _LINE),
        text(say("portfolio.looked_at"), "heading"),
    ]
    if themes:
        story += [text(say("portfolio.themes"), "soft")]
        story += [bullets([theme[0].upper() + theme[1:] for theme in themes])]
    else:
        story.append(text(say("portfolio.none")))
    if plans:
        story += [text(say("portfolio.plans"), "heading")]
        story += [bullets([_plan(library, plan) for plan in plans])]
    planned = {plan.text for plan in plans}
    steps = [s for s in _steps(reflections) if s not in planned][:_STEPS]
    if steps:
        story += [text(say("portfolio.steps"), "heading")]
        story += [text(say("portfolio.steps_from"), "soft"), bullets(steps)]
    own = [text(say("portfolio.own"), "heading")]
    for question in library.variants("portfolio.questions"):
        story.append(KeepTogether([*own, *to_write(question)]))
        own = []

    def foot(canvas: Any, document: Any) -> None:
        canvas.saveState()
        canvas.setFont("DejaVu", 7.5)
        canvas.drawString(margin + _PADDING, 12 * mm, say("portfolio.foot"))
        canvas.drawRightString(A4[0] - margin - _PADDING, 12 * mm, str(document.page))
        canvas.restoreState()

    made = io.BytesIO()
    document = SimpleDocTemplate(
        made,
        pagesize=A4,
        leftMargin=margin,
        rightMargin=margin,
        topMargin=18 * mm,
        bottomMargin=20 * mm,
        title=say("portfolio.title"),
        author="",
        lang=library.language,
    )
    document.build(story, onFirstPage=foot, onLaterPages=foot)
    return made.getvalue()


def _steps(reflections: Sequence[Reflection]) -> list[str]:
    """What feedback gave to try, newest first, each once; none that quotes the note, and none of
    the words that take its place where safety comes first: those say what the note was."""
    steps = []
    for reflection in reversed(reflections):
        step = reflection.feedback.next_step if reflection.feedback else ""
        if is_to_try(step) and not tells(step, reflection):
            steps.append(step)
    return list(dict.fromkeys(steps))


def tells(step: str, reflection: Reflection | None) -> bool:
    """Whether a step that came of a reflection's feedback holds words of its note, in any wording,
    or says by what it is that the note was about somebody's safety. Where the words are gone, so
    that nobody can tell, whatever it quotes is taken for them."""
    feedback = reflection.feedback if reflection else None
    if feedback and feedback.assessment.safety is not Safety.NONE:
        return True
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


def _field(name: str, width: float, height: float) -> Any:
    """A box to type into, on the screen, or to write into, on paper."""
    from reportlab.lib.colors import HexColor
    from reportlab.platypus import Flowable

    class Field(Flowable):  # type: ignore[misc]
        def draw(self) -> None:
            self.canv.acroForm.textfield(
                name=name,
                tooltip=name,
                width=width,
                height=height,
                borderWidth=0.5,
                borderColor=HexColor("#9aa5a4"),
                fillColor=HexColor("#ffffff"),
                fontSize=10,
                fieldFlags="multiline" if height > _LINE else "",
                relative=True,
                forceBorder=True,
                maxlen=4000,
            )

    made = Field()
    made.width, made.height = width, height
    return made


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
        "ask": ParagraphStyle("ask", parent=body, spaceBefore=8, keepWithNext=1),
    }
