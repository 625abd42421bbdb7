"""Lines as tubes of voxels."""

import time

import numpy as np
import pytest

from bundle.importing.volume_line import place_line
from scripts.volumes import VolumeGrid

GRID = VolumeGrid((40, 30, 20), np.diag([1.0, 2, 3, 1]) + np.array([[0, 0, 0, 5.0], [0] * 4, [0] * 4, [0] * 4]))


def full(placed, grid=GRID):
    mask = np.zeros(grid.shape, dtype=bool)
    mask[tuple(slice(a, a + n) for a, n in zip(placed.origin, placed.mask.shape))] = placed.mask
    return mask


def from_index(*points, grid=GRID):
    return np.array([(grid.affine @ [*point, 1])[:3] for point in points])


def brute_force(points, width, grid):
    """Voxels by the distance of their centre from each segment."""
    centres = np.stack(np.indices(grid.shape), axis=-1) @ grid.affine[:3, :3].T + grid.affine[:3, 3]
    near = np.zeros(grid.shape, dtype=bool)
    for start, end in zip(points[:-1], points[1:]):
        along = end - start
        share = np.clip((centres - start) @ along / (along @ along), 0, 1)
        near |= np.linalg.norm(centres - start - share[..., None] * along, axis=-1) <= width / 2
    return near


def test_a_thin_line_has_the_voxels_that_it_passes_through():
    placed = place_line(from_index((2, 3, 4), (5, 3, 4)), 0, GRID)
    assert placed.origin == (2, 3, 4) and placed.mask.shape == (4, 1, 1) and placed.mask.all()
    assert placed.outside == 0


def test_voxels_that_are_touched_in_between_count():
    placed = place_line(from_index((0, 0, 0), (2, 1, 0)), 0, GRID)
    assert np.argwhere(full(placed)).tolist() == [[0, 0, 0], [1, 0, 0], [1, 1, 0], [2, 1, 0]]


def test_corners_that_are_only_touched_do_not_count():
    placed = place_line(from_index((0, 0, 0), (3, 3, 3)), 0, GRID)
    assert np.argwhere(full(placed)).tolist() == [[n, n, n] for n in range(4)]


@pytest.mark.parametrize("width", [0.5, 3.0, 7.7, 20.0])
def test_tubes_have_all_voxels_within_half_the_width(width):
    sheared = np.array([[-0.9, 0.1, 0.2, 30], [0.1, 1.1, -0.6, -20], [0, 0.2, 2.0, 5], [0, 0, 0, 1]])
    grid = VolumeGrid((40, 30, 20), sheared)
    points = from_index((3.3, 4.1, 2.2), (35.8, 20.4, 9.9), (20.2, 28, 18.8), grid=grid)
    thin = full(place_line(points, 0, grid), grid)
    assert (full(place_line(points, width, grid), grid) == (thin | brute_force(points, width, grid))).all()


def test_the_volume_of_a_tube():
    """A cylinder with half a ball at both ends."""
    grid = VolumeGrid((120, 60, 60), np.diag([0.5, 0.4, 0.5, 1]))
    points = from_index((30.3, 29.7, 30.2), (90.3, 29.7, 30.2), grid=grid)
    volume = place_line(points, 8.0, grid).mask.sum() * 0.5 * 0.4 * 0.5
    assert volume == pytest.approx(np.pi * 4**2 * 30 + 4 / 3 * np.pi * 4**3, rel=0.01)


def test_a_point_that_was_placed_twice():
    placed = place_line(from_index((2, 3, 4), (2, 3, 4)), 0, GRID)
    assert placed.origin == (2, 3, 4) and placed.mask.shape == (1, 1, 1)
    assert place_line(from_index((2, 3, 4)), 4.0, GRID).mask.sum() == 7  # itself, 2 mm along x, 2 mm along y


def test_beyond_the_image():
    placed = place_line(from_index((-10.5, 3, 4), (9.5, 3, 4)), 0, GRID)
    assert placed.origin == (0, 3, 4) and placed.mask.shape == (10, 1, 1)
    assert placed.outside == 0.5
    away = place_line(from_index((-10, 3, 4), (-5, 3, 4)), 100, GRID)
    assert away.mask.size == 0 and away.outside == 1


def test_a_line_beyond_and_back():
    placed = place_line(from_index((35, 3, 4), (45, 3, 4), (45, 9, 4), (35, 9, 4)), 0, GRID)
    assert sorted({point[1] for point in np.argwhere(full(placed)).tolist()}) == [3, 9]


def test_far_points_and_long_lines_take_little_time():
    grid = VolumeGrid((512, 512, 400), np.diag([0.7, 0.7, 1.0, 1]))
    start = time.perf_counter()
    place_line(np.array([[-1e6, -1e6, -1e6], [1e6, 1e6, 1e6]]), 3.0, grid)
    assert time.perf_counter() - start < 2
