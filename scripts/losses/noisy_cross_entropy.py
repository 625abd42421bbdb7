"""Cross-entropy between what the annotators are expected to draw and what they drew."""

from __future__ import annotations

import torch
from torch.nn.functional import cross_entropy

from scripts.constants import IGNORE
from scripts.networks.confusion import Confusion
from scripts.networks.precision import full_precision, without_autocast

__all__ = ["noisy_cross_entropy"]


def noisy_cross_entropy(
    logits: torch.Tensor,
    labels: torch.Tensor,
    confusion: Confusion | None = None,
    *,
    ignore_index: int = IGNORE,
    eps: float = 1e-10,
) -> torch.Tensor:
    """-log(q[Y] + eps) at every labelled pixel, with q = A softmax(logits).

    Source: the positive loss of Zhang et al., arXiv 2508.18186. Softmax is applied here and only here, to logits; the
    result of A p is a distribution already. Without matrices it is the cross-entropy of the logits (partial
    cross-entropy), without ``eps``.

    Args:
        logits: `BCH[WD]`.
        labels: `B1H[WD]`, class index 0 to C - 1, or ``ignore_index``.
        confusion: A; None for the identity.
        ignore_index: marks pixels that are not labelled.
        eps: bounds the loss, at most -log(eps).

    Returns:
        `B1H[WD]`, nats, at least float32; 0 where nothing is labelled.
    """
    with without_autocast(logits):
        logits = full_precision(logits)
        if confusion is None:
            target = labels[:, 0].long()
            return cross_entropy(logits, target, ignore_index=ignore_index, reduction="none").unsqueeze(1)
        labelled = labels != ignore_index
        index = torch.where(labelled, labels, 0).long()
        expected = confusion.apply(logits.softmax(1)).gather(1, index)
        return torch.where(labelled, -(expected + eps).log(), 0)
