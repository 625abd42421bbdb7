"""Intersection over union of all pixels of all cases together."""

from __future__ import annotations

from collections.abc import Callable

import torch
from monai.handlers import IgniteMetricHandler
from monai.metrics import CumulativeIterationMetric, compute_confusion_matrix_metric, get_confusion_matrix

__all__ = ["PooledIoU", "PooledIoUMetric"]


class PooledIoUMetric(CumulativeIterationMetric):
    """IoU per class of the counts summed over all cases, then the mean over classes (mIoU).

    What benchmarks of street scenes report. The mean of each case's IoU weighs a case with few pixels of a class as
    much as one with many, and leaves out those with none, in which a false detection then costs nothing.

    Args:
        include_background: whether channel 0 counts.
    """

    def __init__(self, include_background: bool = False) -> None:
        super().__init__()
        self.include_background = include_background

    def _compute_tensor(self, y_pred: torch.Tensor, y: torch.Tensor) -> torch.Tensor:  # type: ignore[override]
        """Counts `BC4` of one-hot `BCH[WD]`, by MONAI: true and false positive, true and false negative."""
        return get_confusion_matrix(y_pred, y, include_background=self.include_background)

    def aggregate(self) -> torch.Tensor:
        """Mean over the classes that occur in the reference or the prediction; nan if none does."""
        # 64 bit, for sums of many large volumes
        counts = self.get_buffer().double().sum(0)
        return compute_confusion_matrix_metric("threat score", counts).nanmean()


class PooledIoU(IgniteMetricHandler):
    """:class:`PooledIoUMetric` for ``additional_metrics`` of a config; it has no values per case.

    Args:
        include_background: as there.
        output_transform: takes ``engine.state.output`` to ``(y_pred, y)``, both one-hot.
    """

    def __init__(self, include_background: bool = False, output_transform: Callable = lambda x: x) -> None:
        super().__init__(PooledIoUMetric(include_background), output_transform=output_transform, save_details=False)
