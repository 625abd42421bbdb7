"""Painted voxels on the grid of their image."""

import nibabel as nib
import numpy as np
import pytest
from nibabel.orientations import axcodes2ornt, io_orientation, ornt_transform

from bundle.importing.marks import VoxelMask
from bundle.importing.volume_mask import crop_mask, place_voxel_mask
from scripts.errors import DataError
from scripts.volumes import VolumeGrid

AFFINE = np.array([[0.8, 0.1, 0, -20], [-0.08, 1.0, 0, -30], [0, 0, 2.5, 5], [0, 0, 0, 1]])
GRID = VolumeGrid((9, 8, 7), AFFINE)
PAINTED = np.random.default_rng(0).random(GRID.shape) < 0.2


def moved(affine, *voxels):
    result = affine.copy()
    result[:3, 3] = (affine @ [*voxels, 1])[:3]
    return result


def full(placed, shape=GRID.shape):
    result = np.zeros(shape, dtype=bool)
    result[tuple(slice(a, a + n) for a, n in zip(placed.origin, placed.mask.shape))] = placed.mask
    return result


def test_the_same_grid():
    placed = place_voxel_mask(VoxelMask(PAINTED, GRID), GRID)
    assert (full(placed) == PAINTED).all()
    assert placed.outside == 0


def test_only_the_part_around_what_is_painted_is_kept():
    mask = np.zeros(GRID.shape, dtype=bool)
    mask[2:4, 5, 1:6] = True
    placed = place_voxel_mask(VoxelMask(mask, GRID), GRID)
    assert placed.origin == (2, 5, 1) and placed.mask.shape == (2, 1, 5) and placed.mask.all()


@pytest.mark.parametrize("codes", ["RAS", "LPS", "LPI", "SPL", "ASR", "PIR"])
def test_a_crop_with_axes_in_another_order_and_direction(codes):
    part = PAINTED[2:8, 1:6, 3:7]
    image = nib.Nifti1Image(part.astype(np.uint8), moved(AFFINE, 2, 1, 3))
    image = image.as_reoriented(ornt_transform(io_orientation(AFFINE), axcodes2ornt(codes)))
    stored = VoxelMask(np.asarray(image.dataobj) > 0, VolumeGrid(image.shape, image.affine))
    expected = np.zeros_like(PAINTED)
    expected[2:8, 1:6, 3:7] = part
    assert (full(place_voxel_mask(stored, GRID)) == expected).all()


def test_what_lies_beyond_the_image_is_cut_and_told():
    mask = np.ones((4, 2, 2), dtype=bool)
    placed = place_voxel_mask(VoxelMask(mask, VolumeGrid(mask.shape, moved(AFFINE, 6, 0, -1))), GRID)
    assert placed.origin == (6, 0, 0)
    assert placed.mask.shape == (3, 2, 1) and placed.mask.all()
    assert placed.outside == 1 - 6 / 16


def test_wholly_beyond_the_image_and_empty():
    mask = np.ones((2, 2, 2), dtype=bool)
    placed = place_voxel_mask(VoxelMask(mask, VolumeGrid(mask.shape, moved(AFFINE, 9, 0, 0))), GRID)
    assert placed.mask.size == 0 and placed.outside == 1
    placed = place_voxel_mask(VoxelMask(~mask, GRID), GRID)
    assert placed.mask.size == 0 and placed.outside == 0


def test_the_thickness_of_a_single_slice_does_not_count_but_its_place_does():
    affine = moved(AFFINE, 0, 0, 4) @ np.diag([1.0, 1, 3, 1])
    mask = np.ones((9, 8, 1), dtype=bool)
    assert place_voxel_mask(VoxelMask(mask, VolumeGrid(mask.shape, affine)), GRID).origin == (0, 0, 4)
    with pytest.raises(DataError, match="it is shifted by 1 mm"):
        place_voxel_mask(VoxelMask(mask, VolumeGrid(mask.shape, moved(AFFINE, 0, 0, 4.4))), GRID)


def turn(degrees):
    angle = np.deg2rad(degrees)
    result = np.eye(4)
    result[:2, :2] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    return result


@pytest.mark.parametrize(
    ("affine", "expected"),
    [
        (moved(AFFINE, 0, 0, 0.2), "it is shifted by 0.5 mm"),
        (AFFINE @ np.diag([1, 1, 0.5, 1]), "its voxels measure .* x 1.25 mm instead of .* x 2.5 mm"),
        (turn(10) @ AFFINE, "it is turned by 10 degrees"),
        (turn(45) @ AFFINE, "it is turned by 45 degrees"),
    ],
)
def test_voxels_that_are_not_those_of_the_image(affine, expected):
    mask = np.ones(GRID.shape, dtype=bool)
    with pytest.raises(DataError, match=f"^a.seg.nrrd: is not on the voxel grid of its image: {expected}"):
        place_voxel_mask(VoxelMask(mask, VolumeGrid(mask.shape, affine)), GRID, "a.seg.nrrd: ")


def test_rounding_of_headers_is_no_difference():
    noisy = VolumeGrid(GRID.shape, AFFINE.astype(np.float32).astype(float) + 1e-4 * np.eye(4, k=2))
    assert (full(place_voxel_mask(VoxelMask(PAINTED, noisy), GRID)) == PAINTED).all()


def test_crop():
    mask = np.zeros(GRID.shape, dtype=bool)
    assert crop_mask(VoxelMask(mask, GRID)) is None
    mask[3, 4, 5] = mask[5, 4, 6] = True
    part = crop_mask(VoxelMask(mask, GRID))
    assert part.mask.tolist() == mask[3:6, 4:5, 5:7].tolist() and part.grid.shape == (3, 1, 2)
    np.testing.assert_allclose(part.grid.affine, moved(AFFINE, 3, 4, 5))
