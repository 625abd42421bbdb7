"""A coarse drawing from a dense mask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scripts.drawing.classes import draw_classes
from scripts.drawing.request import DrawingRequest, drawing_labels
from scripts.drawing.statistics import measure_drawing

__all__ = ["Drawing", "drawing_labels", "synthesise_drawing"]


@dataclass(frozen=True)
class Drawing:
    """A synthesised drawing.

    Attributes:
        label: uint8 H[WD]: 0 nothing drawn, else a value of ``labels``.
        labels: value of "<class>", "not <class>" and, if it was asked for, "background".
        statistics: ``seed``, ``quality``, ``requested_ratio``, and the figures of :func:`measure_drawing`; with
            several classes also ``classes``: the figures of each.
    """

    label: np.ndarray
    labels: dict[str, int]
    statistics: dict


def synthesise_drawing(
    mask: np.ndarray,
    *,
    ratio: float,
    quality: str = "realistic",
    seed: int,
    positive: bool = True,
    negative: bool = True,
    field_of_view: np.ndarray | None = None,
    classes: Mapping[str, int] | None = None,
    labels: Mapping[str, int] | None = None,
    error: float | None = None,
    spacing: Sequence[float] | None = None,
    background: float = 0.0,
) -> Drawing:
    """Draw on a dense mask as an annotator in a hurry might.

    The operators follow Morpho-MNIST (https://arxiv.org/abs/1809.08096), as the paper's do (arXiv 2508.18186); their
    amounts are our choice, the paper states none. The same seed gives the same bytes; the positive drawing does not
    depend on whether the negative one is wanted, nor the other way round.

    With ``spacing`` all lengths (errors, width of the pen, margins, length of strokes, tremor, smoothing) are mm,
    without it pixels. The drawing is made on the mask's own voxels, with distances in mm, and not on a resampled grid:
    so nothing is lost between voxels, and the ratio holds exactly where the drawing is used.

    Args:
        mask: H[WD] dense mask: bool or integer.
        ratio: area of the positive drawing over the area of the mask, in (0, 1]; reached within about 10 %, except
            where a structure has too few pixels.
        quality: "clean" (positive precision about 0.98), "realistic" (0.71 to 0.79) or "bad" (0.51 to 0.59).
        seed: seed of this drawing.
        positive: draw the classes.
        negative: draw what is not the class.
        field_of_view: H[WD]; where zero, nothing is drawn. None: everywhere.
        classes: value in the mask of each class. None: whatever is not zero is "vessel".
        labels: value in the drawing of each "<class>" and "not <class>", and of "background" where that is drawn. None:
            :func:`drawing_labels`.
        error: size of a typical error in pixels, or in mm with ``spacing``. None: 2 pixels, 1.5 mm.
        spacing: mm per axis of a pixel. None: lengths are pixels; in 3D, voxels of 1 mm.
        background: share, in [0, 1], of the negative drawing that says "background", which denies every class, instead
            of "not <class>".

    Raises:
        ValueError: an unknown quality, a ratio outside (0, 1], neither kind of drawing wanted, shapes that differ, a
            label table that lacks a class, a spacing that does not fit the mask, or a background outside [0, 1].
    """
    request = DrawingRequest.check(
        mask,
        ratio=ratio,
        quality=quality,
        positive=positive,
        negative=negative,
        field_of_view=field_of_view,
        classes=classes,
        labels=labels,
        error=error,
        spacing=spacing,
        background=background,
    )
    label = draw_classes(request, seed)
    dense, inside = request.dense, request.field_of_view
    statistics = {"seed": int(seed), "quality": quality, "requested_ratio": float(ratio)}
    statistics |= measure_drawing(label, dense, request.labels, inside)
    if len(dense) > 1:
        statistics["classes"] = {
            name: measure_drawing(label, {name: region}, request.labels, inside) for name, region in dense.items()
        }
    return Drawing(label, request.labels, statistics)
