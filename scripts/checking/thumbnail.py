"""A small picture of a case with its drawing and boxes."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from scripts.constants import IGNORE

__all__ = ["NEGATIVE_COLOUR", "case_thumbnail", "class_colour", "colour_legend"]

#: Pixels along the longer side.
SIDE = 240
_QUALITY = 70
_CLASSES = ((0, 217, 51), (0, 204, 230), (242, 217, 26), (230, 77, 230), (242, 140, 26))
_BACKGROUND, _UNKNOWN = (51, 102, 255), (255, 255, 255)
#: Of what is said not to be.
NEGATIVE_COLOUR = (242, 38, 38)
_DRAWN, _AROUND, _GROUND = 0.75, 0.55, 0.2
# Background that covers more than this share of a picture is tinted faintly, to leave the picture visible.
_MOST = 0.3

_Colour = tuple[int, int, int]


def case_thumbnail(
    picture: np.ndarray,
    positive: np.ndarray | None,
    negative: np.ndarray | None,
    boxes: Sequence[Mapping[str, Any]] | None,
    classes: Sequence[str],
) -> bytes:
    """Picture of a case as JPEG, 240 pixels on its longer side, in the colours of :func:`colour_legend`.

    A pixel of the thumbnail has the colour of a drawing if any of the pixels that it stands for is drawn, so that thin
    strokes stay visible. Where kinds meet, classes lie over "not" and "not" over the background.

    Args:
        picture: `WHC` uint8, x first; one or two channels are grey, a second or fourth one is transparency.
        positive: `WH` uint8, index of the class or ``IGNORE``; None: nothing is drawn.
        negative: `WH` bool, where something is said not to be; None: nowhere.
        boxes: ``{"class": name, "box": [x0, y0, x1, y1]}`` each, in pixels of the picture.
        classes: names, background first.

    Returns:
        The file.
    """
    size = _thumbnail_size(picture.shape[:2])
    canvas = _reduce_picture(picture, size)
    if positive is not None:
        background = _any_of(positive == 0, size)
        _tint(canvas, background, _BACKGROUND, _GROUND if background.mean() > _MOST else _AROUND)
    if negative is not None:
        _tint(canvas, _any_of(negative, size), NEGATIVE_COLOUR, _AROUND)
    if positive is not None:
        largest = _any_of(np.where(positive == IGNORE, 0, positive).astype(np.uint8), size)
        for index in np.unique(largest[largest > 0]):
            _tint(canvas, largest == index, class_colour(int(index)), _DRAWN)
    image = Image.fromarray(canvas.round().astype(np.uint8))
    scale = [small / large for small, large in zip(size, picture.shape)]
    _outline(ImageDraw.Draw(image), boxes or (), scale, classes)
    file = io.BytesIO()
    # thin coloured lines would fade with the usual halved resolution of colours
    image.save(file, "JPEG", quality=_QUALITY, subsampling=0, optimize=True)
    return file.getvalue()


def class_colour(index: int) -> _Colour:
    """RGB of a class, 0 to 255; the background is blue, the first class green."""
    return _CLASSES[(index - 1) % len(_CLASSES)] if index else _BACKGROUND


def colour_legend(classes: Sequence[str]) -> list[tuple[_Colour, str]]:
    """What each colour of a thumbnail means: RGB and text; classes that share a colour are listed together."""
    names: dict[_Colour, list[str]] = {}
    for index, name in enumerate(classes[1:], start=1):
        names.setdefault(class_colour(index), []).append(name)
    drawn = [(colour, " or ".join(listed)) for colour, listed in names.items()]
    negative = f"not {classes[1]}" if len(classes) == 2 else "is not"
    return [*drawn, (NEGATIVE_COLOUR, negative), (_BACKGROUND, classes[0])]


def _thumbnail_size(size: Sequence[int]) -> tuple[int, int]:
    """Width and height; small pictures are enlarged."""
    width, height = (max(1, round(side * SIDE / max(size))) for side in size)
    return width, height


def _reduce_picture(picture: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """float32 (H, W, 3), rows first."""
    colours = picture[..., None] if picture.ndim == 2 else picture
    colours = colours[..., :3] if colours.shape[-1] > 2 else colours[..., 0]
    # turned after the reduction, which is faster
    turned = Image.fromarray(np.ascontiguousarray(colours)).convert("RGB")
    method = Image.Resampling.NEAREST if max(size) > max(turned.size) else Image.Resampling.BOX
    return np.asarray(turned.resize(size[::-1], method)).swapaxes(0, 1).astype(np.float32)


def _any_of(values: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Largest of the values `WH` that each pixel of the thumbnail stands for, (H, W); enlarged by repetition."""
    for axis, (small, large) in enumerate(zip(size, values.shape)):
        values = np.maximum.reduceat(values, np.arange(small) * large // small, axis=axis)
    return values.T


def _tint(canvas: np.ndarray, where: np.ndarray, colour: _Colour, share: float) -> None:
    canvas[where] += share * (np.asarray(colour, dtype=np.float32) - canvas[where])


def _outline(
    draw: ImageDraw.ImageDraw, boxes: Sequence[Mapping[str, Any]], scale: Sequence[float], classes: Sequence[str]
) -> None:
    """Draw the outlines of boxes; those of unknown classes in white, those without a finite corner not at all."""
    indices = {name.casefold(): index for index, name in enumerate(classes)}
    for box in boxes:
        corners = np.asarray(box["box"], dtype=np.float64)
        if corners.shape != (4,) or not np.isfinite(corners).all():
            continue
        index = indices.get(str(box["class"]).casefold())
        (x0, x1), (y0, y1) = (_span(corners[axis::2], scale[axis], draw.im.size[axis]) for axis in (0, 1))
        draw.rectangle((x0, y0, x1, y1), outline=_UNKNOWN if index is None else class_colour(index))


def _span(ends: np.ndarray, scale: float, side: int) -> tuple[int, int]:
    """First and last pixel of the thumbnail that a box covers along an axis, one beyond it where it is cut."""
    low, high = np.sort(ends) * scale
    first = int(np.clip(np.floor(low), -1, side - 1))
    last = int(np.clip(np.ceil(high) - 1, 0, side))
    return first, max(first, last)
