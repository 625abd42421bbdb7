"""Unrestricted confusion matrices."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch

from .base import Confusion, ConfusionForm, check_start, mix

__all__ = ["FullConfusion", "FullForm"]


@dataclass(eq=False)
class FullConfusion(Confusion):
    """All C x C elements.

    Args:
        matrix: `B C_noisy C_true H[WD]`, columns (dim 1) sum to one.
    """

    matrix: torch.Tensor

    def _apply(self, probabilities: torch.Tensor) -> torch.Tensor:
        return mix(self.matrix, probabilities)

    def trace(self) -> torch.Tensor:
        """trace(A) / C, `B1H[WD]`."""
        return self.matrix.diagonal(dim1=1, dim2=2).mean(-1).unsqueeze(1)

    def explicit(self) -> torch.Tensor:
        """`B C_noisy C_true H[WD]`."""
        return self.matrix


class FullForm(ConfusionForm):
    """Softmax over the noisy classes of (raw + b I), with b = ln((C - 1) d / (1 - d)) for a start diagonal d.

    Nothing keeps the classes from swapping: a matrix with permuted columns explains the drawings as well and has a
    lower trace. Watch it with :class:`scripts.handlers.AnnotationGuard`, or use a form that cannot swap.

    Raw channels: n = C * C, channel ``noisy * C + true``.

    Args:
        num_classes: C, at least 2.
        diagonal: d, in (1 / C, 1).

    Raises:
        SettingError: for values out of range.
    """

    def __init__(self, num_classes: int, diagonal: float = 0.9) -> None:
        check_start("full", num_classes, diagonal, lowest=1 / max(num_classes, 1))
        bias = math.log((num_classes - 1) * diagonal / (1 - diagonal))
        super().__init__(num_classes, (bias * torch.eye(num_classes, dtype=torch.float64)).flatten())

    def _build(self, logits: torch.Tensor) -> FullConfusion:
        return FullConfusion(logits.unflatten(1, (self.num_classes, self.num_classes)).softmax(1))
