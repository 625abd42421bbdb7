"""Which slice of a volume a picture shows, and which way up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from nibabel.affines import voxel_sizes
from nibabel.orientations import apply_orientation, io_orientation

from scripts.constants import IGNORE

__all__ = ["VolumeSlice", "choose_slice", "to_ras"]

#: Names of the planes perpendicular to the axes right, anterior, superior.
_PLANES = ("sagittal", "coronal", "axial")
# spacings count as equal within this factor
_SAME_SPACING = 1.05


def to_ras(array: np.ndarray, affine: np.ndarray) -> tuple[np.ndarray, tuple[float, float, float]]:
    """Turn the axes of a volume so that they point to the right, to the front and upwards, as nearly as they can.

    Args:
        array: `HWD` or `CHWD`.
        affine: 4x4, from indices to RAS millimetres.

    Returns:
        The array, values untouched, and the spacing of its axes in mm.
    """
    orientation = io_orientation(affine)
    spatial_first = np.moveaxis(array, 0, -1) if array.ndim == 4 else array
    turned = apply_orientation(spatial_first, orientation)
    spacing = np.empty(3)
    spacing[orientation[:, 0].astype(int)] = voxel_sizes(affine)
    return np.moveaxis(turned, -1, 0) if array.ndim == 4 else turned, tuple(spacing.tolist())


@dataclass(frozen=True)
class VolumeSlice:
    """A slice of a volume whose axes are right, anterior, superior.

    Args:
        axis: that it is perpendicular to.
        index: along it, from 0.
        count: number of slices along it.
        spacing: of the volume, in mm.
    """

    axis: int
    index: int
    count: int
    spacing: tuple[float, float, float]

    def __str__(self) -> str:
        return f"{_PLANES[self.axis]} {self.index + 1} of {self.count}"

    def display(self, array: np.ndarray) -> np.ndarray:
        """The slice of `[C]HWD` as displayed, rows first `[C]HW`: right is right (in sagittal slices: the front)."""
        plane = np.take(array, self.index, axis=self.axis - 3)
        return np.swapaxes(plane, -1, -2)[..., ::-1, :]

    def size(self, shape: tuple[int, ...], shortest: int, longest: int) -> tuple[int, int]:
        """Width and height in pixels of a picture with true proportions.

        Args:
            shape: `HWD` of the volume.
            shortest: the longer side has at least this many pixels.
            longest: and at most this many.
        """
        across = [axis for axis in range(3) if axis != self.axis]
        finest = min(self.spacing[axis] for axis in across)
        width, height = (shape[axis] * self.spacing[axis] / finest for axis in across)
        scale = min(max(max(width, height), shortest), longest) / max(width, height)
        return max(1, round(width * scale)), max(1, round(height * scale))


def choose_slice(reference: np.ndarray, prediction: np.ndarray, spacing: tuple[float, float, float]) -> VolumeSlice:
    """The slice with most foreground, of the reference if it has any, else of the prediction, else the middle one.

    It lies in the plane with the finest spacing. Where several are as fine it is axial, unless that shows less than
    half as much as a coronal or else a sagittal slice does: of drawings on sagittal slices, such a slice is shown.

    Args:
        reference: `HWD`, class indices and ``IGNORE``; axes right, anterior, superior.
        prediction: `HWD`, class indices.
        spacing: in mm.
    """
    finest = [axis for axis in (2, 1, 0) if spacing[axis] * _SAME_SPACING >= max(spacing)]
    for labels in (reference, prediction):
        foreground = (labels > 0) & (labels != IGNORE)
        if foreground.any():
            areas = {axis: foreground.sum(axis=tuple({0, 1, 2} - {axis})) for axis in finest}
            most = max(area.max() for area in areas.values())
            axis = next(axis for axis in finest if 2 * areas[axis].max() >= most)
            return VolumeSlice(axis, int(areas[axis].argmax()), labels.shape[axis], spacing)
    return VolumeSlice(finest[0], reference.shape[finest[0]] // 2, reference.shape[finest[0]], spacing)
