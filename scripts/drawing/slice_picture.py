"""One slice of a volume as a picture."""

from __future__ import annotations

import numpy as np
from nibabel.orientations import io_orientation
from skimage.transform import resize

from scripts.volumes.volume_slice import VolumeSlice, to_ras

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
    place, direction = io_orientation(affine)[axis]
    turned, spacing = to_ras(values, affine)
    count = values.shape[axis]
    view = VolumeSlice(int(place), index if direction > 0 else count - 1 - index, count, spacing)
    width, unscaled = view.size(turned.shape, shortest=height, longest=10 * height)
    size = (height, max(1, round(width * height / unscaled)))
    picture = resize(view.display(turned), size, order=0, preserve_range=True, anti_aliasing=False)
    return picture.astype(values.dtype)
