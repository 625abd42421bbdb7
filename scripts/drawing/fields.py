"""Smooth random fields: errors of a hand vary slowly over an image."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import ndimage

__all__ = ["smooth_field", "smooth_step"]

# Mean over the positions between two nodes of the sum of squared cubic B-spline weights, per axis.
_BSPLINE_POWER = 0.48


def smooth_field(
    shape: Sequence[int], scale: float, rng: np.random.Generator, spacing: Sequence[float] | None = None
) -> np.ndarray:
    """Random field of about zero mean and unit variance: a cubic B-spline with normal coefficients.

    Args:
        shape: H[WD].
        scale: distance of the spline's nodes in pixels, or in mm with ``spacing`` (at least one pixel), about the
            correlation length.
        rng: source of randomness.
        spacing: mm per axis of a pixel; None: lengths are pixels.

    Returns:
        float64 array H[WD].
    """
    scales = np.maximum(float(scale) / np.broadcast_to(1.0 if spacing is None else spacing, len(shape)), 1.0)
    nodes = rng.standard_normal([int(np.ceil(n / scale)) + 4 for n, scale in zip(shape, scales, strict=True)])
    offset = 1.0 + rng.random(len(shape))
    field = ndimage.affine_transform(nodes, 1.0 / scales, offset, output_shape=tuple(shape), order=3, prefilter=False)
    return field / _BSPLINE_POWER ** (len(shape) / 2)


def smooth_step(values: np.ndarray, edge: float, width: float) -> np.ndarray:
    """Cubic step from 0 (below ``edge - width / 2``) to 1 (above ``edge + width / 2``)."""
    t = np.clip((values - edge) / width + 0.5, 0.0, 1.0)
    return t * t * (3.0 - 2.0 * t)
