"""A coarse drawing from a dense mask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scripts.drawing.negative import draw_negative
from scripts.drawing.positive import _mean_radius, draw_positive, stroke_length
from scripts.drawing.quality import QUALITIES
from scripts.drawing.segments import Segments, split_segments
from scripts.drawing.statistics import measure_drawing

__all__ = ["Drawing", "drawing_labels", "synthesise_drawing"]


@dataclass(frozen=True)
class Drawing:
    """A synthesised drawing.

    Attributes:
        label: uint8 H[WD]: 0 nothing drawn, else a value of ``labels``.
        labels: value of "<class>" and "not <class>".
        statistics: ``seed``, ``quality``, ``requested_ratio``, and the figures of :func:`measure_drawing`; with
            several classes also ``classes``: the figures of each.
    """

    label: np.ndarray
    labels: dict[str, int]
    statistics: dict


def drawing_labels(names: Sequence[str]) -> dict[str, int]:
    """Label table of a drawing: class i (from 0) is 2 i + 1, "not" that class 2 i + 2."""
    return {
        text: value for i, name in enumerate(names) for text, value in ((name, 2 * i + 1), (f"not {name}", 2 * i + 2))
    }


def synthesise_drawing(
    mask: np.ndarray,
    *,
    ratio: float,
    quality: str = "realistic",
    seed: int,
    positive: bool = True,
    negative: bool = True,
    field_of_view: np.ndarray | None = None,
    classes: Mapping[str, int] | None = None,
    labels: Mapping[str, int] | None = None,
    error: float = 2.0,
) -> Drawing:
    """Draw on a dense mask as an annotator in a hurry might.

    The operators follow Morpho-MNIST (https://arxiv.org/abs/1809.08096), as the paper's do (arXiv 2508.18186); their
    amounts are our choice, the paper states none. The same seed gives the same bytes; the positive drawing does not
    depend on whether the negative one is wanted, nor the other way round.

    Args:
        mask: H[WD] dense mask: bool or integer.
        ratio: area of the positive drawing over the area of the mask, in (0, 1]; reached within about 10 %, except
            where a structure has too few pixels.
        quality: "clean" (positive precision about 0.98), "realistic" (0.71 to 0.79) or "bad" (0.51 to 0.59).
        seed: seed of this drawing.
        positive: draw the classes.
        negative: draw what is not the class.
        field_of_view: H[WD]; where zero, nothing is drawn. None: everywhere.
        classes: value in the mask of each class. None: whatever is not zero is "vessel".
        labels: value in the drawing of each "<class>" and "not <class>". None: :func:`drawing_labels`.
        error: size of a typical error in pixels.

    Raises:
        ValueError: an unknown quality, a ratio outside (0, 1], neither kind of drawing wanted, shapes that differ, or
            a label table that lacks a class.
    """
    mask = np.asarray(mask)
    inside = _check(mask, ratio, quality, positive, negative, field_of_view)
    dense = {"vessel": mask != 0} if classes is None else {name: mask == value for name, value in classes.items()}
    dense = {name: region & inside for name, region in dense.items()}
    labels = drawing_labels(list(dense)) if labels is None else dict(labels)
    for text in [*dense, *(f"not {name}" for name in dense)]:
        if not 0 < labels.get(text, 0) < 256:
            raise ValueError(f"labels must give {text!r} a value within 1..255, but it is {labels}")

    settings = {"ratio": ratio, "quality": QUALITIES[quality], "field_of_view": inside}
    generators = {name: pair for name, pair in zip(dense, _generators(seed, len(dense)), strict=True)}
    segments = {name: _segments(region, ratio) for name, region in dense.items()}
    strokes = {
        name: draw_positive(region, rng=generators[name][0], error=error, segments=segments[name], **settings)
        for name, region in dense.items()
    }
    label = np.zeros(mask.shape, dtype=np.uint8)
    for name, stroke in strokes.items():
        label[stroke] = labels[name]
    drawn = label > 0
    for name, region in dense.items():
        stroke = draw_negative(
            region,
            label == labels[name],
            rng=generators[name][1],
            segments=segments[name],
            share=1 / len(dense),
            **settings,
        )
        label[stroke & (label == 0)] = labels[f"not {name}"]
    label[drawn if not positive else ~drawn & (not negative)] = 0

    statistics = {"seed": int(seed), "quality": quality, "requested_ratio": float(ratio)}
    statistics |= measure_drawing(label, dense, labels, inside)
    if len(dense) > 1:
        statistics["classes"] = {
            name: measure_drawing(label, {name: region}, labels, inside) for name, region in dense.items()
        }
    return Drawing(label, labels, statistics)


def _check(
    mask: np.ndarray, ratio: float, quality: str, positive: bool, negative: bool, field_of_view: np.ndarray | None
) -> np.ndarray:
    """Refuse wrong arguments; returns the field of view as bool."""
    if mask.dtype.kind not in "bui":
        raise ValueError(f"mask must be of integer or bool type, but it is {mask.dtype}")
    if quality not in QUALITIES:
        raise ValueError(f"quality must be one of {', '.join(QUALITIES)}, but it is {quality!r}")
    if not 0 < ratio <= 1:
        raise ValueError(f"ratio must be within (0, 1], but it is {ratio}")
    if not (positive or negative):
        raise ValueError("positive and negative are both False: nothing would be drawn")
    if field_of_view is None:
        return np.ones(mask.shape, dtype=bool)
    if np.shape(field_of_view) != mask.shape:
        raise ValueError(
            f"field_of_view must have the mask's shape {mask.shape}, but its shape is {np.shape(field_of_view)}"
        )
    return np.asarray(field_of_view) != 0


def _generators(seed: int, classes: int) -> list[tuple[np.random.Generator, np.random.Generator]]:
    """One generator per class and kind of drawing, so that none depends on what another consumes."""
    return [
        (np.random.default_rng([seed, number, 0]), np.random.default_rng([seed, number, 1]))
        for number in range(classes)
    ]


def _segments(region: np.ndarray, ratio: float) -> Segments | None:
    if not region.any():
        return None
    return split_segments(region, stroke_length(ratio * region.sum(), _mean_radius(region)))
