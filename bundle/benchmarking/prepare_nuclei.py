"""Cell nuclei of the Data Science Bowl 2018, the images of 256 x 256."""

from __future__ import annotations

from pathlib import Path

from bundle.benchmarking.draw_set import draw_set, drawing_settings
from scripts.drawing.draw_folder import split_cases
from scripts.drawing.mask_folder import find_masked_images, mask_classes
from scripts.drawing.plan import DrawingPlan

__all__ = ["prepare_nuclei"]

#: Few, since with all of them every method reaches the same figure (docs/benchmarks/boxes.md).
_TRAINING, _TEST = 60, 67


def prepare_nuclei(data_root: Path, out: Path, quality: str, ratio: float | None, seed: int) -> Path:
    """Choose 60 training and 67 test images by the seed, and draw on their masks.

    Args:
        data_root: folder with ``images`` and ``masks``.
        out: folder of the benchmark.
        quality: of the drawings, or "dense".
        ratio: area of the drawings over that of the nuclei; None: only the dense masks are looked at.
        seed: of the choice and the drawings.

    Returns:
        The folder of the drawings and datalists.

    Raises:
        DataError: a folder is missing, or files do not fit together.
    """
    cases = find_masked_images(data_root / "images", data_root / "masks")
    split = split_cases(cases, validation=max(len(cases) - _TRAINING - _TEST, 0), test=_TEST, seed=seed)
    classes = mask_classes([case.mask for case in cases], ["nucleus"], [])
    quality, ratio = drawing_settings(quality, ratio)
    return draw_set(split["training"], split["test"], out, DrawingPlan(classes, ratio, quality, seed))
