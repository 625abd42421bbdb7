"""What a label costs, given the probability that the network gives to it: cross-entropy, or a bounded relative."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import torch

from scripts.errors import SettingError

__all__ = ["LABEL_LOSSES", "generalised_cross_entropy", "label_loss", "symmetric_cross_entropy"]

#: Names for the setting ``label_loss``.
LABEL_LOSSES = ("cross_entropy", "generalised", "symmetric")


def generalised_cross_entropy(surprise: torch.Tensor, q: float = 0.7) -> torch.Tensor:
    """(1 - P^q) / q: cross-entropy as q tends to 0, the absolute error 1 - P at q = 1.

    Source: Zhang and Sabuncu, *Generalized Cross Entropy Loss for Training Deep Neural Networks with Noisy Labels*,
    NeurIPS 2018, https://arxiv.org/abs/1805.07836, whose q is 0.7. Without its truncation.

    Args:
        surprise: -log P, with P the probability of what the label allows; any shape.
        q: in (0, 1].

    Returns:
        Of the same shape, in [0, 1 / q].
    """
    return -torch.expm1(-q * surprise) / q


def symmetric_cross_entropy(
    surprise: torch.Tensor, alpha: float = 0.1, beta: float = 1.0, log_zero: float = -4.0
) -> torch.Tensor:
    """alpha * cross-entropy + beta * reverse cross-entropy, with the logarithm of 0 defined as a finite number.

    The reverse cross-entropy -sum_k p_k log(label_k) is -log_zero * (1 - P) where the label is 1 for what it allows
    and 0 for all else.

    Source: Wang et al., *Symmetric Cross Entropy for Robust Learning with Noisy Labels*, ICCV 2019,
    https://arxiv.org/abs/1908.06112. alpha = 0.1, beta = 1 and -4 are its values for the smaller of its data sets
    (CIFAR-10); other tasks were given other values of alpha.

    Args:
        surprise: -log P, with P the probability of what the label allows; any shape.
        alpha: weight of the cross-entropy.
        beta: weight of the reverse cross-entropy.
        log_zero: what stands for log 0, below 0.

    Returns:
        Of the same shape.
    """
    return alpha * surprise + beta * log_zero * torch.expm1(-surprise)


def label_loss(
    name: str, q: float = 0.7, alpha: float = 0.1, beta: float = 1.0
) -> Callable[[torch.Tensor], torch.Tensor]:
    """The loss of a name, as a function of -log P.

    P is the probability of the class that was drawn, or of all classes but those drawn as "not class k": then the loss
    of the allowed probability mass (our reading of what the sources say of one class; for two classes "not class k" is
    a label of the other one, and nothing is added). Where nothing is labelled -log P is 0, and so is each loss.

    Args:
        name: one of :data:`LABEL_LOSSES`.
        q: of ``generalised``, in (0, 1].
        alpha: of ``symmetric``, at least 0.
        beta: of ``symmetric``, at least 0; not both 0.

    Raises:
        SettingError: for another name, or values out of range.
    """
    if name not in LABEL_LOSSES:
        raise SettingError(f"label_loss must be one of {', '.join(LABEL_LOSSES)}, got {name!r}.")
    if not 0 < q <= 1:
        raise SettingError(f"generalised_q must lie in (0, 1], got {q}.")
    if not (0 <= alpha < math.inf and 0 <= beta < math.inf and alpha + beta):
        raise SettingError(
            f"symmetric_alpha and symmetric_beta must be finite numbers of at least 0, not both 0, got {alpha} and "
            f"{beta}."
        )
    if name == "generalised":
        return partial(generalised_cross_entropy, q=q)
    if name == "symmetric":
        return partial(symmetric_cross_entropy, alpha=alpha, beta=beta)
    return _cross_entropy


def _cross_entropy(surprise: torch.Tensor) -> torch.Tensor:
    return surprise
