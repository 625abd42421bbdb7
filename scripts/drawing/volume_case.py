"""Draws on the mask of one volume."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from scripts.drawing.mask_folder import MaskedImage
from scripts.drawing.plan import DrawingPlan
from scripts.drawing.preview import overlay_drawing
from scripts.drawing.seeds import case_seed
from scripts.drawing.slice_picture import slice_picture
from scripts.drawing.slices import draw_slices
from scripts.drawing.synthesis import synthesise_drawing
from scripts.labels.drawn_slices import slice_axis
from scripts.labels.load_label_map import load_label_volume
from scripts.volumes import read_volume
from scripts.volumes.writing import write_nifti

__all__ = ["draw_volume"]

# Of the image's values, what the preview shows as black and white.
_WINDOW = (0.5, 99.5)


def draw_volume(
    case: MaskedImage, plan: DrawingPlan, path: Path, preview: bool
) -> tuple[dict[str, Any], tuple[np.ndarray, np.ndarray] | None]:
    """Write the drawing of one case as NIfTI, on the grid of its mask.

    Args:
        case: files of the case.
        plan: how to draw.
        path: where to, ending in ``.nii.gz``.
        preview: make pictures of the drawing too, of the slice in the plan's plane with most positive drawing.

    Returns:
        Its statistics; image and overlay, uint8 (H, W, 3), or None.
    """
    mask, affine = load_label_volume(case.mask)
    view = np.ones(mask.shape, dtype=bool)
    if case.field_of_view is not None:
        view = load_label_volume(case.field_of_view)[0] > 0
    if plan.ignored is not None:
        view &= mask != plan.ignored
    settings = plan.settings | {
        "seed": case_seed(plan.seed, case.stem),
        # Rounded, since formats round too and strokes must not depend on that.
        "spacing": np.linalg.norm(affine[:3, :3], axis=0).round(4),
        "field_of_view": view,
    }
    axis = slice_axis(plan.plane, mask > 0, affine)
    if plan.every:
        drawing = draw_slices(mask, every=plan.every, axis=axis, **settings)
    else:
        drawing = synthesise_drawing(mask, **settings)
    write_nifti(drawing.label, affine, path)
    return drawing.statistics, _preview(case, plan, drawing.label, mask, affine, axis) if preview else None


def _preview(
    case: MaskedImage, plan: DrawingPlan, label: np.ndarray, mask: np.ndarray, affine: np.ndarray, axis: int
) -> tuple[np.ndarray, np.ndarray]:
    values = [plan.labels[name] for name in plan.classes]
    others = tuple(a for a in range(3) if a != axis)
    drawn = np.isin(label, values) if plan.positive else label > 0
    index = int(drawn.sum(axis=others).argmax())
    image = read_volume(case.image)[0].astype(np.float32)
    low, high = np.percentile(image, _WINDOW)
    image = (255 * np.clip((image - low) / max(high - low, 1e-6), 0, 1)).astype(np.uint8)
    mask = np.where(np.isin(mask, list(plan.classes.values())), mask, 0)
    grey, drawing, dense = (slice_picture(part, affine, axis, index) for part in (image, label, mask))
    picture = np.repeat(grey[..., None], 3, axis=2)
    return picture, overlay_drawing(picture, drawing, dense, plan.labels, distinct=True)
