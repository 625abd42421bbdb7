"""Thinning: only the middle of the structure is drawn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import ndimage
from skimage.morphology import skeletonize

__all__ = ["depth_inside", "find_skeleton", "relative_depth", "thin"]


def depth_inside(stroke: np.ndarray, spacing: Sequence[float] | None = None) -> np.ndarray:
    """Distance to the nearest pixel outside; what lies beyond the image counts as outside.

    Args:
        stroke: bool H[WD].
        spacing: mm per axis of a pixel; None: lengths are pixels.

    Returns:
        float64 H[WD], in pixels or mm.
    """
    padded = np.pad(stroke, 1)
    return ndimage.distance_transform_edt(padded, sampling=spacing)[(slice(1, -1),) * stroke.ndim]


def find_skeleton(stroke: np.ndarray) -> np.ndarray:
    """Skeleton, bool H[WD]; scikit-image needs a writable array, which a picture just read is not."""
    return skeletonize(np.array(stroke)) > 0


def relative_depth(stroke: np.ndarray, spacing: Sequence[float] | None = None) -> np.ndarray:
    """Depth of a pixel relative to the local radius: 0 outside, about 1 / radius at the edge, infinite on the skeleton.

    Args:
        stroke: bool H[WD].
        spacing: mm per axis of a pixel; None: lengths are pixels.

    Returns:
        float64 array H[WD].
    """
    if not stroke.any():
        return np.zeros(stroke.shape)
    depth = depth_inside(stroke, spacing)
    skeleton = find_skeleton(stroke)
    if not skeleton.any():
        skeleton = depth == depth.max()
    nearest = ndimage.distance_transform_edt(~skeleton, sampling=spacing, return_distances=False, return_indices=True)
    relative = np.where(stroke, depth / np.maximum(depth[tuple(nearest)], depth), 0.0)
    relative[skeleton] = np.inf
    return relative


def thin(stroke: np.ndarray, fraction: float | np.ndarray) -> np.ndarray:
    """Keep the part deeper than ``fraction`` of the local radius; the skeleton always stays.

    Source: Castro et al., "Morpho-MNIST", JMLR 2019, https://arxiv.org/abs/1809.08096 (there an erosion; ours cannot
    break a thin structure).

    Args:
        stroke: bool H[WD].
        fraction: 0 (nothing changes) to 1 (skeleton only), a number or an array H[WD].

    Returns:
        bool H[WD].

    Raises:
        ValueError: a fraction outside [0, 1].
    """
    fraction = np.asarray(fraction)
    if fraction.min() < 0 or fraction.max() > 1:
        raise ValueError(f"fraction must be within [0, 1], but it reaches from {fraction.min()} to {fraction.max()}")
    return relative_depth(stroke) > fraction
