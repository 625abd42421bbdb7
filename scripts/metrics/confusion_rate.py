"""Sensitivity, specificity and their relatives, case by case."""

from __future__ import annotations

from collections.abc import Callable

import torch
from monai.handlers import IgniteMetricHandler
from monai.metrics import (
    CumulativeIterationMetric,
    compute_confusion_matrix_metric,
    do_metric_reduction,
    get_confusion_matrix,
)
from monai.utils import MetricReduction

__all__ = ["ConfusionRate", "ConfusionRateMetric"]


class ConfusionRateMetric(CumulativeIterationMetric):
    """One rate of the confusion matrix per case and class, then averaged.

    MONAI's ``ConfusionMatrixMetric`` keeps counts, not rates, so that its details cannot be put into a table of cases;
    the rates here are computed by MONAI's own function.

    Args:
        metric_name: as in :func:`monai.metrics.compute_confusion_matrix_metric`, such as ``sensitivity``.
        include_background: whether channel 0 counts.
    """

    def __init__(self, metric_name: str, include_background: bool = False) -> None:
        super().__init__()
        self.metric_name = metric_name
        self.include_background = include_background

    def _compute_tensor(self, y_pred: torch.Tensor, y: torch.Tensor) -> torch.Tensor:  # type: ignore[override]
        """`BC` from one-hot `BCH[WD]`; nan where the rate is undefined (no pixel of the class in the reference)."""
        counts = get_confusion_matrix(y_pred, y, include_background=self.include_background)
        return compute_confusion_matrix_metric(self.metric_name, counts)

    def aggregate(self) -> torch.Tensor:
        """Mean over cases and classes, without the undefined ones."""
        return do_metric_reduction(self.get_buffer(), MetricReduction.MEAN)[0]


class ConfusionRate(IgniteMetricHandler):
    """:class:`ConfusionRateMetric` for ``additional_metrics`` of a config.

    Args:
        metric_name: as there.
        include_background: as there.
        output_transform: takes ``engine.state.output`` to ``(y_pred, y)``, both one-hot. For rates that count true
            negatives, give the labelled pixels alone: ``"$monai.handlers.from_engine(['pred_labelled',
            'label_labelled'])"``, see :class:`scripts.transforms.MaskIgnoredd`.
        save_details: whether every case's values are kept in ``engine.state.metric_details``.
    """

    def __init__(
        self,
        metric_name: str,
        include_background: bool = False,
        output_transform: Callable = lambda x: x,
        save_details: bool = True,
    ) -> None:
        metric = ConfusionRateMetric(metric_name, include_background)
        super().__init__(metric_fn=metric, output_transform=output_transform, save_details=save_details)
