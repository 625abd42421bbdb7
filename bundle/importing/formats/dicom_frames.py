"""Where the frames of a DICOM segmentation lie."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pydicom
from highdicom.spatial import get_volume_positions

from scripts.errors import DataError
from scripts.volumes.headers import check_affine
from scripts.volumes.itk_file import itk_affine

__all__ = ["Frames", "frame_group", "place_frames"]

# share of the distance of slices by which one may lie beside its place, as in series of slices
_PLACE = 0.05
_SAME = 1e-3
_MOST_MM = 1e6
# of a stack, painted or not
_MOST_VOXELS = 1 << 30


@dataclass(frozen=True, eq=False)
class Frames:
    """Geometry of the frames, LPS in mm.

    Attributes:
        direction: (3, 3), columns: along rows, along columns, and across slices.
        spacing: (3,) in that order.
        origins: (m, 3), of the first pixel of the first slice of each stack.
        stacks: the stack of each frame.
        slices: index of each frame's slice in its stack.
    """

    direction: np.ndarray
    spacing: np.ndarray
    origins: np.ndarray
    stacks: np.ndarray
    slices: np.ndarray


def place_frames(path: Path, data: pydicom.Dataset) -> Frames:
    """The frames as one stack of slices, in any order and maybe with gaps.

    Where that is not certain, each slice is a stack of its own: frames without paint are often left out, so the
    distance of the others need not be that of the slices, and the stated distance is often wrong.

    Raises:
        DataError: numbers are not finite or nonsense, or frames are oriented differently.
        Exception: whatever pydicom raises where something is missing.
    """
    per_frame = data.PerFrameFunctionalGroupsSequence
    shared = data.get("SharedFunctionalGroupsSequence") or [pydicom.Dataset()]
    measures = [frame_group(frame, shared, "PixelMeasuresSequence") for frame in per_frame]
    turns = [frame_group(frame, shared, "PlaneOrientationSequence") for frame in per_frame]
    planes = [frame_group(frame, shared, "PlanePositionSequence") for frame in per_frame]
    sides = np.array([part.PixelSpacing for part in measures], dtype=np.float64)
    axes = np.array([part.ImageOrientationPatient for part in turns], dtype=np.float64)
    places = np.array([part.ImagePositionPatient for part in planes], dtype=np.float64)
    if not all(np.isfinite(part).all() and np.abs(part).max() <= _MOST_MM for part in (sides, axes, places)):
        raise DataError(f"{path}: places its frames with numbers that are not finite or beyond 1 km. Export it again.")
    if np.ptp(axes, axis=0).max() > _SAME or np.ptp(sides, axis=0).max() > _SAME * np.abs(sides).max():
        raise DataError(
            f"{path}: its frames are oriented differently, or have pixels of different sizes. Export each part as a "
            "segmentation of its own."
        )
    along = axes[0].reshape(2, 3)
    direction = np.column_stack([*along, np.cross(*along)])
    if np.abs(direction.T @ direction - np.eye(3)).max() > _SAME:
        raise DataError(
            f"{path}: its ImageOrientationPatient is not two unit vectors at a right angle. Export it again."
        )
    stated = measures[0].get("SpacingBetweenSlices") or measures[0].get("SliceThickness")
    step, stacks, slices = _stack(abs(float(stated or 0)), axes[0], places, data.Rows * data.Columns)
    spacing = np.array([sides[0, 1], sides[0, 0], step])
    check_affine(path, itk_affine(direction, spacing, places[0]))
    first = [int(np.flatnonzero((stacks == stack) & (slices == 0))[0]) for stack in range(int(stacks.max()) + 1)]
    return Frames(direction, spacing, places[first], stacks, slices)


def frame_group(frame: pydicom.Dataset, shared: list[pydicom.Dataset], name: str) -> pydicom.Dataset:
    """A group of attributes of a frame, which it may share with all."""
    return (frame if name in frame else shared[0])[name].value[0]


def _stack(stated: float, axes: np.ndarray, places: np.ndarray, pixels: int) -> tuple[float, np.ndarray, np.ndarray]:
    """Distance of neighbouring slices in mm, and stack and slice of each frame."""
    _, slices = get_volume_positions(
        places,
        axes,
        rtol=_PLACE,
        allow_missing_positions=True,
        allow_duplicate_positions=True,
        index_convention="RD",  # so that slices are counted along the direction across them
    )
    if slices is not None and (last := max(slices)) > 0:
        step = float(np.ptp(places @ np.cross(axes[:3], axes[3:]))) / last
        if abs(step - stated) <= _PLACE * step and pixels * (last + 1) <= _MOST_VOXELS:
            return step, np.zeros(len(places), dtype=int), np.asarray(slices)
    stacks = np.unique(places, axis=0, return_inverse=True)[1].ravel()
    return stated or 1.0, stacks, np.zeros(len(places), dtype=int)
