"""Fractures: short gaps where the pen left the structure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scripts.drawing.curves import paint
from scripts.drawing.thinning import depth_inside, find_skeleton

__all__ = ["fracture"]


def fracture(
    stroke: np.ndarray,
    count: int,
    rng: np.random.Generator,
    *,
    radius: tuple[float, float] = (1.5, 4.0),
    spacing: Sequence[float] | None = None,
) -> np.ndarray:
    """Cut round gaps at random places of the stroke's skeleton (after Morpho-MNIST's fracture).

    A gap is at least as wide as the stroke, so that it parts it. Source: Castro et al., "Morpho-MNIST", JMLR 2019,
    https://arxiv.org/abs/1809.08096.

    Args:
        stroke: bool H[WD].
        count: number of gaps.
        rng: source of randomness.
        radius: range of the gaps' radius in pixels, or in mm with ``spacing``; enlarged where the stroke is wider.
        spacing: mm per axis of a pixel; None: lengths are pixels.

    Returns:
        bool H[WD].

    Raises:
        ValueError: a negative count.
    """
    if count < 0:
        raise ValueError(f"count must not be negative, but it is {count}")
    fractured = stroke.copy()
    if count == 0 or not stroke.any():
        return fractured
    places = np.argwhere(find_skeleton(stroke))
    if not len(places):
        return fractured
    depth = depth_inside(stroke, spacing)
    sides = np.ones(stroke.ndim) if spacing is None else np.asarray(spacing, dtype=np.float64)
    for place in places[rng.integers(len(places), size=count)]:
        half = max(rng.uniform(*radius), depth[tuple(place)] + float(sides.min()))
        window, ball = paint(place[None] * sides, half, stroke.shape, spacing)
        fractured[window] &= ~ball
    return fractured
