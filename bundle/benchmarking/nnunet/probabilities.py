"""Puts the probabilities that nnU-Net has stored in the place of a network's output."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from monai.data import MetaTensor
from monai.transforms import Transform

from scripts.errors import DataError
from scripts.handlers.cases import case_path

__all__ = ["StoredProbabilitiesd", "read_probabilities"]


def read_probabilities(path: Path) -> np.ndarray:
    """Probabilities `CH[WD]` of a case, x first, as the product has its axes; nnU-Net's are the other way round.

    Raises:
        DataError: the file is not what ``nnUNetv2_predict --save_probabilities`` writes.
    """
    try:
        with np.load(path) as file:
            stored = file["probabilities"]
    except (OSError, ValueError, KeyError) as error:
        raise DataError(f"{path}: holds no probabilities of nnU-Net ({error}). Predict again.") from error
    if stored.ndim != 4:
        raise DataError(f"{path}: expected probabilities CDHW of a case, got the shape {stored.shape}.")
    turned = stored.transpose(0, 3, 2, 1)
    # pictures are volumes of one slice to it
    return turned[..., 0] if turned.shape[-1] == 1 else turned


class StoredProbabilitiesd(Transform):
    """Replaces ``pred`` by stored probabilities `CH[WD]` on the grid of the label; both go to the processor.

    Args:
        index: JSON file with the stored file of each image.
        classes: their number C.
    """

    def __init__(self, index: str, classes: int) -> None:
        self.index: dict[str, str] = json.loads(Path(index).read_text(encoding="utf-8"))
        self.classes = classes

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """Replace it.

        Raises:
            DataError: there are none for the image, or not one for each class and pixel.
        """
        case = dict(data)
        image = case_path(case)
        if image not in self.index:
            raise DataError(f"{image}: nnU-Net has predicted nothing for it. Run the cell again.")
        stored, label = read_probabilities(Path(self.index[image])), case["label"].cpu()
        expected = (self.classes, *label.shape[1:])
        if stored.shape != expected:
            raise DataError(f"{self.index[image]}: has the shape {stored.shape}, expected {expected} as of {image}.")
        case["label"] = label
        case["pred"] = MetaTensor(torch.from_numpy(stored.astype(np.float32)), affine=getattr(label, "affine", None))
        return case
