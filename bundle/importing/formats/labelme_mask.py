"""Reads the painted masks of labelme: a small picture inside a JSON file."""

from __future__ import annotations

import base64
import io
import reprlib
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from bundle.importing.geometry import points_of
from bundle.importing.marks import Bitmap
from scripts.errors import DataError

__all__ = ["mask_of"]

_AGAIN = "Save the file in labelme again."
# one number per pixel
_MODES = ("1", "L", "P", "I", "I;16")
# corners with fractions may round apart
_TOLERANCE = 1


def mask_of(mask: Any, corners: Any, path: Path, where: str, largest: tuple[int, ...] | None) -> Bitmap:
    """The pixels of a mask, above 0 where painted.

    Args:
        mask: a PNG picture as base64 text.
        corners: ``[[x0, y0], [x1, y1]]``, its first and its last pixel.
        path: the file, for messages.
        where: the shape, for messages.
        largest: width and height of the picture that was painted on; None if not known.

    Raises:
        DataError: naming file and shape, when the mask is no such picture, or its size is not that of the corners or
            exceeds ``largest``, which is found before it is decompressed.
    """
    points = points_of(corners, path, where, least=2)
    if len(points) != 2:
        raise DataError(f"{path}: {where}: expected two corners of a mask, got {len(points)} points. {_AGAIN}")
    first, last = np.rint(points).astype(int)
    if not isinstance(mask, str):
        raise DataError(
            f'{path}: {where}: expected a PNG picture in base64 as "mask", got {reprlib.repr(mask)}. {_AGAIN}'
        )
    try:
        with Image.open(io.BytesIO(base64.b64decode("".join(mask.split()), validate=True)), formats=["PNG"]) as picture:
            _check_size(picture.size, last - first + 1, largest, path, where)
            if picture.mode not in _MODES:
                raise DataError(f"{path}: {where}: expected a mask in grey, got one in {picture.mode}. {_AGAIN}")
            pixels = np.asarray(picture)
    except DataError:
        raise
    except Exception as error:  # Pillow raises many kinds of errors for damaged pictures
        raise DataError(
            f"{path}: {where}: its mask cannot be read as a PNG picture ({error!s:.100}). {_AGAIN}"
        ) from error
    return Bitmap(np.ascontiguousarray(pixels.T) > 0, (int(first[0]), int(first[1])))


def _check_size(
    size: tuple[int, int], expected: np.ndarray, largest: tuple[int, ...] | None, path: Path, where: str
) -> None:
    stated = f"{path}: {where}: its mask is {size[0]} x {size[1]} pixels in size"
    if (np.abs(np.subtract(size, expected)) > _TOLERANCE).any():
        raise DataError(f"{stated}; expected {expected[0]} x {expected[1]}, as its two corners say. {_AGAIN}")
    if largest is not None and (np.subtract(size, largest[:2]) > 0).any():
        raise DataError(
            f"{stated}; expected no more than its picture has, {largest[0]} x {largest[1]}. "
            "Was it painted on another picture, or on one that was scaled since?"
        )
