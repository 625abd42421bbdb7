"""A U-Net with a second decoder that is there for the training alone."""

from __future__ import annotations

from typing import Any

import torch
from monai.networks.layers.factories import Dropout
from monai.networks.nets import BasicUNet
from torch import nn

__all__ = ["TwoDecoderUNet"]

_DECODER = ("upcat_4", "upcat_3", "upcat_2", "upcat_1", "final_conv")


class TwoDecoderUNet(BasicUNet):
    """MONAI's :class:`~monai.networks.nets.BasicUNet` with an auxiliary decoder of the same layout.

    The auxiliary decoder reads the encoder's features with half of their channels dropped at random. In eval mode the
    network is the plain one: same modules, same names, same cost. In training mode it puts out both decoders' logits.

    Source: the dual-branch network of Luo et al., MICCAI 2022, https://arxiv.org/abs/2203.02106; whole channels of all
    five levels are dropped, as in the authors' public code (WSL4MIS). Encoder and decoders are MONAI's, so that other
    methods on the ``BasicUNet`` compare (our reading).

    Args:
        spatial_dims: 2 or 3.
        in_channels: channels of the image.
        out_channels: C.
        feature_dropout: share of the channels that are dropped.
        kwargs: as for ``BasicUNet``, such as ``features`` and ``norm``.
    """

    def __init__(
        self,
        spatial_dims: int = 3,
        in_channels: int = 1,
        out_channels: int = 2,
        feature_dropout: float = 0.5,
        **kwargs: Any,
    ) -> None:
        super().__init__(spatial_dims, in_channels, out_channels, **kwargs)
        second = BasicUNet(spatial_dims, in_channels, out_channels, **kwargs)
        self.auxiliary = nn.ModuleDict({name: getattr(second, name) for name in _DECODER})
        self.feature_dropout = Dropout["dropout", spatial_dims](feature_dropout)
        # heads on the trunk look for the last convolution, and must find that of the main decoder
        self.final_conv = self._modules.pop("final_conv")

    def forward(self, x: torch.Tensor) -> torch.Tensor | dict[str, torch.Tensor]:
        """Segment an image `BNH[WD]`.

        Returns:
            Logits `BCH[WD]`; in training mode a dict with them as ``logits``, and as ``auxiliary`` those of the
            auxiliary decoder.
        """
        if not self.training:
            return super().forward(x)
        features = [self.conv_0(x)]
        for down in (self.down_1, self.down_2, self.down_3, self.down_4):
            features.append(down(features[-1]))
        dropped = [self.feature_dropout(level) for level in features]
        return {"logits": _decode(self._modules, features), "auxiliary": _decode(self.auxiliary, dropped)}


def _decode(decoder: Any, features: list[torch.Tensor]) -> torch.Tensor:
    """Logits from the features of the five levels, finest first."""
    *finer, values = features
    *steps, last = (decoder[name] for name in _DECODER)
    for step, skipped in zip(steps, reversed(finer)):
        values = step(values, skipped)
    return last(values)
