import numpy as np
import pytest

from scripts.drawing.curves import ball_volume, cross_section, paint, wander


@pytest.mark.parametrize("axes", [2, 3])
def test_path_has_the_length_and_equal_steps(axes):
    path = wander(np.zeros(axes), 50, np.random.default_rng(0), step=0.5)
    assert path.shape == (101, axes)
    np.testing.assert_allclose(np.linalg.norm(np.diff(path, axis=0), axis=1), 0.5)


def test_path_turns_smoothly():
    steps = np.diff(wander(np.zeros(2), 200, np.random.default_rng(1), bend=0.02), axis=0)
    cosines = (steps[1:] * steps[:-1]).sum(axis=1)
    assert cosines.min() > np.cos(0.3)


def test_without_bend_the_path_is_straight():
    path = wander(np.zeros(2), 30, np.random.default_rng(2), bend=0.0)
    assert np.linalg.norm(path[-1]) == pytest.approx(30)


def test_steering_can_stop_the_pen():
    path = wander(np.zeros(2), 100, np.random.default_rng(3), steer=lambda p: None if np.linalg.norm(p) > 5 else 0 * p)
    assert np.linalg.norm(path, axis=1).max() <= 5


def test_paint_of_a_point_is_a_disc():
    window, pixels = paint(np.array([[10.0, 10.0]]), 2.5, (21, 21))
    canvas = np.zeros((21, 21), dtype=bool)
    canvas[window] = pixels
    rows, columns = np.indices(canvas.shape)
    np.testing.assert_array_equal(canvas, (rows - 10) ** 2 + (columns - 10) ** 2 <= 4)


def test_paint_outside_the_image_is_empty():
    assert paint(np.array([[50.0, 50.0]]), 3, (20, 20))[1].sum() == 0


def test_paint_is_cut_at_the_edge():
    window, pixels = paint(np.array([[-1.0, 5.0]]), 2.5, (20, 20))
    canvas = np.zeros((20, 20), dtype=bool)
    canvas[window] = pixels
    assert np.argwhere(canvas).tolist() == [[0, 4], [0, 5], [0, 6], [1, 5]]


@pytest.mark.parametrize("spacing", [(1, 1, 1), (0.5, 0.5, 2), (1, 3, 1)])
def test_radius_is_in_mm_whatever_the_voxels(spacing):
    window, pixels = paint(np.array([[10.0, 12.0, 12.0]]), 4.5, (40, 40, 40), spacing)
    canvas = np.zeros((40, 40, 40), dtype=bool)
    canvas[window] = pixels
    distance = sum((axis * side - at) ** 2 for axis, side, at in zip(np.indices(canvas.shape), spacing, (10, 12, 12)))
    np.testing.assert_array_equal(canvas, np.sqrt(distance) <= 4.5 - min(spacing) / 2)


def test_a_fine_pen_is_one_voxel_wide_on_coarse_voxels():
    path = np.stack([np.arange(0, 20, 0.5), np.full(40, 7.0), np.full(40, 6.0)], axis=1)
    window, pixels = paint(path, 0.3, (20, 20, 8), (1, 1, 3))
    assert pixels.sum() == 20
    assert [part.stop - part.start for part in window] == [20, 1, 1]


def test_sizes_of_balls_and_cross_sections():
    assert [ball_volume(3, axes) for axes in (1, 2, 3)] == pytest.approx([6, 9 * np.pi, 36 * np.pi])
    assert [cross_section(3, axes) for axes in (2, 3)] == pytest.approx([6, 9 * np.pi])
