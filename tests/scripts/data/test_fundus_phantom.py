import numpy as np
import pytest
from scipy import ndimage

from scripts.data.fundus_phantom import make_fundus
from scripts.drawing.thinning import depth_inside


@pytest.fixture(scope="module")
def fundi():
    return [make_fundus((160, 170), np.random.default_rng(seed)) for seed in range(3)]


def test_shapes_and_types(fundi):
    for fundus in fundi:
        assert fundus.image.shape == (160, 170, 3) and fundus.image.dtype == np.uint8
        assert fundus.mask.shape == fundus.field_of_view.shape == (160, 170)
        assert fundus.mask.dtype == fundus.field_of_view.dtype == bool


def test_a_red_disc_on_black(fundi):
    for fundus in fundi:
        red, green, blue = fundus.image[fundus.field_of_view].mean(axis=0)
        assert red > green > blue
        assert fundus.image[~fundus.field_of_view].mean() < 12
        assert 0.6 < fundus.field_of_view.mean() < 0.75


def test_vessels_are_a_tenth_of_the_view_and_inside(fundi):
    for fundus in fundi:
        assert not (fundus.mask & ~fundus.field_of_view).any()
        assert 0.05 < fundus.mask.sum() / fundus.field_of_view.sum() < 0.25


def test_vessels_are_dark_and_thin_ones_less_so():
    contrast = {"thick": [], "thin": []}
    for seed in range(4):
        fundus = make_fundus((256, 272), np.random.default_rng(seed))
        green, ground = fundus.image[..., 1].astype(float), fundus.field_of_view & ~fundus.mask
        weight = ndimage.gaussian_filter(ground.astype(float), 6)
        beside = (ndimage.gaussian_filter(green * ground, 6) + 1e-3) / (weight + 1e-3)
        depth = depth_inside(fundus.mask)
        contrast["thick"].append(np.median((green / beside)[depth >= 3]))
        contrast["thin"].append(np.median((green / beside)[(depth > 0) & (depth < 1.5)]))
    assert np.mean(contrast["thick"]) + 0.05 < np.mean(contrast["thin"]) < 0.95


def test_same_generator_same_photograph(fundi):
    again = make_fundus((160, 170), np.random.default_rng(0))
    np.testing.assert_array_equal(again.image, fundi[0].image)
    assert (fundi[0].mask != fundi[1].mask).any()


def test_refuses_tiny_photographs():
    with pytest.raises(ValueError, match="at least 64 x 64"):
        make_fundus((40, 200), np.random.default_rng(0))
