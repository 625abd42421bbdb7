import numpy as np
import pytest

from scripts.drawing.fields import smooth_field, smooth_step


@pytest.mark.parametrize("shape", [(80, 90), (30, 31, 32)])
def test_has_shape_and_about_unit_variance(shape):
    fields = np.stack([smooth_field(shape, 6, np.random.default_rng(i)) for i in range(20)])
    assert fields.shape[1:] == shape
    assert abs(fields.mean()) < 0.1
    assert fields.std() == pytest.approx(1.0, abs=0.15)


def test_neighbours_are_alike_and_far_pixels_are_not():
    fields = np.stack([smooth_field((64, 64), 8, np.random.default_rng(i)) for i in range(40)])
    near = np.corrcoef(fields[:, :, :-1].ravel(), fields[:, :, 1:].ravel())[0, 1]
    far = np.corrcoef(fields[:, :, :-40].ravel(), fields[:, :, 40:].ravel())[0, 1]
    assert near > 0.95
    assert abs(far) < 0.15


def test_same_generator_same_field():
    first, second = (smooth_field((20, 20), 4, np.random.default_rng(7)) for _ in range(2))
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("value, expected", [(-1.0, 0.0), (0.0, 0.0), (0.5, 0.5), (1.0, 1.0), (2.0, 1.0)])
def test_step(value, expected):
    assert smooth_step(np.array([value]), 0.5, 1.0)[0] == pytest.approx(expected)


def test_scale_in_mm_is_that_in_pixels_times_the_spacing():
    pixels = smooth_field((20, 21, 22), 4, np.random.default_rng(3))
    np.testing.assert_array_equal(smooth_field((20, 21, 22), 8, np.random.default_rng(3), (2, 2, 2)), pixels)


def test_thick_slices_are_less_alike_than_neighbours_within_them():
    fields = np.stack([smooth_field((24, 24, 24), 6, np.random.default_rng(i), (1, 1, 5)) for i in range(20)])
    within = np.corrcoef(fields[:, 1:].ravel(), fields[:, :-1].ravel())[0, 1]
    across = np.corrcoef(fields[..., 1:].ravel(), fields[..., :-1].ravel())[0, 1]
    assert within > 0.9 > 0.7 > across
