"""Hallucinated strokes: a structure is drawn where there is none."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import ndimage

from scripts.drawing.curves import cross_section, paint, wander

__all__ = ["SMALLEST_STROKE", "hallucinate"]

#: Area in pixels under which no stroke is worth drawing.
SMALLEST_STROKE = 5


def hallucinate(
    stroke: np.ndarray,
    area: float,
    rng: np.random.Generator,
    *,
    allowed: np.ndarray | None = None,
    radius: tuple[float, float] = (1.0, 3.0),
    length: tuple[float, float] = (20.0, 60.0),
    spacing: Sequence[float] | None = None,
) -> np.ndarray:
    """Add smooth strokes of the given total area on pixels that are not drawn.

    Args:
        stroke: bool H[WD], what is drawn already.
        area: pixels to add; fewer are added where the room does not suffice, none if
            less than :data:`SMALLEST_STROKE`.
        rng: source of randomness.
        allowed: bool H[WD], where a stroke may lie; None for everywhere.
        radius: range of half the strokes' width in pixels, or in mm with ``spacing``.
        length: range of the strokes' length in the same unit.
        spacing: mm per axis of a pixel; None: lengths are pixels.

    Returns:
        bool H[WD].
    """
    drawn = stroke.copy()
    free = ~stroke if allowed is None else allowed & ~stroke
    starts = np.argwhere(free)
    sides = np.ones(stroke.ndim) if spacing is None else np.asarray(spacing, dtype=np.float64)
    pixel, step = float(np.prod(sides)), float(sides.min())
    left = float(area)
    if not len(starts):
        return drawn
    for _ in range(200):
        if left < SMALLEST_STROKE:
            break
        half = rng.uniform(*radius)
        if stroke.ndim > 2:
            # A ball is at most what is left.
            half = min(half, (left * pixel * 3 / (4 * np.pi)) ** (1 / 3))
        start = starts[rng.integers(len(starts))] * sides
        reach = min(rng.uniform(*length), left * pixel / cross_section(half, stroke.ndim) + 1)
        path = wander(start, reach, rng, step=step)
        window, pixels = paint(path, half, stroke.shape, spacing)
        pixels = pixels & free[window] & ~drawn[window]
        # A stroke cut into pieces by structures looks unlike one: keep the largest piece.
        pieces, count = ndimage.label(pixels, np.ones((3,) * stroke.ndim))
        if count == 0:
            continue
        sizes = np.bincount(pieces.ravel())[1:]
        if sizes.max() > left + max(3.0, 0.1 * left):
            continue
        drawn[window] |= pieces == 1 + int(sizes.argmax())
        left -= float(sizes.max())
    return drawn
