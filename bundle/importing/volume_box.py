"""Places boxes of volumes on voxels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import ConvexHull, QhullError

from bundle.importing.marks import VolumeBox
from bundle.importing.volume_placed import Placed3, nothing, to_index
from scripts.boxes.rasterise import box_pixels
from scripts.volumes import VolumeGrid

__all__ = ["BoxOfVolume", "box_of_volume", "place_volume_box"]

# voxels that a corner may lie inside the box around all corners; less moves no face by a voxel
_TURNED = 0.5
# digits of corners, against the rounding of affines
_DIGITS = 6


@dataclass(frozen=True)
class BoxOfVolume:
    """A box along the axes of a volume.

    Attributes:
        corners: ``[x0, y0, z0, x1, y1, z1]`` as in datalists: voxel i covers [i, i + 1); maybe beyond the volume.
        turned: whether the box that was drawn is turned against the voxels, so that this one is larger.
    """

    corners: list[float]
    turned: bool


def box_of_volume(shape: VolumeBox, grid: VolumeGrid) -> BoxOfVolume:
    """The smallest box along a volume's axes around a box.

    Args:
        shape: the box, its corners in any order.
        grid: of the image.
    """
    index = to_index(shape.corners, grid) + 0.5
    low, high = index.min(axis=0), index.max(axis=0)
    turned = bool((np.minimum(index - low, high - index) > _TURNED).any())
    return BoxOfVolume([round(value, _DIGITS) + 0.0 for value in (*low.tolist(), *high.tolist())], turned)


def place_volume_box(shape: VolumeBox, grid: VolumeGrid) -> Placed3:
    """The voxels in a box, by their centres; see :func:`scripts.boxes.rasterise.box_pixels`.

    Of a box that is turned against the voxels, those in the box itself, not in the one around it.
    """
    around = box_of_volume(shape, grid)
    parts = box_pixels(around.corners, grid.shape)
    if parts is None:
        return nothing(1.0)
    low, high = np.array(around.corners[:3]), np.array(around.corners[3:])
    inside = np.prod((np.minimum(high, grid.shape) - np.maximum(low, 0)) / (high - low))
    mask = np.ones([part.stop - part.start for part in parts], dtype=bool)
    start = np.array([part.start for part in parts])
    if around.turned:
        corners = to_index(shape.corners, grid)
        _keep_inside(mask, start, corners)
        if not mask.any():
            # so thin that it holds no centre: the voxel that its own centre lies in
            middle = np.rint(corners.mean(axis=0)).astype(int) - start
            mask[tuple(np.clip(middle, 0, np.array(mask.shape) - 1))] = True
    return Placed3(mask, tuple(start.tolist()), float(np.clip(1 - inside, 0, 1)))


def _keep_inside(mask: np.ndarray, start: np.ndarray, corners: np.ndarray) -> None:
    """Clear the voxels whose centre lies beyond a face; a box without thickness keeps them all."""
    try:
        faces = np.unique(ConvexHull(corners).equations, axis=0)
    except QhullError:
        return
    x, y, z = (np.arange(n) + first for n, first in zip(mask.shape, start))
    for a, b, c, d in faces:
        for row, place in enumerate(x):
            mask[row] &= a * place + b * y[:, None] + c * z + d <= 1e-9
