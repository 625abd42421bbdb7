import pytest
import torch
from export_support import flavour_config

from bundle.exporting.network_inputs import largest_difference, random_inputs
from scripts.errors import SettingError


def test_sizes_are_those_of_the_metadata():
    pictures = random_inputs(flavour_config("fundus", "metadata"), 3)
    assert [tuple(image.shape) for image in pictures] == [(1, 3, 48, 48), (2, 3, 48, 64)]
    volumes = random_inputs(flavour_config("volume", "metadata"), 1)
    assert [tuple(image.shape) for image in volumes] == [(1, 1, 48, 48, 48), (2, 1, 48, 48, 64)]


def test_a_fixed_size_is_kept():
    metadata = {"network_data_format": {"inputs": {"image": {"spatial_shape": [32, "*"]}}}}
    assert [tuple(image.shape) for image in random_inputs(metadata, 1)] == [(1, 1, 32, 48), (2, 1, 32, 64)]


def test_rounding_is_no_difference():
    assert largest_difference(torch.sin, lambda x: torch.sin(x) + 1e-5, [torch.ones(1)], "a") == pytest.approx(
        1e-5, rel=0.1
    )


@pytest.mark.parametrize(
    "other", [lambda x: x + 0.01, lambda x: x[:1], lambda x: x * torch.nan, lambda x: torch.ones(2) @ x]
)
def test_anything_else_is(other):
    with pytest.raises(SettingError, match="model.onnx"):
        largest_difference(lambda x: x, other, [torch.ones(3)], "model.onnx")
