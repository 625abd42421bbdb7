"""What boxes are worth, measured against the dense mask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from scripts.boxes.rasterise import box_pixels

__all__ = ["measure_boxes"]


def measure_boxes(
    boxes: Sequence[Mapping[str, Any]], index: np.ndarray, names: Sequence[str], ignored: np.ndarray | None = None
) -> dict[str, float | int | None]:
    """Number and content of the boxes of one case; several classes are pooled.

    Args:
        boxes: ``{"class": name, "box": corners}``.
        index: `WH` or `HWD` class of each pixel, from 1, and 0 where there is none.
        names: of the classes 1, 2, ...
        ignored: bool, pixels that do not count.

    Returns:
        ``boxes``: their number; ``box_share``: share of the image inside any box; ``foreground_share``: of the pixels
        inside the boxes of a class, the share that is of this class; ``outside_share``: of the pixels of a class, the
        share outside all of its boxes. None where the denominator is zero.
    """
    counted = np.ones(index.shape, dtype=bool) if ignored is None else ~ignored
    anywhere = np.zeros(index.shape, dtype=bool)
    covered = right = foreground = 0
    for number, name in enumerate(names, start=1):
        inside = np.zeros(index.shape, dtype=bool)
        for box in boxes:
            if box["class"] == name:
                inside[box_pixels(box["box"], index.shape)] = True
        anywhere |= inside
        covered += int((inside & counted).sum())
        right += int((inside & counted & (index == number)).sum())
        foreground += int((counted & (index == number)).sum())
    return {
        "boxes": len(boxes),
        "box_share": _share(int((anywhere & counted).sum()), int(counted.sum())),
        "foreground_share": _share(right, covered),
        "outside_share": _share(foreground - right, foreground),
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None
