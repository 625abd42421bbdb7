"""What a drawing is worth, measured against the dense mask."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

__all__ = ["measure_drawing"]


def measure_drawing(
    label: np.ndarray,
    classes: Mapping[str, np.ndarray],
    labels: Mapping[str, int],
    field_of_view: np.ndarray | None = None,
) -> dict[str, float | None]:
    """Precision, recall and area of a drawing; several classes are pooled.

    Args:
        label: integer H[WD], the drawing.
        classes: the dense mask, bool H[WD], of each class.
        labels: value of "<class>", of "not <class>" and, where there is one, of "background" in the drawing.
        field_of_view: bool H[WD]; what lies outside is not counted.

    Returns:
        ``ratio``: area of the positive drawing over the area of the dense mask; ``positive_precision``: share of the
        positive drawing that is right; ``positive_recall``: share of the mask that is drawn; ``negative_precision``:
        share of the negative drawing that is right; ``negative_share``: area of the negative drawing over the area
        that is not the class. Where "background" is drawn, also ``background_precision``: share of it where no class
        is; ``background_share``: its area over the area that is no class. None where the denominator is zero.
    """
    inside = np.ones(label.shape, dtype=bool) if field_of_view is None else field_of_view.astype(bool)
    background = label == labels.get("background", -1)
    free = inside.copy()
    mask_area = other_area = drawn = right = denied = rightly_denied = 0
    for name, dense in classes.items():
        dense = dense.astype(bool) & inside
        positive, negative = label == labels[name], label == labels[f"not {name}"]
        free &= ~dense
        mask_area += int(dense.sum())
        other_area += int((inside & ~dense).sum())
        drawn += int(positive.sum())
        right += int((positive & dense).sum())
        denied += int(negative.sum())
        rightly_denied += int((negative & ~dense).sum())
    figures = {
        "ratio": _share(drawn, mask_area),
        "positive_precision": _share(right, drawn),
        "positive_recall": _share(right, mask_area),
        "negative_precision": _share(rightly_denied, denied),
        "negative_share": _share(denied, other_area),
    }
    if background.any():
        area, right = int(background.sum()), int((background & free).sum())
        figures |= {"background_precision": _share(right, area), "background_share": _share(area, int(free.sum()))}
    return figures


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None
