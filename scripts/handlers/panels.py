"""Rows of pictures with titles and a legend, as one PNG file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from scripts.handlers.overlay import colour_probability
from scripts.replacing import replacing

__all__ = ["PanelRow", "save_panels"]

_INK = "#222222"
_PALE = "#666666"
_DPI = 100
# in pixels, for panels of 600; text and gaps grow with the panels
_GAP, _TITLE, _NAME, _LEGEND_LINE = 16, 52, 36, 44
_NARROWEST = 1500  # so that titles and legends fit under narrow pictures too
_ENTRIES_PER_LINE = 6


@dataclass(frozen=True)
class PanelRow:
    """One row: pictures of equal size beside each other.

    Args:
        title: above the row.
        panels: title and picture `HW3` uint8 of each panel.
    """

    title: str
    panels: Sequence[tuple[str, np.ndarray]]


class _Sheet:
    """A figure that is laid out in pixels from its top left corner."""

    def __init__(self, width: float, height: float, unit: float) -> None:
        self.width, self.height, self.unit = width, height, unit
        self.figure = Figure(figsize=(width / _DPI, height / _DPI), dpi=_DPI, facecolor="white")
        FigureCanvasAgg(self.figure)

    def text(self, left: float, middle: float, words: str, size: float, **style: str) -> None:
        # file names may hold dollar signs, which are not formulas
        place = (left / self.width, 1 - middle / self.height)
        self.figure.text(*place, words, fontsize=size * self.unit, va="center", parse_math=False, **style)

    def picture(self, left: float, top: float, width: float, height: float, picture: np.ndarray) -> None:
        place = (left / self.width, 1 - (top + height) / self.height, width / self.width, height / self.height)
        axes = self.figure.add_axes(place)
        axes.imshow(picture, aspect="auto")
        axes.set_axis_off()

    def legend(self, left: float, middle: float, entries: Sequence[tuple[str, tuple[int, int, int]]]) -> None:
        patches = [
            Patch(facecolor=np.divide(colour, 255), edgecolor=_PALE, linewidth=0.6, label=name)
            for name, colour in entries
        ]
        legend = self.figure.legend(
            handles=patches,
            ncols=len(patches),
            loc="center left",
            bbox_to_anchor=(left / self.width, 1 - middle / self.height),
            fontsize=14 * self.unit,
            frameon=False,
            borderpad=0,
            borderaxespad=0,
            handlelength=1.6,
            handleheight=1.1,
            columnspacing=1.8,
        )
        for words in legend.get_texts():
            words.set_parse_math(False)
            words.set_color(_INK)


def _fit(shape: tuple[int, ...], longest: float) -> tuple[float, float]:
    """Width and height in pixels of a picture fitted into a square; a very slim one is widened to stay visible."""
    scale = longest / max(shape[:2])
    return max(shape[1] * scale, 0.1 * longest), max(shape[0] * scale, 0.1 * longest)


def save_panels(
    path: str | Path,
    rows: Sequence[PanelRow],
    legend: Sequence[Sequence[tuple[str, tuple[int, int, int]]]] = (),
    probability_scale: bool = False,
    longest: int = 600,
) -> None:
    """Write rows of panels to a PNG file.

    Drawn with matplotlib's figure objects, never its global state: safe in any thread, and a user's own figures and
    backend are left alone.

    Args:
        path: of the file, which is replaced whole.
        rows: from top to bottom.
        legend: groups of entries, each a name and its RGB colour; every group starts a line.
        probability_scale: whether a colour scale of probabilities is shown before the legend.
        longest: the longer side of every panel, in pixels.
    """
    unit = longest / 600
    gap, title, name, legend_line = (size * unit for size in (_GAP, _TITLE, _NAME, _LEGEND_LINE))
    sizes = [_fit(row.panels[0][1].shape, longest) for row in rows]
    lines = [group[k : k + _ENTRIES_PER_LINE] for group in legend for k in range(0, len(group), _ENTRIES_PER_LINE)]
    line_count = max(len(lines), int(probability_scale))
    width = max(gap + (size[0] + gap) * len(row.panels) for size, row in zip(sizes, rows))
    height = sum(title + name + size[1] for size in sizes) + gap + legend_line * line_count
    sheet = _Sheet(max(width, _NARROWEST * unit), height, unit)

    top = 0.0
    for row, (panel_width, panel_height) in zip(rows, sizes):
        sheet.text(gap, top + 0.6 * title, row.title, 19, weight="bold", color=_INK)
        for column, (panel_name, picture) in enumerate(row.panels):
            left = gap + column * (panel_width + gap)
            sheet.text(left, top + title + 0.45 * name, panel_name, 15, color=_PALE)
            sheet.picture(left, top + title + name, panel_width, panel_height, picture)
        top += title + name + panel_height
    middle = top + 0.5 * gap + 0.5 * legend_line
    left = gap
    if probability_scale:
        sheet.text(left, middle, "probability  0", 14, color=_INK)
        scale = colour_probability(np.linspace(0, 1, 256)[None])
        sheet.picture(left + 150 * unit, middle - 11 * unit, 180 * unit, 22 * unit, scale)
        sheet.text(left + 340 * unit, middle, "1", 14, color=_INK)
        left += 400 * unit
    for number, entries in enumerate(lines):
        sheet.legend(left, middle + number * legend_line, entries)
    with replacing(path) as temporary:
        sheet.figure.savefig(temporary, dpi=_DPI, format="png")
