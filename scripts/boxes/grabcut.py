"""GrabCut (Rother et al., SIGGRAPH 2004) within bounding boxes, with OpenCV: a baseline that needs no training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

__all__ = ["GrabCutMask", "cut_box", "cut_boxes", "fill_boxes"]

_ITERATIONS = 5
# Of the box's side, what the window shows beyond the box on each side, and the least of it in pixels.
_MARGIN, _LEAST_MARGIN = 1.0, 10
# Pixels inside and outside a box below which there is nothing to learn two mixtures of five colours from.
_LEAST_PIXELS = 10
# Share of a box below which what was found is not the object.
_LEAST_SHARE = 0.1


@dataclass(frozen=True)
class GrabCutMask:
    """What came out of the boxes of one image.

    Attributes:
        index: `HW` uint8, class of each pixel, 0 outside all boxes.
        filled: number of boxes that were taken whole, since GrabCut found next to nothing in them.
    """

    index: np.ndarray
    filled: int


def cut_boxes(image: np.ndarray, places: Sequence[tuple[slice, slice]], box_classes: Sequence[int]) -> GrabCutMask:
    """Segment the object in each box; where boxes overlap, the smaller one wins.

    Args:
        image: `HW3` uint8.
        places: rows and columns of each box, not empty.
        box_classes: index of each box's class, above 0.
    """
    index, filled = np.zeros(image.shape[:2], dtype=np.uint8), 0
    for number in _largest_first(places):
        found = cut_box(image, places[number])
        if found is None:
            filled += 1
            found = np.ones_like(index[places[number]], dtype=bool)
        index[places[number]][found] = box_classes[number]
    return GrabCutMask(index, filled)


def fill_boxes(shape: tuple[int, int], places: Sequence[tuple[slice, slice]], box_classes: Sequence[int]) -> np.ndarray:
    """The boxes themselves as a mask, smaller ones over larger ones.

    Args:
        shape: `HW` of the image.
        places: rows and columns of each box, not empty.
        box_classes: index of each box's class, above 0.

    Returns:
        `HW` uint8, class of each pixel, 0 outside all boxes.
    """
    index = np.zeros(shape, dtype=np.uint8)
    for number in _largest_first(places):
        index[places[number]] = box_classes[number]
    return index


def cut_box(image: np.ndarray, place: tuple[slice, slice]) -> np.ndarray | None:
    """GrabCut from a rectangle, in a window around it: pixels outside the box are background for sure.

    Args:
        image: `HW3` uint8.
        place: rows and columns of the box.

    Returns:
        Where in the box the object is, bool of the box's size; None where less than a tenth of the box was found, or
        the box is too small or leaves too little background to try.
    """
    window = tuple(_enlarge(side, size) for side, size in zip(place, image.shape))
    view = np.ascontiguousarray(image[window])
    inner = tuple(slice(side.start - around.start, side.stop - around.start) for side, around in zip(place, window))
    mask = np.full(view.shape[:2], cv2.GC_BGD, dtype=np.uint8)
    mask[inner] = cv2.GC_PR_FGD
    inside = mask[inner].size
    if min(inside, mask.size - inside) < _LEAST_PIXELS:
        return None
    rows, columns = inner
    rectangle = (columns.start, rows.start, columns.stop - columns.start, rows.stop - rows.start)
    cv2.setRNGSeed(0)
    cv2.grabCut(view, mask, rectangle, np.zeros((1, 65)), np.zeros((1, 65)), _ITERATIONS, cv2.GC_INIT_WITH_RECT)
    found = np.isin(mask[inner], (cv2.GC_FGD, cv2.GC_PR_FGD))
    return found if found.mean() >= _LEAST_SHARE else None


def _largest_first(places: Sequence[tuple[slice, slice]]) -> list[int]:
    """Numbers of the boxes; equals stay in their order."""
    areas = [(rows.stop - rows.start) * (columns.stop - columns.start) for rows, columns in places]
    return sorted(range(len(places)), key=lambda number: -areas[number])


def _enlarge(side: slice, size: int) -> slice:
    margin = max(round(_MARGIN * (side.stop - side.start)), _LEAST_MARGIN)
    return slice(max(side.start - margin, 0), min(side.stop + margin, size))
