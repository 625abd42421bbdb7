"""How uncertain the class of each pixel is."""

from __future__ import annotations

import math

import torch

from scripts.errors import SettingError

__all__ = ["uncertainty_map"]


def uncertainty_map(probabilities: torch.Tensor) -> torch.Tensor:
    """Entropy of the classes over its greatest value, ln C: 0 for certainty, 1 where all are as probable.

    What is missing to a sum of 1, after interpolation and where the image was cropped away, is background, as where
    the network was not asked.

    Args:
        probabilities: `CH[WD]`, background first, C >= 2.

    Returns:
        `H[WD]` float32 in [0, 1].

    Raises:
        SettingError: for a single class, whose probability says nothing.
    """
    values = torch.as_tensor(probabilities).as_subclass(torch.Tensor)
    if len(values) < 2:
        raise SettingError(
            f"the uncertainty needs the probabilities of 2 classes or more, got {len(values)}. Give the network a "
            "channel for the background too (network_def#out_channels)."
        )
    # channel by channel, since all classes of a large volume at once would fill the memory
    foreground = torch.zeros(values.shape[1:], dtype=torch.float32, device=values.device)
    entropy = torch.zeros_like(foreground)
    for channel in values[1:]:
        share = channel.float().clamp(0, 1)
        foreground += share
        entropy += torch.special.entr(share)
    entropy += torch.special.entr((1 - foreground).clamp_min(0))
    return (entropy / math.log(len(values))).clamp(0, 1)
