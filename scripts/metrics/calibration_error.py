"""Expected calibration error: does a probability of 0.7 mean seven in ten?"""

from __future__ import annotations

from collections.abc import Callable

import torch
from monai.metrics import CumulativeIterationMetric, do_metric_reduction
from monai.utils import MetricReduction

from scripts.metrics.labelled_pixels import LabelledPixelsHandler

__all__ = ["CalibrationError", "CalibrationErrorMetric", "reliability"]


def reliability(y_pred: torch.Tensor, y: torch.Tensor, num_bins: int = 15) -> torch.Tensor:
    """What a reliability diagram of one case shows.

    Args:
        y_pred: probabilities `CH[WD]` of C classes, at least 2.
        y: reference, one-hot `CH[WD]`.
        num_bins: number N of bins of equal width; a bin holds its upper edge.

    Returns:
        `3N` float64, per bin: number of pixels, sum of their probabilities, sum of what came true. With two classes the
        probability is that of the foreground and true is foreground; with more, it is that of the most probable class
        and true is that class.
    """
    if len(y_pred) == 2:
        probability, true = y_pred[1].flatten(), y[1].flatten() > 0
    else:
        probability, index = y_pred.flatten(1).max(0)
        true = y.flatten(1).gather(0, index[None])[0] > 0
    probability = probability.double()
    edges = torch.arange(1, num_bins, dtype=torch.float64, device=probability.device) / num_bins
    index = torch.bucketize(probability, edges)
    weights = (torch.ones_like(probability), probability, true.double())
    return torch.stack([torch.bincount(index, weight, minlength=num_bins) for weight in weights])


def _error(bins: torch.Tensor) -> torch.Tensor:
    """ECE of `[B]3N`; nan without any pixel."""
    number, probability, true = bins.unbind(-2)
    return (probability - true).abs().sum(-1) / number.sum(-1)


class CalibrationErrorMetric(CumulativeIterationMetric):
    """Expected calibration error (ECE), by case or of all pixels of all cases together.

    Pixels are sorted into bins of equal width by their probability; ECE is the mean over the bins, weighted by their
    number of pixels, of |mean probability - share that came true|. 0 is best. Source: Guo et al., *On Calibration of
    Modern Neural Networks*, ICML 2017, https://arxiv.org/abs/1706.04599, with 15 bins as there, for the probability of
    the most probable class. With two classes it is taken of the foreground's probability over its whole range (our
    reading): since background fills most of an image, the confidence of the most probable class hides the foreground.

    MONAI's ``CalibrationErrorMetric`` averages every channel on its own, sums in float32, which stops counting at 2^24
    pixels of one bin (a volume has more), and cannot pool cases.

    Args:
        num_bins: number of bins.
        pooled: whether the pixels of all cases are sorted into bins together, rather than case by case: a network
            that is over-confident in one case and under-confident in another may be right on the whole.
    """

    def __init__(self, num_bins: int = 15, pooled: bool = False) -> None:
        super().__init__()
        if num_bins < 1:
            raise ValueError(f"num_bins must be at least 1, got {num_bins}.")
        self.num_bins = num_bins
        self.pooled = pooled

    def _compute_tensor(self, y_pred: torch.Tensor, y: torch.Tensor) -> torch.Tensor:  # type: ignore[override]
        """`B1` from `BCH[WD]`, or when pooled `B3N`, see :func:`reliability`."""
        if y_pred.shape != y.shape or y_pred.ndim < 3 or y_pred.shape[1] < 2:
            raise ValueError(
                "y_pred and y must both be BCH[WD] of at least 2 classes, got "
                f"{tuple(y_pred.shape)} and {tuple(y.shape)}."
            )
        bins = torch.stack([reliability(*case, self.num_bins) for case in zip(y_pred, y)])
        return bins if self.pooled else _error(bins)[:, None].float()

    def aggregate(self) -> torch.Tensor:
        """Mean over cases, or of all together; nan where no pixel is labelled."""
        data = self.get_buffer()
        return _error(data.sum(0)) if self.pooled else do_metric_reduction(data, MetricReduction.MEAN)[0]


class CalibrationError(LabelledPixelsHandler):
    """:class:`CalibrationErrorMetric` over labelled pixels, for ``additional_metrics`` of a config.

    Args:
        num_bins: as there.
        pooled: as there; pooled there are no values per case.
        output_transform: as for :class:`~scripts.metrics.labelled_pixels.LabelledPixelsHandler`.
    """

    def __init__(self, num_bins: int = 15, pooled: bool = False, output_transform: Callable = lambda x: x) -> None:
        metric = CalibrationErrorMetric(num_bins, pooled)
        super().__init__(metric, output_transform, save_details=not pooled)
