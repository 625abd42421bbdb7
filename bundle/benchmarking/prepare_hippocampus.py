"""Hippocampus: MR volumes of the Medical Segmentation Decathlon, two classes."""

from __future__ import annotations

from pathlib import Path

from bundle.benchmarking.draw_set import draw_set, drawing_settings
from scripts.drawing.draw_folder import split_cases
from scripts.drawing.plan import DrawingPlan
from scripts.drawing.volume_folder import find_masked_volumes

__all__ = ["prepare_hippocampus"]

_CLASSES = {"anterior": 1, "posterior": 2}
#: Of the 260 of the decathlon, the first by name: enough for a comparison.
_CASES, _TEST = 60, 15
#: Of the negative drawing, half says "background".
_BACKGROUND = 0.5


def prepare_hippocampus(data_root: Path, out: Path, quality: str, ratio: float | None, seed: int) -> Path:
    """Split the volumes by the seed into training and 15 test cases, and draw on their masks in 3D.

    Args:
        data_root: folder with ``images`` and ``labels``.
        out: folder of the benchmark.
        quality: of the drawings, or "dense".
        ratio: volume of the drawings over that of the structures; None: only the dense masks are looked at.
        seed: of the split and the drawings.

    Returns:
        The folder of the drawings and datalists.

    Raises:
        DataError: a folder is missing, or files do not fit together.
    """
    cases = find_masked_volumes(data_root / "images", data_root / "labels")[:_CASES]
    split = split_cases(cases, validation=0, test=_TEST, seed=seed)
    quality, ratio = drawing_settings(quality, ratio)
    plan = DrawingPlan(_CLASSES, ratio, quality, seed, background=_BACKGROUND)
    return draw_set(split["training"], split["test"], out, plan)
