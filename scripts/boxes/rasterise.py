"""From bounding boxes to maps of what they say of each pixel."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

import numpy as np

from scripts.constants import INSIDE, OUTSIDE, UNKNOWN
from scripts.errors import DataError

__all__ = ["box_layers", "box_pixels", "box_targets"]

# what ids of boxes can be, as int16
_MOST_BOXES = np.iinfo(np.int16).max


def box_pixels(box: Sequence[float], shape: Sequence[int]) -> tuple[slice, ...] | None:
    """The pixels of an image that a box holds.

    These are the pixels whose centre lies in the box: pixel i covers [i, i + 1), so along each axis i + 0.5 must lie in
    [first corner, second corner). A box is cut to the image first. Along an axis on which it is then so thin that it
    holds no centre, it holds the one pixel that its own centre lies in, so that a thin object keeps its length.

    Args:
        box: two opposite corners, the lower one first, ``[x0, y0, x1, y1]`` or ``[x0, y0, z0, x1, y1, z1]``, in pixels
            from the image's outer corner, along the axes of the array.
        shape: size of the image `H[WD]`.

    Returns:
        One slice per axis, none of them empty; None for a box that lies outside the image.

    Raises:
        ValueError: when the box has not two numbers per axis.
    """
    if len(box) != 2 * len(shape):
        raise ValueError(f"expected {2 * len(shape)} numbers, two per axis, got {list(box)}.")
    sides = [(max(low, 0), min(high, size)) for low, high, size in zip(box, box[len(shape) :], shape)]
    if any(low >= high for low, high in sides):
        return None
    return tuple(_pixels(low, high, size) for (low, high), size in zip(sides, shape))


def _pixels(low: float, high: float, size: int) -> slice:
    """The pixels along one axis."""
    start, stop = math.ceil(low - 0.5), math.ceil(high - 0.5)
    if start < stop:
        return slice(start, stop)
    # the centre of what is cut lies before the image's end, but for rounding
    pixel = min(math.floor((low + high) / 2), size - 1)
    return slice(pixel, pixel + 1)


def box_targets(
    places: Sequence[tuple[slice, ...]],
    box_classes: Sequence[int],
    boxed_classes: Collection[int],
    shape: Sequence[int],
    num_classes: int,
) -> np.ndarray:
    """What boxes say of each class at each pixel.

    Args:
        places: of the boxes, as :func:`box_pixels` gives them.
        box_classes: index of each box's class, above 0.
        boxed_classes: indices of the classes of which every instance has a box, above 0; only what lies outside their
            boxes is known not to be of the class.
        shape: size of the image `H[WD]`.
        num_classes: C, with the background.

    Returns:
        `CH[WD]` uint8: ``INSIDE`` where a box of the class lies; elsewhere ``OUTSIDE`` for boxed classes and
        ``UNKNOWN`` for others. The background, class 0, is ``UNKNOWN`` everywhere.
    """
    targets = np.full((num_classes, *shape), UNKNOWN, dtype=np.uint8)
    targets[list(boxed_classes)] = OUTSIDE
    for place, k in zip(places, box_classes, strict=True):
        targets[(k, *place)] = INSIDE
    return targets


def box_layers(places: Sequence[tuple[slice, ...]], shape: Sequence[int]) -> np.ndarray:
    """Which box covers each pixel, with overlapping boxes on different layers.

    Each box is put on the first layer on which all of its pixels are free, in the given order.

    Args:
        places: of the boxes, as :func:`box_pixels` gives them.
        shape: size of the image `H[WD]`.

    Returns:
        `LH[WD]` int16: the number of the box, from 1 on in the given order, 0 where there is none. There is at least
        one layer.

    Raises:
        DataError: for more boxes than can be numbered.
    """
    if len(places) > _MOST_BOXES:
        raise DataError(f"there are {len(places)} boxes; expected at most {_MOST_BOXES} in one image.")
    layers = [np.zeros(shape, dtype=np.int16)]
    for number, place in enumerate(places, start=1):
        layer = next((layer for layer in layers if not layer[place].any()), None)
        if layer is None:
            layer = np.zeros(shape, dtype=np.int16)
            layers.append(layer)
        layer[place] = number
    return np.stack(layers)
