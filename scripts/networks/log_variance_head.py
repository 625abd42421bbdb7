"""The uncertainty of each logit, from the features of the segmentation network."""

from __future__ import annotations

import math

import torch
from torch import nn
from torch.nn.functional import interpolate

from scripts.errors import SettingError

from .annotation.zero_convolution import zero_convolution
from .precision import full_precision

__all__ = ["LOG_VARIANCE_RANGE", "LogVarianceHead"]

#: What a log variance is clamped to, so that neither it nor its effect on a logit overflows (our reading).
LOG_VARIANCE_RANGE = (-7.0, 6.0)

_MODES = {2: "bilinear", 3: "trilinear"}


class LogVarianceHead(nn.Module):
    """A 1x1 convolution that gives log sigma^2 of every class's logit at every pixel.

    Source: Neven et al., *Weakly-Supervised Semantic Segmentation by Learning Label Uncertainty*, ICCVW 2021,
    https://arxiv.org/abs/2110.05926: a Gaussian over each logit. Ours: it reads the features that the network's last
    convolution reads, which equals twice as many output channels where that is a 1x1 convolution, and leaves the
    network as it is deployed; it starts at a constant.

    Args:
        spatial_dims: 2 or 3.
        in_channels: channels F of the features.
        num_classes: C.
        start: the constant, within ``LOG_VARIANCE_RANGE``.

    Raises:
        SettingError: for a start outside of the range.
    """

    def __init__(self, spatial_dims: int, in_channels: int, num_classes: int, start: float = 2.0) -> None:
        super().__init__()
        low, high = LOG_VARIANCE_RANGE
        if not (math.isfinite(start) and low < start < high):
            raise SettingError(f"log_variance_start must lie between {low:g} and {high:g}, got {start}.")
        self.start = start
        self.convolution = zero_convolution(spatial_dims, in_channels, num_classes)
        nn.init.constant_(self.convolution.bias, start)
        self.mode = _MODES[spatial_dims]

    def forward(self, features: torch.Tensor, size: tuple[int, ...]) -> torch.Tensor:
        """Log variances `BCH[WD]`, at least float32, of the given spatial size, from features `BFh[wd]`."""
        value = full_precision(self.convolution(features))
        if tuple(value.shape[2:]) != tuple(size):
            value = interpolate(value, size=tuple(size), mode=self.mode, align_corners=False)
        return value.clamp(*LOG_VARIANCE_RANGE)
