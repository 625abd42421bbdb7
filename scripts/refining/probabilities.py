"""How probable each class is at a pixel, and how uncertain that is."""

from __future__ import annotations

import torch

from scripts.constants import OUTSIDE
from scripts.losses import attenuated_margin, class_margin

__all__ = ["attenuated_probabilities", "complete", "respect_boxes"]


def attenuated_probabilities(logits: torch.Tensor, log_variance: torch.Tensor) -> torch.Tensor:
    """Probabilities of the classes, less sure the larger the variances of their logits are.

    Our reading: q_k proportional to sigmoid(m_k / sqrt(1 + pi sigma_k^2 / 8)) for each foreground class k (see
    :func:`scripts.losses.attenuated_margin`; Neven et al., arXiv 2110.05926, for the single foreground class of a
    binary network), and to sigmoid(m_0) = p_0 for the background, of which no box says anything, so that its variance
    is never learned. With vanishing variances q is the softmax p. Where a large variance explains away that a box calls
    background foreground, sigmoid(0) = 1/2 of the class is left beside a probable background.

    Args:
        logits: `BCH[WD]`.
        log_variance: log sigma^2, `BCH[WD]`.

    Returns:
        `BCH[WD]` float32, sums over the classes are 1.
    """
    margin = class_margin(logits)
    odds = torch.cat([margin[:, :1], attenuated_margin(margin[:, 1:], log_variance[:, 1:])], dim=1)
    # in the logarithm, since all of many classes may be improbable
    return torch.nn.functional.logsigmoid(odds).softmax(1).float()


def complete(probabilities: torch.Tensor) -> torch.Tensor:
    """Probabilities whose sum is 1 again, after interpolation and where the image was cropped away.

    What is missing is background, as where the network was not asked.

    Args:
        probabilities: `CH[WD]`.
    """
    values = probabilities.clamp(0, 1)
    values = torch.cat([values[:1] + (1 - values.sum(0, keepdim=True)).clamp_min(0), values[1:]])
    return values / values.sum(0, keepdim=True)


def respect_boxes(probabilities: torch.Tensor, boxes: torch.Tensor) -> torch.Tensor:
    """Probabilities given what boxes say for certain: outside every box of a class that was boxed, it is not there.

    Args:
        probabilities: `CH[WD]`.
        boxes: `CH[WD]`, see :mod:`scripts.constants`. The background is always possible.

    Returns:
        `CH[WD]`, 0 where a class is ``OUTSIDE``, sums over the classes are 1; where nothing else is left, background.
    """
    possible = boxes != OUTSIDE
    possible[0] = True
    return _or_background(torch.where(possible, probabilities, 0))


def _or_background(probabilities: torch.Tensor) -> torch.Tensor:
    """Divide by the sum over the classes; where that is nothing, it is background."""
    total = probabilities.sum(0, keepdim=True)
    empty = total <= torch.finfo(total.dtype).tiny
    background = torch.zeros_like(probabilities)
    background[0] = 1
    return torch.where(empty, background, probabilities / total.masked_fill(empty, 1))
