"""Boxes of volumes on voxels."""

from itertools import product

import numpy as np
import pytest

from bundle.importing.marks import VolumeBox
from bundle.importing.volume_box import box_of_volume, place_volume_box
from scripts.volumes import VolumeGrid

# axes left, back, up as in most files
AFFINE = np.array([[-0.5, 0, 0, 30], [0, -0.8, 0, 40], [0, 0, 3.0, -10], [0, 0, 0, 1]])
GRID = VolumeGrid((60, 50, 20), AFFINE)
SIGNS = np.array(list(product((-0.5, 0.5), repeat=3)))


def edges(low, high):
    """Corners in mm of a box that is given in voxel edges."""
    index = np.array(low) + (SIGNS + 0.5) * np.subtract(high, low) - 0.5
    return index @ AFFINE[:3, :3].T + AFFINE[:3, 3]


def turned(degrees, size, middle=(15.0, 20.0, 20.0)):
    angle = np.deg2rad(degrees)
    axes = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
    return VolumeBox(np.array(middle) + (SIGNS * size) @ axes.T)


def test_a_box_along_the_axes():
    box = box_of_volume(VolumeBox(edges((3, 4, 5), (9, 11, 7.25))), GRID)
    assert box.corners == [3, 4, 5, 9, 11, 7.25]
    assert not box.turned


def test_corners_in_any_order():
    corners = edges((3, 4, 5), (9, 11, 7))
    shuffled = corners[np.random.default_rng(0).permutation(8)]
    assert box_of_volume(VolumeBox(shuffled), GRID) == box_of_volume(VolumeBox(corners), GRID)


def test_the_permuted_volume_has_permuted_corners():
    grid = VolumeGrid((20, 60, 50), AFFINE[:, [2, 0, 1, 3]])
    assert box_of_volume(VolumeBox(edges((3, 4, 5), (9, 11, 7))), grid).corners == [5, 3, 4, 7, 9, 11]


def test_its_voxels():
    placed = place_volume_box(VolumeBox(edges((3, 4, 5), (9, 11.4, 7.6))), GRID)
    assert placed.origin == (3, 4, 5) and placed.mask.shape == (6, 7, 3) and placed.mask.all()
    assert placed.outside == 0


def test_beyond_the_image():
    placed = place_volume_box(VolumeBox(edges((-6, 4, 5), (6, 11, 7))), GRID)
    assert placed.origin == (0, 4, 5) and placed.mask.shape == (6, 7, 2) and placed.outside == 0.5
    away = place_volume_box(VolumeBox(edges((-6, 4, 5), (0, 11, 7))), GRID)
    assert away.mask.size == 0 and away.outside == 1


def test_a_turned_box_gives_the_box_around_it_and_its_own_voxels():
    shape = turned(30, (12, 8, 15))
    box = box_of_volume(shape, GRID)
    assert box.turned
    # half sides of the box around it, in mm
    x, y = 6 * np.cos(np.pi / 6) + 4 * np.sin(np.pi / 6), 6 * np.sin(np.pi / 6) + 4 * np.cos(np.pi / 6)
    middle = (np.array([15, 20, 20]) - AFFINE[:3, 3]) / AFFINE.diagonal()[:3] + 0.5
    half = np.array([x / 0.5, y / 0.8, 7.5 / 3])
    np.testing.assert_allclose(box.corners, [*(middle - half), *(middle + half)], atol=1e-5)
    placed = place_volume_box(shape, GRID)
    assert placed.mask.sum() * 0.5 * 0.8 * 3.0 == pytest.approx(12 * 8 * 15, rel=0.02)


def test_a_box_that_is_turned_less_than_half_a_voxel_is_not():
    assert not box_of_volume(turned(1, (12, 8, 15)), GRID).turned
    assert box_of_volume(turned(5, (12, 8, 15)), GRID).turned


def test_a_thin_turned_box_keeps_a_voxel():
    assert place_volume_box(turned(40, (2, 0.01, 0.01), (15.2, 20.3, 20.7)), GRID).mask.any()
