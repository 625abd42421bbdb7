import pytest
import torch
from torch.nn.functional import interpolate

from scripts.networks.points import Points


def some_points(size, share=0.2, seed=0):
    mask = torch.rand((3, 1, *size), generator=torch.Generator().manual_seed(seed)) < share
    mask[1] = False
    return mask, Points.of(mask, int(mask.flatten(1).sum(1).max()))


@pytest.mark.parametrize("size", [(5, 7), (4, 5, 6)])
def test_values_come_in_the_order_of_the_image(size):
    mask, points = some_points(size)
    values = torch.arange(mask.numel()).view_as(mask)
    gathered = points.gather(values)
    assert torch.equal(gathered[points.valid], values[mask])
    assert points.valid.sum(-1).flatten().tolist() == mask.flatten(1).sum(1).tolist()


@pytest.mark.parametrize("size", [(5, 7), (4, 5, 6)])
def test_any_number_of_channel_dimensions(size):
    mask, points = some_points(size)
    values = torch.rand(3, 2, 4, *size)
    gathered = points.gather(values)
    assert gathered.shape == (3, 2, 4, points.index.shape[1])
    assert torch.equal(gathered[0, 1, 3, points.valid[0, 0]], values[0, 1, 3][mask[0, 0]])


def test_a_map_of_size_one_stays_one_value_per_image():
    _, points = some_points((4, 5, 6))
    assert points.gather(torch.rand(3, 9, 1, 1, 1)).shape == (3, 9, 1)


@pytest.mark.parametrize(("coarse", "size"), [((3, 4), (5, 7)), ((4, 4), (8, 8)), ((2, 3, 3), (4, 5, 6))])
def test_interpolation_at_points_is_that_of_the_whole_map(coarse, size):
    mask, points = some_points(size, share=0.5)
    values = torch.rand(3, 2, *coarse, requires_grad=True)
    whole = interpolate(values, size=size, mode="bilinear" if len(size) == 2 else "trilinear", align_corners=False)
    found, expected = points.interpolate(values), points.gather(whole)
    torch.testing.assert_close(found, expected)
    weights = torch.rand(found.shape) * points.valid
    first = torch.autograd.grad((found * weights).sum(), values, retain_graph=True)
    torch.testing.assert_close(first, torch.autograd.grad((expected * weights).sum(), values))


def test_no_point_at_all():
    points = Points.of(torch.zeros(2, 1, 4, 4, dtype=torch.bool), 0)
    assert points.gather(torch.rand(2, 3, 4, 4)).shape == (2, 3, 0)
