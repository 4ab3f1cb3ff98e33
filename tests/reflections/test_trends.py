"""What is shown over time: counts of what notes record, in the writer's favour, and no gaps."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from prompts.library import Dimension, Library
from reflections.charts import draw
from reflections.intake import without_words
from reflections.model import Clinician, Level, Note, Reflection
from reflections.retention import expires_before
from reflections.trends import Month, Trends, can_be_drawn, in_words, month_in_words, trends
from tests.reflections.test_history import reflection

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_months_are_local_and_those_without_a_note_are_left_out(library: Library) -> None:
    kept = [
        reflection("a", "She cried.", datetime(2026, 8, 31, 23, 30, tzinfo=UTC), met=True),
        reflection("b", "He sighed.", NOW, met=False, empathy=Level.MISSED),
        reflection("c", "He sighed.", NOW, met=True, empathy=Level.STRONG),
    ]
    september, november = trends(kept, LONDON, library).months
    assert (september.first, september.recorded, september.met) == (date(2026, 9, 1), 1, 1)
    assert (november.first, november.recorded, november.met) == (date(2026, 11, 1), 2, 1)
    assert november.shows[Dimension.EMPATHY] == 1 and november.notes == 2


def test_what_its_writer_reads_otherwise_is_theirs_to_say(library: Library) -> None:
    read = reflection("a", "She cried.", NOW, met=False, empathy=Level.MISSED)
    right = {**{d: Level.NOT_EVIDENT for d in Dimension}, Dimension.EMPATHY: Level.STRONG}
    (month,) = trends([replace(read, disputed=True, right=right)], LONDON, library).months
    assert month.recorded == 0 and month.shows[Dimension.EMPATHY] == 1


def test_words_that_come_back_are_ones_own(library: Library) -> None:
    texts = ["The stairs frightened her.", "Stairs again, [NAME] said.", "He had the stairs too."]
    kept = [Reflection(str(i), Note(text, NOW)) for i, text in enumerate(texts)]
    assert trends(kept, LONDON, library).words == ("stairs",)
    assert trends(kept[:2], LONDON, library).words == ()


def test_factors_come_from_questions_and_feedback(library: Library) -> None:
    prompt = next(p for p in library.prompts if p.factor == "F3")
    found = trends([Reflection("a", Note("x", NOW, prompt.id))], LONDON, library)
    assert found.touched == ("F3",) and "F3" not in found.not_yet and len(found.not_yet) == 7


@given(recorded=st.integers(0, 9), met=st.integers(0, 9), shown=st.integers(0, 3))
@settings(deadline=None)
def test_in_words_there_is_no_score(library: Library, recorded: int, met: int, shown: int) -> None:
    shows = {d: int(i < shown) for i, d in enumerate(Dimension)}
    month = Month(date(2026, 11, 1), 3, recorded, min(met, recorded), shows)
    line = month_in_words(library, month)
    assert line.startswith("November 2026: ") and "%" not in line and "missed" not in line
    assert ("They show something of" in line) == (shown > 0)
    lines = in_words(library, Trends((month,), (), (), ()))
    assert any("39 of 384" in text for text in lines) == (recorded > 0)


def some(number: int) -> Trends:
    months = [
        Month(date(2026, m, 1), 2, m, m // 2, {d: m % 2 for d in Dimension})
        for m in range(1, number + 1)
    ]
    return Trends(tuple(months), (), (), ())


def test_the_picture_reads_without_colour_and_on_a_dark_page(library: Library) -> None:
    png = draw(some(12), library)
    picture = Image.open(io.BytesIO(png))
    assert picture.format == "PNG" and len(png) < 200_000
    assert picture.convert("RGBA").getchannel("A").getextrema() == (255, 255), "an opaque sheet"
    grey = picture.convert("L")
    darkest, lightest = grey.getextrema()
    assert lightest > 230 and darkest < 60


def test_the_picture_is_made_for_a_phone(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a phone 360 pixels wide, of which a Home tab leaves it 300, no letter is below eleven
    pixels; nothing is cut off, and no text meets another."""
    drawn: list[Figure] = []
    save = Figure.savefig

    def looked_at(figure: Figure, *where: object, **how: object) -> None:
        save(figure, *where, **how)
        drawn.append(figure)

    monkeypatch.setattr(Figure, "savefig", looked_at)
    for number in (2, 6, 12):
        draw(some(number), library)
        figure = drawn.pop()
        width, height = figure.get_size_inches()
        assert height < 1.5 * width
        pixels = 300 / width / 72
        texts = [t for t in figure.findobj(Text) if t.get_text().strip() and t.get_visible()]
        numbers = [t for t in texts if t.get_text().isdigit()]
        assert len(numbers) > number
        assert all(t.get_fontsize() * pixels >= 11 for t in texts)
        boxes = [t.get_window_extent() for t in texts]
        assert all(figure.bbox.contains(*corner) for box in boxes for corner in box.corners())
        for i, box in enumerate(boxes):
            for k, other in enumerate(boxes[:i]):
                assert not box.overlaps(other), (texts[i].get_text(), texts[k].get_text())


def test_one_month_is_said_in_words_alone(library: Library) -> None:
    assert not can_be_drawn(some(1)) and can_be_drawn(some(2))
    with pytest.raises(ValueError, match="fewer than two months"):
        draw(some(1), library)


@given(st.integers(0, 120), st.datetimes(datetime(2001, 1, 1), datetime(2090, 1, 1)))
def test_nothing_expires_before_its_time(months: int, at: datetime) -> None:
    now = at.replace(tzinfo=UTC)
    clinician = Clinician("T1-U1", "D1", "Asia/Kathmandu", keep_months=months)
    before = expires_before(clinician, now)
    if not months:
        assert before is None
        return
    assert before is not None
    # A month has 28 to 31 days, and the day itself counts as a whole.
    assert timedelta(days=28 * months - 1) <= now - before <= timedelta(days=31 * months + 2)


def test_feedback_only_waits_for_the_feedback() -> None:
    unread = Reflection("a", Note("She cried.", NOW), earlier=(Reflection("a", Note("x", NOW)),))
    assert without_words(unread) == unread
    read = replace(reflection("a", "She cried.", NOW), earlier=unread.earlier, thought="Mine.")
    bare = without_words(read)
    assert bare.note.text == bare.thought == "" and bare.earlier == () and bare.feedback
