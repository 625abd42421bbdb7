"""Centreline Dice (clDice): do prediction and reference follow the same tubes?"""

from __future__ import annotations

import numpy as np
import torch
from monai.metrics import CumulativeIterationMetric, do_metric_reduction
from monai.metrics.utils import ignore_background
from monai.utils import MetricReduction
from skimage.morphology import skeletonize

__all__ = ["CentrelineDiceMetric", "compute_centreline_dice"]


def _skeleton(mask: np.ndarray) -> np.ndarray:
    """Centreline of `H[WD]` bool; a blob that thinning deletes altogether (a 2x2x2 cube) stands for itself."""
    skeleton = skeletonize(mask).astype(bool)
    return skeleton if skeleton.any() else mask


def _centreline_dice(prediction: np.ndarray, reference: np.ndarray) -> float:
    """clDice of two masks `H[WD]` bool."""
    if not reference.any():
        return float("nan")
    if not prediction.any():
        return 0.0
    # a plane of one voxel is thinned in 2D, so that a volume of one slice scores as its slice does
    prediction, reference = prediction.squeeze(), reference.squeeze()
    if prediction.ndim < 2:
        prediction, reference = np.atleast_2d(prediction), np.atleast_2d(reference)
    precision = reference[_skeleton(prediction)].mean()
    sensitivity = prediction[_skeleton(reference)].mean()
    total = precision + sensitivity
    return float(2 * precision * sensitivity / total) if total > 0 else 0.0


def compute_centreline_dice(y_pred: torch.Tensor, y: torch.Tensor, include_background: bool = False) -> torch.Tensor:
    """clDice of every case and class, see :class:`CentrelineDiceMetric`.

    Args:
        y_pred: prediction, one-hot `BCH[WD]`, values 0 and 1.
        y: reference, the same shape.
        include_background: whether channel 0 counts.

    Returns:
        `BC` float32 in [0, 1], without channel 0 unless it counts.

    Raises:
        ValueError: when the shapes differ or are not `BCHW` or `BCHWD`.
    """
    if y_pred.shape != y.shape:
        raise ValueError(f"y_pred and y must have the same shape, got {tuple(y_pred.shape)} and {tuple(y.shape)}.")
    if y_pred.ndim not in (4, 5):
        raise ValueError(f"y_pred must be one-hot BCHW or BCHWD, got the shape {tuple(y_pred.shape)}.")
    if not include_background:
        y_pred, y = ignore_background(y_pred, y)
    predictions = y_pred.detach().cpu().numpy() > 0
    references = y.detach().cpu().numpy() > 0
    values = [
        [_centreline_dice(p, r) for p, r in zip(case_p, case_r)] for case_p, case_r in zip(predictions, references)
    ]
    return torch.tensor(values, dtype=torch.float32, device=y_pred.device)


class CentrelineDiceMetric(CumulativeIterationMetric):
    """Centreline Dice: the harmonic mean of how much of each centreline lies inside the other mask.

    With S(M) the skeleton of a mask M, P the prediction and L the reference::

        precision = |S(P) and L| / |S(P)|,  sensitivity = |S(L) and P| / |S(L)|
        clDice = 2 * precision * sensitivity / (precision + sensitivity)

    It rewards vessels found as connected tubes and hardly depends on their drawn width, unlike Dice. Source: Shit et
    al., *clDice - a Novel Topology-Preserving Loss Function for Tubular Structure Segmentation*, CVPR 2021,
    https://arxiv.org/abs/2003.07311. MONAI has its differentiable relative as a loss only
    (:class:`monai.losses.SoftclDiceLoss`); here the skeleton is exact, by :func:`skimage.morphology.skeletonize`.

    The paper leaves empty masks open; here an empty reference is nan (left out of means), an empty prediction scores 0.
    Thinning by pixels depends a little on direction: a transposed mask may lose or win a pixel at the end of a branch.

    Args:
        include_background: whether channel 0 counts; the centreline of a background says little.
        reduction: how cases and classes are averaged, as in :class:`monai.metrics.DiceMetric`.
        get_not_nans: whether :meth:`aggregate` returns ``(value, count)`` rather than the value.
    """

    def __init__(
        self,
        include_background: bool = False,
        reduction: MetricReduction | str = MetricReduction.MEAN,
        get_not_nans: bool = False,
    ) -> None:
        super().__init__()
        self.include_background = include_background
        self.reduction = reduction
        self.get_not_nans = get_not_nans

    def _compute_tensor(self, y_pred: torch.Tensor, y: torch.Tensor) -> torch.Tensor:  # type: ignore[override]
        """`BC` of one batch, see :func:`compute_centreline_dice`."""
        return compute_centreline_dice(y_pred, y, self.include_background)

    def aggregate(
        self, reduction: MetricReduction | str | None = None
    ) -> torch.Tensor | tuple[torch.Tensor, torch.Tensor]:
        """Reduce what has been collected.

        Args:
            reduction: overrides the one given at construction.

        Raises:
            ValueError: when nothing has been collected.
        """
        data = self.get_buffer()
        if not isinstance(data, torch.Tensor):
            raise ValueError("CentrelineDiceMetric has no values yet: call it on predictions before aggregate().")
        value, not_nans = do_metric_reduction(data, reduction or self.reduction)
        return (value, not_nans) if self.get_not_nans else value
