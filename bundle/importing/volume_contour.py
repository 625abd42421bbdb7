"""Fills closed contours on the slice that they were drawn in."""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon

from bundle.importing.marks import PictureRegion, VolumeContour
from bundle.importing.rasterise_picture import rasterise
from bundle.importing.volume_placed import Placed3, nothing, to_index
from scripts.errors import DataError
from scripts.volumes import VolumeGrid

__all__ = ["place_contour"]

# slices that a contour may lie off the middle of its own, plus rounding
_HALF = 0.5 + 1e-3


def place_contour(shape: VolumeContour, grid: VolumeGrid, name: str = "") -> Placed3:
    """The voxels inside a closed contour, on its slice; see :func:`bundle.importing.rasterise_picture.rasterise`.

    Args:
        shape: the contour, whose points lie within half a slice of one slice of the volume, across any of its axes.
        grid: of the image.
        name: what errors begin with.

    Raises:
        DataError: the contour lies in no single slice, or encloses no area.
    """
    points = to_index(shape.points, grid)
    axis, place = _slice_of(points, grid, name)
    across = [other for other in range(3) if other != axis]
    area = _area(points[:, across] + 0.5, name)
    if not 0 <= place < grid.shape[axis]:
        return nothing(1.0)
    flat = rasterise(PictureRegion(area), tuple(grid.shape[other] for other in across), 0.0)
    if not flat.mask.size:
        return nothing(flat.outside)
    origin = [0, 0, 0]
    origin[axis], origin[across[0]], origin[across[1]] = place, flat.x0, flat.y0
    return Placed3(np.expand_dims(flat.mask, axis), tuple(origin), flat.outside)


def _slice_of(points: np.ndarray, grid: VolumeGrid, name: str) -> tuple[int, int]:
    """The axis that a slice is perpendicular to, and its index; of several the one that is closest in mm."""
    places = np.rint((points.min(axis=0) + points.max(axis=0)) / 2)
    off = np.abs(points - places).max(axis=0)
    fitting = np.flatnonzero(off <= _HALF)
    if not fitting.size:
        extent = np.ptp(points, axis=0)
        axis = int(extent.argmin())
        raise DataError(
            f"{name}is a closed curve that lies in no single slice: expected all points within one slice, got points "
            f"{extent[axis] * grid.spacing[axis]:.3g} mm apart across slices that are {grid.spacing[axis]:.3g} mm "
            "thick. Draw each closed curve in one slice view that shows the image's own slices"
        )
    extent = np.ptp(points, axis=0) * np.asarray(grid.spacing)
    axis = int(min(fitting, key=lambda fit: extent[fit]))
    return axis, int(places[axis])


def _area(points: np.ndarray, name: str) -> Polygon | MultiPolygon:
    area = Polygon(points)
    if not area.is_valid:
        mended = shapely.make_valid(area, method="structure", keep_collapsed=False)
        area = MultiPolygon([part for part in shapely.get_parts(mended) if isinstance(part, Polygon)])
    if not area.area > 0:
        raise DataError(f"{name}is a closed curve around no area. Draw it again, or delete it")
    return area
