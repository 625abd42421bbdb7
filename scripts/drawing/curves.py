"""Free-hand curves: the path of a pen, and the pixels that the pen covers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy import ndimage

__all__ = ["paint", "wander"]


def wander(
    start: np.ndarray,
    length: float,
    rng: np.random.Generator,
    *,
    step: float = 1.0,
    bend: float = 0.02,
    steer: Callable[[np.ndarray], np.ndarray | None] | None = None,
) -> np.ndarray:
    """Path of smoothly changing direction, in any number of dimensions.

    Args:
        start: coordinates in pixels, one per axis.
        length: length in pixels.
        rng: source of randomness.
        step: distance of two points in pixels.
        bend: standard deviation of the curvature's change, 1 / pixel.
        steer: called with the next point; returns a pull that is added to the (unit) direction, or None to stop.

    Returns:
        float64 array (points, axes), at least the start.
    """
    point = np.asarray(start, dtype=np.float64)
    heading = _unit(rng.standard_normal(point.size))
    turn = np.zeros(point.size)
    points = [point]
    for _ in range(int(length / step)):
        turn = 0.9 * turn + bend * step * rng.standard_normal(point.size)
        heading = _unit(heading + turn * step)
        if steer is not None:
            pull = steer(point + heading * step)
            if pull is None:
                break
            heading = _unit(heading + pull)
        point = point + heading * step
        points.append(point)
    return np.array(points)


def paint(points: np.ndarray, radius: float, shape: Sequence[int]) -> tuple[tuple[slice, ...], np.ndarray]:
    """Pixels within ``radius`` of the points of a path.

    Args:
        points: float array (points, axes), in pixels.
        radius: half the width of the pen in pixels; under 0.5 a pen one pixel wide is used.
        shape: H[WD] of the image.

    Returns:
        The window of the image that holds the stroke (empty if the path lies outside) and the stroke, bool, in it.
    """
    reach = int(np.ceil(radius)) + 1
    low = np.clip(np.floor(points.min(axis=0)).astype(int) - reach, 0, shape)
    high = np.clip(np.ceil(points.max(axis=0)).astype(int) + reach + 1, low, shape)
    window = tuple(slice(a, b) for a, b in zip(low, high, strict=True))
    size = tuple(high - low)
    if 0 in size:
        return window, np.zeros(size, dtype=bool)
    # Distances are measured on a padded window, so that points just outside the image still count.
    padded = np.ones([n + 2 * reach for n in size], dtype=bool)
    pixels = np.round(points).astype(int) - low + reach
    inside = np.all((pixels >= 0) & (pixels < padded.shape), axis=1)
    if not inside.any():
        return window, np.zeros(size, dtype=bool)
    padded[tuple(pixels[inside].T)] = False
    distance = ndimage.distance_transform_edt(padded)[tuple(slice(reach, reach + n) for n in size)]
    return window, distance <= max(radius - 0.5, 0.0)


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / max(float(np.linalg.norm(vector)), 1e-12)
