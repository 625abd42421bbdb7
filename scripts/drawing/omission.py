"""Missing strokes: only some segments of a structure are drawn."""

from __future__ import annotations

import numpy as np

from scripts.drawing.segments import Segments

__all__ = ["keep_segments"]


def keep_segments(stroke: np.ndarray, segments: Segments, order: np.ndarray, area: float) -> np.ndarray:
    """Keep whole segments in the given order until an area is reached; the last one is drawn in part.

    Args:
        stroke: bool H[WD], all segments drawn.
        segments: the pieces of the structure.
        order: numbers of the segments, first drawn first.
        area: pixels to keep.

    Returns:
        bool H[WD]; the stroke itself if its area is not greater than ``area``.
    """
    sizes = np.bincount(segments.index[stroke], minlength=len(segments))
    total = np.cumsum(sizes[order])
    whole = int(np.searchsorted(total, area, side="right"))
    drawn = np.zeros(len(segments), dtype=bool)
    drawn[order[:whole]] = True
    kept = stroke & drawn[segments.index]
    if whole < len(order):
        missing = int(round(area - (total[whole - 1] if whole else 0)))
        candidates = np.flatnonzero(stroke & (segments.index == order[whole]))
        first = np.argsort(segments.position.ravel()[candidates], kind="stable")[:missing]
        kept.ravel()[candidates[first]] = True
    return kept
