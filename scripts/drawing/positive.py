"""Positive drawings: "this is the structure"."""

from __future__ import annotations

import numpy as np
from scipy import ndimage
from scipy.special import ndtri

from scripts.drawing.displacement import displace
from scripts.drawing.fields import smooth_field, smooth_step
from scripts.drawing.fractures import fracture
from scripts.drawing.hallucination import SMALLEST_STROKE, hallucinate
from scripts.drawing.omission import keep_segments
from scripts.drawing.quality import Quality
from scripts.drawing.segments import Segments, split_segments
from scripts.drawing.thickening import thicken
from scripts.drawing.thinning import relative_depth

__all__ = ["draw_positive", "stroke_length"]

_THIN_FRACTION = 0.5
_GREATEST_SEVERITY = 2.0
_SEARCH_STEPS = 7
_AREA_TOLERANCE = 0.05
# Standard deviation of the smoothing of blobs' outlines in pixels.
_ROUNDING = 2.0


def stroke_length(area: float, radius: float) -> float:
    """Length of a stroke in pixels such that about half a dozen make up the area; 12 to 80 pixels."""
    return float(np.clip(area / (6 * 2 * max(radius, 0.5)), 12.0, 80.0))


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
    ) -> None:
        self.mask, self.segments, self.field_of_view = mask, segments, field_of_view
        self.quality, self.error = quality, error
        self.area = ratio * mask.sum()
        shape = mask.shape
        scale = min(max(min(shape) / 14, 6.0), 40.0)
        self.moods = [smooth_field(shape, scale, rng) for _ in range(3)]
        self.direction = np.stack([smooth_field(shape, 1.5 * scale, rng) for _ in shape])
        self.direction /= np.maximum(np.linalg.norm(self.direction, axis=0), 1e-9)
        self.trembling = np.stack([smooth_field(shape, 5.0, rng) for _ in shape])
        self.depth = relative_depth(mask)
        # Annotators draw what they see: thick structures come first (weighted sampling without replacement,
        # Efraimidis and Spirakis 2006).
        self.order = np.argsort(rng.exponential(size=len(segments)) / segments.radius**1.5, kind="stable")
        self.unfilled = self._unfilled_fraction(ratio)
        self.blobs = segments.blob[segments.index]
        self.seeds = rng.integers(2**32, size=2)

    def _unfilled_fraction(self, ratio: float) -> np.ndarray:
        """Of blobs, a hand fills the inner part of some: both shares multiply to the ratio."""
        blobs = int(self.segments.blob.sum())
        if blobs == 0:
            return np.zeros(self.mask.shape)
        filled = min(ratio**0.75, ratio * blobs / min(blobs, 3))
        unfilled = 1.0 - filled ** (1.0 / self.mask.ndim)
        return np.where(self.segments.blob, unfilled, 0.0)[self.segments.index]

    def draw(self, severity: float) -> np.ndarray:
        quality = self.quality
        share, amount = min(severity, 1.0), self.error * max(severity, 1.0)
        thick, displaced, thin = (
            smooth_step(mood, -ndtri(max(kind * share, 1e-9)), 0.6)
            for mood, kind in zip(self.moods, (quality.thick, quality.displaced, quality.thin), strict=True)
        )
        # An error is some pixels, however wide the structure is.
        thinnest = np.minimum(_THIN_FRACTION, 2 * amount / self.segments.radius)[self.segments.index]
        stroke = self.depth > np.maximum(thin * thinnest, self.unfilled)
        stroke = displace(stroke, self.direction * (amount * displaced) + quality.tremor * self.trembling)
        stroke = thicken(stroke, amount * thick - 0.01) & self.field_of_view
        gaps = int(round(quality.fractures * self.segments.length[~self.segments.blob].sum() / 1000))
        lines = fracture(stroke & ~self.blobs, gaps, np.random.default_rng(self.seeds[0]))
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
        )

    def _round_corners(self, kept: np.ndarray) -> np.ndarray:
        """Smooth outlines of filled areas, without a change of their area."""
        blurred = ndimage.gaussian_filter(kept.astype(np.float32), _ROUNDING)
        blurred[~(self.blobs & self.field_of_view)] = 0
        count = int((kept & self.blobs).sum())
        if count == 0:
            return kept
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
) -> np.ndarray:
    """Draw a structure as a hurried hand would.

    A spatial mixture of thick, exact, displaced and thin strokes, gaps, hallucinated strokes, and missing segments
    until the area is ``ratio`` times the structure's. The *severity* of the errors (up to 1: the share of the
    drawing that has them; above: their size) is searched so that the precision meets the quality's. It cannot be
    met everywhere: strokes inside blobs at small ratios are all correct, whatever the hand.

    Args:
        mask: bool H[WD], the structure.
        ratio: area of the drawing over the area of the structure, in (0, 1].
        quality: how careful the annotator is.
        rng: source of randomness.
        field_of_view: bool H[WD]; nothing is drawn outside.
        error: size of an error at severity 1 in pixels.
        segments: the pieces of the structure, if known.

    Returns:
        bool H[WD].
    """
    wanted = rng.uniform(*quality.positive_precision)
    if not mask.any():
        return np.zeros_like(mask)
    if segments is None:
        segments = split_segments(mask, stroke_length(ratio * mask.sum(), _mean_radius(mask)))
    hand = _Hand(mask, segments, field_of_view, ratio, quality, error, rng)
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
    return best


def _mean_radius(mask: np.ndarray) -> float:
    depth = relative_depth(mask)
    return float(mask.sum() / max(2 * np.isinf(depth).sum(), 1))
