"""Draws several classes into one label map."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy import ndimage

from scripts.drawing.negative import draw_negative
from scripts.drawing.positive import draw_positive
from scripts.drawing.quality import QUALITIES
from scripts.drawing.request import DrawingRequest
from scripts.drawing.segments import find_segments

__all__ = ["draw_classes"]

# Distance in mm from a structure up to which strokes are made up.
_SURROUNDINGS = 20.0


def draw_classes(request: DrawingRequest, seed: int, ratios: Mapping[str, float] | None = None) -> np.ndarray:
    """The drawing of a request.

    Args:
        request: what to draw.
        seed: seed of the drawing.
        ratios: a positive ratio for each class, 0 draws nothing of it; None: the request's. The negative drawing
            follows the request's in any case.

    Returns:
        uint8 H[WD]: 0 nothing drawn, else a value of the request's labels.
    """
    dense, labels, spacing = request.dense, request.labels, request.spacing
    quality, inside = QUALITIES[request.quality], request.field_of_view
    ratios = dict.fromkeys(dense, request.ratio) if ratios is None else ratios
    label = np.zeros(inside.shape, dtype=np.uint8)
    segments = {}
    # A generator per class and kind of drawing, so that none depends on what another consumes.
    for number, (name, region) in enumerate(dense.items()):
        segments[name] = None
        if not region.any() or not ratios[name]:
            continue
        box = _surroundings(region, spacing)
        segments[name] = find_segments(region[box], ratios[name], spacing)
        stroke = draw_positive(
            region[box],
            ratio=ratios[name],
            quality=quality,
            rng=np.random.default_rng([seed, number, 0]),
            field_of_view=inside[box],
            error=request.error,
            segments=segments[name],
            spacing=spacing,
        )
        label[box][stroke] = labels[name]
    if not request.negative:
        return label
    drawn = label > 0
    share = (1 - request.background) / len(dense)
    strokes = [(f"not {name}", dense[name], label == labels[name], segments[name], share) for name in dense]
    if request.background:
        # Like a class of its own, which keeps off whatever is any class.
        anything = np.logical_or.reduce(list(dense.values()))
        pieces = find_segments(anything, request.ratio) if spacing is None and anything.any() else None
        strokes.append(("background", anything, drawn, pieces, request.background))
    for number, (text, region, positive, pieces, share) in enumerate(strokes):
        if not share:
            continue
        stroke = draw_negative(
            region,
            positive,
            ratio=request.ratio,
            quality=quality,
            rng=np.random.default_rng([seed, number, 1]),
            field_of_view=inside,
            segments=pieces,
            share=share,
            spacing=spacing,
        )
        label[stroke & (label == 0)] = labels[text]
    if not request.positive:
        label[drawn] = 0
    return label


def _surroundings(region: np.ndarray, spacing: tuple[float, ...] | None) -> tuple[slice, ...]:
    """The part of a volume in which a structure is drawn, so that the size of the rest does not matter."""
    if spacing is None:
        return (slice(None),) * region.ndim
    (box,) = ndimage.find_objects(region.view(np.uint8))
    return tuple(
        slice(max(part.start - reach, 0), part.stop + reach)
        for part, reach in zip(box, (int(np.ceil(_SURROUNDINGS / side)) for side in spacing), strict=True)
    )
