"""Positive drawings: "this is the structure"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy import ndimage
from scipy.special import ndtri

from scripts.drawing.displacement import displace
from scripts.drawing.fields import smooth_field, smooth_step
from scripts.drawing.fractures import fracture
from scripts.drawing.hallucination import SMALLEST_STROKE, hallucinate
from scripts.drawing.omission import keep_segments
from scripts.drawing.quality import Quality
from scripts.drawing.segments import Segments, find_segments
from scripts.drawing.thickening import thicken
from scripts.drawing.thinning import relative_depth

__all__ = ["draw_positive"]

_THIN_FRACTION = 0.5
_GREATEST_SEVERITY = 2.0
_SEARCH_STEPS = 7
_AREA_TOLERANCE = 0.05
# Standard deviation of the smoothing of blobs' outlines: pixels and mm.
_ROUNDING, _ROUNDING_MM = 2.0, 1.0
# Half the width of the finest pen that draws within broader structures, in mm.
_FINEST = 1.5


class _Hand:
    """One annotator at one image: everything random is drawn once, so that severity alone changes the drawing."""

    def __init__(
        self,
        mask: np.ndarray,
        segments: Segments,
        field_of_view: np.ndarray,
        ratio: float,
        quality: Quality,
        error: float,
        rng: np.random.Generator,
        spacing: Sequence[float] | None,
    ) -> None:
        self.spacing = spacing
        self.mask, self.segments, self.field_of_view = mask, segments, field_of_view
        self.quality, self.error = quality, error
        self.area = ratio * mask.sum() if spacing is None else max(ratio * mask.sum(), 1.0)
        shape = mask.shape
        extent = min(shape) if spacing is None else float((np.array(shape) * spacing).min())
        scale = min(max(extent / 14, 6.0), 40.0)
        self.moods = [smooth_field(shape, scale, rng, spacing) for _ in range(3)]
        self.direction = np.stack([smooth_field(shape, 1.5 * scale, rng, spacing) for _ in shape])
        self.direction /= np.maximum(np.linalg.norm(self.direction, axis=0), 1e-9)
        self.trembling = np.stack([smooth_field(shape, 5.0, rng, spacing) for _ in shape])
        self.depth = relative_depth(mask, spacing)
        # Annotators draw what they see: thick structures come first (weighted sampling without replacement,
        # Efraimidis and Spirakis 2006).
        self.order = np.argsort(rng.exponential(size=len(segments)) / segments.radius**1.5, kind="stable")
        self.unfilled = self._unfilled_fraction(ratio)
        self.blobs = segments.blob[segments.index]
        self.seeds = rng.integers(2**32, size=2)
        if spacing is not None:
            self.segments = _start_anywhere(mask, segments, rng)

    def _unfilled_fraction(self, ratio: float) -> np.ndarray:
        """Of blobs, a hand fills the inner part of some: both shares multiply to the ratio."""
        if self.spacing is not None:
            # Structures in mm are many pixels wide. The hand draws a part of their length with a pen as broad as a part
            # of their width, so that its errors show at any ratio: again both shares multiply to the ratio.
            unfilled = 1.0 - np.sqrt(ratio) ** (1.0 / (self.mask.ndim - 1))
            pen = np.maximum(1.0 - _FINEST / self.segments.radius, 0.0)
            return np.minimum(unfilled, pen)[self.segments.index]
        blobs = int(self.segments.blob.sum())
        if blobs == 0:
            return np.zeros(self.mask.shape)
        filled = min(ratio**0.75, ratio * blobs / min(blobs, 3))
        unfilled = 1.0 - filled ** (1.0 / self.mask.ndim)
        return np.where(self.segments.blob, unfilled, 0.0)[self.segments.index]

    def draw(self, severity: float) -> np.ndarray:
        quality = self.quality
        share, amount, unfilled = min(severity, 1.0), self.error * max(severity, 1.0), self.unfilled
        if self.spacing is not None:
            # A hand that errs much errs everywhere, and fills the width of the structure: errors show at its edge.
            share, unfilled = severity, unfilled * min(_GREATEST_SEVERITY - severity, 1.0)
        thick, displaced, thin = (
            smooth_step(mood, -ndtri(max(kind * share, 1e-9)), 0.6)
            for mood, kind in zip(self.moods, (quality.thick, quality.displaced, quality.thin), strict=True)
        )
        # An error is some pixels, however wide the structure is.
        thinnest = np.minimum(_THIN_FRACTION, 2 * amount / self.segments.radius)[self.segments.index]
        stroke = self.depth > np.maximum(thin * thinnest, unfilled)
        stroke = displace(stroke, self.direction * (amount * displaced) + quality.tremor * self.trembling, self.spacing)
        stroke = thicken(stroke, amount * thick - 0.01, self.spacing) & self.field_of_view
        gaps = int(round(quality.fractures * self.segments.length[~self.segments.blob].sum() / 1000))
        lines = fracture(stroke & ~self.blobs, gaps, np.random.default_rng(self.seeds[0]), spacing=self.spacing)
        imagined = quality.hallucinated * self.area
        if imagined < SMALLEST_STROKE:
            imagined = 0.0
        kept = keep_segments(lines | (stroke & self.blobs), self.segments, self.order, self.area - imagined)
        if self.blobs.any():
            kept = self._round_corners(kept)
        half = float(np.median(self.segments.radius))
        return hallucinate(
            kept,
            imagined,
            np.random.default_rng(self.seeds[1]),
            allowed=self.field_of_view & ~self.mask,
            radius=(0.7 * half, 1.3 * half),
            length=(6 * half + 4, 20 * half + 10),
            spacing=self.spacing,
        )

    def _round_corners(self, kept: np.ndarray) -> np.ndarray:
        """Smooth outlines of filled areas, without a change of their area."""
        width = _ROUNDING if self.spacing is None else _ROUNDING_MM / np.asarray(self.spacing)
        blurred = ndimage.gaussian_filter(kept.astype(np.float32), width)
        blurred[~(self.blobs & self.field_of_view)] = 0
        count = int((kept & self.blobs).sum())
        if count == 0:
            return kept
        if self.spacing is not None:
            # Exactly as many, though short strokes are symmetric and have equal values at both sides.
            places = np.flatnonzero(self.blobs & self.field_of_view)
            order = np.argsort(-blurred.ravel()[places], kind="stable")
            rounded = kept & ~self.blobs
            rounded.ravel()[places[order[:count]]] = True
            return rounded
        edge = np.partition(blurred.ravel(), -count)[-count]
        return np.where(self.blobs, blurred >= max(edge, 1e-6), kept)

    def precision(self, drawing: np.ndarray) -> float:
        return float((drawing & self.mask).sum() / max(drawing.sum(), 1))


def draw_positive(
    mask: np.ndarray,
    *,
    ratio: float,
    quality: Quality,
    rng: np.random.Generator,
    field_of_view: np.ndarray,
    error: float = 2.0,
    segments: Segments | None = None,
    spacing: Sequence[float] | None = None,
) -> np.ndarray:
    """Draw a structure as a hurried hand would.

    A spatial mixture of thick, exact, displaced and thin strokes, gaps, hallucinated strokes, and missing segments
    until the area is ``ratio`` times the structure's. The *severity* of the errors (up to 1: the share of the
    drawing that has them; above: their size) is searched so that the precision meets the quality's. It cannot be
    met everywhere: strokes inside blobs at small ratios are all correct, whatever the hand.

    With ``spacing`` strokes cross blobs instead of filling their middle, so that the precision is met at small ratios
    too, unless the structure is much broader than the errors; and at least one pixel is drawn.

    Args:
        mask: bool H[WD], the structure.
        ratio: area of the drawing over the area of the structure, in (0, 1].
        quality: how careful the annotator is.
        rng: source of randomness.
        field_of_view: bool H[WD]; nothing is drawn outside.
        error: size of an error at severity 1 in pixels, or in mm with ``spacing``.
        segments: the pieces of the structure, if known.
        spacing: mm per axis of a pixel; None: lengths are pixels.

    Returns:
        bool H[WD].
    """
    wanted = rng.uniform(*quality.positive_precision)
    if not mask.any():
        return np.zeros_like(mask)
    if segments is None:
        segments = find_segments(mask, ratio, spacing)
    hand = _Hand(mask, segments, field_of_view, ratio, quality, error, rng, spacing)
    low, high = 0.0, _GREATEST_SEVERITY
    best, least = None, np.inf
    for _ in range(_SEARCH_STEPS):
        severity = (low + high) / 2
        drawing = hand.draw(severity)
        precision = hand.precision(drawing)
        # Where errors are mostly thin strokes, more of them cost area instead of precision.
        missing = max(1.0 - drawing.sum() / hand.area - _AREA_TOLERANCE, 0.0)
        badness = abs(precision - wanted) + missing
        if badness < least:
            best, least = drawing, badness
        if least < 0.005:
            break
        low, high = (severity, high) if precision > wanted and missing == 0 else (low, severity)
    if spacing is not None and not best.any():
        best[np.unravel_index(hand.depth.argmax(), mask.shape)] = True
    return best


def _start_anywhere(mask: np.ndarray, segments: Segments, rng: np.random.Generator) -> Segments:
    """The same pieces, each drawn from a random place on to both sides."""
    size = np.bincount(segments.index[mask], minlength=len(segments))
    order = np.lexsort((segments.position[mask], segments.index[mask]))
    chosen = np.cumsum(size) - size + np.floor(rng.random(len(segments)) * size).astype(int)
    start = segments.position[mask][order][np.minimum(chosen, len(order) - 1)]
    return replace(segments, position=np.abs(segments.position - start[segments.index]))
