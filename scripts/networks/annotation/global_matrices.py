"""One confusion matrix per kind of drawing, the same at every pixel of every image."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn

__all__ = ["GlobalMatrices"]


class GlobalMatrices(nn.Module):
    """Raw parameters that are learned directly.

    A few numbers against a whole network: give them a larger learning rate of their own, see
    :func:`scripts.networks.parameter_groups`.

    Args:
        spatial_dims: 2 or 3.
        channels: n, raw channels per kind.
        kinds: names of the kinds of drawing.
    """

    def __init__(self, spatial_dims: int, channels: int, kinds: Sequence[str] = ("positive", "negative")) -> None:
        super().__init__()
        shape = (1, channels, *[1] * spatial_dims)
        self.raw = nn.ParameterDict([(kind, nn.Parameter(torch.zeros(shape))) for kind in kinds])

    def forward(self, batch_size: int) -> dict[str, torch.Tensor]:
        """Raw parameters per kind, `Bn1[11]`."""
        return {kind: raw.expand(batch_size, *raw.shape[1:]) for kind, raw in self.raw.items()}
