"""How the drawings of a data set are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scripts.drawing.request import drawing_labels

__all__ = ["DrawingPlan"]


@dataclass(frozen=True)
class DrawingPlan:
    """How the drawings are made; see :func:`scripts.drawing.synthesise_drawing` for the meaning.

    Attributes:
        classes: value in the masks of each class.
        error: pixels, in volumes mm; None for the default.
        ignored: value in the masks of pixels that are not labelled.
        every: volumes are drawn on every n-th slice (see :func:`scripts.drawing.slices.draw_slices`); None: in 3D.
        plane: of these slices, and of the preview of volumes: "axial", "coronal" or "sagittal".
    """

    classes: Mapping[str, int]
    ratio: float = 0.3
    quality: str = "realistic"
    seed: int = 0
    positive: bool = True
    negative: bool = True
    error: float | None = None
    ignored: int | None = None
    background: float = 0.0
    every: int | None = None
    plane: str = "axial"

    @property
    def labels(self) -> dict[str, int]:
        """Label table of the drawings."""
        return drawing_labels(list(self.classes), self.background > 0)

    @property
    def settings(self) -> dict[str, Any]:
        """What :func:`scripts.drawing.synthesise_drawing` gets for every case."""
        return {
            "ratio": self.ratio,
            "quality": self.quality,
            "positive": self.positive,
            "negative": self.negative,
            "classes": self.classes,
            "labels": self.labels,
            "error": self.error,
            "background": self.background,
        }

    @property
    def drawn_plane(self) -> str:
        """Of a drawn volume, as its case in a datalist says it: that of the slices, or "volume" for one in 3D."""
        return self.plane if self.every else "volume"

    @property
    def record(self) -> dict[str, Any]:
        """What the datalists' provenance says."""
        record = {"seed": self.seed, "ratio": self.ratio, "quality": self.quality}
        if self.background:
            record["background"] = self.background
        if self.every:
            record |= {"every": self.every, "plane": self.plane}
        return record
