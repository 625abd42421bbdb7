"""A contact sheet of drawings over their images."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from skimage.segmentation import find_boundaries
from skimage.transform import resize

__all__ = ["contact_sheet", "overlay_drawing"]

_POSITIVE = np.array([0.0, 0.85, 0.2])
_NEGATIVE = np.array([0.95, 0.15, 0.15])
_OUTLINE = np.array([1.0, 1.0, 1.0])


def overlay_drawing(image: np.ndarray, label: np.ndarray, dense: np.ndarray, labels: Mapping[str, int]) -> np.ndarray:
    """Image with the positive drawing in green, the negative one in red, and the outline of the dense mask in white.

    Args:
        image: uint8 (H, W) or (H, W, 3).
        label: the drawing, integer (H, W).
        dense: the dense mask, integer (H, W).
        labels: value of "<class>" and "not <class>" in the drawing.

    Returns:
        uint8 (H, W, 3).
    """
    canvas = np.repeat(image[..., None], 3, axis=2) if image.ndim == 2 else image[..., :3]
    canvas = canvas / 255.0
    positive = [value for text, value in labels.items() if not text.startswith("not ")]
    negative = [value for text, value in labels.items() if text.startswith("not ")]
    for values, colour in ((negative, _NEGATIVE), (positive, _POSITIVE)):
        drawn = np.isin(label, values)
        canvas[drawn] = 0.35 * canvas[drawn] + 0.65 * colour
    canvas[find_boundaries(dense, mode="outer")] = _OUTLINE
    return (255 * canvas).round().astype(np.uint8)


def contact_sheet(rows: Sequence[tuple[np.ndarray, np.ndarray]], height: int = 480) -> np.ndarray:
    """Pairs of pictures, one pair per row, all of the same height.

    Args:
        rows: uint8 (H, W, 3) pictures.
        height: height of a row in pixels.

    Returns:
        uint8 (H, W, 3).
    """
    strips = []
    for pair in rows:
        scaled = [
            resize(picture, (height, max(1, round(picture.shape[1] * height / picture.shape[0]))), anti_aliasing=True)
            for picture in pair
        ]
        strips.append(np.concatenate(scaled, axis=1))
    width = max(strip.shape[1] for strip in strips)
    padded = [np.pad(strip, ((4, 4), (0, width - strip.shape[1]), (0, 0))) for strip in strips]
    return (255 * np.concatenate(padded)).round().astype(np.uint8)
