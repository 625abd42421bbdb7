"""A picture of one test case: what was drawn, what is true, and what each method found."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from scipy.ndimage import uniform_filter
from skimage.segmentation import find_boundaries

from bundle.benchmarking.figures import INK, save_figure
from bundle.benchmarking.gallery_cases import GalleryRow, Shown
from bundle.benchmarking.gallery_maps import NEGATIVE

__all__ = ["draw_gallery"]

Colour = tuple[float, float, float]
# of Okabe and Ito's colours, so that colour-blind readers tell them apart; lighter, since they lie on dark pictures
_POSITIVE, _NEGATIVE = (0.10, 0.95, 0.70), (0.95, 0.55, 0.85)
_HIT, _MISSED, _TOO_MUCH, _BACK = (1.0, 1.0, 1.0), (0.25, 0.60, 1.0), (0.95, 0.55, 0.05), (0.07, 0.07, 0.07)
_UNSEEN = (1.0, 1.0, 1.0)
_ONE_CLASS = {
    'drawn as "is"': _POSITIVE, 'drawn as "is not"': _NEGATIVE, "found": _HIT, "missed": _MISSED, "too much": _TOO_MUCH,
}  # fmt: skip
#: Larger pictures of a single class are cut to a square window of this part of their shorter side.
_LARGE, _PART = 300, 0.33


def draw_gallery(rows: Sequence[GalleryRow], path: Path) -> Path | None:
    """Columns: image, drawing, truth, methods; a row for each ratio. Large pictures of one class are zoomed in on.

    Args:
        rows: of one test case.
        path: PNG to write.

    Returns:
        The path; None without rows.
    """
    if not rows:
        return None
    window = _window(rows[0])
    # a volume's drawing is not of the slice that is shown
    drawn = any(row.drawing is not None for row in rows)
    columns = 2 + drawn + len(rows[0].methods)
    height, width = rows[0].truth[window].shape
    legend = _legend(rows[0], drawn)
    lines = -(-len(legend) // 6)
    high = min(2.0 * height / width, 3.0)
    figure = Figure(figsize=(2.0 * columns + 0.35, (high + 0.22) * len(rows) + 0.6 + 0.25 * lines), facecolor="white")
    FigureCanvasAgg(figure)
    grid = figure.subplots(len(rows), columns, squeeze=False)
    for axes, row in zip(grid, rows):
        _draw_row(list(axes), row, window, drawn=drawn, first=row is rows[0])
    patches = [Patch(facecolor=colour, edgecolor="#666666", label=text) for text, colour in legend.items()]
    figure.legend(handles=patches, loc="lower center", ncols=min(6, len(patches)), frameon=False, fontsize=10)
    across, up = figure.get_size_inches()
    figure.subplots_adjust(
        left=0.35 / across, right=0.998, top=1 - 0.45 / up, bottom=(0.3 + 0.25 * lines) / up, wspace=0.04, hspace=0.14
    )
    return save_figure(figure, path, dpi=100)


def _draw_row(axes: list[Axes], row: GalleryRow, window: tuple[slice, slice], *, drawn: bool, first: bool) -> None:
    image, truth = row.image[window], np.where(row.truth < 0, 0, row.truth)[window]
    known = row.truth[window] >= 0
    if row.seen is not None:
        known = known & row.seen[window]
    place = axes.pop(0)
    # the whole picture in the first row shows where the window is
    _show(place, row.image if first else image, "image", first, "")
    if first and image.shape != row.image.shape:
        y, x = window
        corner, size = (x.start, y.start), (x.stop - x.start, y.stop - y.start)
        place.add_patch(Rectangle(corner, *size, fill=False, edgecolor="white", linewidth=1.5))
    place.set_ylabel(f"ratio {row.ratio:g}", fontsize=11, color=INK)
    if drawn:
        overlay = None if row.drawing is None else _overlay(image, row.drawing[window], row.classes)
        _show(axes.pop(0), overlay, "drawing", first, "none" if overlay is None else "", truth.shape)
    _show(axes.pop(0), _painted(truth, known, row.classes), "truth", first, "")
    for place, shown in zip(axes, row.methods):
        picture = None
        if shown.found is not None:
            found = shown.found[window]
            single = len(row.classes) == 2
            picture = _agreement(found, truth, known) if single else _painted(found, known, row.classes)
        _show(place, picture, shown.label, first, _caption(shown), truth.shape)


def _caption(shown: Shown) -> str:
    return shown.state if shown.found is None else "" if shown.dice is None else f"Dice {shown.dice:.3f}"


def _show(
    axes: Axes, picture: np.ndarray | None, heading: str, first: bool, below: str, shape: tuple[int, ...] = (1, 1)
) -> None:
    """A picture, or in its place and of its shape the reason why there is none."""
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)
    if first:
        axes.set_title("\n".join(textwrap.wrap(heading, 22)), fontsize=10, color=INK, pad=4)
    if picture is None:
        axes.set_facecolor("#eeeeee")
        axes.set_box_aspect(shape[0] / shape[1])
        axes.text(0.5, 0.5, below, ha="center", va="center", fontsize=10, color="#666666", transform=axes.transAxes)
        return
    axes.imshow(picture, interpolation="nearest" if max(picture.shape) < 200 else "antialiased")
    axes.set_xlabel(below, fontsize=9.5, color=INK, labelpad=2)


def _window(row: GalleryRow) -> tuple[slice, slice]:
    """The whole of a small picture or of many classes, else the square with most of the truth's border."""
    height, width = row.truth.shape
    if min(height, width) <= _LARGE or len(row.classes) > 2:
        return slice(0, height), slice(0, width)
    side = round(_PART * min(height, width))
    density = uniform_filter(find_boundaries(row.truth > 0).astype(float), side, mode="constant")
    half = side // 2
    inner = density[half : height - side + half + 1, half : width - side + half + 1]
    y, x = np.unravel_index(int(inner.argmax()), inner.shape)
    return slice(int(y), int(y) + side), slice(int(x), int(x) + side)


def _colour(index: int, classes: Sequence[str]) -> Colour:
    """Of a class; the only one is white."""
    if index == 0:
        return _BACK
    return _HIT if len(classes) == 2 else colormaps["tab20"]((2 * index - 2) % 20 + (index - 1) // 10 % 2)[:3]


def _legend(row: GalleryRow, drawn: bool) -> dict[str, Colour]:
    if len(row.classes) == 2:
        return {text: colour for text, colour in _ONE_CLASS.items() if drawn or not text.startswith("drawn")}
    names = {name: _colour(index, row.classes) for index, name in enumerate(row.classes) if index}
    return (
        names | ({'drawn as "is not"': _NEGATIVE} if drawn else {}) | {"none of these": _BACK, "not labelled": _UNSEEN}
    )


def _overlay(image: np.ndarray, drawing: np.ndarray, classes: Sequence[str]) -> np.ndarray:
    canvas = image / 255.0
    single = len(classes) == 2
    for index in (NEGATIVE, *range(1, len(classes))):
        colour = _NEGATIVE if index == NEGATIVE else _POSITIVE if single else _colour(index, classes)
        opacity = 0.55 if index == NEGATIVE else 0.8
        drawn = drawing == index
        canvas[drawn] = (1 - opacity) * canvas[drawn] + opacity * np.array(colour)
    return canvas


def _painted(classes_map: np.ndarray, known: np.ndarray, classes: Sequence[str]) -> np.ndarray:
    """Every class in its colour; of several classes what is not labelled is white, in truth and prediction alike."""
    canvas = np.array([_colour(index, classes) for index in range(len(classes))])[classes_map]
    canvas[~known] = _BACK if len(classes) == 2 else _UNSEEN
    return canvas


def _agreement(found: np.ndarray, truth: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Found, missed and too much in colours, where it is known."""
    mask, true = (found > 0) & known, (truth > 0) & known
    canvas = np.empty((*truth.shape, 3))
    canvas[:] = _BACK
    canvas[mask & true], canvas[~mask & true], canvas[mask & ~true] = _HIT, _MISSED, _TOO_MUCH
    return canvas
