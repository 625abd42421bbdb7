"""Class maps of pictures: what was drawn, what is true, and what a network found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image
from skimage.transform import resize

from scripts.labels.load_label_map import load_label_map

__all__ = ["NEGATIVE", "NOTHING", "UNKNOWN", "read_drawing", "read_image", "read_prediction", "read_truth"]

#: In a drawing: nothing is drawn; drawn as not something, or as background.
NOTHING, NEGATIVE = 0, -1
#: In the truth: not labelled.
UNKNOWN = -1


def read_image(path: Path) -> np.ndarray:
    """`HW3` uint8."""
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB"))


def read_truth(path: Path, labels: Mapping[str, int], classes: Sequence[str]) -> np.ndarray:
    """`HW`, class index or ``UNKNOWN``, from a mask and the values of the classes in it."""
    mask = load_label_map(path).T
    truth = np.zeros(mask.shape, dtype=np.int16)
    for index, name in enumerate(classes):
        if name in labels:
            truth[mask == labels[name]] = index
    if "ignore" in labels:
        truth[mask == labels["ignore"]] = UNKNOWN
    return truth


def read_drawing(path: Path, labels: Mapping[str, int], classes: Sequence[str]) -> np.ndarray | None:
    """`HW`, class index of what is drawn as one of the classes, ``NEGATIVE`` or ``NOTHING``; None without the file."""
    if not path.is_file():
        return None
    drawn = load_label_map(path).T
    shown = np.full(drawn.shape, NOTHING, dtype=np.int16)
    for name, value in labels.items():
        if name == "background" or name.startswith("not "):
            shown[drawn == value] = NEGATIVE
        elif name in classes:
            shown[drawn == value] = list(classes).index(name)
    return shown


def read_prediction(path: Path, size: tuple[int, ...]) -> np.ndarray:
    """`HW` class index, from a map of classes, or of the probability of the only class (at one half)."""
    with Image.open(path) as picture:
        values = np.asarray(picture.convert("L"))
    binary = path.stem.endswith("_probability")
    if values.shape != size:
        # of probabilities the values between may be had, of classes not
        values = resize(values.astype(float), size, order=1 if binary else 0, anti_aliasing=False)
    return (values > 127.5).astype(np.int16) if binary else values.astype(np.int16)
