"""A last layer that starts at zero."""

from __future__ import annotations

from monai.networks.layers import Conv
from torch import nn

__all__ = ["zero_convolution"]


def zero_convolution(spatial_dims: int, in_channels: int, out_channels: int) -> nn.Module:
    """A 1x1 convolution whose weights and biases are zero, so that matrices start where their form says."""
    convolution = Conv["conv", spatial_dims](in_channels, out_channels, kernel_size=1)
    nn.init.zeros_(convolution.weight)
    nn.init.zeros_(convolution.bias)
    return convolution
