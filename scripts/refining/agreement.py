"""How well masks agree with the references of cases that have one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from monai.metrics import compute_iou
from monai.metrics.meandice import compute_dice
from monai.networks.utils import one_hot

from scripts.constants import IGNORE
from scripts.handlers.case_report import summarise

__all__ = ["Agreement"]


class Agreement:
    """Collects Dice and intersection over union of each case.

    Args:
        classes: names of the classes, background first.
    """

    def __init__(self, classes: Sequence[str]) -> None:
        self.classes = list(classes)
        self._values: list[np.ndarray] = []

    def add(self, mask: torch.Tensor, truth: torch.Tensor) -> None:
        """Compare one case.

        Args:
            mask: class index `1H[WD]`.
            truth: class index or ``IGNORE``, which counts nowhere, `1H[WD]`.
        """
        known = truth != IGNORE
        found, true = (
            one_hot(torch.where(known, labels, 0)[None].float(), len(self.classes)) for labels in (mask, truth)
        )
        parts = [compute(found, true, include_background=False)[0] for compute in (compute_dice, compute_iou)]
        self._values.append(torch.stack(parts).double().numpy())

    def __len__(self) -> int:
        """Number of cases."""
        return len(self._values)

    def metrics(self) -> dict[str, dict[str, float]]:
        """Means over the cases, by class, then with several classes "mean" over these; nan if a class is nowhere."""
        if not self._values:
            return {}
        values = np.stack(self._values)
        rows = {name: values[:, :, k] for k, name in enumerate(self.classes[1:])}
        if len(rows) > 1:
            # per case first, as evaluations do
            rows["mean"] = np.array([[summarise(metric)["mean"] for metric in case] for case in values])
        return {
            name: {kind: summarise(row[:, j])["mean"] for j, kind in enumerate(("dice", "iou"))}
            for name, row in rows.items()
        }

    def table(self) -> str:
        """The means in aligned columns; empty without any case."""
        metrics = self.metrics()
        width = max((len(name) for name in metrics), default=0)
        lines = [f"{name:<{width}}  {row['dice']:>5.3f}  {row['iou']:>5.3f}" for name, row in metrics.items()]
        return "\n".join([f"{'':<{width}}   Dice    IoU", *lines]) if lines else ""
