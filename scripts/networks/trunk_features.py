"""Reading the features of any MONAI network just before its logits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn

from scripts.errors import SettingError

__all__ = ["TrunkFeatures", "feature_channels", "find_feature_layer", "trunk_features"]

_CONVOLUTIONS = (nn.Conv2d, nn.Conv3d, nn.ConvTranspose2d, nn.ConvTranspose3d)


def _convolutions(network: nn.Module) -> dict[str, nn.Module]:
    return {name: module for name, module in network.named_modules() if isinstance(module, _CONVOLUTIONS)}


def _candidates(network: nn.Module) -> str:
    """The last convolutions of the network, for error messages."""
    last = list(_convolutions(network).items())[-8:]
    return ", ".join(f"{name or '(itself)'} ({c.in_channels} to {c.out_channels} channels)" for name, c in last)


def find_feature_layer(network: nn.Module, num_classes: int, feature_layer: str | None = None) -> str:
    """Dotted path of the module whose input are the features.

    Args:
        network: segmentation network.
        num_classes: C.
        feature_layer: a path to take instead of the last convolution with C output channels.

    Raises:
        SettingError: when there is no such module; the message lists convolutions to choose from.
    """
    if feature_layer is not None:
        if feature_layer in dict(network.named_modules()):
            return feature_layer
        raise SettingError(
            f"{type(network).__name__} has no module {feature_layer!r} to read features from (feature_layer). Its last "
            f"convolutions: {_candidates(network) or 'none'}."
        )
    found = [name for name, module in _convolutions(network).items() if module.out_channels == num_classes]
    if found:
        return found[-1]
    raise SettingError(
        f"{type(network).__name__} has no convolution with {num_classes} output channels, one per class, to read "
        f"features from. Set feature_layer to one of its last convolutions: {_candidates(network) or 'none'}."
    )


def feature_channels(network: nn.Module, layer: str) -> int:
    """Channels of the features: the input channels of the first convolution in that module.

    Raises:
        SettingError: when the module holds no convolution.
    """
    convolutions = list(_convolutions(network.get_submodule(layer)).values())
    if not convolutions:
        raise SettingError(
            f"feature_layer {layer!r} of {type(network).__name__} holds no convolution, so the number of its input "
            f"channels is unknown. Choose one of: {_candidates(network) or 'none'}."
        )
    return convolutions[0].in_channels


class TrunkFeatures:
    """What :func:`trunk_features` has seen.

    Attributes:
        value: input of the layer in its latest call, None before.
    """

    value: torch.Tensor | None = None


@contextmanager
def trunk_features(network: nn.Module, layer: str) -> Iterator[TrunkFeatures]:
    """Capture the input of a module while the context lasts.

    The hook is gone afterwards: the network stays an ordinary one for copying, pickling, scripting and saving, and no
    graph outlives the step. Not for ``torch.nn.DataParallel``, whose threads share hooks; use
    ``DistributedDataParallel``.

    Args:
        network: segmentation network.
        layer: dotted path of the module.
    """
    seen = TrunkFeatures()

    def capture(module: nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
        seen.value = inputs[0]

    handle = network.get_submodule(layer).register_forward_pre_hook(capture)
    try:
        yield seen
    finally:
        handle.remove()
