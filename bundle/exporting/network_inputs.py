"""Random images of the sizes that a network takes, and whether two networks say the same of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch

# as verify_net_in_out works sizes out; MONAI offers it under no public name
from monai.bundle.scripts import _get_fake_spatial_shape

from scripts.errors import SettingError

__all__ = ["largest_difference", "random_inputs"]

#: What two ways to compute the same may differ by, relative to the largest output (at least 1).
_TOLERANCE = 1e-4


def random_inputs(metadata: Mapping[str, Any], in_channels: int) -> list[torch.Tensor]:
    """Two inputs `BC[WHD]` of sizes that metadata.json allows: one image, and two of another size.

    Args:
        metadata: with ``network_data_format``.
        in_channels: of the network.
    """
    spatial = metadata["network_data_format"]["inputs"]["image"]["spatial_shape"]
    first = _get_fake_spatial_shape(spatial, p=5, n=3, any=48)
    other = _get_fake_spatial_shape(spatial, p=6, n=4, any=64)
    # sides that differ, so that two axes in the wrong order are found
    mixed = (*first[:-1], other[-1])
    generator = torch.Generator().manual_seed(0)
    return [torch.rand(batch, in_channels, *size, generator=generator) for batch, size in ((1, first), (2, mixed))]


def largest_difference(
    reference: Callable[[torch.Tensor], torch.Tensor],
    other: Callable[[torch.Tensor], torch.Tensor],
    inputs: list[torch.Tensor],
    name: str,
) -> float:
    """The largest absolute difference of two networks' outputs.

    Args:
        reference: the PyTorch network, in evaluation mode.
        other: what was made of it.
        inputs: `BC[WHD]`, each is given to both.
        name: of the file, for messages.

    Raises:
        SettingError: when they differ by more than rounding does.
    """
    worst = 0.0
    for image in inputs:
        with torch.no_grad():
            expected = reference(image)
        try:
            found = other(image)
        except Exception as error:  # each runtime has its own
            reason = str(error).strip().splitlines()[-1] if str(error).strip() else type(error).__name__
            raise SettingError(
                f"{name} fails on an input of {tuple(image.shape)}: {reason}. Export without it; model.pt is not "
                "affected."
            ) from error
        difference = float((expected - found).abs().max()) if expected.shape == found.shape else float("inf")
        limit = _TOLERANCE * max(1.0, float(expected.abs().max()))
        if not difference <= limit:  # also if it is not a number
            raise SettingError(
                f"{name} differs from model.pt by {difference:.2g} on an input of {tuple(image.shape)} (at most "
                f"{limit:.2g} is rounding). Export without it; model.pt is not affected."
            )
        worst = max(worst, difference)
    return worst
