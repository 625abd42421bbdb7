"""Soft Dice of labelled pixels alone, or the Tversky index."""

from __future__ import annotations

import torch
from monai.losses import TverskyLoss

from scripts.networks.precision import full_precision, without_autocast

__all__ = ["partial_dice"]


def partial_dice(
    logits: torch.Tensor,
    labels: torch.Tensor,
    labelled: torch.Tensor,
    negative: torch.Tensor,
    weight: torch.Tensor | None = None,
    alpha: float = 0.5,
) -> torch.Tensor:
    """1 - soft Dice over the labelled pixels of the whole batch, the mean of the foreground classes drawn in it.

    A pixel tells of every class where it has a class index, and where "not class k" is drawn of class k alone. With
    two classes "not foreground" thus is a label of the background. A class of which the batch holds no pixel is left
    out: its Dice is 0 whatever the network says.

    ``alpha`` makes it the Tversky index T = TP / (TP + alpha FP + (1 - alpha) FN). What a pixel adds to T is positive
    where its probability of being labelled as the class is above alpha T. With Dice, alpha = 0.5, that is about what is
    right for dense masks (half of the Dice that is reached); coarse labels have a lower T, so that doubtful pixels are
    drawn in, and a higher alpha keeps them out (our reading).

    Source: partial cross-entropy plus partial Dice is the usual baseline of work with scribbles; the sum over the
    batch, the classes left out and the negative drawings are our reading. Tversky: Salehi et al., *Tversky loss
    function for image segmentation using 3D fully convolutional deep networks*, 2017, https://arxiv.org/abs/1706.05721.

    Args:
        logits: `BCH[WD]`.
        labels: `B1H[WD]`, class index; looked at where ``labelled``.
        labelled: `B1H[WD]` bool.
        negative: `BCH[WD]` bool, True where drawn as "not class k"; looked at where not ``labelled``.
        weight: `B1H[WD]`, how much a pixel counts against others, in [0, 1]; of pixels without foreground alone may
            it be other than 1. None for 1.
        alpha: weight of what is found too much, in [0, 1]; what is missed has 1 - alpha.

    Returns:
        Scalar in [0, 1], at least float32; 0, with gradient zero, where no foreground is labelled.
    """
    with without_autocast(logits):
        probability = full_precision(logits).softmax(1)[:, 1:]
        classes = torch.arange(1, logits.shape[1], device=logits.device).view(1, -1, *[1] * (logits.ndim - 2))
        target = ((labels == classes) & labelled).to(probability.dtype)
        counted = (labelled | negative[:, 1:].bool()).to(probability.dtype)
        if weight is not None:
            counted = counted * weight
        # MaskedDiceLoss takes one mask for all classes
        tversky = TverskyLoss(alpha=alpha, beta=1 - alpha, batch=True, reduction="none")
        loss = tversky(probability * counted, target).flatten()
        drawn = target.transpose(0, 1).flatten(1).any(1)
        return torch.where(drawn, loss, 0).sum() / drawn.sum().clamp_min(1)
