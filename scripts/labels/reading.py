"""What the pixels outside a drawing count as: the three readings."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import distance_transform_edt

from scripts.constants import IGNORE
from scripts.errors import SettingError

__all__ = ["READINGS", "read_drawing"]

READINGS = ("sparse", "support", "dense")
_BACKGROUND = 0


def read_drawing(
    positive: np.ndarray,
    negative: np.ndarray,
    reading: str,
    support_radius: float = 4.0,
    spacing: tuple[float, ...] | None = None,
) -> np.ndarray:
    """Positive labels under one of three readings of what was left undrawn.

    * ``sparse``: undrawn pixels are not labelled.
    * ``dense``: the drawing is a noisy mask of the whole image; every pixel without a positive label is background.
      The paper's positive-only experiment needs this reading (arXiv 2508.18186; our reading).
    * ``support``: undrawn pixels within ``support_radius`` of a stroke of a foreground class are background, since the
      annotator looked there and did not draw; those further away stay unlabelled (our reading).

    Args:
        positive: `H[WD]`, class index or ``IGNORE``.
        negative: `CH[WD]`, 1 where "not class k" was drawn.
        reading: one of :data:`READINGS`.
        support_radius: in pixels, or in the unit of ``spacing`` where that is given.
        spacing: size of a voxel along each axis; default 1 pixel.

    Returns:
        `H[WD]` uint8. Drawn pixels keep their label under every reading; negative drawings keep their pixels
        unlabelled under ``support``, where they speak for themselves.

    Raises:
        SettingError: when the reading is unknown or the radius is not positive.
    """
    if reading not in READINGS:
        raise SettingError(f"the setting `reading` must be one of {list(READINGS)}, got {reading!r}.")
    if support_radius <= 0:
        raise SettingError(f"the setting `support_radius` must be above 0, got {support_radius}.")
    undrawn = positive == IGNORE
    result = positive.astype(np.uint8, copy=True)
    if reading == "dense":
        result[undrawn] = _BACKGROUND
    elif reading == "support":
        stroke = ~undrawn & (positive != _BACKGROUND)
        if stroke.any():
            near = distance_transform_edt(~stroke, sampling=spacing) <= support_radius
            result[near & undrawn & ~negative.any(axis=0)] = _BACKGROUND
    return result
