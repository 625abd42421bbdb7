"""What the figures of a report share: which methods stand out, their colours, and labels beside the lines."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from bundle.benchmarking.differences import DEFAULT
from bundle.benchmarking.grid import Grid
from bundle.benchmarking.statistics import Interval
from scripts.replacing import replacing

__all__ = ["INK", "Curve", "MethodStyle", "draw_curves", "new_figure", "save_figure", "style_of"]

INK = "#222222"
_OTHERS = "#a8a8a8"
# of the labels: characters in a line, and its height as a share of the axes'
_WIDTH, _LINE = 28, 0.046


@dataclass(frozen=True)
class MethodStyle:
    """Colour, marker and line of a method; one that does not stand out is thin and grey."""

    colour: str = _OTHERS
    marker: str = ""
    line: str = "-"
    width: float = 0.8

    @property
    def stands_out(self) -> bool:
        return self.colour != _OTHERS


# Okabe and Ito's colours, which colour-blind readers tell apart; markers and lines differ too
_STYLES = {
    DEFAULT: MethodStyle("#0072b2", "o", "-", 2.6),
    "partial_cross_entropy": MethodStyle("#d55e00", "s", "-", 1.8),
    "partial_cross_entropy_support": MethodStyle("#e69f00", "^", "--", 1.5),
    "partial_cross_entropy_teacher": MethodStyle("#cc79a7", "v", "--", 1.5),
    "two_decoders": MethodStyle("#7a5195", "D", ":", 1.6),
    "coupled_literal": MethodStyle("#009e73", "P", "-.", 1.6),
    "semi": MethodStyle("#56b4e9", "X", "-.", 1.6),
}


def style_of(method: str) -> MethodStyle:
    """How a method is drawn."""
    return _STYLES.get(method, MethodStyle())


@dataclass(frozen=True)
class Curve:
    """A method's values along the x axis; None where it has none."""

    method: str
    label: str
    values: Sequence[Interval | None]


def new_figure(width: float = 9.0, height: float = 5.2) -> tuple[Figure, Axes]:
    """A figure in inches with one plain pair of axes."""
    figure = Figure(figsize=(width, height), facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="#e6e6e6", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=11)
    return figure, axes


def save_figure(figure: Figure, path: Path, dpi: int = 150) -> Path:
    """Write the figure as PNG, whole or not at all."""
    with replacing(path) as temporary:
        # without the version of the library, so that equal figures are equal files
        figure.savefig(temporary, dpi=dpi, metadata={"Software": None})
    return path


def draw_curves(
    axes: Axes,
    places: Sequence[float],
    curves: Sequence[Curve],
    dense: Interval | None,
    dense_label: str,
    *,
    end: float,
) -> None:
    """Lines with 95 % bands over places, the dense masks as a horizontal line, and labels beside the lines' ends.

    Args:
        axes: their x axis is set up already.
        places: x of each value.
        curves: methods with a grey style go behind and share one label.
        dense: the dense masks' Dice.
        dense_label: what it is called.
        end: x where the labels start.
    """
    ends: list[tuple[float, float, str, str]] = []
    if dense is not None:
        axes.axhline(dense.mean, color=INK, linewidth=1.4, linestyle=(0, (6, 3)), zorder=2)
        if dense.low is not None:
            axes.axhspan(dense.low, dense.high, color=INK, alpha=0.07, linewidth=0, zorder=1)
        ends.append((axes.get_xlim()[1], dense.mean, dense_label, INK))
    grey: tuple[float, float] | None = None
    for curve in sorted(curves, key=lambda item: style_of(item.method).stands_out):
        style = style_of(curve.method)
        known = [(x, value) for x, value in zip(places, curve.values) if value is not None]
        if not known:
            continue
        xs, means = [x for x, _ in known], [value.mean for _, value in known]
        axes.plot(
            xs, means, style.line, color=style.colour, marker=style.marker or ".", linewidth=style.width,
            markersize=6 if style.stands_out else 3, zorder=4 if style.stands_out else 3, label=curve.label,
        )  # fmt: skip
        if style.stands_out:
            _band(axes, known, style.colour, strong=curve.method == DEFAULT)
            ends.append((xs[-1], means[-1], curve.label, style.colour))
        else:
            grey = (xs[-1], means[-1])
    if grey:
        ends.append((*grey, "other methods, see the table", "#808080"))
    _limit(axes, [*curves], dense)
    _label_ends(axes, ends, end)


def _band(axes: Axes, known: Sequence[tuple[float, Interval]], colour: str, *, strong: bool) -> None:
    banded = [(x, value) for x, value in known if value.low is not None]
    if len(banded) == 1:
        x, value = banded[0]
        axes.plot([x, x], [value.low, value.high], color=colour, linewidth=1.2, zorder=3)
    xs = [x for x, _ in banded]
    alpha = 0.22 if strong else 0.08
    lows, highs = [value.low for _, value in banded], [value.high for _, value in banded]
    axes.fill_between(xs, lows, highs, color=colour, alpha=alpha, linewidth=0, zorder=2)


def _limit(axes: Axes, curves: Sequence[Curve], dense: Interval | None) -> None:
    """By the means: the interval of few seeds may be wider than all of them."""
    means = [value.mean for curve in curves for value in curve.values if value is not None]
    means += [] if dense is None else [dense.mean]
    if means:
        room = max(0.03, 0.15 * (max(means) - min(means)))
        axes.set_ylim(max(0.0, min(means) - room), min(1.0, max(means) + room))


def _label_ends(axes: Axes, ends: Sequence[tuple[float, float, str, str]], end: float) -> None:
    """Labels on the right, moved apart so that none covers another, each with a thin line to its curve."""
    low, high = axes.get_ylim()
    ordered = sorted(ends, key=lambda item: item[1])
    texts = ["\n".join(textwrap.wrap(text, _WIDTH)) for _, _, text, _ in ordered]
    lines = [1 + text.count("\n") for text in texts]
    steps = [_LINE * (a + b + 0.5) / 2 * (high - low) for a, b in zip(lines, lines[1:])]
    heights = [item[1] for item in ordered]
    for k, step in enumerate(steps):
        heights[k + 1] = max(heights[k + 1], heights[k] + step)
    if heights and heights[-1] > high:
        heights[-1] = high
        for k in reversed(range(len(steps))):
            heights[k] = min(heights[k], heights[k + 1] - steps[k])
    for (x, y, _, colour), text, height in zip(ordered, texts, heights):
        axes.annotate(
            text, (x, y), xytext=(end, height), textcoords="data", color=colour, fontsize=10.5, va="center",
            annotation_clip=False, fontweight="bold" if colour == _STYLES[DEFAULT].colour else "normal",
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.6, "alpha": 0.6, "shrinkA": 1, "shrinkB": 3},
        )  # fmt: skip


def curves_of(grid: Grid, values: dict[str, list[Interval | None]]) -> list[Curve]:
    """Curves of the methods that have a value anywhere."""
    return [Curve(name, grid.label(name), row) for name, row in values.items() if any(row)]
