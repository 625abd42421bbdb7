import math

import pytest
import torch
from monai.data import MetaTensor

from scripts.errors import SettingError
from scripts.scoring import uncertainty_map

SHAPES = [(4, 5), (4, 5, 3)]


def constant(probabilities, shape):
    """The same probabilities everywhere, `CH[WD]`."""
    return torch.tensor(probabilities).reshape(-1, *[1] * len(shape)).expand(-1, *shape)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    ("probabilities", "expected"),
    [
        ([0.5, 0.5], 1),
        ([1 / 3, 1 / 3, 1 / 3], 1),
        ([0.0, 1.0, 0.0], 0),
        ([0.5, 0.5, 0.0], math.log(2) / math.log(3)),
        ([0.9, 0.1], -(0.9 * math.log(0.9) + 0.1 * math.log(0.1)) / math.log(2)),
    ],
)
def test_is_the_entropy_over_that_of_equal_probabilities(probabilities, expected, shape):
    found = uncertainty_map(constant(probabilities, shape))
    assert found.shape == shape and found.dtype == torch.float32
    assert torch.allclose(found, torch.full(shape, float(expected)), atol=1e-6)


def test_what_was_cropped_away_is_certain():
    assert (uncertainty_map(torch.zeros(3, 4, 4)) == 0).all()


def test_what_is_missing_beside_a_crop_is_background():
    assert torch.allclose(uncertainty_map(constant([0.2, 0.3], (2, 2))), uncertainty_map(constant([0.7, 0.3], (2, 2))))


def test_rounding_does_not_leave_the_range():
    values = uncertainty_map(constant([1.0000005, -0.0000005], (2, 2)))
    assert (values >= 0).all() and (values <= 1).all()


def test_half_precision_and_metadata_do_no_harm():
    found = uncertainty_map(MetaTensor(torch.full((2, 3, 3), 0.5, dtype=torch.float16)))
    assert type(found) is torch.Tensor and (found == 1).all()


def test_a_single_class_is_refused():
    with pytest.raises(SettingError, match="2 classes or more, got 1"):
        uncertainty_map(torch.ones(1, 4, 4))
