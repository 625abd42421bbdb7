"""A contact sheet of images with their boxes or masks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from monai.transforms import LoadImage
from PIL import Image, ImageDraw
from skimage.segmentation import find_boundaries
from skimage.transform import resize

from scripts.boxes.box_case import read_values
from scripts.boxes.plan import BoxPlan
from scripts.boxes.rasterise import box_pixels
from scripts.boxes.synthesis import class_indices
from scripts.data.photograph_reader import PhotographReader
from scripts.drawing.mask_folder import MaskedImage
from scripts.drawing.slice_picture import slice_picture
from scripts.drawing.volume_folder import is_volume
from scripts.labels.drawn_slices import slice_axis
from scripts.labels.load_label_map import load_label_volume
from scripts.volumes import read_volume

__all__ = ["box_legend", "preview_case", "preview_sheet"]

_COLOURS = {
    "green": (0, 217, 51),
    "cyan": (0, 204, 230),
    "yellow": (242, 217, 26),
    "magenta": (230, 77, 230),
    "orange": (242, 140, 26),
}
_HEIGHT, _TITLE = 480, 24
# Of a volume's values, what the preview shows as black and white.
_WINDOW = (0.5, 99.5)


def preview_case(case: MaskedImage, plan: BoxPlan, boxes: Sequence[Mapping[str, Any]] | None) -> np.ndarray:
    """Picture of one case, of a volume the axial slice with most foreground.

    Args:
        case: files of the case.
        plan: how the boxes were made.
        boxes: its boxes, drawn in the colours of their classes around the white outlines of the mask; None: the case
            is dense, and its mask is tinted.

    Returns:
        uint8 (H, W, 3) with a title that says which.
    """
    load = _load_volume if is_volume(case.mask) else _load_picture
    image, index, regions = load(case, plan, boxes or [])
    canvas = np.repeat(image[..., None], 3, axis=2) if image.ndim == 2 else image.copy()
    if boxes is None:
        for number, colour in _class_colours(len(plan.classes)).items():
            tinted = index == number
            canvas[tinted] = (0.5 * canvas[tinted] + 0.5 * np.array(colour)).astype(np.uint8)
    else:
        canvas[find_boundaries(index, mode="inner")] = 255
        colours = _class_colours(len(plan.classes))
        for name, region in regions:
            canvas[find_boundaries(region, mode="inner")] = colours[plan.names.index(name) + 1]
    title = Image.new("RGB", (canvas.shape[1], _TITLE))
    text = f"dense: {case.stem}" if boxes is None else f"{len(boxes)} boxes: {case.stem}"
    ImageDraw.Draw(title).text((4, 4), text, fill="white", font_size=14)
    return np.concatenate([np.asarray(title), canvas])


def preview_sheet(pictures: Sequence[np.ndarray], columns: int = 2) -> np.ndarray:
    """All pictures of one height in rows, uint8 (H, W, 3)."""
    rows = [np.concatenate(pictures[first : first + columns], axis=1) for first in range(0, len(pictures), columns)]
    width = max(row.shape[1] for row in rows)
    return np.concatenate([np.pad(row, ((0, 6), (0, width - row.shape[1]), (0, 0))) for row in rows])


def box_legend(names: Sequence[str]) -> str:
    """The colours of the classes in words, "green: nucleus"."""
    colours = list(_COLOURS)
    return ", ".join(f"{colours[k % len(colours)]}: {name}" for k, name in enumerate(names))


def _class_colours(count: int) -> dict[int, tuple[int, int, int]]:
    colours = list(_COLOURS.values())
    return {k + 1: colours[k % len(colours)] for k in range(count)}


_Loaded = tuple[np.ndarray, np.ndarray, list[tuple[str, np.ndarray]]]


def _load_picture(case: MaskedImage, plan: BoxPlan, boxes: Sequence[Mapping[str, Any]]) -> _Loaded:
    """Image, class of each pixel, and class and region of each box, as displayed."""
    image = np.asarray(LoadImage(reader=PhotographReader(), image_only=True)(str(case.image))).astype(np.uint8)
    index = class_indices(read_values(case.mask), plan.classes)
    size = (_HEIGHT, max(1, round(index.shape[0] * _HEIGHT / index.shape[1])))
    regions = [(box["class"], _scale(_region(box, index.shape).T, size)) for box in boxes]
    shown = resize(image.swapaxes(0, 1), size, preserve_range=True, anti_aliasing=True).round().astype(np.uint8)
    return shown, _scale(index.T, size), regions


def _load_volume(case: MaskedImage, plan: BoxPlan, boxes: Sequence[Mapping[str, Any]]) -> _Loaded:
    mask, affine = load_label_volume(case.mask)
    index = class_indices(mask, plan.classes)
    axis = slice_axis("axial", index > 0, affine)
    number = int((index > 0).sum(axis=tuple(a for a in range(3) if a != axis)).argmax())
    place = (slice(None),) * axis + (slice(number, number + 1),)

    def show(volume: np.ndarray) -> np.ndarray:
        return slice_picture(volume[place], affine, axis, 0, _HEIGHT)

    image = read_volume(case.image)[0].astype(np.float32)
    low, high = np.percentile(image, _WINDOW)
    image = (255 * np.clip((image - low) / max(high - low, 1e-6), 0, 1)).astype(np.uint8)
    regions = [(box["class"], _region(box, index.shape)) for box in boxes]
    shown = [(name, show(region)) for name, region in regions if region[place].any()]
    return show(image), show(index), shown


def _region(box: Mapping[str, Any], shape: tuple[int, ...]) -> np.ndarray:
    region = np.zeros(shape, dtype=np.uint8)
    region[box_pixels(box["box"], shape)] = 1
    return region


def _scale(values: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    return resize(values, size, order=0, preserve_range=True, anti_aliasing=False).astype(values.dtype)
