"""Stops at images that cannot be what the user meant."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import torch
from monai.config import KeysCollection
from monai.transforms import MapTransform

from scripts.errors import DataError

__all__ = ["CheckImaged"]


class CheckImaged(MapTransform):
    """Passes images on unchanged, unless one is empty, constant or not finite.

    Args:
        keys: keys of images `NH[WD]` with metadata.
    """

    def __init__(self, keys: KeysCollection) -> None:
        super().__init__(keys)

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """Check each image.

        Raises:
            DataError: naming the file.
        """
        for key in self.key_iterator(dict(data)):
            image = data[key]
            values = torch.as_tensor(image)
            name = getattr(image, "meta", {}).get("filename_or_obj", key)
            if values.numel() == 0:
                raise DataError(f"{name}: the image is empty, its shape is {tuple(values.shape)}.")
            if not torch.isfinite(values).all():
                raise DataError(f"{name}: the image holds NaN or infinite values. Export it again or leave it out.")
            if values.min() == values.max():
                raise DataError(
                    f"{name}: the image is constant (every value is {values.flatten()[0].item():g}). "
                    "Export it again or leave it out."
                )
        return dict(data)
