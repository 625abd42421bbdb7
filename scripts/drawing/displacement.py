"""Displacement: the stroke runs beside the structure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import ndimage

__all__ = ["displace"]


def displace(
    stroke: np.ndarray, offset: Sequence[float] | np.ndarray, spacing: Sequence[float] | None = None
) -> np.ndarray:
    """Move a stroke by an offset; what leaves the image is lost.

    The nearest pixel is taken, without interpolation, so that a stroke one pixel wide does not vanish.

    Args:
        stroke: array H[WD] of any type.
        offset: pixels per axis, or mm with ``spacing``: either one number per axis or an array of one H[WD] field per
            axis.
        spacing: mm per axis of a pixel; None: lengths are pixels.

    Returns:
        Array H[WD] of the stroke's type.

    Raises:
        ValueError: the number of offsets is not the number of axes.
    """
    offset = np.asarray(offset, dtype=np.float64)
    if len(offset) != stroke.ndim:
        raise ValueError(f"offset must have one entry per axis ({stroke.ndim}), but it has {len(offset)}")
    if offset.ndim == 1:
        offset = offset.reshape((-1,) + (1,) * stroke.ndim)
    if spacing is not None:
        offset = offset / np.reshape(spacing, (-1,) + (1,) * stroke.ndim)
    grid = np.indices(stroke.shape, sparse=True)
    coordinates = np.stack(
        [np.broadcast_to(axis - move, stroke.shape) for axis, move in zip(grid, offset, strict=True)]
    )
    source = stroke.astype(np.uint8) if stroke.dtype == bool else stroke
    return ndimage.map_coordinates(source, coordinates, order=0, mode="constant", cval=0).astype(stroke.dtype)
