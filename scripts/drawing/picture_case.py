"""Draws on the mask of one picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from scripts.drawing.mask_folder import MaskedImage, read_plane
from scripts.drawing.plan import DrawingPlan
from scripts.drawing.preview import overlay_drawing
from scripts.drawing.seeds import case_seed
from scripts.drawing.synthesis import synthesise_drawing

__all__ = ["draw_picture"]


def draw_picture(
    case: MaskedImage, plan: DrawingPlan, path: Path, preview: bool
) -> tuple[dict[str, Any], tuple[np.ndarray, np.ndarray] | None]:
    """Write the drawing of one case as PNG.

    Args:
        case: files of the case.
        plan: how to draw.
        path: where to.
        preview: make pictures of the drawing too.

    Returns:
        Its statistics; image and overlay, uint8 (H, W, 3), or None.
    """
    mask = read_plane(case.mask)
    view = np.ones(mask.shape, bool) if case.field_of_view is None else read_plane(case.field_of_view) > 0
    if plan.ignored is not None:
        view &= mask != plan.ignored
    drawing = synthesise_drawing(mask, seed=case_seed(plan.seed, case.stem), field_of_view=view, **plan.settings)
    Image.fromarray(drawing.label).save(path)
    if not preview:
        return drawing.statistics, None
    with Image.open(case.image) as picture:
        image = np.asarray(picture.convert("RGB"))
    return drawing.statistics, (image, overlay_drawing(image, drawing.label, mask, plan.labels))
