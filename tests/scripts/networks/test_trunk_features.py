from __future__ import annotations

import pytest
import torch
from monai.networks.nets import AttentionUnet, BasicUNet, DynUNet, FlexibleUNet, SegResNet, UNet
from torch import nn

from scripts.errors import SettingError
from scripts.networks.trunk_features import feature_channels, find_feature_layer, trunk_features


def networks():
    """MONAI networks with three classes, their last convolution and its input channels."""
    return [
        (BasicUNet(2, 1, 3, (4, 4, 4, 4, 4, 6)), "final_conv", 6),
        (UNet(2, 1, 3, (4, 8, 8), (2, 2)), "model.2.conv", 8),
        (SegResNet(2, 8, 1, 3), "conv_final.2.conv", 8),
        (AttentionUnet(2, 1, 3, (4, 8), (2,)), "model.2.conv", 4),
        (DynUNet(2, 1, 3, [3] * 3, [1, 2, 2], [2, 2], filters=[4, 8, 8]), "output_block.conv.conv", 4),
        (FlexibleUNet(1, 3, "efficientnet-b0", spatial_dims=2), "segmentation_head.0", 16),
    ]


@pytest.mark.parametrize(("network", "layer", "channels"), networks(), ids=lambda value: type(value).__name__)
def test_last_convolution_is_found(network, layer, channels):
    found = find_feature_layer(network, 3)
    assert found == layer
    assert feature_channels(network, found) == channels
    with trunk_features(network, found) as seen:
        network(torch.rand(2, 1, 32, 32))
    assert seen.value.shape[1] == channels


def test_hook_is_gone_afterwards_even_after_an_error():
    network = nn.Sequential(nn.Conv2d(1, 2, 1))
    with pytest.raises(RuntimeError), trunk_features(network, "0"):
        network(torch.rand(1, 5, 4, 4))
    assert not network[0]._forward_pre_hooks


def test_a_named_layer_wins():
    network = BasicUNet(2, 1, 3, (4, 4, 4, 4, 4, 6))
    assert find_feature_layer(network, 3, "upcat_1") == "upcat_1"
    assert feature_channels(network, "final_conv") == 6


def test_unknown_layer_lists_candidates():
    with pytest.raises(SettingError, match=r"no module 'head'.*final_conv \(6 to 3 channels\)"):
        find_feature_layer(BasicUNet(2, 1, 3, (4, 4, 4, 4, 4, 6)), 3, "head")


def test_no_convolution_with_that_many_channels_lists_candidates():
    with pytest.raises(SettingError, match=r"no convolution with 7 output channels.*final_conv"):
        find_feature_layer(BasicUNet(2, 1, 3, (4, 4, 4, 4, 4, 6)), 7)


def test_layer_without_convolution():
    with pytest.raises(SettingError, match="holds no convolution"):
        feature_channels(nn.Sequential(nn.Conv2d(1, 2, 1), nn.ReLU()), "1")
