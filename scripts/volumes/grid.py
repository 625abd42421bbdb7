"""Where the voxels of a volume are, and what tells two such grids apart."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
from nibabel.orientations import aff2axcodes, inv_ornt_aff, io_orientation

from scripts.errors import DataError
from scripts.volumes.dicom_series import find_series
from scripts.volumes.headers import check_suffix, is_nifti, volume_shape
from scripts.volumes.itk_file import read_itk_header
from scripts.volumes.nifti import open_nifti
from scripts.wording import times

__all__ = ["VolumeGrid", "check_same_grid", "grid_difference", "read_grid"]

# of the smallest side of a voxel
_TOLERANCE = 0.05
# cosine above which axes of two grids count as the same one, about 25 degrees
_PARALLEL = 0.9
_AXES = ("R-L", "A-P", "S-I")


@dataclass(frozen=True, eq=False)
class VolumeGrid:
    """Size and place of a volume; compare two with :func:`grid_difference`.

    Attributes:
        shape: number of voxels along each axis.
        affine: (4, 4), from voxel indices to mm, axes right, front, up (RAS).
    """

    shape: tuple[int, int, int]
    affine: np.ndarray

    @property
    def spacing(self) -> tuple[float, float, float]:
        """Sides of a voxel along each array axis, mm."""
        return tuple(np.linalg.norm(self.affine[:3, :3], axis=0).tolist())

    def corners(self) -> np.ndarray:
        """The eight outer corners (8, 3), mm."""
        index = np.array([(*corner, 1) for corner in product(*((-0.5, n - 0.5) for n in self.shape))])
        return (index @ self.affine.T)[:, :3]


def read_grid(path: str | Path) -> VolumeGrid:
    """The grid of a volume from its header, without reading voxels (for a DICOM folder, from those of its slices).

    Args:
        path: file with one of :data:`scripts.volumes.VOLUME_SUFFIXES`, or folder with one DICOM series.

    Raises:
        DataError: naming the file; for everything that :class:`scripts.volumes.VolumeReader` refuses, but for damage
            behind the header.
    """
    path = Path(path)
    if path.is_dir():
        series = find_series(path)
        return VolumeGrid(series.shape, series.affine)
    check_suffix(path)
    if is_nifti(path):
        image = open_nifti(path)
        return VolumeGrid(volume_shape(path, image.shape), np.array(image.affine, dtype=np.float64))
    header = read_itk_header(path)
    return VolumeGrid(header.shape, header.affine)


def grid_difference(grid: VolumeGrid, expected: VolumeGrid) -> str:
    """What tells a grid from the expected one, in words that go on after a colon ("its axis R-L is stored flipped").

    Grids are the same when they have the same shape and none of the eight outer corners is further than 5 % of the
    smallest side of a voxel from its counterpart. Formats round: NIfTI keeps affines and quaternions in 32 bits, DICOM
    and text headers a few decimals, which moves far corners by some thousandths of a voxel. A twentieth of a voxel is
    well above that and well below what changes any label; a difference in the corners also bounds it everywhere
    between them.

    Returns:
        The differences, "" if there are none.
    """
    tolerance = _TOLERANCE * min(*grid.spacing, *expected.spacing)
    if grid.shape == expected.shape and _distance(grid, expected) <= tolerance:
        return ""
    parts = []
    order = _axis_order(grid, expected)
    if (order[:, 0] != np.arange(3)).any():
        parts.append(f"its axes are stored as {_axis_codes(grid)} instead of {_axis_codes(expected)}")
    elif (order[:, 1] < 0).any():
        flipped = [_AXES[int(axis)] for axis in io_orientation(expected.affine)[order[:, 1] < 0, 0]]
        parts.append(f"its {'axes' if len(flipped) > 1 else 'axis'} {_and(flipped)} {_is(flipped)} stored flipped")
    aligned = _reordered(grid, order)
    return _and(parts + _aligned_differences(aligned, expected, tolerance))


def check_same_grid(name: str, grid: VolumeGrid, image: str, image_grid: VolumeGrid) -> None:
    """Refuse a label on another grid than its image.

    Args:
        name: of the label's file.
        grid: of the label.
        image: name of the image's file.
        image_grid: of the image.

    Raises:
        DataError: naming both files and what differs.
    """
    difference = grid_difference(grid, image_grid)
    if difference:
        raise DataError(
            f"{name}: is not on the voxel grid of its image {image}: {difference}. Export the label on the image's own "
            "grid (in 3D Slicer: as a label map, with the image as reference volume)."
        )


def _distance(grid: VolumeGrid, other: VolumeGrid) -> float:
    """Largest distance of corresponding corners, mm."""
    return float(np.linalg.norm(grid.corners() - other.corners(), axis=1).max())


def _directions(grid: VolumeGrid) -> np.ndarray:
    """Unit vectors of the array axes, as columns (3, 3)."""
    return grid.affine[:3, :3] / np.asarray(grid.spacing)


def _axis_order(grid: VolumeGrid, expected: VolumeGrid) -> np.ndarray:
    """For each axis the expected one along which it leads, and 1 or -1 for its sense (nibabel's orientation array).

    Axes count as they are where the grids are turned so far that no axis is parallel to one of the other.
    """
    cosines = _directions(expected).T @ _directions(grid)
    axes = np.abs(cosines).argmax(axis=0)
    if sorted(axes) != [0, 1, 2] or np.abs(cosines).max(axis=0).min() < _PARALLEL:
        return np.array([[0, 1], [1, 1], [2, 1]])
    return np.stack([axes, np.sign(cosines[axes, range(3)])], axis=1).astype(int)


def _reordered(grid: VolumeGrid, order: np.ndarray) -> VolumeGrid:
    """The same volume with its axes in the expected order and sense."""
    shape = [0, 0, 0]
    for length, axis in zip(grid.shape, order[:, 0], strict=True):
        shape[axis] = length
    return VolumeGrid(tuple(shape), grid.affine @ inv_ornt_aff(order, grid.shape))


def _aligned_differences(grid: VolumeGrid, expected: VolumeGrid, tolerance: float) -> list[str]:
    parts = []
    lengths = np.maximum(grid.shape, expected.shape)
    sides, expected_sides = np.asarray(grid.spacing), np.asarray(expected.spacing)
    if grid.shape != expected.shape:
        parts.append(f"its size is {times(grid.shape)} voxels instead of {times(expected.shape)}")
    if (np.abs(sides - expected_sides) * lengths > tolerance).any():
        parts.append(f"its voxels measure {times(sides)} mm instead of {times(expected_sides)} mm")
    apart = np.linalg.norm(_directions(grid) - _directions(expected), axis=0)
    if (apart * lengths * expected_sides > tolerance).any():
        degrees = np.rad2deg(2 * np.arcsin(min(apart.max() / 2, 1)))
        parts.append(f"it is turned by {degrees:.3g} degrees")
    if not parts and (shift := _distance(grid, expected)) > tolerance:
        parts.append(f"it is shifted by {shift:.3g} mm")
    return parts


def _axis_codes(grid: VolumeGrid) -> str:
    return "-".join(aff2axcodes(grid.affine))


def _is(things: list[str]) -> str:
    return "are" if len(things) > 1 else "is"


def _and(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
