"""Hallucinated strokes: a structure is drawn where there is none."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from scripts.drawing.curves import paint, wander

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
) -> np.ndarray:
    """Add smooth strokes of the given total area on pixels that are not drawn.

    Args:
        stroke: bool H[WD], what is drawn already.
        area: pixels to add; fewer are added where the room does not suffice, none if
            less than :data:`SMALLEST_STROKE`.
        rng: source of randomness.
        allowed: bool H[WD], where a stroke may lie; None for everywhere.
        radius: range of half the strokes' width in pixels.
        length: range of the strokes' length in pixels.

    Returns:
        bool H[WD].
    """
    drawn = stroke.copy()
    free = ~stroke if allowed is None else allowed & ~stroke
    starts = np.argwhere(free)
    left = float(area)
    if not len(starts):
        return drawn
    for _ in range(200):
        if left < SMALLEST_STROKE:
            break
        half = rng.uniform(*radius)
        path = wander(starts[rng.integers(len(starts))], min(rng.uniform(*length), left / (2 * half) + 1), rng)
        window, pixels = paint(path, half, stroke.shape)
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
