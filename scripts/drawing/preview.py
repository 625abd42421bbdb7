"""A contact sheet of drawings over their images."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from skimage.segmentation import find_boundaries
from skimage.transform import resize

__all__ = ["contact_sheet", "overlay_drawing", "overlay_legend"]

_COLOURS = {
    "green": (0.0, 0.85, 0.2),
    "cyan": (0.0, 0.8, 0.9),
    "yellow": (0.95, 0.85, 0.1),
    "magenta": (0.9, 0.3, 0.9),
    "orange": (0.95, 0.55, 0.1),
    "red": (0.95, 0.15, 0.15),
    "blue": (0.2, 0.4, 1.0),
    "white": (1.0, 1.0, 1.0),
}
_NEGATIVE, _BACKGROUND, _OUTLINE = "red", "blue", "white"
# Of the classes, where they are to be told apart; the first where they are not.
_CLASSES = ("green", "cyan", "yellow", "magenta", "orange")


def overlay_drawing(
    image: np.ndarray, label: np.ndarray, dense: np.ndarray, labels: Mapping[str, int], *, distinct: bool = False
) -> np.ndarray:
    """Image with the drawing in colours, and the outline of the dense mask in white.

    The positive drawing is green, the negative one red, and "background" blue.

    Args:
        image: uint8 (H, W) or (H, W, 3).
        label: the drawing, integer (H, W).
        dense: the dense mask, integer (H, W).
        labels: value of "<class>", "not <class>" and perhaps "background" in the drawing.
        distinct: give every class a colour of its own: green, cyan, yellow, magenta, orange, and again.

    Returns:
        uint8 (H, W, 3).
    """
    canvas = np.repeat(image[..., None], 3, axis=2) if image.ndim == 2 else image[..., :3]
    canvas = canvas / 255.0
    for text, name in _colours(labels, distinct).items():
        drawn = label == labels[text]
        canvas[drawn] = 0.35 * canvas[drawn] + 0.65 * np.array(_COLOURS[name])
    canvas[find_boundaries(dense, mode="thick" if distinct else "outer")] = _COLOURS[_OUTLINE]
    return (255 * canvas).round().astype(np.uint8)


def overlay_legend(labels: Mapping[str, int], *, distinct: bool = False) -> str:
    """The colours of :func:`overlay_drawing` in words, "green: vessel, red: not vessel, ..."; arguments as there."""
    texts = defaultdict(list)
    for text, name in _colours(labels, distinct).items():
        texts[name].append(text)
    listed = [f"{name}: {' or '.join(shown)}" for name, shown in texts.items()]
    return ", ".join([*listed, f"{_OUTLINE}: outline of the mask"])


def _colours(labels: Mapping[str, int], distinct: bool) -> dict[str, str]:
    """Name of the colour of each label, the classes first, then the negative ones and the background."""
    negative = [text for text in labels if text.startswith("not ")]
    classes = [text for text in labels if text not in negative and text != "background"]
    colours = {text: _CLASSES[k % len(_CLASSES) if distinct else 0] for k, text in enumerate(classes)}
    colours |= dict.fromkeys(negative, _NEGATIVE)
    return colours | ({"background": _BACKGROUND} if "background" in labels else {})


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
