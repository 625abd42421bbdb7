"""Negative drawings: "this is not the structure"."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from scripts.drawing.curves import paint, wander
from scripts.drawing.quality import Quality
from scripts.drawing.segments import Segments

__all__ = ["draw_negative"]

# Share of the reachable background that is drawn at ratio 1.
_COVER = 0.8
# Width of the pen in pixels, on images of at least 512 pixels; proportionally less on smaller ones.
_PEN = (5.0, 15.0)
_MOST_STROKES = 5000


def draw_negative(
    mask: np.ndarray,
    positive: np.ndarray,
    *,
    ratio: float,
    quality: Quality,
    rng: np.random.Generator,
    field_of_view: np.ndarray,
    segments: Segments | None = None,
    share: float = 1.0,
) -> np.ndarray:
    """Broad free-hand strokes over the background, which keep off the structure as the annotator sees it.

    Thin segments that the annotator overlooked are not kept off, so many that the share of wrong pixels meets the
    quality's. The area is ``0.8 * ratio`` of the background that can be reached, times ``share``.

    Args:
        mask: bool H[WD], the structure.
        positive: bool H[WD], the positive drawing; kept off as well.
        ratio: amount of drawing, in (0, 1].
        quality: how careful the annotator is.
        rng: source of randomness.
        field_of_view: bool H[WD]; nothing is drawn outside.
        segments: the pieces of the structure; None if it is empty.
        share: part of the annotator's effort spent on this class.

    Returns:
        bool H[WD].
    """
    wanted = rng.uniform(*quality.negative_precision)
    seen = (mask & ~_overlooked(mask, positive, segments, wanted, quality, field_of_view, rng)) | positive
    allowed = field_of_view & ~_near(seen, quality.margin)
    drawn = np.zeros_like(mask)
    starts = np.argwhere(allowed)
    if not len(starts):
        return drawn
    area = max(_COVER * ratio * share * len(starts), 1.0)
    clearance = ndimage.distance_transform_edt(np.pad(allowed, 1))[(slice(1, -1),) * mask.ndim]
    pen = np.array(_PEN) * min(min(mask.shape) / 512, 1.0)
    drawn_area = 0
    for _ in range(_MOST_STROKES):
        if drawn_area >= 0.95 * area:
            break
        half = max(rng.uniform(*pen) / 2, 1.5)
        candidates = starts[rng.integers(len(starts), size=3)]
        candidates = candidates[~drawn[tuple(candidates.T)]]
        if not len(candidates):
            continue
        start = candidates[np.argmax(clearance[tuple(candidates.T)])]
        # At least four strokes, none longer than what is left to draw.
        length = min(rng.uniform(4, 40) * half, area / (8 * half), (area - drawn_area) / (2 * half) + 1)
        path = wander(start, length, rng, bend=0.12 / (half + 2), steer=_steering(clearance, half))
        window, pixels = paint(path, half, mask.shape)
        pixels = pixels & allowed[window] & ~drawn[window]
        drawn[window] |= pixels
        drawn_area += int(pixels.sum())
    # A hand that fills an area leaves no slivers between its strokes.
    filled = ndimage.binary_closing(np.pad(drawn, 2), iterations=2)[(slice(2, -2),) * mask.ndim]
    return drawn | (filled & allowed)


def _near(stroke: np.ndarray, distance: float) -> np.ndarray:
    if not stroke.any():
        return np.zeros_like(stroke)
    return ndimage.distance_transform_edt(~stroke) <= distance


def _overlooked(
    mask: np.ndarray,
    positive: np.ndarray,
    segments: Segments | None,
    precision: float,
    quality: Quality,
    field_of_view: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Pixels of undrawn, mostly thin segments that the annotator takes for background."""
    nothing = np.zeros_like(mask)
    if segments is None or precision >= 1.0:
        return nothing
    count = len(segments)
    size = np.bincount(segments.index[mask], minlength=count)
    drawn = np.bincount(segments.index[mask & positive], minlength=count) > 0.2 * size
    order = np.argsort(segments.radius * rng.lognormal(0.0, 0.25, size=count), kind="stable")
    order = order[~drawn[order]]
    reachable = (field_of_view & ~_near(mask | positive, quality.margin)).sum()
    enough = np.cumsum(size[order]) <= (1 - precision) / precision * reachable
    taken = np.zeros(count, dtype=bool)
    taken[order[enough]] = True
    return mask & taken[segments.index]


def _steering(clearance: np.ndarray, half: float):
    """Pull of a pen away from what must not be drawn; the pen is lifted where it would run into it."""
    last = np.array(clearance.shape) - 1

    def steer(point: np.ndarray) -> np.ndarray | None:
        pixel = np.round(point).astype(int)
        if np.any(pixel < 0) or np.any(pixel > last) or clearance[tuple(pixel)] <= 0:
            return None
        if clearance[tuple(pixel)] > 1.5 * half:
            return np.zeros(len(pixel))
        pull = np.empty(len(pixel))
        for axis in range(len(pixel)):
            above, below = pixel.copy(), pixel.copy()
            above[axis], below[axis] = min(pixel[axis] + 2, last[axis]), max(pixel[axis] - 2, 0)
            pull[axis] = (clearance[tuple(above)] - clearance[tuple(below)]) / 4
        return 0.3 * pull

    return steer
