"""Confusion matrices that are known on a coarser grid than the image's."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch.nn.functional import interpolate

from scripts.networks.points import Points
from scripts.networks.precision import full_precision, without_autocast

from .base import Confusion, ConfusionForm

__all__ = ["CoarseConfusion"]

_MODES = {1: "linear", 2: "bilinear", 3: "trilinear"}


@dataclass(eq=False)
class CoarseConfusion(Confusion):
    """Raw parameters and their form; matrices are built where they are asked for, at best at a few points.

    Args:
        raw: `Bnh[wd]`, of the image's size, coarser, or of size 1 for matrices that are the same everywhere.
        form: turns raw parameters into matrices.
        size: H[WD] of the image.
    """

    raw: torch.Tensor
    form: ConfusionForm
    size: tuple[int, ...]

    def whole(self) -> Confusion:
        """The matrices at every pixel; raw parameters are interpolated (``align_corners=False``)."""
        raw = self.raw
        if raw.shape[2:].numel() > 1 and raw.shape[2:] != self.size:
            with without_autocast(raw):
                raw = interpolate(full_precision(raw), size=self.size, mode=_MODES[len(self.size)])
        return self.form(raw)

    def at(self, points: Points) -> Confusion:
        """The matrices at some points, equal to ``whole().at(points)``."""
        if self.raw.shape[2:].numel() == 1 or self.raw.shape[2:] == self.size:
            return self.form(points.gather(self.raw))
        with without_autocast(self.raw):
            return self.form(points.interpolate(full_precision(self.raw)))

    def _apply(self, probabilities: torch.Tensor) -> torch.Tensor:
        return self.whole().apply(probabilities)

    def trace(self) -> torch.Tensor:
        """trace(A) / C, `B1H[WD]`."""
        return self.whole().trace()

    def explicit(self) -> torch.Tensor:
        """`B C_noisy C_true H[WD]`."""
        return self.whole().explicit()
