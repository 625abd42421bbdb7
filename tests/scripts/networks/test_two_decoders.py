from __future__ import annotations

import pytest
import torch
from loss_support import random_targets
from monai.networks.nets import BasicUNet

from scripts.losses import CoarseLabelLoss
from scripts.networks import CoupledSegmenter, TwoDecoderUNet

SIZES = [(32, 48), (32, 32, 32)]
OPTIONS = {"features": (4, 4, 6, 8, 8, 5), "norm": "batch"}


def networks(spatial_dims=2, **options):
    """The network, and the plain one of the same seed."""
    made = []
    for kind, further in ((TwoDecoderUNet, options), (BasicUNet, {})):
        torch.manual_seed(0)
        made.append(kind(spatial_dims, 1, 3, **OPTIONS, **further))
    return made


@pytest.mark.parametrize("size", SIZES)
def test_in_eval_mode_it_is_the_plain_network(size):
    network, plain = networks(len(size))
    own = {name: value for name, value in network.state_dict().items() if not name.startswith("auxiliary.")}
    assert own.keys() == plain.state_dict().keys()
    assert all(torch.equal(own[name], value) for name, value in plain.state_dict().items())
    image = torch.rand(2, 1, *size)
    assert torch.equal(network.eval()(image), plain.eval()(image))


@pytest.mark.parametrize("size", SIZES)
def test_training_gives_both_decoders_logits(size):
    network, plain = networks(len(size))
    image = torch.rand(2, 1, *size)
    output = network.train()(image)
    assert list(output) == ["logits", "auxiliary"]
    assert torch.equal(output["logits"], plain.train()(image))
    assert output["auxiliary"].shape == (2, 3, *size) and not torch.equal(output["auxiliary"], output["logits"])


def test_without_dropout_equal_decoders_agree():
    network, _ = networks(feature_dropout=0.0)
    for name, module in network.auxiliary.items():
        module.load_state_dict(getattr(network, name).state_dict())
    output = network.train()(torch.rand(2, 1, 32, 32))
    torch.testing.assert_close(output["auxiliary"], output["logits"])


def test_half_of_the_channels_are_dropped_whole():
    network, _ = networks()
    seen = []
    for layer in range(4):
        step = network.auxiliary[f"upcat_{layer + 1}"]
        step.register_forward_pre_hook(lambda module, inputs: seen.append(inputs[1]))
    torch.manual_seed(0)
    network.train()(torch.rand(64, 1, 16, 16) + 0.1)
    for features in seen:
        channels = features.flatten(2)
        dropped = (channels == 0).all(2)
        assert 0.3 < dropped.float().mean() < 0.7
        assert not (channels == 0).all(2).logical_xor((channels == 0).any(2)).any()


def test_the_main_decoder_is_not_touched_by_the_auxiliary_ones_dropout():
    network, _ = networks()
    image = torch.rand(2, 1, 32, 32)
    first, second = network.train()(image), network(image)
    assert torch.equal(first["logits"], second["logits"])
    assert not torch.equal(first["auxiliary"], second["auxiliary"])


@pytest.mark.parametrize("size", SIZES)
def test_coupled_it_trains_every_weight(size):
    network = CoupledSegmenter(networks(len(size))[0], spatial_dims=len(size), num_classes=3, annotation="none")
    output = network.train()(torch.rand(3, 1, *size))
    assert list(output) == ["logits", "auxiliary"]
    terms = CoarseLabelLoss(pseudo_label_weight=0.5)(output, random_targets(size=size))
    sum(terms.values()).backward()
    assert all(parameter.grad is not None for parameter in network.parameters())
    assert torch.is_tensor(network.eval()(torch.rand(1, 1, *size)))


def test_heads_on_the_trunk_read_the_main_decoder():
    network = CoupledSegmenter(
        networks()[0], spatial_dims=2, num_classes=3, annotation="trunk", form="omission", uncertainty=True
    )
    image = torch.rand(2, 1, 32, 32)
    output = network.train()(image)
    assert set(output) == {"logits", "auxiliary", "positive", "negative", "log_variance"}
    for mode in (True, False):
        logits, log_variance = network.train(mode).predict(image)
        assert logits.shape == log_variance.shape == (2, 3, 32, 32)
