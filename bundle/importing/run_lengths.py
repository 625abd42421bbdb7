"""Masks that are stored as run lengths: checked when read, decoded when looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from bundle.importing.marks import Bitmap
from scripts.errors import DataError

__all__ = ["RunLengthBitmap", "counts_of_text", "run_length_bitmap"]

# of a character: five bits of a number, and whether more follow
_BITS, _MORE, _SIGN = 5, 0x20, 0x10
# characters of one number: those of 32 bits and a sign
_MOST = 7


class RunLengthBitmap(Bitmap):
    """A bitmap that keeps its run lengths and decodes them each time ``mask`` is asked for.

    A file may hold masks of thousands of photographs, which would not fit into memory at once.
    """

    def __init__(self, counts: np.ndarray, size: tuple[int, int], origin: tuple[int, int], by_columns: bool) -> None:
        object.__setattr__(self, "_counts", counts)
        object.__setattr__(self, "_size", size)
        object.__setattr__(self, "_by_columns", by_columns)
        object.__setattr__(self, "origin", origin)

    @property
    def mask(self) -> np.ndarray:
        """`WH` bool, x first."""
        width, height = self._size
        flat = np.repeat(np.arange(len(self._counts)) % 2 == 1, self._counts)
        return flat.reshape(width, height) if self._by_columns else flat.reshape(height, width).T


def run_length_bitmap(
    counts: Sequence[Any],
    size: tuple[int, int],
    *,
    source: object,
    where: str,
    origin: tuple[int, int] = (0, 0),
    by_columns: bool = False,
) -> Bitmap:
    """The bitmap of alternating run lengths, the first one of pixels that are not painted.

    Args:
        counts: run lengths in pixels.
        size: width and height; the caller has compared them with the image's.
        source: the file, for errors.
        where: the shape, for errors.
        origin: x and y of the first pixel in the picture.
        by_columns: whether runs go down the columns, as in COCO files, instead of along the rows.

    Raises:
        DataError: a count is no whole number or negative, or their sum is not the number of pixels.
    """
    whole = [_whole(count) for count in counts]
    wrong = next((count for count, number in zip(counts, whole) if number is None), None)
    if wrong is not None or None in whole:
        raise DataError(f"{source}: {where}: run lengths must be whole numbers from 0 on, got {wrong!r:.50}.")
    width, height = size
    if width < 1 or height < 1:
        raise DataError(f"{source}: {where}: its size must be at least 1 x 1 pixels, got {width} x {height}.")
    if sum(whole) != width * height:
        raise DataError(
            f"{source}: {where}: its run lengths add up to {sum(whole)} pixels; expected {width * height}, as it is "
            f"{width} x {height} pixels in size. The file is damaged; export it again."
        )
    return RunLengthBitmap(np.array(whole, dtype=np.int64), (width, height), origin, by_columns)


def counts_of_text(text: str, *, source: object, where: str) -> list[int]:
    """Run lengths of COCO's compressed form, six bits a character from "0" on, from the third on as differences.

    They are decoded here and not by pycocotools, whose C code takes damaged text as it comes.

    Raises:
        DataError: a character is not of this form, a number too large, or the text is cut off.
    """
    counts: list[int] = []
    value = length = 0
    for character in text:
        code = ord(character) - ord("0")
        if not 0 <= code < 64:
            raise DataError(f"{source}: {where}: {character!r} does not occur in compressed run lengths. {_DAMAGED}")
        value |= (code & 0x1F) << _BITS * length
        length += 1
        if length > _MOST:
            raise DataError(f"{source}: {where}: its compressed run lengths hold a number above 32 bits. {_DAMAGED}")
        if code & _MORE:
            continue
        if code & _SIGN:
            value -= 1 << _BITS * length
        # the first is of background, the first two have no predecessor of their kind
        counts.append(value + (counts[-2] if len(counts) > 2 else 0))
        value = length = 0
    if length:
        raise DataError(f"{source}: {where}: its compressed run lengths are cut off. {_DAMAGED}")
    return counts


_DAMAGED = "The file is damaged; export it again."


def _whole(count: Any) -> int | None:
    if isinstance(count, bool) or not isinstance(count, (int, float)) or not 0 <= count < 2**63 or count != int(count):
        return None
    return int(count)
