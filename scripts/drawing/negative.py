"""Negative drawings: "this is not the structure"."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import ndimage

from scripts.drawing.curves import cross_section, paint, wander
from scripts.drawing.fields import smooth_field
from scripts.drawing.quality import Quality
from scripts.drawing.segments import Segments
from scripts.drawing.thinning import depth_inside

__all__ = ["draw_negative"]

# Share of the reachable background that is drawn at ratio 1.
_COVER = 0.8
# Width of the pen in pixels, on images of at least 512 pixels; proportionally less on smaller ones. In mm on images of
# at least 256 mm.
_PEN = (5.0, 15.0)
_FINEST = 1.5
# Distances in mm: kept from structures, kept from the positive drawing by careless strokes, and over which the hand's
# mood varies.
_MARGIN_MM, _TOUCH_MM, _MOOD_MM = 2.0, 1.0, 10.0
# Share of a structure's edge at which strokes may run over it.
_CARELESS = 0.3
# Gaps between strokes up to twice this are filled: pixels and mm. In 3D a greater one would fill half the image.
_SLIVER, _SLIVER_MM = 2, 1.0
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
    spacing: Sequence[float] | None = None,
) -> np.ndarray:
    """Broad free-hand strokes over the background, which keep off the structure as the annotator sees it.

    Thin segments that the annotator overlooked are not kept off, so many that the share of wrong pixels meets the
    quality's. With ``spacing`` they run over the structure's edge at some places instead. The area is ``0.8 * ratio``
    of the background that can be reached, times ``share``.

    Args:
        mask: bool H[WD], the structure.
        positive: bool H[WD], the positive drawing; kept off as well.
        ratio: amount of drawing, in (0, 1].
        quality: how careful the annotator is.
        rng: source of randomness.
        field_of_view: bool H[WD]; nothing is drawn outside.
        segments: the pieces of the structure; None if it is empty.
        share: part of the annotator's effort spent on this class.
        spacing: mm per axis of a pixel; None: lengths are pixels.

    Returns:
        bool H[WD].
    """
    wanted = rng.uniform(*quality.negative_precision)
    sides = np.ones(mask.ndim) if spacing is None else np.asarray(spacing, dtype=np.float64)
    if spacing is None:
        seen = (mask & ~_overlooked(mask, positive, segments, wanted, quality, field_of_view, rng)) | positive
        allowed = field_of_view & ~_near(seen, quality.margin)
        size = min(mask.shape) / 512
    else:
        allowed = field_of_view & ~_near(mask | positive, _MARGIN_MM, spacing)
        size = float((sides * mask.shape).max()) / 256
    drawn = np.zeros_like(mask)
    starts = np.argwhere(allowed)
    if not len(starts):
        return drawn
    pen = _Pen(np.array(_PEN) * min(size, 1.0), sides, max(_COVER * ratio * share * len(starts), 1.0), rng)
    if spacing is not None and wanted < 1.0:
        careless = field_of_view & ~_near(positive, _TOUCH_MM, spacing)
        _run_over(mask, drawn, pen, careless, (1 - wanted) * pen.area, spacing)
    clearance = depth_inside(allowed, spacing)
    for _ in range(_MOST_STROKES):
        if pen.drawn >= 0.95 * pen.area:
            break
        half = pen.half()
        candidates = starts[rng.integers(len(starts), size=3)]
        candidates = candidates[~drawn[tuple(candidates.T)]]
        if not len(candidates):
            continue
        start = candidates[np.argmax(clearance[tuple(candidates.T)])]
        pen.draw(*pen.stroke(start, half, clearance, allowed, drawn), drawn)
    # A hand that fills an area leaves no slivers between its strokes.
    if spacing is None:
        filled = ndimage.binary_closing(np.pad(drawn, 2), iterations=_SLIVER)[(slice(2, -2),) * mask.ndim]
    else:
        filled = ~_near(~_near(drawn, _SLIVER_MM, spacing), _SLIVER_MM, spacing)
    return drawn | (filled & allowed)


class _Pen:
    """Draws strokes until an area is full; ``area`` and ``drawn`` in pixels, lengths in pixels or mm."""

    def __init__(self, width: np.ndarray, sides: np.ndarray, area: float, rng: np.random.Generator) -> None:
        self.width, self.sides, self.area, self.rng = width, sides, area, rng
        self.pixel = float(sides.prod())
        self.drawn = 0

    def half(self) -> float:
        """Half the width of the next stroke."""
        return max(self.rng.uniform(*self.width) / 2, _FINEST)

    def stroke(
        self, start: np.ndarray, half: float, clearance: np.ndarray, allowed: np.ndarray, drawn: np.ndarray
    ) -> tuple[tuple[slice, ...], np.ndarray]:
        """Window of a stroke and, in it, the allowed pixels that it would add to ``drawn``."""
        section = cross_section(half, drawn.ndim)
        # At least four strokes, none longer than what is left to draw.
        length = min(
            self.rng.uniform(4, 40) * half,
            self.pixel * self.area / (4 * section),
            self.pixel * (self.area - self.drawn) / section + 1,
        )
        path = wander(
            start * self.sides,
            length,
            self.rng,
            step=float(self.sides.min()),
            bend=0.12 / (half + 2),
            steer=_steering(clearance, half, self.sides),
        )
        window, pixels = paint(path, half, drawn.shape, self.sides)
        return window, pixels & allowed[window] & ~drawn[window]

    def draw(self, window: tuple[slice, ...], pixels: np.ndarray, drawn: np.ndarray) -> None:
        """Add a stroke to ``drawn``."""
        drawn[window] |= pixels
        self.drawn += int(pixels.sum())


def _run_over(
    mask: np.ndarray, drawn: np.ndarray, pen: _Pen, field: np.ndarray, wrong: float, spacing: Sequence[float]
) -> None:
    """Strokes that run over the structure by mistake, ``wrong`` pixels of it in all, where a smooth mood is careless.

    In mm a structure is many pixels broad: none of its pieces is overlooked, but its edge is crossed.
    """
    mood = smooth_field(mask.shape, _MOOD_MM, pen.rng, spacing) - depth_inside(mask, spacing) / _MARGIN_MM
    edge = mask & field
    if not edge.any():
        return
    allowed = field & (mood >= np.quantile(mood[edge], 1 - _CARELESS))
    starts = np.argwhere(allowed & mask)
    clearance = depth_inside(allowed, spacing)
    for _ in range(_MOST_STROKES):
        window, pixels = pen.stroke(starts[pen.rng.integers(len(starts))], pen.half(), clearance, allowed, drawn)
        count = int((pixels & mask[window]).sum())
        # The last stroke is drawn as likely as makes the mean right.
        if pen.rng.random() * count >= wrong or pen.drawn >= pen.area:
            break
        pen.draw(window, pixels, drawn)
        wrong -= count


def _near(stroke: np.ndarray, distance: float, spacing: Sequence[float] | None = None) -> np.ndarray:
    if not stroke.any():
        return np.zeros_like(stroke)
    return ndimage.distance_transform_edt(~stroke, sampling=spacing) <= distance


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


def _steering(clearance: np.ndarray, half: float, sides: np.ndarray):
    """Pull of a pen away from what must not be drawn; the pen is lifted where it would run into it."""
    last = np.array(clearance.shape) - 1

    def steer(point: np.ndarray) -> np.ndarray | None:
        pixel = np.round(point / sides).astype(int)
        if np.any(pixel < 0) or np.any(pixel > last) or clearance[tuple(pixel)] <= 0:
            return None
        if clearance[tuple(pixel)] > 1.5 * half:
            return np.zeros(len(pixel))
        pull = np.empty(len(pixel))
        for axis in range(len(pixel)):
            above, below = pixel.copy(), pixel.copy()
            above[axis], below[axis] = min(pixel[axis] + 2, last[axis]), max(pixel[axis] - 2, 0)
            pull[axis] = (clearance[tuple(above)] - clearance[tuple(below)]) / (4 * sides[axis])
        return 0.3 * pull

    return steer
