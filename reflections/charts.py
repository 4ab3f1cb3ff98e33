"""The picture of how things went over time. matplotlib is imported only when one is drawn."""

from __future__ import annotations

import io
from threading import Lock
from typing import TYPE_CHECKING, Any

from prompts.library import Dimension, Library
from reflections.trends import Trends

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# One opaque sheet in dark ink: it reads the same on a light page, on a dark one, and in print.
# What is told apart is told apart by filling, hatching, shape and a number, never by colour alone.
_PAPER, _INK, _SOFT, _FILL = "#faf8f3", "#1d2b2b", "#55605f", "#2d5a5a"
_MARKERS = {Dimension.EMPATHY: "o", Dimension.PARTNERSHIP: "s", Dimension.EXPECTATIONS: "D"}
_DRAWING = Lock()
"""matplotlib's fonts and caches are not made for several threads."""


def draw(trends: Trends, library: Library, dpi: int = 130) -> bytes:
    """A PNG of openings and dimensions over the months, about 1000 by 800 pixels.

    Takes a second the first time. ValueError where there is no month to draw.
    """
    if not trends.months:
        raise ValueError("there is no month to draw")
    with _DRAWING:
        from matplotlib import rc_context
        from matplotlib.figure import Figure
        from matplotlib.layout_engine import ConstrainedLayoutEngine

        say = library.say
        style: Any = {
            "font.family": "DejaVu Sans",
            "font.size": 10,
            "text.color": _INK,
            "hatch.linewidth": 0.7,
        }
        with rc_context(style):
            layout = ConstrainedLayoutEngine(w_pad=0.15, h_pad=0.12)
            figure = Figure(figsize=(7.8, 6.2), dpi=dpi, facecolor=_PAPER, layout=layout)
            openings, dimensions, foot = figure.subplots(3, 1, height_ratios=[3.0, 2.1, 0.5])
            labels = [f"{month.first:%b}\n{month.first:%Y}" for month in trends.months]
            _openings(openings, trends, library, labels)
            _dimensions(dimensions, trends, library, labels)
            foot.axis("off")
            foot.text(
                0, 0.5, say("trends.morse"), wrap=True, va="center", fontsize=8.5, color=_SOFT
            )
            made = io.BytesIO()
            figure.savefig(made, format="png", facecolor=_PAPER, metadata={"Software": None})
    return made.getvalue()


def _bare(axes: Axes, title: str, labels: list[str]) -> None:
    axes.set_facecolor(_PAPER)
    axes.set_title(title, loc="left", fontsize=12, fontweight="bold", color=_INK)
    axes.spines[["top", "right", "left", "bottom"]].set_visible(False)
    axes.set_xticks(range(len(labels)), labels, color=_INK, fontsize=9)
    axes.set_xlim(-0.7, max(len(labels), 6) - 0.3)
    axes.tick_params(length=0)


def _openings(axes: Axes, trends: Trends, library: Library, labels: list[str]) -> None:
    """Two bars a month, side by side: hatched for what is recorded, filled for what is met."""
    say = library.say
    _bare(axes, say("trends.picture_openings"), labels)
    places = range(len(trends.months))
    recorded = [month.recorded for month in trends.months]
    met = [month.met for month in trends.months]
    most = max([*recorded, 1])
    left = [x - 0.19 for x in places]
    right = [x + 0.19 for x in places]
    axes.bar(
        left,
        recorded,
        0.34,
        facecolor=_PAPER,
        edgecolor=_INK,
        hatch="////",
        label=say("trends.picture_recorded"),
    )
    axes.bar(right, met, 0.34, color=_FILL, edgecolor=_INK, label=say("trends.picture_met"))
    for xs, values in ((left, recorded), (right, met)):
        for x, value in zip(xs, values, strict=True):
            axes.text(x, value + most * 0.03, str(value), ha="center", va="bottom", fontsize=9)
    axes.set_yticks([])
    axes.set_ylim(0, most * 1.45)
    axes.legend(loc="upper left", frameon=False, ncols=2, fontsize=9, borderaxespad=0)


def _dimensions(axes: Axes, trends: Trends, library: Library, labels: list[str]) -> None:
    """A row for each dimension; a mark, with its number of notes, where it shows in any."""
    _bare(axes, library.say("trends.picture_dimensions"), labels)
    for row, dimension in enumerate(reversed(Dimension)):
        for x, month in enumerate(trends.months):
            count = month.shows[dimension]
            axes.plot(
                x,
                row,
                marker=_MARKERS[dimension],
                markersize=17 if count else 5,
                markerfacecolor=_FILL if count else _PAPER,
                markeredgecolor=_INK if count else _SOFT,
            )
            if count:
                axes.text(x, row, str(count), ha="center", va="center", fontsize=8, color=_PAPER)
    names = [library.say(f"frame.dimension.{d.value}") for d in reversed(Dimension)]
    axes.set_yticks(range(len(names)), names, color=_INK, fontsize=10)
    axes.set_ylim(-0.6, len(names) - 0.4)
