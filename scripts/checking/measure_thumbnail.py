"""Thumbnail of a measured case."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from scripts.boxes import Box
from scripts.checking.measure_image import MeasuredImage
from scripts.checking.measure_label import MeasuredLabel
from scripts.checking.measure_picture import reduction
from scripts.checking.thumbnail import case_thumbnail
from scripts.replacing import replacing

__all__ = ["save_thumbnail"]

_RANGE = (1, 99)
_SAMPLES = 10**6


def save_thumbnail(
    folder: Path, image: MeasuredImage, label: MeasuredLabel | None, boxes: Sequence[Box], classes: Sequence[str]
) -> str:
    """Write a small picture of a case.

    Args:
        folder: of all thumbnails.
        image: measured with a small picture, or a volume.
        label: of the case, None if there is none.
        boxes: that fit the image.
        classes: names of the classes, background first.

    Returns:
        Name of the file; empty where the image cannot be shown.
    """
    known = label if label is not None and label.meaning is not None and label.facts.size == image.facts.size else None
    values = known.array if known else None
    if image.volume is not None:
        index = _slice_index(image.volume.shape[2], known, boxes)
        picture, factor = _slice_picture(image.volume, index)
        values = values[..., index] if values is not None else None
        boxes = [
            Box({"class": box["class"], "box": [*box["box"][:2], *box["box"][3:5]]})
            for box in boxes
            if box["box"][2] <= index + 0.5 < box["box"][5]
        ]
    elif image.small is not None:
        picture, factor = image.small, image.factor
    else:
        return ""
    positive = negative = None
    if values is not None:
        values = values[::factor, ::factor]
        positive = known.meaning.positive[values]
        negative = known.meaning.negative.any(axis=0)[values]
    scaled = [Box({"class": box["class"], "box": [corner / factor for corner in box["box"]]}) for box in boxes]
    content = case_thumbnail(picture, positive, negative, scaled or None, classes)
    paths = f"{image.facts.path}\0{label.facts.path if label else ''}"
    name = f"{hashlib.sha256(paths.encode()).hexdigest()[:20]}.jpg"
    with replacing(folder / name) as temporary:
        temporary.write_bytes(content)
    return name


def _slice_index(count: int, label: MeasuredLabel | None, boxes: Sequence[Box]) -> int:
    """The slice along the last axis with most that is not background: drawn, or boxed; else the middle one."""
    if label is not None:
        for said in (label.meaning.drawn & (label.meaning.positive != 0), label.meaning.drawn):
            numbers = [int(np.count_nonzero(said[label.array[..., index]])) for index in range(count)]
            if max(numbers):
                return int(np.argmax(numbers))
    inside = [sum(box["box"][2] <= index + 0.5 < box["box"][5] for box in boxes) for index in range(count)]
    return int(np.argmax(inside)) if any(inside) else count // 2


def _slice_picture(volume: np.ndarray, index: int) -> tuple[np.ndarray, int]:
    """`WHC` uint8 of a slice, its intensities scaled by those of the volume, and the factor by which it is smaller."""
    step = max(1, round((volume.size / _SAMPLES) ** (1 / 3)))
    samples = volume[::step, ::step, ::step].astype(np.float32)
    samples = samples[np.isfinite(samples)]
    low, high = np.percentile(samples, _RANGE) if samples.size else (0, 1)
    factor = reduction(volume.shape[:2])
    plane = np.nan_to_num(volume[::factor, ::factor, index].astype(np.float32), posinf=high, neginf=low)
    if high <= low:
        low, high = float(plane.min()), float(plane.max())
    grey = ((plane - low) * (255 / max(high - low, 1e-6))).clip(0, 255).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=-1), factor
