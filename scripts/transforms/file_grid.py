"""The grid of an image's file, whatever transforms have done to the image since."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from monai.data import MetaTensor

from scripts.volumes import VolumeGrid, read_grid

__all__ = ["file_grid", "file_name", "file_size"]


def file_name(image: Any) -> str:
    """The file that an image was loaded from, "" where it does not say; a path is its own name."""
    if isinstance(image, torch.Tensor):
        return str(getattr(image, "meta", {}).get("filename_or_obj", ""))
    return str(image)


def file_size(image: torch.Tensor) -> tuple[int, ...]:
    """Size `H[WD]` of an image when it was read; a volume may have been turned, resampled and cropped since."""
    shape = tuple(image.shape[1:])
    if len(shape) == 3:
        return tuple(int(n) for n in getattr(image, "meta", {}).get("spatial_shape", shape))
    return shape


def file_grid(image: Any) -> VolumeGrid:
    """Grid of a volume's file; transforms leave what the reader wrote of it as it was.

    Args:
        image: `NHWD`, or the path of a file, whose header is read. A tensor without metadata has voxels of 1 mm.

    Raises:
        DataError: for a file that cannot be read.
    """
    if not isinstance(image, torch.Tensor):
        return read_grid(image)
    affine = image.meta.get("original_affine", image.affine) if isinstance(image, MetaTensor) else np.eye(4)
    return VolumeGrid(file_size(image), np.asarray(affine, dtype=np.float64))
