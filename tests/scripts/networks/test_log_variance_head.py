"""Log variances of the logits: where they start, their range, and that the deployed network does not change."""

import pytest
import torch
from monai.networks.nets import BasicUNet, UNet

from scripts.errors import SettingError
from scripts.networks import CoupledSegmenter, parameter_groups
from scripts.networks.log_variance_head import LOG_VARIANCE_RANGE, LogVarianceHead


def uncertain(spatial_dims=2, classes=3, network=None, **options):
    torch.manual_seed(0)
    return CoupledSegmenter(
        network or BasicUNet(spatial_dims, 1, classes, (4, 4, 4, 4, 4, 6)),
        spatial_dims=spatial_dims,
        num_classes=classes,
        annotation=options.pop("annotation", "none"),
        uncertainty=True,
        **options,
    )


@pytest.mark.parametrize("size", [(32, 48), (32, 32, 32)])
def test_starts_at_a_constant(size):
    output = uncertain(len(size), log_variance_start=1.5)(torch.rand(2, 1, *size))
    assert list(output) == ["logits", "log_variance"]
    assert output["log_variance"].shape == output["logits"].shape
    assert (output["log_variance"] == 1.5).all()


def test_equals_a_head_with_twice_the_channels():
    """One 1x1 convolution with 2C channels, or two with C on the same features: the same numbers."""
    network = uncertain()
    torch.nn.init.normal_(network.log_variance.convolution.weight, std=0.1)
    last = network.segmentation.final_conv
    double = torch.nn.Conv2d(last.in_channels, 6, 1)
    double.weight.data = torch.cat([last.weight, network.log_variance.convolution.weight])
    double.bias.data = torch.cat([last.bias, network.log_variance.convolution.bias])
    features = {}
    last.register_forward_pre_hook(lambda module, inputs: features.update(value=inputs[0]))
    logits, log_variance = network.eval().predict(torch.rand(1, 1, 32, 32))
    torch.testing.assert_close(torch.cat([logits, log_variance], 1), double(features["value"]))


def test_is_clamped():
    head = LogVarianceHead(2, 1, 2)
    head.convolution.weight.data.fill_(1.0)
    values = head(torch.tensor([[[[-1e6, 0.0, 1e6]]]]), (1, 3))
    assert values[0, 0, 0].tolist() == [LOG_VARIANCE_RANGE[0], 2.0, LOG_VARIANCE_RANGE[1]]


def test_features_of_another_size_are_interpolated():
    head = LogVarianceHead(3, 2, 4)
    assert head(torch.rand(1, 2, 4, 4, 4), (8, 6, 5)).shape == (1, 4, 8, 6, 5)


@pytest.mark.parametrize("start", [-7, 6, float("nan"), 100])
def test_start_out_of_range(start):
    with pytest.raises(SettingError, match="log_variance_start must lie between -7 and 6"):
        LogVarianceHead(2, 4, 2, start)


def test_eval_is_the_plain_network_and_predict_gives_both():
    network = uncertain().eval()
    image = torch.rand(1, 1, 32, 32)
    logits, log_variance = network.predict(image)
    assert torch.equal(network(image), network.segmentation(image)) and torch.equal(logits, network(image))
    assert log_variance.shape == logits.shape
    assert network.uncertainty


def test_without_uncertainty_predict_gives_logits_alone():
    network = CoupledSegmenter(BasicUNet(2, 1, 2, (4,) * 6), spatial_dims=2, num_classes=2, annotation="none")
    assert network.predict(torch.rand(1, 1, 32, 32))[1] is None
    assert not network.uncertainty


def test_goes_together_with_matrices():
    output = uncertain(annotation="trunk", form="omission")(torch.rand(1, 1, 32, 32))
    assert set(output) == {"logits", "positive", "negative", "log_variance"}


def test_learns_as_fast_as_the_logits():
    network = uncertain(annotation="global")
    segmentation, annotation = parameter_groups(network, 0.1, 0.2)
    head = {id(parameter) for parameter in network.log_variance.parameters()}
    assert head <= {id(parameter) for parameter in segmentation["params"]}
    assert not head & {id(parameter) for parameter in annotation["params"]}


def test_any_network_whose_last_convolution_has_the_classes():
    network = uncertain(network=UNet(2, 1, 3, (4, 8), (2,)))
    assert network(torch.rand(1, 1, 16, 16))["log_variance"].shape == (1, 3, 16, 16)


def test_autocast_leaves_full_precision():
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert uncertain()(torch.rand(1, 1, 32, 32))["log_variance"].dtype == torch.float32
