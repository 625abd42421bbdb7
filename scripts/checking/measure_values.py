"""Numbers that describe the values of large arrays, without copies of them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

__all__ = ["Spread", "ValueCounts", "count_values", "hash_values", "spread_of"]

_CHUNK = 2**20
# a label map with more values is none, and nobody wants to read them all
_MOST_VALUES = 1024


def _chunks(array: np.ndarray) -> Iterator[np.ndarray]:
    """One-dimensional parts of an array, in the order of the memory."""
    flat = array.ravel(order="K")
    for start in range(0, flat.size, _CHUNK):
        yield flat[start : start + _CHUNK]


@dataclass(frozen=True)
class Spread:
    """Of the finite values; None where there are none.

    Attributes:
        minimum, maximum, mean, std: of the values.
        odd: number of values that are NaN or infinite.
    """

    minimum: float | None = None
    maximum: float | None = None
    mean: float | None = None
    std: float | None = None
    odd: int = 0


def spread_of(array: np.ndarray) -> Spread:
    """Range, mean and standard deviation of an array of numbers."""
    count, total, lowest, highest = 0, 0.0, np.inf, -np.inf
    for chunk in map(_finite, _chunks(array)):
        if chunk.size:
            count += chunk.size
            total += float(chunk.sum(dtype=np.float64))
            lowest, highest = min(lowest, float(chunk.min())), max(highest, float(chunk.max()))
    odd = array.size - count
    if not count:
        return Spread(odd=odd)
    mean = total / count
    squares = sum(float(np.square(chunk - mean, dtype=np.float64).sum()) for chunk in map(_finite, _chunks(array)))
    return Spread(lowest, highest, mean, float(np.sqrt(squares / count)), odd)


def _finite(chunk: np.ndarray) -> np.ndarray:
    if not np.issubdtype(chunk.dtype, np.floating):
        return chunk
    chunk = chunk.astype(np.float64)
    finite = np.isfinite(chunk)
    return chunk if finite.all() else chunk[finite]


def hash_values(array: np.ndarray) -> str:
    """SHA-256 of the shape and the values; the same for the same numbers in other types and orders of the memory.

    Args:
        array: `HW[D]`; values are compared as float32.
    """
    digest = hashlib.sha256(repr(array.shape).encode())
    # in the order of files, first axis fastest, one plane at a time
    planes = np.moveaxis(array, -1, 0) if array.ndim > 2 else [array]
    for plane in planes:
        # 0 is added so that -0 becomes 0
        digest.update(np.ascontiguousarray(plane.T, dtype="<f4") + np.float32(0))
    return digest.hexdigest()


@dataclass
class ValueCounts:
    """Which values a map holds, and how often.

    Attributes:
        numbers: of pixels by integer value, in the order of the values; fractions count as the nearest integer.
        fraction: a value that is no integer, None if there is none.
        odd: number of values that are NaN or infinite.
        complete: whether all values are counted; a map with more than a thousand is left at the most frequent ones.
    """

    numbers: dict[int, int] = field(default_factory=dict)
    fraction: float | None = None
    odd: int = 0
    complete: bool = True

    @property
    def is_integer(self) -> bool:
        """Whether there are integers alone."""
        return self.fraction is None and not self.odd


def count_values(array: np.ndarray, rounding: float = 0.0) -> ValueCounts:
    """Count the pixels of each value.

    Args:
        array: of any shape, integers, booleans or floating point numbers.
        rounding: by which a floating point number may miss an integer.
    """
    counts, found, small = ValueCounts(), Counter(), np.zeros(256, dtype=np.int64)
    for chunk in _chunks(array):
        chunk = _integers(chunk, rounding, counts)
        if not chunk.size:
            continue
        if chunk.dtype == np.uint8 or (chunk.min() >= 0 and chunk.max() <= 255):
            small += np.bincount(chunk.astype(np.uint8, copy=False), minlength=256)
        else:
            values, numbers = np.unique(chunk, return_counts=True)
            found.update(dict(zip(values.tolist(), numbers.tolist())))
        if len(found) > _MOST_VALUES:
            counts.complete = False
            break
    found.update({value: number for value, number in enumerate(small.tolist()) if number})
    kept = found.most_common(_MOST_VALUES) if not counts.complete else found.items()
    counts.numbers = dict(sorted(kept))
    return counts


def _integers(chunk: np.ndarray, rounding: float, counts: ValueCounts) -> np.ndarray:
    """The values as integers; what is lost by that is noted in ``counts``."""
    if chunk.dtype == bool:
        return chunk.astype(np.uint8)
    if np.issubdtype(chunk.dtype, np.integer):
        return chunk
    finite = _finite(chunk)
    counts.odd += chunk.size - finite.size
    nearest = np.rint(finite)
    if counts.fraction is None:
        off = np.abs(finite - nearest) > rounding
        if off.any():
            counts.fraction = float(finite[off][0])
    return nearest.clip(-(2**53), 2**53).astype(np.int64)
