"""Stops at cases that no patch can be cut from."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import torch
from monai.transforms import Transform

from scripts.errors import DataError
from scripts.transforms.file_grid import file_name

__all__ = ["CheckSamplingd"]


class CheckSamplingd(Transform):
    """Passes cases on unchanged, unless nothing is left to centre a patch on.

    What was drawn or boxed can be lost on the way: under a field of view, beside what was cropped away as empty, or
    between the voxels of a coarser spacing. A case without any would stop a random crop in the middle of a training.

    Args:
        key: of the map `1H[WD]` that is above 0 wherever a patch may be centred.
        image_key: key of the image, which names the case.
    """

    def __init__(self, key: str = "sampling", image_key: str = "image") -> None:
        self.key = key
        self.image_key = image_key

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """Check the case.

        Raises:
            DataError: naming the image.
        """
        if not torch.as_tensor(data[self.key]).any():
            raise DataError(
                f"{file_name(data[self.image_key])}: of what was drawn or boxed nothing is left once the image has "
                "been resampled and cropped to what is not empty. Draw within the field of view, make "
                "strokes and boxes thicker than a voxel of `spacing`, or leave the case out."
            )
        return dict(data)
