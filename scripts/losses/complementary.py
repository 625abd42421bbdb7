"""Learning from "this is not class k"."""

from __future__ import annotations

import torch

from scripts.networks.confusion import Confusion
from scripts.networks.precision import full_precision, without_autocast

__all__ = ["complementary_loss", "negated_pixels"]


def negated_pixels(negative: torch.Tensor) -> torch.Tensor:
    """Where a negative drawing says something: `B1H[WD]` bool, from `BCH[WD]`.

    A pixel at which every class is negated contradicts itself. It says nothing and counts as not drawn.
    """
    negative = negative.bool()
    return negative.any(1, keepdim=True) & ~negative.all(1, keepdim=True)


def complementary_loss(
    logits: torch.Tensor,
    negative: torch.Tensor,
    confusion: Confusion | None = None,
    transition: torch.Tensor | None = None,
    *,
    eps: float = 1e-10,
) -> torch.Tensor:
    """Complementary loss at every pixel with a negative drawing.

    With u = A softmax(logits), what the annotator takes the pixel for:

    * uniform transition (``None``): -log(1 - sum of u_k over the k drawn as "not k"). For one k it has the gradient of
      -log((M^T u)_k) with the uniform M, and differs from it by ln(C - 1). Without matrices it is computed from
      logarithms throughout and is right however confident the network is.
    * learned M: the mean over those k of -log((M^T u)_k + eps).

    With two classes, "not foreground" is a background label. Source: Zhang et al., arXiv 2508.18186 (transition matrix
    with zero diagonal, confusion matrix in this branch too); several "not k" at one pixel are our reading.

    Args:
        logits: `BCH[WD]`.
        negative: `BCH[WD]`, bool or 0 and 1: 1 where drawn as "not class k".
        confusion: A; None for the identity.
        transition: M, `CxC`, zero diagonal, rows sum to one; None for the uniform one.
        eps: bounds the loss, at most -log(eps), unless both matrices are None.

    Returns:
        `B1H[WD]`, nats, at least float32; 0, with zero gradient, where :func:`negated_pixels` is False.
    """
    with without_autocast(logits):
        logits = full_precision(logits)
        drawn = negated_pixels(negative)
        negative = negative.bool() & drawn
        if confusion is None and transition is None:
            allowed = logits.log_softmax(1).masked_fill(negative, -torch.inf).logsumexp(1, keepdim=True)
            return torch.where(drawn, -allowed, 0)
        taken_for = logits.softmax(1)
        if confusion is not None:
            taken_for = confusion.apply(taken_for)
        if transition is None:
            allowed = (taken_for * ~negative).sum(1, keepdim=True)
            return torch.where(drawn, -(allowed + eps).log(), 0)
        expected = torch.einsum("jk,bj...->bk...", transition.to(taken_for.dtype), taken_for)
        each = torch.where(negative, -(expected + eps).log(), 0)
        return each.sum(1, keepdim=True) / negative.sum(1, keepdim=True).clamp_min(1)
