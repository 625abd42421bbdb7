"""Facts of volumes, and those that cannot be used."""

import gzip
import shutil

import nibabel as nib
import numpy as np
import pytest
from volume_files import write_dicom_series, write_volume

from scripts.checking.measure_volume import measure_volume

AFFINE = np.diag([-0.5, -0.5, 2, 1])
ARRAY = np.random.default_rng(0).integers(-100, 900, (6, 7, 5)).astype(np.int16)


def measured(path):
    found = []
    return measure_volume(str(path), lambda *finding: found.append(finding)), found


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.nii", "NIfTI"), ("a.nii.gz", "NIfTI"), ("a.nrrd", "NRRD"), ("a.mha", "MetaImage"), ("a.mhd", "MetaImage")],
)
def test_facts(tmp_path, name, kind):
    image, found = measured(write_volume(tmp_path / name, ARRAY, AFFINE))
    facts = image.facts
    assert found == [] and facts.readable and image.size == (6, 7, 5)
    assert (facts.file_format, facts.size, facts.channels, facts.dtype) == (kind, [6, 7, 5], 1, "int16")
    assert (facts.spacing, facts.orientation, facts.look) == ([0.5, 0.5, 2], "LPS", "")
    assert (facts.minimum, facts.maximum) == (ARRAY.min(), ARRAY.max())
    assert facts.mean == pytest.approx(ARRAY.mean()) and facts.std == pytest.approx(ARRAY.std())
    assert (image.volume == ARRAY).all()


def test_the_same_voxels_in_every_format(tmp_path):
    paths = [write_volume(tmp_path / name, ARRAY, AFFINE) for name in ("a.nii.gz", "a.nrrd", "a.mha")]
    paths.append(write_dicom_series(tmp_path / "series", ARRAY, AFFINE))
    assert len({measured(path)[0].facts.pixels for path in paths}) == 1


def test_a_folder_of_slices(tmp_path):
    image, found = measured(write_dicom_series(tmp_path / "series", ARRAY, AFFINE))
    assert found == [] and image.facts.file_format == "DICOM" and len(image.facts.sha256) == 64
    assert (image.facts.size, image.facts.orientation) == ([6, 7, 5], "LPS")
    copy = shutil.copytree(tmp_path / "series", tmp_path / "copy")
    assert measured(copy)[0].facts.sha256 == image.facts.sha256


def test_cut_off_behind_the_header_the_grid_is_known(tmp_path):
    for name in ("a.nii", "a.nrrd", "a.mha"):
        path = write_volume(tmp_path / name, ARRAY, AFFINE)
        path.write_bytes(path.read_bytes()[:-50])
        image, [(check, message)] = measured(path)
        assert check == "image-unreadable" and str(path) in message
        assert image.grid.shape == (6, 7, 5) and not image.facts.readable


def test_what_is_no_volume(tmp_path):
    (tmp_path / "a.nii").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.png").write_bytes(b"x")
    assert "By its content the file is PNG." in measured(tmp_path / "a.nii")[1][0][1]
    assert "holds no DICOM slices" in measured(tmp_path / "empty")[1][0][1]
    assert "is no volume that can be read" in measured(tmp_path / "a.png")[1][0][1]


def test_values_that_are_not_finite(tmp_path):
    values = ARRAY.astype(np.float32)
    values[0, 0, :3] = np.nan
    image, found = measured(write_volume(tmp_path / "a.nii", values))
    assert [check for check, _ in found] == ["image-not-finite"] and image.facts.maximum == np.nanmax(values)


def test_constant(tmp_path):
    _, [(check, message)] = measured(write_volume(tmp_path / "a.nrrd", np.full((3, 4, 5), 7, np.int16)))
    assert check == "image-constant" and "every value is 7" in message


def test_a_size_that_the_file_cannot_hold_is_refused_unread(tmp_path):
    header = nib.Nifti1Header()
    header.set_data_shape((1000, 1000, 1000))
    header["pixdim"][1:4] = 1
    header["magic"], header["vox_offset"] = b"n+1", 352
    (tmp_path / "a.nii.gz").write_bytes(gzip.compress(header.binaryblock + bytes(1000)))
    image, [(check, message)] = measured(tmp_path / "a.nii.gz")
    assert check == "image-unreadable" and "1000 x 1000 x 1000 voxels, more than its" in message
    assert image.volume is None
