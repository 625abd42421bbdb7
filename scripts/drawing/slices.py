"""Drawings on every n-th slice of a volume, as annotators make them who leaf through it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from scripts.drawing.classes import draw_classes
from scripts.drawing.request import DrawingRequest
from scripts.drawing.seeds import case_seed
from scripts.drawing.statistics import measure_drawing
from scripts.drawing.synthesis import Drawing

__all__ = ["draw_slices"]

# Pixels that a class gets, on average, on each slice on which it is drawn; less is not worth a stroke.
_SMALLEST = 8


def draw_slices(
    mask: np.ndarray, *, every: int, axis: int, seed: int, offset: int | None = None, **settings: Any
) -> Drawing:
    """Draw on every n-th slice along an axis, each in 2D on its own; what lies between stays undrawn.

    Slices without the structure get negative strokes: the annotator looked at them too. Where the ratio would leave
    but a few pixels for each slice, a class is drawn on some of the slices only, and more there.

    Args:
        mask: HWD dense mask: bool or integer.
        every: distance of the drawn slices, at least 1.
        axis: array axis along which the slices follow each other.
        seed: seed of this drawing.
        offset: first slice that is drawn, below ``every``. None: chosen by the seed among those with which the drawn
            slices show every class of the mask, or as many as can be.
        settings: further arguments of :func:`scripts.drawing.synthesise_drawing`. ``ratio`` is relative to the mask
            within the drawn slices; ``spacing`` has three entries, of which those within the slices count.

    Returns:
        The drawing of the whole volume. The figures in its statistics are those of the drawn slices alone; besides
        there are ``volume_ratio``: size of the positive drawing over that of the mask in the whole volume; ``slices``:
        number of drawn slices; ``slice_axis``.

    Raises:
        ValueError: a mask that is no volume, an axis that it has not, an ``every`` or ``offset`` out of range, and as
            :func:`scripts.drawing.synthesise_drawing`.
    """
    mask = np.asarray(mask)
    if mask.ndim != 3 or axis not in (0, 1, 2):
        raise ValueError(f"slices need a mask HWD and an axis in 0..2, but the shape is {mask.shape}, the axis {axis}")
    if every < 1 or (offset is not None and not 0 <= offset < min(every, mask.shape[axis])):
        raise ValueError(f"every must be at least 1 and offset in 0..every - 1, but they are {every} and {offset}")
    request = DrawingRequest.check(mask, **settings)
    rng = np.random.default_rng([seed, every, axis])
    others = tuple(other for other in range(3) if other != axis)
    sizes = {name: region.sum(axis=others) for name, region in request.dense.items()}
    if offset is None:
        offset = _choose_offset(sizes, every, rng)
    chosen = np.arange(offset, mask.shape[axis], every)
    ratios = {name: _share_out(size[chosen], request.ratio, rng) for name, size in sizes.items()}

    label, drawn = np.zeros(mask.shape, dtype=np.uint8), np.zeros(mask.shape, dtype=bool)
    for number, index in enumerate(chosen.tolist()):
        place = (slice(None),) * axis + (index,)
        one = {name: ratio[number] for name, ratio in ratios.items()}
        label[place] = draw_classes(request.slice(axis, index), case_seed(seed, str(index)), one)
        drawn[place] = True

    statistics = {"seed": int(seed), "quality": request.quality, "requested_ratio": float(request.ratio)}
    statistics |= _measure(request, label, request.dense, drawn)
    statistics |= {"slices": len(chosen), "slice_axis": axis}
    if len(request.dense) > 1:
        statistics["classes"] = {
            name: _measure(request, label, {name: region}, drawn) for name, region in request.dense.items()
        }
    return Drawing(label, request.labels, statistics)


def _choose_offset(sizes: Mapping[str, np.ndarray], every: int, rng: np.random.Generator) -> int:
    """One of the offsets with which most classes are shown; ``sizes`` are pixels per slice."""
    length = len(next(iter(sizes.values())))
    shown = np.array([sum(size[first::every].any() for size in sizes.values()) for first in range(min(every, length))])
    return int(rng.choice(np.flatnonzero(shown == shown.max())))


def _share_out(sizes: np.ndarray, ratio: float, rng: np.random.Generator) -> np.ndarray:
    """Ratio for each slice such that no stroke is tiny and that in all the ratio is met; ``sizes`` are pixels."""
    total = ratio * sizes.sum()
    shown = np.flatnonzero(sizes)
    count = min(max(int(total // _SMALLEST), 1), len(shown))
    ratios = np.zeros(len(sizes))
    if count:
        picked = rng.choice(shown, count, replace=False, p=sizes[shown] / sizes.sum())
        ratios[picked] = min(total / sizes[picked].sum(), 1.0)
    return ratios


def _measure(
    request: DrawingRequest, label: np.ndarray, dense: Mapping[str, np.ndarray], drawn: np.ndarray
) -> dict[str, float | None]:
    view = request.field_of_view
    whole = measure_drawing(label, dense, request.labels, view)["ratio"]
    return measure_drawing(label, dense, request.labels, drawn & view) | {"volume_ratio": whole}
