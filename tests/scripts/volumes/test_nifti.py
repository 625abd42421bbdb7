"""NIfTI headers that say without doubt where the voxels are, and those that do not."""

import logging

import nibabel as nib
import numpy as np
import pytest

from scripts.errors import DataError
from scripts.volumes.nifti import open_nifti

VALUES = np.zeros((4, 5, 6), dtype=np.uint8)


def write_header(path, values=VALUES, image_class=nib.Nifti1Image, **fields):
    """A file whose header fields are set as they are, without nibabel's corrections."""
    image = image_class(values, np.diag([2.0, 2, 2, 1]))
    image.header.set_qform(image.affine, code=1)
    image.header.set_sform(image.affine, code=0)
    for name, value in fields.items():
        image.header[name] = value
    image.header["magic"] = b"n+1" if image_class is nib.Nifti1Image else b"n+2"
    image.header.set_data_offset(image.header.sizeof_hdr + 4)
    content = image.header.binaryblock + b"\0" * 4 + values.tobytes("F")
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("image_class", [nib.Nifti1Image, nib.Nifti2Image])
def test_the_qform_alone(tmp_path, image_class):
    image = open_nifti(write_header(tmp_path / "a.nii", image_class=image_class))
    assert (image.affine == np.diag([2, 2, 2, 1])).all() and image.shape == (4, 5, 6)


def test_the_sform_goes_before_the_qform(tmp_path):
    moved = {"sform_code": 1, "srow_x": [-2, 0, 0, 9], "srow_y": [0, 2, 0, 8], "srow_z": [0, 0, 2, 7]}
    image = open_nifti(write_header(tmp_path / "a.nii", **moved))
    assert image.affine.tolist() == [[-2, 0, 0, 9], [0, 2, 0, 8], [0, 0, 2, 7], [0, 0, 0, 1]]


def test_an_sform_that_is_rounded_is_taken_as_it_is(tmp_path):
    """MONAI's reader would take the qform instead, though its code says that there is none."""
    rounded = {"srow_x": [2.001, 0, 0, 9], "srow_y": [0, 2, 0, 8], "srow_z": [0, 0, 2, 7]}
    image = open_nifti(write_header(tmp_path / "a.nii", sform_code=1, qform_code=0, **rounded))
    np.testing.assert_allclose(image.affine[0], [2.001, 0, 0, 9])


@pytest.mark.filterwarnings("ignore:invalid value encountered")
@pytest.mark.parametrize("side", [0, -2, np.nan, np.inf])
def test_voxels_without_a_size_are_refused(tmp_path, side):
    """nibabel would make 0 to 1 mm, and -2 to 2 mm, without a word."""
    path = write_header(tmp_path / "a.nii", pixdim=[1, 2, side, 2, 0, 0, 0, 0])
    with pytest.raises(DataError, match=f"a.nii: its header says that voxels measure 2 x {side:g} x 2 mm"):
        open_nifti(path)


def test_a_header_that_contradicts_itself_is_refused(tmp_path):
    rows = {"srow_x": [1, 0, 0, 0], "srow_y": [0, 1, 0, 0], "srow_z": [0, 0, 3, 0]}
    with pytest.raises(DataError, match="a.nii: .*by its sform voxels measure 1 x 1 x 3 mm, by its pixdim 2 x 2 x 2"):
        open_nifti(write_header(tmp_path / "a.nii", sform_code=1, **rows))


def test_a_singular_sform_is_refused(tmp_path):
    rows = {"srow_x": [2, 2, 0, 0], "srow_y": [0, 0, 0, 0], "srow_z": [0, 0, 2, 0]}
    with pytest.raises(DataError, match="a.nii: the affine of its header is singular"):
        open_nifti(write_header(tmp_path / "a.nii", sform_code=1, **rows))


def test_an_sform_with_nan_is_refused(tmp_path):
    with pytest.raises(DataError, match="a.nii: the affine of its header holds values that are not finite"):
        open_nifti(write_header(tmp_path / "a.nii", sform_code=1, srow_x=[np.nan, 0, 0, 0]))


def test_an_impossible_quaternion_is_refused(tmp_path):
    with pytest.raises(DataError, match="a.nii: cannot be read as a NIfTI volume"):
        open_nifti(write_header(tmp_path / "a.nii", quatern_b=2))


def test_neither_sform_nor_qform_is_a_guess_that_is_said_once(tmp_path, caplog):
    path = write_header(tmp_path / "a.nii", qform_code=0)
    with caplog.at_level(logging.WARNING):
        image = open_nifti(path)
        open_nifti(path)
    assert image.affine[0, 0] == -2
    assert len(caplog.records) == 1 and "a.nii: its header has neither an sform nor a qform" in caplog.text


@pytest.mark.parametrize(("code", "unit"), [(1, "metres"), (3, "micrometres")])
def test_other_units_than_mm_are_refused(tmp_path, code, unit):
    with pytest.raises(DataError, match=f"a.nii: its header gives lengths in {unit}; expected mm"):
        open_nifti(write_header(tmp_path / "a.nii", xyzt_units=code + 8))
    open_nifti(write_header(tmp_path / "b.nii", xyzt_units=2 + 8))


@pytest.mark.parametrize(
    "values",
    [
        np.zeros((4, 5, 6), dtype=[("R", "u1"), ("G", "u1"), ("B", "u1")]),
        np.zeros((4, 5, 6), dtype=np.complex64),
        np.zeros((4, 5, 6, 1, 3), dtype=np.float32),
    ],
)
def test_colours_complex_numbers_and_vectors_are_refused(tmp_path, values):
    nib.save(nib.Nifti1Image(values, np.eye(4)), tmp_path / "a.nii.gz")
    with pytest.raises(DataError, match="a.nii.gz: holds colours, vectors or complex numbers"):
        open_nifti(tmp_path / "a.nii.gz")


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((4, 5), "is a picture of 4 x 5 pixels"),
        ((4, 5, 6, 7), "is 4D and holds 7 volumes"),
        ((4, 0, 6), "is empty, its size is 4 x 0 x 6 voxels"),
    ],
)
def test_sizes_of_no_volume_are_refused(tmp_path, shape, expected):
    nib.save(nib.Nifti1Image(np.zeros(shape, dtype=np.uint8), np.eye(4)), tmp_path / "a.nii.gz")
    with pytest.raises(DataError, match=f"a.nii.gz: {expected}"):
        open_nifti(tmp_path / "a.nii.gz")


def test_another_format_of_nibabel_under_this_name_is_refused(tmp_path):
    nib.save(nib.MGHImage(np.zeros((4, 5, 6), dtype=np.float32), np.eye(4)), tmp_path / "a.mgz")
    (tmp_path / "a.mgz").rename(tmp_path / "a.nii.gz")
    with pytest.raises(DataError, match="a.nii.gz: cannot be read as a NIfTI volume"):
        open_nifti(tmp_path / "a.nii.gz")
