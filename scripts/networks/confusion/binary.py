"""Confusion matrices of two classes that cannot swap them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch

from scripts.errors import SettingError

from .base import Confusion, ConfusionForm, check_start

__all__ = ["BinaryConfusion", "BinaryForm"]


@dataclass(eq=False)
class BinaryConfusion(Confusion):
    """A = [[1 - a, b], [a, 1 - b]] with a + b <= 1.

    Args:
        invented: a, `B1H[WD]`, share of true background that is drawn as foreground.
        missed: b, `B1H[WD]`, share of true foreground that is drawn as background.
    """

    invented: torch.Tensor
    missed: torch.Tensor

    def _apply(self, probabilities: torch.Tensor) -> torch.Tensor:
        background, foreground = probabilities.split(1, dim=1)
        return torch.cat(
            [
                (1 - self.invented) * background + self.missed * foreground,
                self.invented * background + (1 - self.missed) * foreground,
            ],
            dim=1,
        )

    def trace(self) -> torch.Tensor:
        """trace(A) / 2, `B1H[WD]` in (0.5, 1]."""
        return 1 - (self.invented + self.missed) / 2

    def explicit(self) -> torch.Tensor:
        """`B 2 2 H[WD]`."""
        a, b = self.invented, self.missed
        return torch.stack([torch.cat([1 - a, b], dim=1), torch.cat([a, 1 - b], dim=1)], dim=1)


class BinaryForm(ConfusionForm):
    """(a, b, rest) is a softmax of three logits, so a + b < 1 and the classes cannot swap.

    Since det(A) = 1 - a - b > 0, trace(A) lies in (1, 2] and in each *row* the diagonal is the larger element: a pixel
    drawn as foreground is likelier to be drawn so if it is foreground. One of the error rates may still exceed a half
    (an annotator who overlooks most of a vessel tree has b > 0.5); then that *column* peaks off the diagonal, and must.

    Raw channels: n = 3. The parameterisation is ours.

    Args:
        num_classes: must be 2.
        diagonal: d, in (0.5, 1); both error rates start at 1 - d.

    Raises:
        SettingError: for values out of range.
    """

    def __init__(self, num_classes: int = 2, diagonal: float = 0.9) -> None:
        if num_classes != 2:
            raise SettingError(
                f"binary confusion matrices need exactly 2 classes, background included, got {num_classes}; "
                "choose the form omission, low_rank or full."
            )
        check_start("binary", num_classes, diagonal, lowest=0.5)
        error = math.log(1 - diagonal)
        super().__init__(2, torch.tensor([error, error, math.log(2 * diagonal - 1)], dtype=torch.float64))

    def _build(self, logits: torch.Tensor) -> BinaryConfusion:
        invented, missed, _ = logits.softmax(1).split(1, dim=1)
        return BinaryConfusion(invented, missed)
