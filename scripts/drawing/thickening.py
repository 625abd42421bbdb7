"""Thickening: the pen is broader than the structure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import ndimage

__all__ = ["thicken"]


def thicken(stroke: np.ndarray, amount: float | np.ndarray, spacing: Sequence[float] | None = None) -> np.ndarray:
    """Add every pixel whose distance to the stroke is at most ``amount`` (after Morpho-MNIST's thickening).

    Source: Castro et al., "Morpho-MNIST", JMLR 2019, https://arxiv.org/abs/1809.08096 (there a dilation by a fraction
    of the thickness; here an amount in pixels that may vary over the image).

    Args:
        stroke: bool H[WD].
        amount: pixels, or mm with ``spacing``, a number or an array H[WD]; 0 or less adds nothing.
        spacing: mm per axis of a pixel; None: lengths are pixels.

    Returns:
        bool H[WD].
    """
    if not stroke.any() or np.all(np.asarray(amount) <= 0):
        return stroke.copy()
    return stroke | (ndimage.distance_transform_edt(~stroke, sampling=spacing) <= amount)
