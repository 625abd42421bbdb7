"""Half-size copies of pictures and of their label maps."""

from __future__ import annotations

import numpy as np
from PIL import Image

__all__ = ["halve_image", "halve_labels", "halve_mask"]


def halve_image(picture: Image.Image) -> Image.Image:
    """A photograph; each pixel is the mean of four."""
    return picture.resize(_half(picture), Image.Resampling.BOX)


def halve_labels(picture: Image.Image) -> Image.Image:
    """A label map of several classes; each pixel is one of four, so that no new value arises."""
    return picture.resize(_half(picture), Image.Resampling.NEAREST)


def halve_mask(picture: Image.Image) -> Image.Image:
    """A mask, 0 and 255; a pixel is set where half of the four or more are, so that thin structures stay."""
    grey = np.asarray(picture.convert("L").point(lambda value: 255 * (value > 0)).resize(_half(picture), _BOX))
    return Image.fromarray(np.where(grey > _MOST_OF_TWO, 255, 0).astype(np.uint8))


_BOX = Image.Resampling.BOX
# a mean of two set pixels in four is 127 or 128
_MOST_OF_TWO = 126


def _half(picture: Image.Image) -> tuple[int, int]:
    return max(picture.width // 2, 1), max(picture.height // 2, 1)
