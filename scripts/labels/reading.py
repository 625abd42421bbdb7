"""What the pixels outside a drawing count as: the three readings."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.ndimage import distance_transform_edt, find_objects

from scripts.constants import IGNORE
from scripts.errors import SettingError
from scripts.labels.stroke_ends import before_ends

__all__ = ["READINGS", "SUPPORTS", "SUPPORT_ENDS", "read_drawing"]

READINGS = ("sparse", "support", "dense")
SUPPORTS = ("background", "not class")
SUPPORT_ENDS = ("closed", "open")
_BACKGROUND = 0


def read_drawing(
    positive: np.ndarray,
    negative: np.ndarray,
    reading: str,
    support_radius: float = 4.0,
    spacing: Sequence[float] | None = None,
    slice_axis: int | None = None,
    support_as: str = "background",
    support_ends: str = "closed",
) -> tuple[np.ndarray, np.ndarray]:
    """Labels under one of three readings of what was left undrawn.

    * ``sparse``: undrawn pixels are not labelled.
    * ``dense``: the drawing is a noisy mask of the whole image; every pixel without a positive label is background.
      The paper's positive-only experiment needs this reading (arXiv 2508.18186; our reading).
    * ``support``: undrawn pixels within ``support_radius`` of a stroke of a foreground class are background, since the
      annotator looked there and did not draw; those further away stay unlabelled (our reading).

    A volume that was drawn on slices of one plane is read slice by slice: slices without any drawing were not looked
    at and get no label under any reading, and distances are measured within each slice (our reading).

    Args:
        positive: `H[WD]`, class index or ``IGNORE``.
        negative: `CH[WD]`, 1 where "not class k" was drawn.
        reading: one of :data:`READINGS`.
        support_radius: in the unit of ``spacing``: mm for volumes, pixels where no spacing is given.
        spacing: size of a pixel along each axis, which may differ from axis to axis; default 1.
        slice_axis: array axis across the slices that were drawn on, see :func:`scripts.labels.drawn_slices.drawn_axis`;
            None for a drawing through the depth, and in 2D.
        support_as: what ``support`` says beside a stroke of class k. ``background``, or ``not class``: "not class k"
            alone, since with more than two classes the pixel may belong to a neighbouring one that was not drawn to
            its border either (our reading). Pixels beside strokes of every foreground class are background under
            both; with two classes both are therefore the same.
        support_ends: what ``support`` says in front of the end of a stroke. ``closed``: the same as beside it.
            ``open``: nothing, since a vessel goes on where the annotator lifts the pen, see
            :func:`scripts.labels.stroke_ends.before_ends` (our reading).

    Returns:
        positive: `H[WD]` uint8. Drawn pixels keep their label under every reading; negative drawings keep their pixels
            unlabelled under ``support``, where they speak for themselves.
        negative: `CH[WD]`, with what ``support_as`` added; the given array where that is nothing.

    Raises:
        SettingError: when the reading, ``support_as`` or ``support_ends`` is unknown or the radius is not positive.
    """
    for name, value, known in (
        ("reading", reading, READINGS),
        ("support_as", support_as, SUPPORTS),
        ("support_ends", support_ends, SUPPORT_ENDS),
    ):
        if value not in known:
            raise SettingError(f"the setting `{name}` must be one of {list(known)}, got {value!r}.")
    if support_radius <= 0:
        raise SettingError(f"the setting `support_radius` must be above 0, got {support_radius}.")
    read = positive.astype(np.uint8, copy=True)
    undrawn = positive == IGNORE
    if reading == "dense":
        read[undrawn & _looked_at(undrawn, negative, slice_axis)] = _BACKGROUND
    elif reading == "support":
        silent = undrawn & ~negative.any(axis=0)
        grid = {"spacing": spacing, "slice_axis": slice_axis, "open_ends": support_ends == "open"}
        if support_as == "not class" and len(negative) > 2:
            negative = negative.copy()
            for k in range(1, len(negative)):
                negative[k][silent & _beside(positive == k, support_radius, **grid)] = 1
            background = silent & negative[1:].all(axis=0)
            negative[:, background] = 0
        else:
            stroke = ~undrawn & (positive != _BACKGROUND)
            background = silent & _beside(stroke, support_radius, **grid)
        read[background] = _BACKGROUND
    return read, negative


def _looked_at(undrawn: np.ndarray, negative: np.ndarray, slice_axis: int | None) -> np.ndarray | bool:
    """Where the annotator looked, in a shape that broadcasts to `H[WD]`: everywhere, or on the drawn slices."""
    if slice_axis is None:
        return True
    within = tuple(axis for axis in range(undrawn.ndim) if axis != slice_axis)
    return (~undrawn | negative.any(axis=0)).any(axis=within, keepdims=True)


def _beside(
    strokes: np.ndarray, radius: float, spacing: Sequence[float] | None, slice_axis: int | None, open_ends: bool
) -> np.ndarray:
    """Where the distance to the strokes, `H[WD]` bool, is at most the radius; within each slice if there is an axis."""
    steps = np.ones(strokes.ndim) if spacing is None else np.asarray(spacing, dtype=float)
    beside = np.zeros(strokes.shape, dtype=bool)
    (place,) = find_objects(strokes, max_label=1)
    if place is None:
        return beside
    # nothing outside this box is within the radius, and all strokes are in it, so the distances in it are the same
    margins = [math.ceil(min(radius / step, size)) for step, size in zip(steps, strokes.shape)]
    box = tuple(slice(max(side.start - margin, 0), side.stop + margin) for side, margin in zip(place, margins))
    if slice_axis is None:
        beside[box] = _beside_in(strokes[box], radius, steps, open_ends)
        return beside
    steps = np.delete(steps, slice_axis)
    planes = np.moveaxis(beside[box], slice_axis, 0)
    for plane, drawn in zip(planes, np.moveaxis(strokes[box], slice_axis, 0)):
        if drawn.any():
            plane[:] = _beside_in(drawn, radius, steps, open_ends)
    return beside


def _beside_in(strokes: np.ndarray, radius: float, steps: np.ndarray, open_ends: bool) -> np.ndarray:
    near = distance_transform_edt(~strokes, sampling=steps) <= radius
    return near & ~before_ends(strokes, near, radius, steps) if open_ends else near
