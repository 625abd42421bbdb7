"""Boxes as a less exact annotator draws them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

__all__ = ["loosen_boxes"]

# Digits after the point; a hundredth of a pixel is finer than anybody draws.
_DIGITS = 2


def loosen_boxes(
    boxes: Sequence[Mapping[str, Any]], shape: Sequence[int], share: float, seed: int
) -> list[dict[str, Any]]:
    """Move each side of each box outwards by a uniformly random amount.

    The amounts of one seed are proportional to ``share``, so that looser boxes contain the tighter ones. Ours.

    Args:
        boxes: ``{"class": name, "box": corners}``, corners within the image.
        shape: `WH` or `HWD` of the image's array, which the boxes are cut to.
        share: largest amount over the length of the box along this axis; 0 leaves the boxes as they are.
        seed: of the amounts.

    Returns:
        The same boxes with other corners.
    """
    if not boxes or share == 0:
        return [dict(box) for box in boxes]
    corners = np.array([box["box"] for box in boxes], dtype=float).reshape(len(boxes), 2, len(shape))
    length = corners[:, 1] - corners[:, 0]
    amounts = np.random.default_rng(seed).uniform(0, 1, corners.shape) * share * length[:, None]
    moved = np.clip(corners + amounts * np.array([[-1], [1]]), 0, np.array(shape)).round(_DIGITS)
    return [dict(box) | {"box": row.ravel().tolist()} for box, row in zip(boxes, moved)]
