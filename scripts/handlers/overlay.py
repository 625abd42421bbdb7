"""Pure drawing: images and label maps in, RGB pictures out. Arrays are laid out as displayed, rows first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib import colormaps
from scipy.ndimage import binary_erosion

from scripts.constants import IGNORE

__all__ = [
    "Layer",
    "agreement_layers",
    "class_colour",
    "colour_classes",
    "colour_probability",
    "drawing_layers",
    "muted",
    "overlay",
    "to_rgb",
]

Colour = tuple[int, int, int]

GREEN: Colour = (0, 205, 85)
RED: Colour = (255, 45, 60)
BLUE: Colour = (40, 125, 255)
YELLOW: Colour = (255, 215, 0)
ORANGE: Colour = (255, 130, 0)
GREY: Colour = (128, 128, 128)

# Okabe and Ito's palette, told apart with impaired colour vision, then lighter relatives for more classes
_PALETTE: tuple[Colour, ...] = (
    (230, 159, 0), (86, 180, 233), (0, 158, 115), (240, 228, 66), (0, 114, 178), (213, 94, 0), (204, 121, 167),
    (150, 150, 255), (170, 220, 120), (200, 160, 120), (255, 190, 210), (120, 210, 210),
)  # fmt: skip


@dataclass(frozen=True)
class Layer:
    """A set of pixels to be painted in one colour.

    Args:
        name: what the colour means, for the legend.
        colour: RGB, 0 to 255.
        mask: `HW` bool.
        veil: paints the whole area faintly without an outline, for what is not a finding.
    """

    name: str
    colour: Colour
    mask: np.ndarray
    veil: bool = False


def to_rgb(image: np.ndarray, percentiles: tuple[float, float] = (0.5, 99.5)) -> np.ndarray:
    """An image of any range as it is shown.

    The two percentiles, taken over all shown channels together so that the colours keep their balance, become black
    and white.

    Args:
        image: `HW` or `CHW`. Three channels, or four with opacity last, are colours; of any other number the first is
            shown in grey. Values that are not finite are shown black.
        percentiles: that become 0 and 255.

    Returns:
        `HW3` uint8.

    Raises:
        ValueError: for another number of dimensions.
    """
    if image.ndim not in (2, 3):
        raise ValueError(f"image must be HW or CHW, got the shape {image.shape}.")
    channels = image[None] if image.ndim == 2 else image
    channels = channels[:3] if len(channels) in (3, 4) else channels[:1]
    values = channels.astype(np.float32)
    finite = np.isfinite(values)
    low, high = np.percentile(values[finite], percentiles) if finite.any() else (0.0, 0.0)
    if high <= low and finite.any():  # nearly all of one value: keep what differs from it visible
        low, high = values[finite].min(), values[finite].max()
    scaled = (np.where(finite, values, low) - low) / (high - low if high > low else 1.0)
    picture = np.round(np.clip(scaled, 0, 1) * 255).astype(np.uint8)
    return np.ascontiguousarray(np.broadcast_to(np.moveaxis(picture, 0, -1), (*picture.shape[1:], 3)))


def muted(image: np.ndarray, colour: float = 0.3, brightness: float = 0.75) -> np.ndarray:
    """A paler, darker copy of a picture on which overlaid colours stand out, red on a retina for one.

    Args:
        image: `HW3` uint8.
        colour: share of the colour that stays, 0 for grey.
        brightness: factor.

    Returns:
        `HW3` uint8.
    """
    grey = image.astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)
    return np.round(brightness * (colour * image + (1 - colour) * grey[..., None])).astype(np.uint8)


def overlay(image: np.ndarray, layers: Sequence[Layer], fill: float = 0.6, outline: float = 0.95) -> np.ndarray:
    """Paint layers on a picture: a see-through fill and a firm inner outline of one pixel.

    Thin structures are all outline and so stay visible, large ones let the image through.

    Args:
        image: `HW3` uint8.
        layers: painted in this order, with masks of the image's size.
        fill: opacity of the area, 0 to 1; a veil takes it too.
        outline: opacity of the outline.

    Returns:
        `HW3` uint8, a new array.

    Raises:
        ValueError: when a layer's size is not the image's.
    """
    picture = image.astype(np.float32)
    for layer in layers:
        if layer.mask.shape != image.shape[:2]:
            raise ValueError(f"layer '{layer.name}' has the size {layer.mask.shape}, the image {image.shape[:2]}.")
        mask = layer.mask.astype(bool)
        inside = mask if layer.veil else binary_erosion(mask, border_value=1)
        for area, opacity in ((inside, fill), (mask & ~inside, outline)):
            picture[area] += opacity * (np.asarray(layer.colour, np.float32) - picture[area])
    return np.round(picture).astype(np.uint8)


def agreement_layers(reference: np.ndarray, prediction: np.ndarray) -> list[Layer]:
    """What was found, falsely found, missed and confused; class 0 is the background.

    Args:
        reference: `HW`, class indices, ``IGNORE`` where nothing is known.
        prediction: `HW`, class indices.

    Returns:
        Layers that do not overlap: "found" (true positive, green), "false alarm" (false positive, red), "missed"
        (false negative, blue), "other class" (both foreground, but different; yellow) and "not labelled" (grey).
    """
    known = reference != IGNORE
    is_there, is_seen = known & (reference > 0), known & (prediction > 0)
    same = reference == prediction
    return [
        Layer("not labelled", GREY, ~known, veil=True),
        Layer("found (true positive)", GREEN, is_there & is_seen & same),
        Layer("false alarm (false positive)", RED, is_seen & ~is_there),
        Layer("missed (false negative)", BLUE, is_there & ~is_seen),
        Layer("other class", YELLOW, is_there & is_seen & ~same),
    ]


def drawing_layers(positive: np.ndarray, negative: np.ndarray | None = None) -> list[Layer]:
    """What an annotator drew.

    Args:
        positive: `HW`, class indices, ``IGNORE`` where not drawn.
        negative: `CHW`, nonzero where "not class k" was drawn, or `HW`, nonzero where anything of that kind was.

    Returns:
        "positive drawing" (of a foreground class, green), "drawn as background" (positive drawing of class 0, orange)
        and "negative drawing" (red), of which later ones are painted over earlier ones.
    """
    drawn = positive != IGNORE
    layers = [
        Layer("positive drawing", GREEN, drawn & (positive > 0)),
        Layer("drawn as background", ORANGE, drawn & (positive == 0)),
    ]
    if negative is not None:
        mask = (negative > 0).any(axis=0) if negative.ndim == 3 else negative > 0
        layers.append(Layer("negative drawing", RED, mask))
    return layers


def class_colour(index: int, classes: int) -> Colour:
    """Colour of a class: black background, white for the only foreground class, else a palette for the colour-blind."""
    if index == 0:
        return (0, 0, 0)
    return (255, 255, 255) if classes <= 2 else _PALETTE[(index - 1) % len(_PALETTE)]


def colour_classes(labels: np.ndarray, classes: int) -> np.ndarray:
    """A label map as a picture, ``IGNORE`` grey.

    Args:
        labels: `HW`, class indices.
        classes: number of classes, background included.

    Returns:
        `HW3` uint8.
    """
    table = np.array([class_colour(k, classes) for k in range(256)], dtype=np.uint8)
    table[IGNORE] = GREY
    return table[labels.astype(np.uint8)]


def colour_probability(probability: np.ndarray) -> np.ndarray:
    """Probabilities `HW` in [0, 1] as a picture `HW3` uint8, dark to light."""
    return colormaps["magma"](np.clip(probability, 0, 1), bytes=True)[..., :3]
