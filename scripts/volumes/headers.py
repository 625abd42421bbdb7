"""What must hold for the header of a volume, whatever its format."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from scripts.errors import DataError
from scripts.wording import times

__all__ = [
    "VOLUME_SUFFIXES",
    "check_affine",
    "check_spacing",
    "check_suffix",
    "is_nifti",
    "last_line",
    "volume_shape",
    "warn_once",
]

logger = logging.getLogger(__name__)

#: Endings of the files that volumes are read from; DICOM slices come as a folder.
VOLUME_SUFFIXES = (".nii", ".nii.gz", ".nrrd", ".nhdr", ".mha", ".mhd")

_NIFTI = (".nii", ".nii.gz")
# volume of a voxel, as a share of the box with the same sides, below which its axes lie in one plane
_FLAT = 1e-4


def is_nifti(path: Path) -> bool:
    """Whether a file's name ends as that of a NIfTI file."""
    return path.name.lower().endswith(_NIFTI)


def check_suffix(path: Path) -> None:
    """Refuse files that are missing or of another format.

    Raises:
        DataError: naming the file and the endings that are read.
    """
    if not path.exists():
        raise DataError(f"{path}: does not exist.")
    if not path.name.lower().endswith(VOLUME_SUFFIXES):
        raise DataError(
            f"{path}: is no volume that can be read. Expected a file that ends in {', '.join(VOLUME_SUFFIXES)}, or a "
            "folder with the slices of one DICOM series."
        )


def volume_shape(path: Path, dims: Sequence[int]) -> tuple[int, int, int]:
    """The size of a volume, without trailing axes of length 1.

    Args:
        path: for errors.
        dims: length of every axis in the file.

    Raises:
        DataError: for pictures, for several volumes in one file, and for axes of length 0.
    """
    shape = tuple(int(n) for n in dims)
    while len(shape) > 3 and shape[-1] == 1:
        shape = shape[:-1]
    if len(shape) > 3:
        raise DataError(
            f"{path}: is {len(shape)}D and holds {int(np.prod(shape[3:]))} volumes, its size is {times(shape)}; "
            "expected one volume. Split it, for instance into one file per time point or contrast."
        )
    if len(shape) < 3:
        raise DataError(
            f"{path}: is a picture of {times(shape)} pixels; expected a volume with three axes. A single slice must "
            "be stored as a volume with one slice."
        )
    if min(shape) < 1:
        raise DataError(f"{path}: is empty, its size is {times(shape)} voxels. Export it again or leave it out.")
    return shape


def check_spacing(path: Path, spacing: Sequence[float]) -> None:
    """Refuse voxels without a size.

    Args:
        path: for errors.
        spacing: mm along each axis, as the header states it.

    Raises:
        DataError: when a side is zero, negative or not finite.
    """
    sides = np.asarray(spacing, dtype=np.float64)
    if not (np.isfinite(sides).all() and (sides > 0).all()):
        raise DataError(
            f"{path}: its header says that voxels measure {times(sides)} mm; every side must be above 0. Correct the "
            "header, or export the volume again."
        )


def check_affine(path: Path, affine: np.ndarray) -> None:
    """Refuse axes that do not span a space.

    Args:
        path: for errors.
        affine: (4, 4), from voxel indices to mm.

    Raises:
        DataError: when it holds NaN or infinite values, or is singular.
    """
    advice = "Correct the header, or export the volume again."
    if not np.isfinite(affine).all():
        raise DataError(f"{path}: the affine of its header holds values that are not finite. {advice}")
    sides = np.linalg.norm(affine[:3, :3], axis=0)
    check_spacing(path, sides)
    if abs(np.linalg.det(affine[:3, :3] / sides)) < _FLAT:
        raise DataError(f"{path}: the affine of its header is singular: its axes lie in one plane. {advice}")


def last_line(error: BaseException) -> str:
    """The last line of an error's message, which is where ITK says what is wrong."""
    return (str(error).strip().splitlines() or [type(error).__name__])[-1].strip()


@cache
def warn_once(message: str) -> None:
    """Log a warning, only the first time: every file is read several times in a run."""
    logger.warning(message)
