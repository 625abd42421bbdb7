"""Per-pixel confusion matrices from the features of the segmentation network."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from monai.networks.layers.factories import Pool
from monai.networks.nets.basic_unet import TwoConv
from torch import nn

from .zero_convolution import zero_convolution

__all__ = ["TrunkHeads"]


class TrunkHeads(nn.Module):
    """Per kind of drawing two light double convolutions and a zero-initialised 1x1 convolution.

    The layout is that of the method's ancestor (Zhang et al., *Disentangling human error from ground truth*, NeurIPS
    2020); the gradient of the heads reaches the trunk, as there. Ours: the heads work at a lower resolution, since the
    errors of a hand vary more slowly than the image; at full resolution they made a step half as long again.

    Args:
        spatial_dims: 2 or 3.
        in_channels: channels F of the features.
        channels: n, raw channels per kind.
        kinds: names of the kinds of drawing.
        width: channels of the double convolutions.
        reduction: factor by which the features are averaged down beforehand; 1 for none.
    """

    def __init__(
        self,
        spatial_dims: int,
        in_channels: int,
        channels: int,
        kinds: Sequence[str] = ("positive", "negative"),
        width: int = 16,
        reduction: int = 2,
    ) -> None:
        super().__init__()
        act = ("LeakyReLU", {"negative_slope": 0.1, "inplace": True})
        norm = ("instance", {"affine": True})

        def head() -> nn.Module:
            return nn.Sequential(
                TwoConv(spatial_dims, in_channels, width, act, norm, bias=True),
                TwoConv(spatial_dims, width, width, act, norm, bias=True),
                zero_convolution(spatial_dims, width, channels),
            )

        # the size is rounded up, so that small features never vanish
        self.reduce = Pool[Pool.AVG, spatial_dims](reduction, ceil_mode=True) if reduction > 1 else nn.Identity()
        self.heads = nn.ModuleDict({kind: head() for kind in kinds})

    def forward(self, features: torch.Tensor) -> dict[str, torch.Tensor]:
        """Raw parameters per kind, `Bnhw[d]` of the reduced size, from features `BFH[WD]`."""
        features = self.reduce(features)
        return {kind: head(features) for kind, head in self.heads.items()}
