"""Places painted voxels on the grid of their image."""

from __future__ import annotations

import numpy as np
from nibabel.orientations import apply_orientation, inv_ornt_aff, io_orientation

from bundle.importing.marks import VoxelMask
from bundle.importing.volume_placed import Placed3, nothing
from scripts.errors import DataError
from scripts.volumes import VolumeGrid, grid_difference

__all__ = ["crop_mask", "place_voxel_mask"]


def place_voxel_mask(shape: VoxelMask, grid: VolumeGrid, name: str = "") -> Placed3:
    """Painted voxels on the grid of their image.

    The mask's own grid may be a part of the image's, reach beyond it, and have its axes in another order or direction,
    as tools store them; but its voxels must be those of the image. Of a mask that is one voxel thick along an axis, the
    thickness is not looked at, since formats state it in several ways; its place is.

    Args:
        shape: the mask; its grid's affine is invertible.
        grid: of the image.
        name: what errors begin with.

    Raises:
        DataError: the voxels are not those of the image; says in which way.
    """
    painted = crop_mask(shape)
    if painted is None:
        return nothing(0.0)
    order = io_orientation(np.linalg.solve(grid.affine, painted.grid.affine))
    if np.isnan(order).any():
        order = np.array([[0, 1], [1, 1], [2, 1]])
    mask = apply_orientation(painted.mask, order)
    affine = painted.grid.affine @ inv_ornt_aff(order, painted.mask.shape)
    affine[:3, :3] = _with_thickness(affine[:3, :3], grid, mask.shape)
    start = np.rint(np.linalg.solve(grid.affine, affine[:, 3])[:3])
    expected = grid.affine.copy()
    expected[:3, 3] = (grid.affine @ [*start, 1])[:3]
    difference = grid_difference(VolumeGrid(mask.shape, affine), VolumeGrid(mask.shape, expected))
    if difference:
        raise DataError(
            f"{name}is not on the voxel grid of its image: {difference}. Was it drawn on another image, or is it "
            "resampled? Export it on the image's own grid (in 3D Slicer: with the image as source volume)"
        )
    low = np.clip(-start, 0, mask.shape).astype(int)
    high = np.clip(np.array(grid.shape) - start, low, mask.shape).astype(int)
    inside = mask[tuple(slice(a, b) for a, b in zip(low, high))]
    count, total = np.count_nonzero(inside), np.count_nonzero(mask)
    if not count:
        return nothing(1.0)
    return Placed3(inside, tuple((start + low).astype(int).tolist()), float(1 - count / total))


def crop_mask(shape: VoxelMask) -> VoxelMask | None:
    """The part of a mask around what is painted, with its grid; None when nothing is."""
    sides = []
    for axis in range(3):
        painted = np.flatnonzero(shape.mask.any(axis=tuple({0, 1, 2} - {axis})))
        if not painted.size:
            return None
        sides.append(slice(int(painted[0]), int(painted[-1]) + 1))
    mask = shape.mask[tuple(sides)]
    affine = shape.grid.affine.copy()
    affine[:3, 3] = (affine @ [*(side.start for side in sides), 1])[:3]
    return VoxelMask(mask, VolumeGrid(mask.shape, affine))


def _with_thickness(sides: np.ndarray, grid: VolumeGrid, shape: tuple[int, ...]) -> np.ndarray:
    """Columns (3, 3) with the image's lengths along axes on which the mask has one voxel."""
    single = np.array(shape) == 1
    factors = np.where(single, np.asarray(grid.spacing) / np.linalg.norm(sides, axis=0), 1)
    return sides * factors
