"""Free-hand curves: the path of a pen, and the pixels that the pen covers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

__all__ = ["ball_volume", "cross_section", "paint", "wander"]


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
        start: coordinates, one per axis, in any unit of length, for instance pixels or mm.
        length: length in the same unit.
        rng: source of randomness.
        step: distance of two points.
        bend: standard deviation of the curvature's change, 1 / unit.
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


def paint(
    points: np.ndarray, radius: float, shape: Sequence[int], spacing: Sequence[float] | None = None
) -> tuple[tuple[slice, ...], np.ndarray]:
    """Pixels within ``radius`` of the points of a path.

    Args:
        points: float array (points, axes), in pixels, or in mm with ``spacing``.
        radius: half the width of the pen in the same unit; up to half a pixel's side, a pen one pixel wide is used.
        shape: H[WD] of the image.
        spacing: mm per axis of a pixel; None: lengths are pixels.

    Returns:
        The window of the image that holds the stroke (empty if the path lies outside) and the stroke, bool, in it.
    """
    sides = np.ones(len(shape)) if spacing is None else np.asarray(spacing, dtype=np.float64)
    # The pixel of the path itself has a width.
    around = max(radius - 0.5 * float(sides.min()), 0.0)
    reach = (around / sides).astype(int)
    pen = np.indices(2 * reach + 1).reshape(len(reach), -1).T - reach
    pen = pen[np.sqrt(((pen * sides) ** 2).sum(axis=1)) <= around]
    path = np.unique(np.round(points / sides).astype(int), axis=0)
    low = np.clip(path.min(axis=0) - reach, 0, shape)
    high = np.clip(path.max(axis=0) + reach + 1, low, shape)
    stroke = np.zeros(high - low, dtype=bool)
    pixels = (path[:, None] + pen).reshape(-1, len(reach)) - low
    stroke[tuple(pixels[np.all((pixels >= 0) & (pixels < stroke.shape), axis=1)].T)] = True
    return tuple(slice(a, b) for a, b in zip(low, high, strict=True)), stroke


def cross_section(radius: float, axes: int) -> float:
    """Size of a stroke per length: its width in 2D, the area of its cross-section in 3D."""
    return ball_volume(radius, axes - 1)


def ball_volume(radius: float, axes: int) -> float:
    """Length of a line, area of a disc or volume of a ball."""
    return {1: 2 * radius, 2: math.pi * radius**2, 3: 4 / 3 * math.pi * radius**3}[axes]


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / max(float(np.linalg.norm(vector)), 1e-12)
