"""LES-AV: fundus photographs with their vessels, in the paper's split size."""

from __future__ import annotations

from pathlib import Path

from bundle.benchmarking.draw_set import draw_set, drawing_settings
from scripts.drawing.draw_folder import split_cases
from scripts.drawing.mask_folder import find_masked_images, mask_classes
from scripts.drawing.plan import DrawingPlan

__all__ = ["prepare_retina"]

#: Of 22 photographs, as in the paper (arXiv 2508.18186).
_TEST = 4


def prepare_retina(data_root: Path, out: Path, quality: str, ratio: float | None, seed: int) -> Path:
    """Split the photographs by the seed into training and 4 test cases, and draw on their masks.

    Args:
        data_root: folder with ``images``, ``masks_vessel`` and ``fov``.
        out: folder of the benchmark.
        quality: of the drawings, or "dense".
        ratio: area of the drawings over that of the vessels; None: only the dense masks are looked at.
        seed: of the split and the drawings.

    Returns:
        The folder of the drawings and datalists.

    Raises:
        DataError: a folder is missing, or files do not fit together.
    """
    cases = find_masked_images(data_root / "images", data_root / "masks_vessel", data_root / "fov")
    classes = mask_classes([case.mask for case in cases], ["vessel"], [])
    split = split_cases(cases, validation=0, test=_TEST, seed=seed)
    quality, ratio = drawing_settings(quality, ratio)
    return draw_set(split["training"], split["test"], out, DrawingPlan(classes, ratio, quality, seed))
