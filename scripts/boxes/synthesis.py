"""Tight boxes around the objects of a dense mask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy import ndimage

__all__ = ["class_indices", "synthesise_boxes"]


def class_indices(mask: np.ndarray, classes: Mapping[str, Sequence[int]]) -> np.ndarray:
    """Class of each pixel, counted from 1 in the order of ``classes``; 0 where there is none.

    Args:
        mask: `H[WD]` integers.
        classes: values in the mask of each class.

    Returns:
        `H[WD]` uint8.
    """
    index = np.zeros(mask.shape, dtype=np.uint8)
    for number, values in enumerate(classes.values(), start=1):
        index[np.isin(mask, list(values))] = number
    return index


def synthesise_boxes(
    index: np.ndarray, names: Sequence[str], instances: np.ndarray | None = None
) -> list[dict[str, Any]]:
    """One tight box per object, as an exact annotator would draw them who leaves none out.

    Objects are the instances, cut by the foreground, each of the class that most of its pixels have. Foreground that
    belongs to no instance, and all of it where there are none, falls into connected components of each class (pixels
    that touch at a side, an edge or a corner). However small an object is, it gets a box, since outside of all boxes
    counts as background.

    Args:
        index: `H[WD]` class of each pixel, from 1, and 0 where there is none; see :func:`class_indices`.
        names: of the classes 1, 2, ...
        instances: `H[WD]` integers, a number above 0 per object; None where objects are not told apart.

    Returns:
        ``{"class": name, "box": corners}`` per object. Corners are integers on the pixels' edges along the array's
        axes: first those of the smallest index along each axis, then those after the largest.
    """
    rest = index > 0
    found: list[tuple[int, tuple[slice, ...]]] = []
    if instances is not None:
        inside = rest & (instances > 0)
        rest = rest & ~inside
        found += _instances(index, instances, inside, len(names))
    everywhere = np.ones((3,) * index.ndim)
    for number in range(1, len(names) + 1):
        components, _ = ndimage.label(rest & (index == number), structure=everywhere)
        found += [(number, place) for place in ndimage.find_objects(components)]
    return [
        {"class": names[number - 1], "box": [*(side.start for side in place), *(side.stop for side in place)]}
        for number, place in found
    ]


def _instances(
    index: np.ndarray, instances: np.ndarray, inside: np.ndarray, classes: int
) -> list[tuple[int, tuple[slice, ...]]]:
    """Class and place of each instance."""
    # counted anew, since the numbers of a map may be large and far apart
    numbers, order = np.unique(instances[inside], return_inverse=True)
    counts = np.bincount(order * (classes + 1) + index[inside], minlength=len(numbers) * (classes + 1))
    objects = np.zeros(index.shape, dtype=np.int32)
    objects[inside] = order + 1
    most = counts.reshape(-1, classes + 1).argmax(axis=1)
    return list(zip(most.tolist(), ndimage.find_objects(objects), strict=True))
