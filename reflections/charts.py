"""The picture of how things went over time. matplotlib is imported only when one is drawn."""

from __future__ import annotations

import io
from threading import Lock
from typing import TYPE_CHECKING, Any

from prompts.library import Dimension, Library
from reflections.trends import Month, Trends, can_be_drawn

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# One opaque sheet in dark ink: it reads the same on a light page, on a dark one, and in print.
# What is told apart is told apart by filling, hatching, shape and a number, never by colour alone.
_PAPER, _INK, _SOFT, _FILL = "#faf8f3", "#1d2b2b", "#55605f", "#2d5a5a"
_MARKERS = {Dimension.EMPATHY: "o", Dimension.PARTNERSHIP: "s", Dimension.EXPECTATIONS: "D"}
MONTHS_DRAWN = 6
"""More would make letters too small for a phone; the words tell of all."""
_WIDTH, _HEIGHT = 3.6, 4.6
"""Inches, of a hundred pixels on a phone 360 pixels wide; on a Home tab it is some 300 wide."""
_TEXT, _TITLE, _COUNT = 10.6, 11.4, 9.6
"""Points: 15, 16 and 13 pixels on that phone."""
_DRAWING = Lock()
"""matplotlib's fonts and caches are not made for several threads."""


def draw(trends: Trends, library: Library, dpi: int = 300) -> bytes:
    """A PNG of openings and dimensions over the last months with a note, made for a phone: 1080 by
    1380 pixels.

    Takes a second the first time. ValueError where there are fewer than two months to draw.
    """
    if not can_be_drawn(trends):
        raise ValueError("there are fewer than two months to draw")
    with _DRAWING:
        from matplotlib import rc_context
        from matplotlib.figure import Figure
        from matplotlib.layout_engine import ConstrainedLayoutEngine

        style: Any = {
            "font.family": "DejaVu Sans",
            "font.size": _TEXT,
            "text.color": _INK,
            "hatch.linewidth": 0.6,
        }
        months = trends.months[-MONTHS_DRAWN:]
        with rc_context(style):
            layout = ConstrainedLayoutEngine(w_pad=0.08, h_pad=0.08)
            size = (_WIDTH, _HEIGHT)
            figure = Figure(figsize=size, dpi=dpi, facecolor=_PAPER, layout=layout)
            openings, dimensions = figure.subplots(2, 1, height_ratios=[2.0, 2.2])
            _openings(openings, months, library)
            _dimensions(dimensions, months, library)
            made = io.BytesIO()
            figure.savefig(made, format="png", facecolor=_PAPER, metadata={"Software": None})
    return made.getvalue()


def _bare(axes: Axes, title: str, months: tuple[Month, ...], library: Library) -> None:
    """Months from left to right, the year where it begins or changes."""
    axes.set_facecolor(_PAPER)
    axes.set_title(title, loc="left", fontsize=_TITLE, fontweight="bold", color=_INK)
    axes.spines[["top", "right", "left", "bottom"]].set_visible(False)
    short = library.dates.names["months_short"]
    years = [None, *(month.first.year for month in months)]
    labels = [
        short[month.first.month - 1]
        + (f"\n{month.first.year}" if month.first.year != before else "")
        for before, month in zip(years, months, strict=False)
    ]
    axes.set_xticks(range(len(months)), labels, color=_INK, fontsize=_TEXT)
    axes.set_xlim(-0.6, max(len(months), 3) - 0.4)
    axes.tick_params(length=0)


def _openings(axes: Axes, months: tuple[Month, ...], library: Library) -> None:
    """Two bars a month, side by side: hatched for what is recorded, filled for what is met."""
    say = library.say
    _bare(axes, say("trends.picture_openings"), months, library)
    places = range(len(months))
    recorded = [month.recorded for month in months]
    met = [month.met for month in months]
    most = max([*recorded, 1])
    left = [x - 0.19 for x in places]
    right = [x + 0.19 for x in places]
    axes.bar(
        left,
        recorded,
        0.34,
        facecolor=_PAPER,
        edgecolor=_INK,
        linewidth=0.8,
        hatch="////",
        label=say("trends.picture_recorded"),
    )
    axes.bar(
        right,
        met,
        0.34,
        color=_FILL,
        edgecolor=_INK,
        linewidth=0.8,
        label=say("trends.picture_met"),
    )
    for xs, values in ((left, recorded), (right, met)):
        for x, value in zip(xs, values, strict=True):
            axes.text(x, value + most * 0.03, str(value), ha="center", va="bottom")
    axes.set_yticks([])
    axes.set_ylim(0, most * 1.6)
    axes.legend(
        loc="upper left",
        frameon=False,
        ncols=2,
        fontsize=_TEXT,
        borderaxespad=0,
        handlelength=1.0,
        handletextpad=0.5,
        columnspacing=1.0,
    )


def _dimensions(axes: Axes, months: tuple[Month, ...], library: Library) -> None:
    """A row for each dimension, its name above it; a mark, with its number of notes, where it shows
    in any."""
    _bare(axes, library.say("trends.picture_dimensions"), months, library)
    for row, dimension in enumerate(reversed(Dimension)):
        name = library.say(f"frame.dimension.{dimension.value}")
        axes.text(-0.55, row + 0.44, name, ha="left", va="center")
        for x, month in enumerate(months):
            count = month.shows[dimension]
            axes.plot(
                x,
                row,
                marker=_MARKERS[dimension],
                markersize=(14 if dimension is Dimension.EXPECTATIONS else 16) if count else 4,
                markerfacecolor=_FILL if count else _PAPER,
                markeredgecolor=_INK if count else _SOFT,
                markeredgewidth=0.8,
            )
            if count:
                axes.text(
                    x,
                    row,
                    str(count),
                    ha="center",
                    va="center_baseline",
                    fontsize=_COUNT,
                    color=_PAPER,
                )
    axes.set_yticks([])
    axes.set_ylim(-0.5, len(Dimension) - 0.35)
