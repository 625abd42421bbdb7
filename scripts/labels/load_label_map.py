"""Loads integer label maps in the formats that annotation tools write."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from monai.data import PILReader
from monai.transforms import LoadImage

from scripts.errors import DataError
from scripts.volumes import read_volume
from scripts.volumes.headers import last_line

__all__ = ["load_label_map", "load_label_volume"]

_PICTURES = {".png", ".bmp", ".gif", ".tif", ".tiff", ".ppm", ".pgm"}
_LOSSY = {".jpg", ".jpeg"}
# rounding of integers that are stored as floating point numbers or with a scale
_ROUNDING = 1e-3


def load_label_map(path: str | Path, spatial_dims: int = 2) -> np.ndarray:
    """Label map `H[WD]` of a file, in MONAI's axis order (x first).

    Pictures are read with PIL (palette indices, not colours); NIfTI, NRRD and MetaImage with MONAI's readers, where a
    2D map may be stored as a single slice, as 3D Slicer and ITK-SNAP do. Volumes come from :func:`load_label_volume`.

    Raises:
        DataError: when the file cannot be read, or has colour channels or more than ``spatial_dims`` dimensions.
    """
    if spatial_dims == 3:
        return load_label_volume(path)[0]
    path = Path(path)
    if path.suffix.lower() in _LOSSY:
        raise DataError(
            f"{path}: a JPEG file cannot hold a label map, since it changes values. Export the label map as PNG; "
            "what is in this file has been damaged already."
        )
    reader = PILReader() if path.suffix.lower() in _PICTURES else None
    try:
        label = np.asarray(LoadImage(reader=reader, image_only=True)(str(path)))
    except Exception as error:  # the readers of four libraries raise as many kinds of error
        raise DataError(f"{path}: cannot be read as a label map ({last_line(error)}).") from error
    while label.ndim > spatial_dims and label.shape[-1] == 1:
        label = label[..., 0]
    if label.ndim != spatial_dims:
        raise DataError(
            f"{path}: expected a label map with one integer per pixel and {spatial_dims} dimensions, got the shape "
            f"{label.shape}. Export it as a single-channel (grey or palette) picture or label volume, not in colour."
        )
    return label


def load_label_volume(path: str | Path) -> tuple[np.ndarray, np.ndarray]:
    """Label map of a volume, on the file's own grid.

    Args:
        path: NIfTI, NRRD or MetaImage file.

    Returns:
        values: `HWD`, uint8, or int32 where some value does not fit.
        affine: (4, 4), from voxel indices to mm, axes right, front, up (RAS).

    Raises:
        DataError: when it is a folder, cannot be read as a volume, or holds values that are not integers.
    """
    path = Path(path)
    if path.is_dir():
        raise DataError(f"{path}: is a folder; expected the label in one file, for instance NIfTI or NRRD.")
    stored, affine = read_volume(path)
    if not np.issubdtype(stored.dtype, np.integer):
        _refuse_fractions(path, stored)
        stored = np.rint(stored)
    lowest, highest = stored.min(), stored.max()
    limits = np.iinfo(np.int32)
    if lowest < limits.min or highest > limits.max:
        raise DataError(f"{path}: holds values from {lowest:g} to {highest:g}; expected labels from 0 to 255.")
    return stored.astype(np.uint8 if lowest >= 0 and highest <= 255 else np.int32), affine


def _refuse_fractions(path: Path, stored: np.ndarray) -> None:
    with np.errstate(invalid="ignore"):  # of infinite values, which are then no integers
        whole = np.abs(stored - np.rint(stored)) <= _ROUNDING
    if not whole.all():
        example = stored[~whole].flat[0]
        raise DataError(
            f"{path}: holds values that are not integers, {example:g} for one, so it is no label map, or one that was "
            "interpolated. Export it again; where it must be resampled, with the nearest neighbour."
        )
