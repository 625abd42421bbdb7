"""Loads integer label maps in the formats that annotation tools write."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from monai.data import PILReader
from monai.transforms import LoadImage

from scripts.errors import DataError

__all__ = ["load_label_map"]

_PICTURES = {".png", ".bmp", ".gif", ".tif", ".tiff", ".ppm", ".pgm"}
_LOSSY = {".jpg", ".jpeg"}


def load_label_map(path: str | Path, spatial_dims: int = 2) -> np.ndarray:
    """Label map `H[WD]` of a file, in MONAI's axis order (x first).

    Pictures are read with PIL (palette indices, not colours); NIfTI, NRRD and MetaImage with MONAI's readers, where a
    2D map may be stored as a single slice, as 3D Slicer and ITK-SNAP do.

    Raises:
        DataError: when the file cannot be read, or has colour channels or more than ``spatial_dims`` dimensions.
    """
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
        raise DataError(f"{path}: cannot be read as a label map ({_last_line(error)}).") from error
    while label.ndim > spatial_dims and label.shape[-1] == 1:
        label = label[..., 0]
    if label.ndim != spatial_dims:
        raise DataError(
            f"{path}: expected a label map with one integer per pixel and {spatial_dims} dimensions, got the shape "
            f"{label.shape}. Export it as a single-channel (grey or palette) picture or label volume, not in colour."
        )
    return label


def _last_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[-1]
