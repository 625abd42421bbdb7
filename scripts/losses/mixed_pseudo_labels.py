"""Two decoders that teach each other by a random mixture of what they say."""

from __future__ import annotations

import torch
from monai.losses import DiceLoss
from torch.nn.functional import one_hot

from scripts.networks.precision import full_precision, without_autocast

__all__ = ["mixed_pseudo_label_loss"]


def mixed_pseudo_label_loss(
    logits: torch.Tensor, auxiliary: torch.Tensor, share: float | torch.Tensor | None = None
) -> torch.Tensor:
    """Mean Dice loss of two predictions against the pseudo labels argmax(a p + (1 - a) p_auxiliary).

    Over all pixels and classes, the background too. The pseudo labels have no gradient.

    Source: Luo et al., *Scribble-Supervised Medical Image Segmentation via Dual-Branch Network and Dynamically Mixed
    Pseudo Labels Supervision*, MICCAI 2022, https://arxiv.org/abs/2203.02106; Dice with squares in the denominator,
    summed over the batch, as in the authors' public code (WSL4MIS).

    Args:
        logits: `BCH[WD]`, of the main decoder.
        auxiliary: `BCH[WD]`, of the auxiliary one.
        share: a, in [0, 1]; None: drawn anew from torch's generator.

    Returns:
        Scalar in [0, 1], at least float32.
    """
    with without_autocast(logits):
        main, other = (full_precision(values).softmax(1) for values in (logits, auxiliary))
        share = torch.rand(()).item() if share is None else share
        with torch.no_grad():
            labels = (share * main + (1 - share) * other).argmax(1)
            target = one_hot(labels, logits.shape[1]).movedim(-1, 1).to(main.dtype)
        dice = DiceLoss(squared_pred=True, batch=True)
        return 0.5 * (dice(main, target) + dice(other, target))
