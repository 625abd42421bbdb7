"""Closed contours on the slice that they were drawn in."""

import numpy as np
import pytest

from bundle.importing.marks import VolumeContour
from bundle.importing.slicer_curve import draw_curve
from bundle.importing.volume_contour import place_contour
from scripts.errors import DataError
from scripts.volumes import VolumeGrid

# LPS order of axes, another spacing along each
AFFINE = np.array([[-0.5, 0, 0, 30], [0, -0.8, 0, 40], [0, 0, 3.0, -10], [0, 0, 0, 1]])
GRID = VolumeGrid((100, 90, 20), AFFINE)


def from_index(*points):
    return np.array([(AFFINE @ [*point, 1])[:3] for point in points])


def permuted(order, flips):
    """The grid's volume stored along other axes."""
    matrix = np.zeros((4, 4))
    matrix[3, 3] = 1
    for new, (old, flip) in enumerate(zip(order, flips)):
        matrix[old, new] = flip
        matrix[old, 3] = 0 if flip > 0 else GRID.shape[old] - 1
    return VolumeGrid(tuple(GRID.shape[old] for old in order), AFFINE @ matrix)


def test_a_rectangle_holds_the_voxels_whose_centre_is_inside():
    contour = from_index((1.5, 3.5, 4), (6.5, 3.5, 4), (6.5, 8.2, 4), (1.5, 8.2, 4))
    placed = place_contour(VolumeContour(contour), GRID)
    assert placed.origin == (2, 4, 4) and placed.mask.shape == (5, 5, 1) and placed.mask.all()
    assert placed.outside == 0


@pytest.mark.parametrize("across", [0, 1, 2])
def test_the_area_of_a_circle(across):
    """In any plane of the volume; voxels count by their area in mm2."""
    radius, flat = 11.0, [axis for axis in range(3) if axis != across]
    middle = from_index((50, 45, 10))[0]
    angles = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    points = np.tile(middle, (12, 1))
    points[:, flat[0]] += radius * np.cos(angles)
    points[:, flat[1]] += radius * np.sin(angles)
    placed = place_contour(VolumeContour(draw_curve(points, closed=True)), GRID)
    area = placed.mask.sum() * GRID.spacing[flat[0]] * GRID.spacing[flat[1]]
    assert placed.mask.shape[across] == 1
    assert area == pytest.approx(np.pi * radius**2, rel=0.015)


@pytest.mark.parametrize(
    ("order", "flips"), [((2, 0, 1), (1, -1, 1)), ((1, 0, 2), (-1, 1, -1)), ((0, 2, 1), (-1, -1, -1))]
)
def test_the_same_voxels_however_the_volume_is_stored(order, flips):
    contour = VolumeContour(from_index((10.2, 20.7, 4.1), (30.6, 22.3, 4.1), (17.7, 50.1, 3.9)))
    grid = permuted(order, flips)
    full = []
    for where in (GRID, grid):
        placed = place_contour(contour, where)
        mask = np.zeros(where.shape, dtype=bool)
        mask[tuple(slice(a, a + n) for a, n in zip(placed.origin, placed.mask.shape))] = placed.mask
        full.append(mask)
    back = np.flip(full[1], [axis for axis in range(3) if flips[axis] < 0])
    assert full[0].any() and (back.transpose(np.argsort(order)) == full[0]).all()


def test_points_may_lie_half_a_slice_off():
    contour = from_index((1, 1, 3.6), (9, 1, 4.4), (9, 9, 4.4))
    assert place_contour(VolumeContour(contour), GRID).origin[2] == 4


def test_a_contour_across_slices_is_refused():
    contour = from_index((1, 1, 3), (9, 1, 5), (9, 9, 3), (1, 9, 3))
    with pytest.raises(
        DataError,
        match=r"^a: is a closed curve that lies in no single slice.* 6 mm apart across slices that are 3 mm thick",
    ):
        place_contour(VolumeContour(contour), GRID, "a: ")


def test_beyond_the_image():
    half = place_contour(VolumeContour(from_index((-10.5, 0, 4), (9.5, 0, 4), (9.5, 8, 4), (-10.5, 8, 4))), GRID)
    assert half.origin == (0, 0, 4) and half.mask.shape[0] == 10
    assert half.outside == pytest.approx(1 - 10 * 8 / (20 * 8), abs=0.04)
    for index in ((0, 0, -1), (0, 0, 20), (200, 0, 4)):
        away = place_contour(VolumeContour(from_index((0, 0, 0), (5, 0, 0), (5, 5, 0)) + AFFINE[:3, :3] @ index), GRID)
        assert away.mask.size == 0 and away.outside == 1


def test_a_small_contour_keeps_one_voxel():
    placed = place_contour(VolumeContour(from_index((3.2, 3.2, 4), (3.4, 3.2, 4), (3.4, 3.4, 4))), GRID)
    assert placed.origin == (3, 3, 4) and placed.mask.shape == (1, 1, 1)


def test_without_an_area():
    with pytest.raises(DataError, match="around no area"):
        place_contour(VolumeContour(from_index((1, 1, 4), (5, 1, 4), (9, 1, 4))), GRID)
    with pytest.raises(DataError, match="around no area"):
        place_contour(VolumeContour(from_index((1, 1, 4), (1, 1, 4), (1, 1, 4))), GRID)


def test_a_contour_that_crosses_itself_keeps_both_parts():
    placed = place_contour(VolumeContour(from_index((0, 0, 4), (10, 10, 4), (10, 0, 4), (0, 10, 4))), GRID)
    assert placed.mask[1, 5] and placed.mask[9, 5] and not placed.mask[5, 1]
