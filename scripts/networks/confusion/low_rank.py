"""Confusion matrices for many classes, never written out."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch

from scripts.errors import SettingError

from .base import Confusion, ConfusionForm, check_start, mix

__all__ = ["LowRankConfusion", "LowRankForm"]


@dataclass(eq=False)
class LowRankConfusion(Confusion):
    """A = diag(kept) + targets @ sources, of which only the factors exist.

    Args:
        kept: `BCH[WD]`, share of each true class that is drawn right by construction.
        targets: U, `B C_noisy R H[WD]`, what the r-th kind of error is drawn as; columns (dim 1) sum to one.
        sources: V, `B R C_true H[WD]`, how often a class suffers the r-th kind of error; columns sum to 1 - kept.
    """

    kept: torch.Tensor
    targets: torch.Tensor
    sources: torch.Tensor

    def _apply(self, probabilities: torch.Tensor) -> torch.Tensor:
        return self.kept * probabilities + mix(self.targets, mix(self.sources, probabilities))

    def trace(self) -> torch.Tensor:
        """trace(A) / C, `B1H[WD]`, from the factors."""
        by_chance = (self.targets * self.sources.transpose(1, 2)).sum(2)  # U[j, r] V[r, j] over r
        return (self.kept + by_chance).mean(1, keepdim=True)

    def explicit(self) -> torch.Tensor:
        """`B C_noisy C_true H[WD]`."""
        product = torch.einsum("bir...,brj...->bij...", self.targets, self.sources)
        identity = torch.eye(self.kept.shape[1], dtype=product.dtype, device=product.device)
        return product + self.kept.unsqueeze(1) * identity.view(1, *identity.shape, *[1] * (self.kept.ndim - 2))


class LowRankForm(ConfusionForm):
    """q = kept * p + U (V p) with rank R: memory grows with C R instead of C squared.

    kept = 0.5 + 0.5 sigmoid(.) exceeds one half, so every column peaks on the diagonal by construction; at most half of
    a class can be drawn wrong. The factorisation is ours; the low-rank path of the method's ancestor (Zhang et al.,
    *Disentangling human error from ground truth*, NeurIPS 2020) forms the product first.

    At the start every source r is equally likely. Were the columns of U equal too, all ranks would receive the same
    gradient for ever. So column r of U starts as (1 + cos(2 pi (i / C + r / R)) / 2) / C over the classes i (uniform
    for R = 1): different for every r, and their mean is uniform, which keeps the start diagonal exact.

    Raw channels: n = C + 2 C R: kept, then U (channel ``noisy * R + r``), then V (channel ``r * C + true``).

    Args:
        num_classes: C, at least 2.
        diagonal: start value of the diagonal elements, in ((1 + 1 / C) / 2, 1).
        rank: R, 1 to C.

    Raises:
        SettingError: for values out of range.
    """

    def __init__(self, num_classes: int, diagonal: float = 0.9, rank: int = 1) -> None:
        check_start("low_rank", num_classes, diagonal, lowest=(1 + 1 / max(num_classes, 1)) / 2)
        if not 1 <= rank <= num_classes:
            raise SettingError(f"the rank must lie between 1 and the number of classes, {num_classes}, got {rank}.")
        kept = (num_classes * diagonal - 1) / (num_classes - 1)  # the rest of the diagonal is U's share
        logit = math.log((2 * kept - 1) / (2 - 2 * kept))
        cycle = torch.arange(num_classes).view(-1, 1) / num_classes + torch.arange(rank).double() / rank
        offset = torch.log1p(torch.cos(2 * math.pi * cycle) / 2) if rank > 1 else torch.zeros_like(cycle)
        start = [
            torch.full((num_classes,), logit, dtype=torch.float64),
            offset.flatten(),
            torch.zeros(rank * num_classes, dtype=torch.float64),
        ]
        super().__init__(num_classes, torch.cat(start))
        self.rank = rank

    def _build(self, logits: torch.Tensor) -> LowRankConfusion:
        classes, rank = self.num_classes, self.rank
        kept, targets, sources = logits.split([classes, classes * rank, rank * classes], dim=1)
        wrong = 0.5 * (-kept).sigmoid()
        return LowRankConfusion(
            kept=1 - wrong,
            targets=targets.unflatten(1, (classes, rank)).softmax(1),
            sources=wrong.unsqueeze(1) * sources.unflatten(1, (rank, classes)).softmax(1),
        )
