"""What bounding boxes say of a segmentation, with the label's uncertainty inside them."""

from __future__ import annotations

import math

import torch
from torch.nn.functional import softplus

from scripts.constants import INSIDE, OUTSIDE, SETTLED
from scripts.networks.precision import full_precision, without_autocast

from .complementary import complementary_loss

__all__ = ["attenuated_margin", "box_terms", "class_margin"]


def class_margin(logits: torch.Tensor) -> torch.Tensor:
    """Log odds of each class against all others: m_k = z_k - logsumexp of the other logits.

    sigmoid(m_k) is the softmax probability of class k. With two classes m_1 is the logit z_1 - z_0 of a binary network.

    Args:
        logits: `BC...`, C >= 2.

    Returns:
        `BC...`, at least float32, exact however confident the network is.
    """
    logits = full_precision(logits)
    if logits.shape[1] == 2:
        return logits - logits.flip(1)
    # slices, since a list of indices would make a GPU wait
    others = [torch.cat([logits[:, :k], logits[:, k + 1 :]], dim=1).logsumexp(1) for k in range(logits.shape[1])]
    return logits - torch.stack(others, dim=1)


def attenuated_margin(margin: torch.Tensor, log_variance: torch.Tensor | None) -> torch.Tensor:
    """m / sqrt(1 + pi sigma^2 / 8), whose sigmoid approximates the mean sigmoid of a Gaussian N(m, sigma^2).

    Source: Neven et al., *Weakly-Supervised Semantic Segmentation by Learning Label Uncertainty*, ICCVW 2021,
    https://arxiv.org/abs/2110.05926.

    Args:
        margin: m, any shape.
        log_variance: log sigma^2, of the same shape; None for certainty.
    """
    if log_variance is None:
        return margin
    return margin / (1 + math.pi / 8 * full_precision(log_variance).exp()).sqrt()


def box_terms(
    logits: torch.Tensor, log_variance: torch.Tensor | None, boxes: torch.Tensor
) -> tuple[dict[str, torch.Tensor], dict[str, int]]:
    """Sums over pixels of what boxes say, and the numbers of these pixels.

    * ``inside``: softplus(-m_k / sqrt(1 + pi sigma_k^2 / 8)) for each class k in a box of which the pixel lies: "this
      is class k, but uncertain". Where the network finds the pixel to look like background, a large variance explains
      the label away, its pull on the margin vanishes, and the loss is ln 2.
    * ``outside``: -log(1 - sum of p_k over the classes k of which it lies outside every box).
    * ``settled``: -log(sum of p_k over the classes k that it was settled as); then it has neither of the other terms.

    Source: Neven et al., arXiv 2110.05926, for the attenuated probability and its use inside boxes. Our reading: log
    variances act inside boxes alone (elsewhere they could not be told from the logits), one sigmoid per class taken
    from the softmax, so that overlapping boxes of several classes each have their say.

    Args:
        logits: `BCH[WD]`.
        log_variance: `BCH[WD]`, or None for boxes that are believed as if they were masks.
        boxes: `BCH[WD]`, ``UNKNOWN``, ``INSIDE``, ``OUTSIDE`` or ``SETTLED`` per class.

    Returns:
        Scalars, at least float32, in nats, and the numbers of (pixel, class) pairs or pixels, by the term's name.
    """
    with without_autocast(logits):
        logits = full_precision(logits)
        settled = (boxes == SETTLED).any(1, keepdim=True)
        inside = (boxes == INSIDE) & ~settled
        excluded = torch.where(settled, boxes != SETTLED, boxes == OUTSIDE)
        known = complementary_loss(logits, excluded)
        somewhere = inside.any(1).nonzero(as_tuple=True)  # once: a GPU has to be waited for

        def at_boxes(values: torch.Tensor) -> torch.Tensor:
            return values.movedim(1, -1)[somewhere]

        variance = None if log_variance is None else at_boxes(log_variance)
        each = softplus(-attenuated_margin(class_margin(at_boxes(logits)), variance))
        chosen = at_boxes(inside)
        sums = {
            "inside": torch.where(chosen, each, 0).sum(),
            "outside": torch.where(settled, 0, known).sum(),
            "settled": torch.where(settled, known, 0).sum(),
        }
        outside = excluded.any(1, keepdim=True) & ~settled
        numbers = torch.stack([chosen.sum(), outside.sum(), settled.sum()]).tolist()
        return sums, dict(zip(sums, numbers, strict=True))
