import pytest
import torch
from torch.nn.functional import interpolate

from scripts.networks.confusion import CoarseConfusion, confusion_form
from scripts.networks.points import Points


@pytest.fixture(autouse=True)
def _seed():
    torch.manual_seed(0)


@pytest.mark.parametrize(("form", "classes"), [("full", 3), ("low_rank", 4), ("binary", 2)])
@pytest.mark.parametrize("raw_size", [(1, 1, 1), (2, 3, 3), (4, 5, 6)])
def test_matrices_at_points_are_those_of_the_whole_image(form, classes, raw_size):
    size = (4, 5, 6)
    builder = confusion_form(form, classes, rank=2 if form == "low_rank" else 1)
    field = CoarseConfusion(torch.randn(2, builder.channels, *raw_size), builder, size)
    mask = torch.rand(2, 1, *size) < 0.3
    points = Points.of(mask, int(mask.flatten(1).sum(1).max()))
    torch.testing.assert_close(field.at(points).explicit(), field.whole().at(points).explicit())
    p = torch.rand(2, classes, *size).softmax(1)
    torch.testing.assert_close(field.at(points).apply(points.gather(p)), points.gather(field.apply(p)))


def test_raw_parameters_are_interpolated_not_the_matrices():
    builder = confusion_form("full", 3)
    raw = torch.randn(1, 9, 4, 4)
    whole = CoarseConfusion(raw, builder, (8, 8))
    expected = builder(interpolate(raw, size=(8, 8), mode="bilinear", align_corners=False))
    assert torch.equal(whole.explicit(), expected.explicit())
    assert torch.equal(whole.trace(), expected.trace())


def test_equal_matrices_everywhere_are_not_multiplied():
    builder = confusion_form("full", 3)
    points = Points.of(torch.ones(2, 1, 8, 8, dtype=torch.bool), 64)
    assert CoarseConfusion(torch.zeros(2, 9, 1, 1), builder, (8, 8)).at(points).matrix.shape == (2, 3, 3, 1)
