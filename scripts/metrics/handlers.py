"""The metrics as ignite handlers, for ``key_metric`` and ``additional_metrics`` of a config."""

from __future__ import annotations

from collections.abc import Callable

from monai.handlers import IgniteMetricHandler
from monai.utils import MetricReduction

from scripts.metrics.centreline_dice import CentrelineDiceMetric

__all__ = ["CentrelineDice"]


class CentrelineDice(IgniteMetricHandler):
    """Centreline Dice over a validation or evaluation, used as :class:`monai.handlers.MeanDice` is.

    Args:
        include_background: whether channel 0 counts.
        reduction: as in :class:`~scripts.metrics.CentrelineDiceMetric`.
        output_transform: takes ``engine.state.output`` to ``(y_pred, y)``, both one-hot: lists of `CH[WD]` or tensors
            `BCH[WD]`; in a config ``"$monai.handlers.from_engine(['pred', 'label'])"``.
        save_details: whether every case's values are kept in ``engine.state.metric_details``.
    """

    def __init__(
        self,
        include_background: bool = False,
        reduction: MetricReduction | str = MetricReduction.MEAN,
        output_transform: Callable = lambda x: x,
        save_details: bool = True,
    ) -> None:
        metric = CentrelineDiceMetric(include_background=include_background, reduction=reduction)
        super().__init__(metric_fn=metric, output_transform=output_transform, save_details=save_details)
