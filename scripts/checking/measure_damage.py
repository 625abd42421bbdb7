"""Tells label maps that were smoothed or saved as JPEG from those with values that are merely not named."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

__all__ = ["is_damaged"]

# fewer unnamed values are rather forgotten names
_FEWEST = 4
# share of pixels that the most frequent values must have; photographs and measurements spread over many
_FLAT = 0.7
# share of pixels that named values must have
_NAMED = 0.1
# share of pixels in even surroundings that a map must have, so that it is none of these
_EVEN = 0.3
# share of a value's pixels that must lie between their neighbours for it to come from smoothing or JPEG
_BETWEEN = 0.35
# share of the unnamed values for which that must hold
_MOST = 0.5
_PLANES = 8


def is_damaged(label: np.ndarray, numbers: Mapping[int, int], unnamed: Collection[int], named: int) -> bool:
    """Whether unnamed values come from anti-aliasing, interpolation or JPEG.

    Such values make transitions: in the square of 3 x 3 pixels around one there are both lower and higher values.
    Classes, and objects with numbers of their own, have an inside instead, and thin strokes have nothing beyond them.

    Args:
        label: map `HW[D]`, integers.
        numbers: of pixels of each value.
        unnamed: the values that the table does not name.
        named: number of values that it names.
    """
    if len(unnamed) < _FEWEST or label.shape[0] < 3 or label.shape[1] < 3:
        return False
    frequent = sorted(numbers.values(), reverse=True)[: max(2, named) + 2]
    pixels, meant = sum(numbers.values()), sum(n for value, n in numbers.items() if value not in unnamed)
    if sum(frequent) < _FLAT * pixels or meant < _NAMED * pixels:
        return False
    total, between, even = np.zeros(256, dtype=np.int64), np.zeros(256, dtype=np.int64), 0
    for plane in _planes(label, unnamed):
        inner = plane[1:-1, 1:-1]
        lowest, highest = _range_around(plane)
        total += np.bincount(inner.ravel(), minlength=256)
        between += np.bincount(inner[(inner > lowest) & (inner < highest)], minlength=256)
        even += int((lowest == highest).sum())
    if even < _EVEN * total.sum():
        return False
    values = [value for value in unnamed if 0 <= value <= 255 and total[value]]
    smooth = [value for value in values if between[value] >= _BETWEEN * total[value]]
    return len(smooth) >= _FEWEST and len(smooth) >= _MOST * len(values)


def _planes(label: np.ndarray, unnamed: Collection[int]) -> list[np.ndarray]:
    """The map, of a volume the slices with most unnamed values; values beyond 8 bits are cut to them."""
    if label.ndim == 2:
        return [_bytes(label)]
    counts = [int(np.isin(label[..., index], list(unnamed)).sum()) for index in range(label.shape[2])]
    return [_bytes(label[..., index]) for index in np.argsort(counts)[::-1][:_PLANES]]


def _bytes(plane: np.ndarray) -> np.ndarray:
    return plane if plane.dtype == np.uint8 else np.clip(plane, 0, 255).astype(np.uint8)


def _range_around(plane: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest value in the square around each inner pixel."""
    lowest = highest = plane[1:-1, 1:-1]
    width, height = plane.shape
    for x in range(3):
        for y in range(3):
            shifted = plane[x : width - 2 + x, y : height - 2 + y]
            lowest, highest = np.minimum(lowest, shifted), np.maximum(highest, shifted)
    return lowest, highest
