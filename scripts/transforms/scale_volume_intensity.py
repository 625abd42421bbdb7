"""Brings the values of volumes to 0..1."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from numbers import Real
from typing import Any

import torch
from monai.config import KeysCollection
from monai.transforms import MapTransform, ScaleIntensityRange
from monai.transforms.utils_pytorch_numpy_unification import percentile
from monai.utils import convert_to_dst_type, convert_to_tensor

from scripts.errors import DataError, SettingError

__all__ = ["ScaleVolumeIntensityd"]

_PERCENTILES = (0.5, 99.5)


def _checked_window(window: Sequence[float]) -> tuple[float, float]:
    values = list(window) if isinstance(window, Sequence) and not isinstance(window, str) else [window]
    good = [isinstance(v, Real) and not isinstance(v, bool) and math.isfinite(v) for v in values]
    if len(values) != 2 or not all(good) or values[0] >= values[1]:
        raise SettingError(
            "the setting `window` must be null (MR and others without a fixed scale) or two numbers, the lower first, "
            f"such as [-160, 240] in Hounsfield units for soft tissue in CT; got {window!r}."
        )
    return float(values[0]), float(values[1])


class ScaleVolumeIntensityd(MapTransform):
    """Scales volumes to 0..1 and clips what lies outside.

    Without a window, the percentiles 0.5 and 99.5 of each channel become 0 and 1. Where these two coincide, since
    nearly all voxels hold one value, the smallest and the largest value take their place.

    Args:
        keys: volumes `CHWD` with metadata, which are kept.
        window: None, or the two values that become 0 and 1, for images with a fixed scale such as CT.

    Raises:
        SettingError: for a window that is not two finite numbers, the lower first.
    """

    def __init__(self, keys: KeysCollection, window: Sequence[float] | None = None) -> None:
        super().__init__(keys)
        self.window = None if window is None else _checked_window(window)

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """Scale each volume; the result is float32.

        Raises:
            DataError: naming the file, when no value lies inside the window, or the volume is constant.
        """
        result = dict(data)
        for key in self.key_iterator(result):
            volume = result[key]
            name = str(getattr(volume, "meta", {}).get("filename_or_obj", key))
            values = convert_to_tensor(volume, track_meta=False, dtype=torch.float32)
            ranges = [self.window or _value_range(channel, name) for channel in values]
            scaled = convert_to_tensor(
                torch.stack(
                    [ScaleIntensityRange(*limits, 0.0, 1.0, clip=True)(v) for limits, v in zip(ranges, values)]
                ),
                track_meta=False,
            )
            if self.window is not None and scaled.min() == scaled.max():
                raise DataError(
                    f"{name}: no value lies inside the window {list(self.window)}, they run from {values.min():g} to "
                    f"{values.max():g}. Is it CT in Hounsfield units? Set `window` to fit the values, or to null."
                )
            result[key] = convert_to_dst_type(scaled, dst=volume, dtype=torch.float32)[0]
        return result


def _value_range(channel: torch.Tensor, name: str) -> tuple[float, float]:
    """The values of a channel `HWD` that become 0 and 1."""
    low, high = (float(value) for value in percentile(channel, _PERCENTILES))
    if low == high:
        low, high = float(channel.min()), float(channel.max())
    if low == high:
        raise DataError(f"{name}: the volume is constant (every value is {low:g}). Export it again or leave it out.")
    return low, high
