"""Takes label maps apart into one mask for each value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import ndimage

from scripts.errors import DataError

__all__ = ["ValueMask", "split_values"]

#: Label maps with more values must look like label maps.
_MANY = 32
_MOST = 255
# least median share of a value's elements that begin a square of 2 x 2 with this value; the square alone has 1 / 4
_LEAST_FLAT = 0.2


@dataclass(frozen=True, eq=False)
class ValueMask:
    """Where a value is: ``mask`` `WH` or `HWD` bool, cut to it, and the index of its first element in the map."""

    value: int
    mask: np.ndarray
    start: tuple[int, ...]


def split_values(values: np.ndarray, source: Path) -> Iterator[ValueMask]:
    """A mask for each value but 0, in ascending order.

    Args:
        values: `WH` or `HWD`, integers.
        source: the file, for errors.

    Raises:
        DataError: there are more values than labels can be, or so many of them scattered that this is a
            photograph, a scan or a smoothed drawing.
    """
    found = np.unique(values)
    if len(found) > _MANY:
        _check_flat(values, source)
    found = found[found != 0]
    if len(found) > _MOST:
        raise DataError(
            f"{source}: holds {len(found)} different labels; expected at most {_MOST}. Export classes and not single "
            "objects, and no photograph or scan."
        )
    places = values
    if values.dtype != np.uint8:
        places = np.where(values == 0, 0, np.searchsorted(found, values) + 1).astype(np.uint8)
    numbers = found if values.dtype == np.uint8 else np.arange(1, len(found) + 1)
    parts = ndimage.find_objects(places)
    for value, number in zip(found.tolist(), numbers.tolist()):
        part = parts[number - 1]
        yield ValueMask(value, places[part] == number, tuple(along.start for along in part))


def _check_flat(values: np.ndarray, source: Path) -> None:
    """Classes are painted as areas, so most of them consist of squares of 2 x 2 elements."""
    found, counts = np.unique(values, return_counts=True)
    first = values[:-1, :-1]
    same = (first == values[1:, :-1]) & (first == values[:-1, 1:]) & (first == values[1:, 1:])
    flat, squares = np.unique(first[same], return_counts=True)
    share = np.zeros(len(found))
    share[np.searchsorted(found, flat)] = squares
    if np.median(share / counts) < _LEAST_FLAT:
        raise DataError(
            f"{source}: holds {len(found)} different colours or values, most of them as scattered pixels. So it is a "
            "photograph or a scan, or was smoothed, scaled or saved as JPEG on the way. Export the label map without "
            "smoothing (anti-aliasing), in the image's own size, as PNG."
        )
