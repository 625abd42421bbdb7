"""What is to be drawn, with every argument checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from scripts.drawing.quality import QUALITIES

__all__ = ["DrawingRequest", "drawing_labels"]

# Size of a typical error: in pixels, and in mm, where a structure of some voxels' breadth leaves room for less.
_ERROR, _ERROR_MM = 2.0, 1.5


def drawing_labels(names: Sequence[str], background: bool = False) -> dict[str, int]:
    """Label table of a drawing: class i (from 0) is 2 i + 1, "not" that class 2 i + 2, "background" the next."""
    labels = {
        text: value for i, name in enumerate(names) for text, value in ((name, 2 * i + 1), (f"not {name}", 2 * i + 2))
    }
    return labels | ({"background": 2 * len(names) + 1} if background else {})


@dataclass(frozen=True)
class DrawingRequest:
    """The arguments of :func:`scripts.drawing.synthesise_drawing`, checked and complete.

    Attributes:
        dense: bool H[WD] of each class, within the field of view.
        field_of_view: bool H[WD].
        labels: value of "<class>", "not <class>" and, if it is drawn, "background".
        error: pixels, or mm with ``spacing``.
        spacing: mm per axis of a pixel; None: lengths are pixels.
    """

    dense: dict[str, np.ndarray]
    field_of_view: np.ndarray
    labels: dict[str, int]
    ratio: float
    quality: str
    positive: bool
    negative: bool
    error: float
    spacing: tuple[float, ...] | None
    background: float

    @classmethod
    def check(
        cls,
        mask: np.ndarray,
        *,
        ratio: float,
        quality: str = "realistic",
        positive: bool = True,
        negative: bool = True,
        field_of_view: np.ndarray | None = None,
        classes: Mapping[str, int] | None = None,
        labels: Mapping[str, int] | None = None,
        error: float | None = None,
        spacing: Sequence[float] | None = None,
        background: float = 0.0,
    ) -> DrawingRequest:
        """Refuse wrong arguments with a ValueError, and fill in what is None."""
        mask = np.asarray(mask)
        if mask.dtype.kind not in "bui":
            raise ValueError(f"mask must be of integer or bool type, but it is {mask.dtype}")
        if quality not in QUALITIES:
            raise ValueError(f"quality must be one of {', '.join(QUALITIES)}, but it is {quality!r}")
        if not 0 < ratio <= 1:
            raise ValueError(f"ratio must be within (0, 1], but it is {ratio}")
        if not (positive or negative):
            raise ValueError("positive and negative are both False: nothing would be drawn")
        if not 0 <= background <= 1:
            raise ValueError(f"background must be within [0, 1], but it is {background}")
        inside = _check_view(mask, field_of_view)
        spacing = _check_spacing(mask, spacing)
        dense = {"vessel": mask != 0} if classes is None else {name: mask == value for name, value in classes.items()}
        return cls(
            dense={name: region & inside for name, region in dense.items()},
            field_of_view=inside,
            labels=_check_labels(list(dense), labels, background),
            ratio=ratio,
            quality=quality,
            positive=positive,
            negative=negative,
            error=(_ERROR if spacing is None else _ERROR_MM) if error is None else error,
            spacing=spacing,
            background=background,
        )

    def slice(self, axis: int, index: int) -> DrawingRequest:
        """The same of one slice of a volume."""
        return replace(
            self,
            dense={name: region.take(index, axis) for name, region in self.dense.items()},
            field_of_view=self.field_of_view.take(index, axis),
            spacing=tuple(side for number, side in enumerate(self.spacing) if number != axis),
        )


def _check_view(mask: np.ndarray, field_of_view: np.ndarray | None) -> np.ndarray:
    if field_of_view is None:
        return np.ones(mask.shape, dtype=bool)
    if np.shape(field_of_view) != mask.shape:
        raise ValueError(
            f"field_of_view must have the mask's shape {mask.shape}, but its shape is {np.shape(field_of_view)}"
        )
    return np.asarray(field_of_view) != 0


def _check_spacing(mask: np.ndarray, spacing: Sequence[float] | None) -> tuple[float, ...] | None:
    """The spacing as floats; voxels of 1 mm where a volume has none."""
    if spacing is None:
        return (1.0,) * mask.ndim if mask.ndim > 2 else None
    spacing = tuple(float(side) for side in spacing)
    if len(spacing) != mask.ndim or not all(0 < side < np.inf for side in spacing):
        raise ValueError(f"spacing must be {mask.ndim} positive lengths in mm, but it is {spacing}")
    return spacing


def _check_labels(names: Sequence[str], labels: Mapping[str, int] | None, background: float) -> dict[str, int]:
    needed = drawing_labels(names, background > 0)
    labels = needed if labels is None else dict(labels)
    for text in needed:
        if not 0 < labels.get(text, 0) < 256:
            raise ValueError(f"labels must give {text!r} a value within 1..255, but it is {labels}")
    return labels
