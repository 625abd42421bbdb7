"""Evens out light and contrast of photographs taken through a round opening."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import torch
from monai.config import KeysCollection
from monai.transforms import MapTransform
from scipy.ndimage import binary_erosion, uniform_filter
from skimage.morphology import convex_hull_image

from scripts.errors import SettingError

__all__ = ["NormalizeLocalContrastd", "normalize_local_contrast", "visible_field"]

_DARK = 0.06
_FLOOR = 0.2
_RIM = 0.004


def visible_field(image: np.ndarray) -> np.ndarray:
    """Which pixels of a photograph show something: the convex hull of all that is not nearly black.

    The field of view of a fundus camera is a disc, often cut off above and below, so its hull is itself, and dark
    corners within it belong to it.

    Args:
        image: `NHW`, any range with black near 0.

    Returns:
        `HW` bool; all True for an image without a black surround.
    """
    brightness = image.max(axis=0)
    bright = brightness > _DARK * np.percentile(brightness, 99)
    if not bright.any() or bright.mean() > 0.98:
        return np.ones(brightness.shape, dtype=bool)
    return convex_hull_image(bright)


def normalize_local_contrast(image: np.ndarray, share: float = 0.05) -> np.ndarray:
    """Subtract the local mean and divide by the local standard deviation, within the visible field.

    What lies outside the field, and its blurred rim, takes no part in the means and becomes 0, so that the border is
    no edge.

    Args:
        image: `NHW`, not constant.
        share: half the width of the neighbourhood as a share of the image's longer side, in (0, 0.5].

    Returns:
        `NHW` float32; about zero mean and unit variance everywhere, less contrast where there is next to none.
    """
    longest = max(image.shape[1:])
    # the rim of a field is blurred over a few pixels; kept, it would look like a vessel
    inside = binary_erosion(visible_field(image), iterations=max(1, round(_RIM * longest)), border_value=1)
    if not inside.any():
        inside = np.ones(image.shape[1:], dtype=bool)
    size = 2 * max(1, round(share * longest)) + 1

    def local_mean(values: np.ndarray) -> np.ndarray:
        return uniform_filter(values, size, mode="constant")

    # the share of the neighbourhood inside the field; at least one pixel, the centre, where it is used
    weight = np.maximum(local_mean(inside.astype(np.float64)), 0.5 / size**2)
    result = np.empty(image.shape, dtype=np.float32)
    for channel, values in enumerate(image.astype(np.float64)):
        centred = np.where(inside, values - values[inside].mean(), 0.0)
        mean = local_mean(centred) / weight
        variance = np.maximum(local_mean(centred**2) / weight - mean**2, 0.0)
        # a floor, so that the noise of flat regions is not blown up to the contrast of vessels
        floor = (_FLOOR * centred[inside].std()) ** 2 + 1e-12
        result[channel] = np.where(inside, (centred - mean) / np.sqrt(variance + floor), 0.0)
    return result


class NormalizeLocalContrastd(MapTransform):
    """Dictionary version of :func:`normalize_local_contrast`, for images `NHW`.

    Args:
        keys: of images with metadata, which are kept.
        share: see there.

    Raises:
        SettingError: for a share outside (0, 0.5].
    """

    def __init__(self, keys: KeysCollection, share: float = 0.05) -> None:
        super().__init__(keys)
        if not 0 < share <= 0.5:
            raise SettingError(f"share of NormalizeLocalContrastd must lie in (0, 0.5], got {share}.")
        self.share = share

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """Normalise each image."""
        result = dict(data)
        for key in self.key_iterator(result):
            image = result[key]
            values = normalize_local_contrast(np.asarray(image), self.share)
            changed = torch.as_tensor(image).new_tensor(values, dtype=torch.float32)
            result[key] = type(image)(changed, meta=image.meta) if hasattr(image, "meta") else changed
        return result
