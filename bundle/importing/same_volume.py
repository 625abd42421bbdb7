"""Whether a label map covers the very volume that it is taken for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from nibabel.orientations import inv_ornt_aff, io_orientation

from scripts.errors import DataError
from scripts.volumes import VolumeGrid, grid_difference, read_grid

__all__ = ["check_same_volume"]


def check_same_volume(label: Path, image: Path) -> None:
    """Refuse a label map that lies elsewhere in the patient than its image, by whole voxels too.

    Axes may be stored in another order or direction. Of slices alone the thickness is not known well enough to tell.

    Args:
        label: label map with as many voxels as the image.
        image: volume file or folder of slices.

    Raises:
        DataError: naming both files and what differs.
    """
    grid, expected = read_grid(label), read_grid(image)
    order = io_orientation(np.linalg.solve(expected.affine, grid.affine))
    if np.isnan(order).any() or min(grid.shape) == 1:
        return
    shape = tuple(np.array(grid.shape)[np.argsort(order[:, 0])].tolist())
    aligned = VolumeGrid(shape, grid.affine @ inv_ornt_aff(order, grid.shape))
    difference = grid_difference(aligned, expected)
    if difference:
        raise DataError(
            f"{label}: does not lie where its image {image} does: {difference}. Was it drawn on another image? Export "
            "it on the image's own grid"
        )
