"""Difference hash of pictures: pictures that look alike have similar ones."""

from __future__ import annotations

import numpy as np
from PIL import Image

__all__ = ["look_of"]

_COLUMNS, _ROWS = 9, 8


def look_of(picture: Image.Image) -> str:
    """64 bits in hex: whether each pixel of a grey picture of 9 x 8 pixels is darker than its right neighbour.

    Args:
        picture: grey, RGB or of floating point numbers.
    """
    small = picture.resize((_COLUMNS, _ROWS), Image.Resampling.BOX, reducing_gap=3.0)
    grey = np.asarray(small if small.mode == "F" else small.convert("L"), dtype=np.float64)
    return np.packbits(grey[:, 1:] > grey[:, :-1]).tobytes().hex()
