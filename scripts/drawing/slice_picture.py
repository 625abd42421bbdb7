"""One slice of a volume as a picture."""

from __future__ import annotations

import numpy as np
from nibabel.orientations import io_orientation
from skimage.transform import resize

__all__ = ["slice_picture"]


def slice_picture(values: np.ndarray, affine: np.ndarray, axis: int, index: int, height: int = 480) -> np.ndarray:
    """A slice in true proportions: right of the patient to the right, else front to the right; up or front on top.

    Args:
        values: uint8 HWD.
        affine: (4, 4), from voxel indices to mm, axes right, front, up.
        axis: array axis that the slice is perpendicular to.
        index: of the slice along this axis.
        height: of the picture in pixels.

    Returns:
        uint8 (H, W); each pixel has the value of the nearest voxel.
    """
    orientation = io_orientation(affine)
    # The axes of the slice by where they lead: the first to the right of the picture, the second to its top.
    across, upwards = sorted((a for a in range(3) if a != axis), key=lambda a: orientation[a, 0])
    picture = values.take(index, axis)
    if across > upwards:
        picture = picture.T
    if orientation[across, 1] < 0:
        picture = picture[::-1]
    if orientation[upwards, 1] < 0:
        picture = picture[:, ::-1]
    picture = picture.T[::-1]
    sides = np.linalg.norm(affine[:3, :3], axis=0)
    width = height * (picture.shape[1] * sides[across]) / (picture.shape[0] * sides[upwards])
    return resize(picture, (height, max(1, round(width))), order=0, preserve_range=True, anti_aliasing=False).astype(
        values.dtype
    )
