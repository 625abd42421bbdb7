"""Confusion matrices of annotators who overlook and invent, but never take one structure for another."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch

from .base import Confusion, ConfusionForm, check_start

__all__ = ["OmissionConfusion", "OmissionForm"]


@dataclass(eq=False)
class OmissionConfusion(Confusion):
    """Errors between the background and each other class: A[0, k] = missed, A[k, 0] = invented.

    With K = C - 1 foreground classes, a_k invented and b_k missed: A[k, k] = 1 - b_k, A[0, 0] = 1 - sum of a_k, and
    every other element is 0. Never written out.

    Args:
        invented: a, `BKH[WD]`, share of true background that is drawn as class k.
        missed: b, `BKH[WD]`, share of the true class k that is drawn as background.
    """

    invented: torch.Tensor
    missed: torch.Tensor

    def _apply(self, probabilities: torch.Tensor) -> torch.Tensor:
        background, foreground = probabilities[:, :1], probabilities[:, 1:]
        drawn = (1 - self.missed) * foreground + self.invented * background
        kept = (1 - self.invented.sum(1, keepdim=True)) * background
        return torch.cat([kept + (self.missed * foreground).sum(1, keepdim=True), drawn], dim=1)

    def trace(self) -> torch.Tensor:
        """trace(A) / C, `B1H[WD]`."""
        return 1 - (self.invented + self.missed).sum(1, keepdim=True) / (self.missed.shape[1] + 1)

    def explicit(self) -> torch.Tensor:
        """`B C_noisy C_true H[WD]`."""
        foreground = torch.diag_embed((1 - self.missed).movedim(1, -1)).movedim((-2, -1), (1, 2))
        first = torch.cat([1 - self.invented.sum(1, keepdim=True), self.missed], dim=1).unsqueeze(1)
        return torch.cat([first, torch.cat([self.invented.unsqueeze(2), foreground], dim=2)], dim=1)


class OmissionForm(ConfusionForm):
    """(a_k K, b_k, rest) is a softmax of three logits for each of the K foreground classes.

    So a_k + b_k < 1: a voxel drawn as class k is likelier to be drawn so if it is of class k than if it is background,
    and no class can swap with another or with the background. Unlike in a form whose every column peaks on the
    diagonal, b_k may exceed a half, as it must where drawings cover a small part of a structure and what is undrawn
    beside them counts as background. With two classes this is the form ``binary``.

    Raw channels: n = 3 K, channel ``3 * (k - 1) + i`` with i = 0 for a_k, 1 for b_k, 2 for the rest. The
    parameterisation is ours.

    Args:
        num_classes: C, at least 2.
        diagonal: d, in (0.5, 1); of the background and of every class at the start.

    Raises:
        SettingError: for values out of range.
    """

    def __init__(self, num_classes: int, diagonal: float = 0.9) -> None:
        check_start("omission", num_classes, diagonal, lowest=0.5)
        error = math.log(1 - diagonal)
        start = torch.tensor([error, error, math.log(2 * diagonal - 1)], dtype=torch.float64)
        super().__init__(num_classes, start.repeat(num_classes - 1))

    def _build(self, logits: torch.Tensor) -> OmissionConfusion:
        shares = logits.unflatten(1, (self.num_classes - 1, 3)).softmax(2)
        invented, missed, _ = shares.unbind(2)
        return OmissionConfusion(invented / (self.num_classes - 1), missed)
