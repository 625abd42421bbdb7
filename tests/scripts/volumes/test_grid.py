"""Grids of volumes: read from headers, compared in words."""

import nibabel as nib
import numpy as np
import pytest
from volume_files import write_dicom_series, write_volume

from scripts.errors import DataError
from scripts.volumes import VolumeGrid, VolumeReader, check_same_grid, grid_difference, read_grid

AFFINE = np.array([[0.8, 0, 0, -20], [0, 1.0, 0, -30], [0, 0, 2.5, 5], [0, 0, 0, 1]])
GRID = VolumeGrid((36, 50, 20), AFFINE)


def turned(grid, degrees):
    """About the first voxel, from right to front."""
    angle = np.deg2rad(degrees)
    turn = np.eye(4)
    turn[:2, :2] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    return VolumeGrid(grid.shape, turn @ grid.affine)


def reordered(codes, grid=GRID):
    """The same volume, stored along other axes."""
    image = nib.Nifti1Image(np.zeros(grid.shape, dtype=np.uint8), grid.affine)
    order = nib.orientations.axcodes2ornt(codes)
    image = image.as_reoriented(nib.orientations.ornt_transform(nib.io_orientation(grid.affine), order))
    return VolumeGrid(image.shape, image.affine)


def moved(x, y, z, grid=GRID):
    affine = grid.affine.copy()
    affine[:3, 3] += [x, y, z]
    return VolumeGrid(grid.shape, affine)


def scaled(*factors):
    return VolumeGrid(GRID.shape, AFFINE @ np.diag([*factors, 1.0]))


def test_spacing_and_corners():
    assert GRID.spacing == pytest.approx((0.8, 1.0, 2.5))
    corners = VolumeGrid((2, 3, 4), np.diag([1.0, 2, 3, 1])).corners()
    assert corners[0].tolist() == [-0.5, -1, -1.5] and corners[-1].tolist() == [1.5, 5, 10.5]


@pytest.mark.parametrize("ending", ["nii", "nii.gz", "nrrd", "nhdr", "mha", "mhd"])
def test_the_grid_is_that_of_the_reader(tmp_path, ending):
    affine = turned(GRID, 20).affine @ np.diag([1.0, 1, -1, 1])
    path = write_volume(tmp_path / f"a.{ending}", np.zeros((4, 5, 6), dtype=np.uint8), affine)
    _, meta = VolumeReader().get_data((path,))
    grid = read_grid(path)
    assert grid.shape == (4, 5, 6) == tuple(meta["spatial_shape"])
    np.testing.assert_allclose(grid.affine, affine, atol=1e-5)
    np.testing.assert_allclose(grid.affine, meta["affine"], atol=1e-12)


def test_the_grid_of_a_dicom_folder(tmp_path):
    affine = np.diag([-0.5, -0.5, 3, 1])
    grid = read_grid(write_dicom_series(tmp_path / "ct", np.zeros((4, 5, 6), dtype=np.int16), affine))
    assert grid.shape == (4, 5, 6)
    np.testing.assert_allclose(grid.affine, affine)


def test_only_the_header_is_read(tmp_path):
    path = write_volume(tmp_path / "a.mha", np.zeros((4, 5, 6), dtype=np.uint8))
    path.write_bytes(path.read_bytes()[:-50])
    assert read_grid(path).shape == (4, 5, 6)


@pytest.mark.parametrize("name", ["a.nii", "a.nii.gz", "a.nrrd", "a.mha", "a.png"])
def test_files_that_are_no_volumes_are_named(tmp_path, name):
    (tmp_path / name).write_bytes(b"not a volume")
    with pytest.raises(DataError, match=name):
        read_grid(tmp_path / name)


def test_the_same_grid_has_no_difference():
    assert grid_difference(GRID, VolumeGrid((36, 50, 20), AFFINE.copy())) == ""


def test_noise_below_a_twentieth_of_a_voxel_is_no_difference():
    assert grid_difference(moved(0.039, 0, 0), GRID) == ""
    assert grid_difference(VolumeGrid(GRID.shape, AFFINE.astype(np.float32)), GRID) == ""
    assert grid_difference(moved(0.041, 0, 0), GRID) == "it is shifted by 0.041 mm"


def test_half_a_voxel_is_a_difference():
    assert grid_difference(moved(0.3, 0.4, 0), GRID) == "it is shifted by 0.5 mm"


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ("LAS", "its axis R-L is stored flipped"),
        ("RPS", "its axis A-P is stored flipped"),
        ("LPI", "its axes R-L, A-P and S-I are stored flipped"),
        ("ARS", "its axes are stored as A-R-S instead of R-A-S"),
        ("SPL", "its axes are stored as S-P-L instead of R-A-S"),
    ],
)
def test_the_same_volume_stored_otherwise(codes, expected):
    assert grid_difference(reordered(codes), GRID) == expected


def test_the_flipped_axis_is_called_by_its_direction_not_by_its_number():
    grid = reordered("ASR")
    assert grid_difference(reordered("ASL"), grid) == "its axis R-L is stored flipped"


def test_a_flipped_sign_that_left_the_origin_is_a_shift_too():
    mirrored = VolumeGrid(GRID.shape, AFFINE @ np.diag([-1.0, 1, 1, 1]))
    assert grid_difference(mirrored, GRID) == "its axis R-L is stored flipped and it is shifted by 28 mm"


def test_another_size():
    assert grid_difference(VolumeGrid((36, 50, 19), AFFINE), GRID) == (
        "its size is 36 x 50 x 19 voxels instead of 36 x 50 x 20"
    )


def test_another_spacing():
    assert grid_difference(scaled(1, 1, 2), GRID) == "its voxels measure 0.8 x 1 x 5 mm instead of 0.8 x 1 x 2.5 mm"


def test_a_resampled_volume_differs_in_size_and_spacing():
    assert grid_difference(VolumeGrid((36, 50, 10), scaled(1, 1, 2).affine), GRID) == (
        "its size is 36 x 50 x 10 voxels instead of 36 x 50 x 20 and its voxels measure 0.8 x 1 x 5 mm instead of "
        "0.8 x 1 x 2.5 mm"
    )


def test_the_thickness_of_a_single_slice_is_told():
    slice_, thick = (VolumeGrid((9, 9, 1), np.diag([1.0, 1, side, 1])) for side in (1, 2))
    assert "its voxels measure 1 x 1 x 2 mm" in grid_difference(thick, slice_)


@pytest.mark.parametrize("degrees", [0.5, 5, 40])
def test_a_turned_volume(degrees):
    assert grid_difference(turned(GRID, degrees), GRID) == f"it is turned by {degrees:g} degrees"


def test_a_label_on_another_grid_is_refused_with_both_names():
    check_same_grid("label.nii", GRID, "image.nii", moved(0, 0, 0.01))
    with pytest.raises(
        DataError, match="label.nii: is not on the voxel grid of its image image.nii: it is shifted by 3 mm. Export the"
    ):
        check_same_grid("label.nii", GRID, "image.nii", moved(0, 3, 0))
