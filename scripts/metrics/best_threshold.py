"""Dice at the threshold that suits the test cases best."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from monai.metrics import CumulativeIterationMetric

from scripts.errors import SettingError
from scripts.metrics.labelled_pixels import LabelledPixelsHandler

__all__ = ["THRESHOLDS", "BestThresholdDice", "BestThresholdDiceMetric", "dice_at_thresholds"]

#: The thresholds that are tried: 0.02 to 0.98 by 0.02.
THRESHOLDS = tuple(k / 50 for k in range(1, 50))
_REPORTS = ("dice", "threshold")


def dice_at_thresholds(probability: torch.Tensor, foreground: torch.Tensor) -> torch.Tensor:
    """Dice of "probability above t" for every t in :data:`THRESHOLDS`.

    Args:
        probability: of the foreground, any shape.
        foreground: reference, bool or 0 and 1, the same shape.

    Returns:
        One float64 per threshold; nan when the reference is empty, as of :class:`monai.metrics.DiceMetric`.
    """
    probability, foreground = probability.flatten(), foreground.flatten().double()
    thresholds = torch.tensor(THRESHOLDS, dtype=probability.dtype, device=probability.device)
    # a pixel in bin k is above the first k thresholds, so one pass counts for all of them
    index = torch.bucketize(probability, thresholds)
    weights = (torch.ones_like(foreground), foreground)
    predicted, hit = (
        torch.bincount(index, weight, minlength=len(THRESHOLDS) + 1).flip(0).cumsum(0).flip(0)[1:] for weight in weights
    )
    drawn = foreground.sum()
    return torch.where(drawn > 0, 2 * hit / (predicted + drawn), torch.nan)


class BestThresholdDiceMetric(CumulativeIterationMetric):
    """Mean Dice over cases at the one threshold, common to all, at which it is largest.

    For diagnosis only: the threshold is chosen on the very cases that are measured, so the value is an upper bound and
    not what a user gets. Where it lies far above the Dice at one half, the network ranks pixels well but its
    probabilities are off, as they are when drawings select the easy pixels. Of equal thresholds the one nearest to one
    half counts. Our reading; only for two classes, with more it is nan.
    """

    def _compute_tensor(self, y_pred: torch.Tensor, y: torch.Tensor) -> torch.Tensor:  # type: ignore[override]
        """`BT` from probabilities and one-hot reference `BCH[WD]`, a column per threshold."""
        if y_pred.shape != y.shape or y_pred.ndim < 3:
            raise ValueError(f"y_pred and y must both be BCH[WD], got {tuple(y_pred.shape)} and {tuple(y.shape)}.")
        if y_pred.shape[1] != 2:
            return torch.full((len(y_pred), len(THRESHOLDS)), torch.nan, dtype=torch.float64, device=y_pred.device)
        return torch.stack([dice_at_thresholds(p[1], r[1]) for p, r in zip(y_pred, y)])

    def best(self) -> int | None:
        """Position in :data:`THRESHOLDS` of the best one, None where no Dice is defined."""
        means = self.get_buffer().nanmean(0)
        if means.isnan().all():
            return None
        candidates = (means == means.max()).nonzero().flatten().tolist()
        return min(candidates, key=lambda k: abs(THRESHOLDS[k] - 0.5))

    def values(self) -> torch.Tensor:
        """`B1`, Dice of every case at the best threshold."""
        data, best = self.get_buffer(), self.best()
        return torch.full_like(data[:, :1], torch.nan) if best is None else data[:, best : best + 1]

    def aggregate(self) -> torch.Tensor:
        """The mean Dice at the best threshold; nan where none is defined."""
        return self.values().nanmean()


class BestThresholdDice(LabelledPixelsHandler):
    """:class:`BestThresholdDiceMetric` over labelled pixels, for ``additional_metrics`` of a config.

    For diagnosis only, see there.

    Args:
        report: ``dice`` for the Dice at the best threshold, with each case's own value at that common threshold, or
            ``threshold`` for the threshold, without values per case.
        output_transform: as for :class:`~scripts.metrics.labelled_pixels.LabelledPixelsHandler`.

    Raises:
        SettingError: for another ``report``.
    """

    def __init__(self, report: str = "dice", output_transform: Callable = lambda x: x) -> None:
        if report not in _REPORTS:
            raise SettingError(f"`report` of BestThresholdDice must be one of {list(_REPORTS)}, got {report!r}.")
        self.report = report
        super().__init__(BestThresholdDiceMetric(), output_transform, save_details=False)

    def compute(self) -> Any:
        """The Dice or the threshold."""
        dice = super().compute()
        if self.report == "threshold":
            best = self.metric_fn.best()
            return float("nan") if best is None else THRESHOLDS[best]
        if self._engine is not None:
            self._engine.state.metric_details[self._name] = self.metric_fn.values()
        return dice
