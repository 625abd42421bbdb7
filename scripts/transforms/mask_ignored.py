"""Leaves out of the metrics what the reference says nothing about."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import torch
from monai.transforms import Transform

from scripts.constants import IGNORE

__all__ = ["MaskIgnoredd"]


class MaskIgnoredd(Transform):
    """Sets prediction and reference to background where the reference is ``IGNORE``, and keeps the labelled pixels.

    Metrics that leave out the background class (Dice, IoU, clDice) then ignore these pixels. Those that count true
    negatives (specificity) need the labelled pixels alone, which are written as ``<key>_labelled`` of shape `1M1`,
    M labelled pixels.

    Args:
        pred_key: class index map `1H[WD]`.
        label_key: class index map `1H[WD]` with ``IGNORE``.
        ignored_key: key that gets the mask of ignored pixels, `1H[WD]` bool, for pictures.
    """

    def __init__(self, pred_key: str = "pred", label_key: str = "label", ignored_key: str = "ignored") -> None:
        self.pred_key = pred_key
        self.label_key = label_key
        self.ignored_key = ignored_key

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """Mask both maps."""
        case = dict(data)
        ignored = torch.as_tensor(case[self.label_key]) == IGNORE
        for key in (self.pred_key, self.label_key):
            case[f"{key}_labelled"] = torch.as_tensor(case[key])[~ignored][None, :, None]
            case[key] = case[key].masked_fill(ignored, 0)
        case[self.ignored_key] = ignored
        return case
