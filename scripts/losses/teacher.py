"""Learning from what an average of the network says where nothing is labelled."""

from __future__ import annotations

import torch

from scripts.networks.precision import full_precision, without_autocast

__all__ = ["teacher_loss"]


def teacher_loss(logits: torch.Tensor, teacher: torch.Tensor, unlabelled: torch.Tensor) -> torch.Tensor:
    """Mean cross-entropy -sum of t_c log p_c over the pixels that nothing labels, with p = softmax(logits).

    Source: the averaged network as a teacher is Tarvainen and Valpola, *Mean teachers are better role models*, NeurIPS
    2017, https://arxiv.org/abs/1703.01780; cross-entropy in place of their mean square, and on unlabelled pixels alone,
    are our reading.

    Args:
        logits: `BCH[WD]`.
        teacher: t, `BCH[WD]`, probabilities; no gradient flows into them.
        unlabelled: `B1H[WD]` bool.

    Returns:
        Scalar, at least float32, in nats; 0 where everything is labelled.
    """
    with without_autocast(logits):
        each = -(full_precision(teacher).detach() * full_precision(logits).log_softmax(1)).sum(1, keepdim=True)
        return torch.where(unlabelled, each, 0).sum() / unlabelled.sum().clamp_min(1)
