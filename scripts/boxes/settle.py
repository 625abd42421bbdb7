"""Boxes become masks where the network is sure enough."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.ndimage import find_objects

from scripts.constants import INSIDE, OUTSIDE, SETTLED

__all__ = ["settle"]


def settle(
    margin: Any,
    log_variance: Any | None,
    boxes: Any,
    box_layers: Any,
    box_classes: Sequence[int],
    *,
    threshold: float,
    min_foreground: float = 0.1,
    tight: bool = True,
    min_margin: float = 0.0,
) -> np.ndarray:
    """Decide what can be decided inside boxes (online bootstrapping).

    Neven et al., *Weakly-Supervised Semantic Segmentation by Learning Label Uncertainty*, ICCVW 2021, arXiv 2110.05926,
    use the learned uncertainty for that; the rules are our reading. A pixel that is uncertain becomes

    * ``SETTLED`` where its margin is positive and its log variance at most the threshold: found, and sure;
    * ``OUTSIDE`` where its margin is negative and its log variance at least the threshold: the network explains away
      that a box calls it foreground.

    Two safeguards keep pixels as they are. A box in which hardly anything is found stays whole. A row or column of a
    box (in volumes a slice along any axis) in which nothing is found stays, since who draws a box lets it touch the
    object on all sides. A pixel in several boxes of a class is settled only if none of them keeps it.

    Args:
        margin: `CH[WD]`, logit of the probability of each class, see :func:`scripts.losses.class_margin`.
        log_variance: `CH[WD]` of the logits; None for a network without: the margin alone decides then.
        boxes: `CH[WD]`, see :mod:`scripts.constants`.
        box_layers: `LH[WD]` integers: number (from 1) of the box that covers each pixel, 0 for none.
        box_classes: class index of box ``i`` at ``i - 1``.
        threshold: of the log variance.
        min_foreground: share of a box's pixels that must have a positive margin, in [0, 1].
        tight: whether lines without a positive margin are kept.
        min_margin: margins up to this size, at least 0, leave a pixel as it is, whatever their sign.

    Returns:
        `CH[WD]` uint8: ``boxes``, in which some ``INSIDE`` have become ``SETTLED`` or ``OUTSIDE``.

    Raises:
        ValueError: when shapes or numbers of boxes do not fit.
    """
    margin, boxes, layers = np.asarray(margin), np.asarray(boxes).astype(np.uint8), np.asarray(box_layers)
    variance = np.full_like(margin, threshold) if log_variance is None else np.asarray(log_variance)
    classes = [int(k) for k in box_classes]
    if not margin.shape == variance.shape == boxes.shape or layers.shape[1:] != boxes.shape[1:]:
        raise ValueError(
            "margin, log variance and boxes must have one shape CH[WD], and the layers of the boxes LH[WD], got "
            f"{margin.shape}, {variance.shape}, {boxes.shape} and {layers.shape}."
        )
    if layers.max(initial=0) > len(classes):
        raise ValueError(f"the layers hold box number {layers.max()}, but there are classes of {len(classes)} boxes.")

    found = margin > 0
    covered, kept = np.zeros(boxes.shape, dtype=bool), np.zeros(boxes.shape, dtype=bool)
    for layer in layers:
        for number, place in enumerate(find_objects(layer), start=1):
            if place is None:
                continue
            k, box = classes[number - 1], layer[place] == number
            covered[k][place] |= box
            kept[k][place] |= box & _undecided(box, box & found[k][place], min_foreground, tight)
    open_ = (boxes == INSIDE) & covered & ~kept
    boxes[open_ & (margin > min_margin) & (variance <= threshold)] = SETTLED
    boxes[open_ & (margin < -min_margin) & (variance >= threshold)] = OUTSIDE
    return boxes


def _undecided(box: np.ndarray, found: np.ndarray, min_foreground: float, tight: bool) -> np.ndarray:
    """The pixels of one box, `H[WD]` or fit to be broadcast to it, that the safeguards keep."""
    undecided = np.array(found.sum() < min_foreground * box.sum())
    if tight:
        for axis in range(found.ndim):
            across = tuple(other for other in range(found.ndim) if other != axis)
            undecided = undecided | ~found.any(axis=across, keepdims=True)
    return undecided
