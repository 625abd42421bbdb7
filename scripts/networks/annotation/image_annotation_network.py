"""Per-pixel confusion matrices from the image, by a network of their own."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from monai.networks.nets import BasicUNet
from torch import nn

from .zero_convolution import zero_convolution

__all__ = ["ImageAnnotationNetwork"]


class ImageAnnotationNetwork(nn.Module):
    """A small :class:`monai.networks.nets.BasicUNet` and a zero-initialised 1x1 convolution per kind of drawing.

    This is the second of the "two coupled CNNs" of Zhang et al., arXiv 2508.18186, whose architecture the paper does
    not state; its size is our choice. Images must measure at least 32 pixels in every direction.

    Args:
        spatial_dims: 2 or 3.
        in_channels: channels N of the image.
        channels: n, raw channels per kind.
        kinds: names of the kinds of drawing.
        features: channels of the five levels and of the last one.
    """

    def __init__(
        self,
        spatial_dims: int,
        in_channels: int,
        channels: int,
        kinds: Sequence[str] = ("positive", "negative"),
        features: Sequence[int] = (8, 8, 16, 32, 32, 8),
    ) -> None:
        super().__init__()
        self.trunk = BasicUNet(spatial_dims, in_channels, features[-1], features)
        self.heads = nn.ModuleDict({kind: zero_convolution(spatial_dims, features[-1], channels) for kind in kinds})

    def forward(self, image: torch.Tensor) -> dict[str, torch.Tensor]:
        """Raw parameters per kind, `BnH[WD]`, from the image `BNH[WD]`."""
        features = self.trunk(image)
        return {kind: head(features) for kind, head in self.heads.items()}
