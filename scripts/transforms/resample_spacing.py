"""Resamples volumes to one voxel spacing, or leaves them alone."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from numbers import Real

import torch
from monai.config import KeysCollection
from monai.transforms import Spacingd

from scripts.errors import SettingError

__all__ = ["ResampleSpacingd"]


def _checked_spacing(pixdim: Sequence[float]) -> list[float]:
    values = list(pixdim) if isinstance(pixdim, Sequence) and not isinstance(pixdim, str) else [pixdim]
    good = [isinstance(v, Real) and not isinstance(v, bool) and math.isfinite(v) and v > 0 for v in values]
    if len(values) != 3 or not all(good):
        raise SettingError(
            "the setting `spacing` must be null (keep each volume's own voxels) or three numbers above 0, the sides "
            f"of a voxel in mm, such as [1.0, 1.0, 1.0]; got {pixdim!r}."
        )
    return [float(v) for v in values]


class ResampleSpacingd(Spacingd):
    """MONAI's ``Spacingd`` with two differences.

    Items beside the images are left alone: MONAI 1.6 takes every item named ``<key>_...`` for a metadata dictionary
    and fails on others, for instance on the path ``image_path`` that a server adds. And the grid may be left as it is.

    Args:
        keys: volumes `CHWD` with an affine.
        pixdim: sides of a voxel in mm along the three axes; None leaves the grid alone, in the inverse too.
        mode: interpolation, ``bilinear`` (trilinear) or ``nearest``.
        allow_missing_keys: whether a case may lack a key.

    Raises:
        SettingError: for a spacing that is not three positive, finite numbers.
    """

    def __init__(
        self,
        keys: KeysCollection,
        pixdim: Sequence[float] | None,
        mode: str = "bilinear",
        allow_missing_keys: bool = False,
    ) -> None:
        self.identity = pixdim is None
        spacing = 1.0 if pixdim is None else _checked_spacing(pixdim)
        super().__init__(keys, spacing, mode=mode, allow_missing_keys=allow_missing_keys)

    def __call__(self, data: Mapping[Hashable, torch.Tensor], lazy: bool | None = None) -> dict[Hashable, torch.Tensor]:
        """Resample each volume; its affine follows."""
        if self.identity:
            return dict(data)
        volumes = {key: data[key] for key in self.keys if key in data}
        return {**data, **super().__call__(volumes, lazy)}

    def inverse(self, data: Mapping[Hashable, torch.Tensor]) -> dict[Hashable, torch.Tensor]:
        """Bring each volume back to the grid that it had."""
        return dict(data) if self.identity else super().inverse(data)
