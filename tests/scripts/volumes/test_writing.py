"""Results in the format, on the grid and under the name of the volume that they belong to."""

import itk
import nibabel as nib
import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from volume_files import write_dicom_series, write_volume

from scripts.errors import DataError
from scripts.volumes import read_grid
from scripts.volumes.writing import result_path, volume_stem, write_nifti, write_result

SHAPE = (5, 6, 4)
MASK = (np.arange(120) % 3).reshape(SHAPE).astype(np.uint8)


def oblique_affine(handed=-1):
    """Rotated and anisotropic, left-handed unless told otherwise."""
    affine = np.eye(4)
    turn = Rotation.from_euler("xyz", [10, -15, 20], degrees=True).as_matrix()
    affine[:3, :3] = turn @ np.diag([0.7, 4 / 3, 2 * handed])
    affine[:3, 3] = [12.3, -40.1, 7.7]
    return affine


def scan(path, shape=SHAPE):
    return write_volume(path, np.arange(np.prod(shape), dtype=np.int16).reshape(shape), oblique_affine())


@pytest.mark.parametrize(
    ("name", "stem", "result"),
    [
        ("a.nii.gz", "a", "a_seg.nii.gz"),
        ("a.nii", "a", "a_seg.nii.gz"),
        ("Case.1.NII.GZ", "Case.1", "Case.1_seg.nii.gz"),
        ("a.b.nrrd", "a.b", "a.b_seg.nrrd"),
        ("a.nhdr", "a", "a_seg.nrrd"),
        ("a.mha", "a", "a_seg.mha"),
        ("a.mhd", "a", "a_seg.mha"),
        ("series.1/", "series.1", "series.1_seg.nii.gz"),
        ("study.nii/", "study.nii", "study.nii_seg.nii.gz"),
    ],
)
def test_names(tmp_path, name, stem, result):
    if name.endswith("/"):
        (tmp_path / name).mkdir()
    assert volume_stem(tmp_path / name) == stem
    assert result_path(tmp_path / name, "out", "seg").as_posix() == f"out/{result}"


@pytest.mark.parametrize("ending", ["nii", "nii.gz", "nrrd", "nhdr", "mha", "mhd"])
def test_the_result_lies_on_the_very_grid_of_its_source(tmp_path, ending):
    source = scan(tmp_path / f"a.{ending}")
    result = write_result(MASK, oblique_affine(), source, tmp_path / "out", "seg")
    assert list((tmp_path / "out").iterdir()) == [result]
    found, expected = read_grid(result), read_grid(source)
    assert found.shape == expected.shape
    np.testing.assert_allclose(found.affine, expected.affine, rtol=0, atol=1e-14)
    written = itk.imread(str(result))
    assert np.array_equal(itk.array_from_image(written).T, MASK)
    assert itk.array_from_image(written).dtype == np.uint8


def test_nifti_keeps_the_header_but_for_what_describes_the_values(tmp_path):
    affine = oblique_affine()
    image = nib.Nifti1Image(np.arange(120, dtype=np.int16).reshape(SHAPE), affine)
    image.set_sform(affine, code="mni")
    image.set_qform(affine, code="scanner")
    image.header.set_xyzt_units("mm", "sec")
    image.header.set_slope_inter(2, -1024)
    image.header.set_intent("t test", (3,), name="statistic")
    image.header["descrip"] = b"scanner 7"
    image.header["cal_max"] = 400
    image.header.extensions.append(nib.nifti1.Nifti1Extension("comment", b"of the scan"))
    nib.save(image, tmp_path / "a.nii")
    result = nib.load(write_result(MASK, affine, tmp_path / "a.nii", tmp_path, "seg"))
    source = nib.load(tmp_path / "a.nii")
    assert np.array_equal(result.affine, source.affine)
    for key in ("sform_code", "qform_code", "xyzt_units", "descrip", "pixdim", "quatern_b", "qoffset_x", "srow_x"):
        assert np.array_equal(result.header[key], source.header[key])
    assert result.get_data_dtype() == np.uint8
    assert (result.dataobj.slope, result.dataobj.inter) == (1, 0)
    assert result.header.get_intent() == ("none", (), "") and result.header["cal_max"] == 0
    assert not result.header.extensions
    assert np.array_equal(np.asarray(result.dataobj), MASK)


def test_a_nifti_2_file_and_a_big_endian_one_stay_what_they_are(tmp_path):
    values = np.arange(120, dtype=np.int16).reshape(SHAPE)
    big = nib.Nifti1Image(values, oblique_affine(), nib.Nifti1Header(endianness=">"))
    for name, image in (("two", nib.Nifti2Image(values, oblique_affine())), ("big", big)):
        nib.save(image, tmp_path / f"{name}.nii.gz")
        result = nib.load(write_result(MASK.astype(np.float32) / 2, None, tmp_path / f"{name}.nii.gz", tmp_path, "p"))
        assert type(result) is type(image) and result.header.endianness == image.header.endianness
        assert np.array_equal(result.get_fdata(), MASK / 2)


def test_an_axis_of_length_1_behind_the_volume_is_left_out(tmp_path):
    nib.save(nib.Nifti1Image(np.zeros((*SHAPE, 1), np.int16), oblique_affine()), tmp_path / "a.nii")
    assert nib.load(write_result(MASK, None, tmp_path / "a.nii", tmp_path, "seg")).shape == SHAPE


def test_a_single_slice_stays_a_volume(tmp_path):
    for ending in ("nii.gz", "nrrd", "mha"):
        source = scan(tmp_path / f"a.{ending}", (5, 6, 1))
        assert read_grid(write_result(MASK[:, :, :1], None, source, tmp_path, "seg")).shape == (5, 6, 1)


def test_dicom_slices_give_nifti_on_their_grid(tmp_path):
    affine = oblique_affine(handed=1)
    source = write_dicom_series(tmp_path / "series.1", np.arange(120).reshape(SHAPE), affine)
    result = nib.load(write_result(MASK, None, source, tmp_path, "seg"))
    assert result.get_filename() == str(tmp_path / "series.1_seg.nii.gz")
    np.testing.assert_allclose(result.get_sform(), affine, atol=1e-5)
    np.testing.assert_allclose(result.get_qform(), affine, atol=1e-5)
    assert (int(result.header["sform_code"]), int(result.header["qform_code"])) == (1, 1)
    assert result.header.get_xyzt_units()[0] == "mm"


def test_a_new_volume_is_where_both_transforms_say(tmp_path):
    write_nifti(MASK, oblique_affine(), tmp_path / "new" / "a.nii.gz")
    image = nib.load(tmp_path / "new" / "a.nii.gz")
    assert np.array_equal(image.dataobj, MASK) and image.header.get_xyzt_units()[0] == "mm"
    np.testing.assert_allclose(image.get_sform(), oblique_affine(), atol=1e-5)
    np.testing.assert_allclose(image.get_qform(), oblique_affine(), atol=1e-5)


def test_a_sheared_grid_has_no_quaternion(tmp_path):
    sheared = oblique_affine() @ [[1, 0, 0.3, 0], *np.eye(4)[1:]]
    write_nifti(MASK, sheared, tmp_path / "a.nii.gz")
    header = nib.load(tmp_path / "a.nii.gz").header
    assert (int(header["sform_code"]), int(header["qform_code"])) == (1, 0)
    np.testing.assert_allclose(header.get_sform(), sheared, atol=1e-5)
    assert read_grid(tmp_path / "a.nii.gz").shape == SHAPE


def test_probabilities_are_kept_as_they_are(tmp_path):
    probability = np.random.default_rng(0).random(SHAPE, dtype=np.float32)
    for ending in ("nii.gz", "nrrd", "mha"):
        result = write_result(probability, None, scan(tmp_path / f"a.{ending}"), tmp_path, "probability")
        assert np.array_equal(itk.array_from_image(itk.imread(str(result))).T, probability)


def test_files_are_compressed_and_the_same_each_time(tmp_path):
    empty = np.zeros((40, 40, 40), np.uint8)
    for ending in ("nii", "nrrd", "mha"):
        source = scan(tmp_path / f"a.{ending}", empty.shape)
        first, second = (write_result(empty, None, source, tmp_path / name, "seg") for name in ("one", "two"))
        assert first.stat().st_size < 2000
        assert first.read_bytes() == second.read_bytes()
    packed = (tmp_path / "one" / "a_seg.nii.gz").read_bytes()
    assert packed[3:8] == bytes(5), "neither a name nor a time in the header of gzip"


@pytest.mark.parametrize(
    ("values", "affine", "expected"),
    [
        (MASK[:4], None, "its size is 4 x 6 x 4 voxels instead of 5 x 6 x 4"),
        (MASK, oblique_affine(handed=1), "flipped"),
        (MASK, np.diag([1, 1, 1, 1]), "not on the grid"),
    ],
)
def test_results_on_another_grid_are_not_written(tmp_path, values, affine, expected):
    source = scan(tmp_path / "a.nii.gz")
    with pytest.raises(DataError, match=rf"a.nii.gz: .*{expected}.*Invertd"):
        write_result(values, affine, source, tmp_path / "out", "seg")
    assert not (tmp_path / "out").exists()


def test_a_source_that_is_gone_is_named(tmp_path):
    with pytest.raises(DataError, match="a.nii.gz: does not exist"):
        write_result(MASK, None, tmp_path / "a.nii.gz", tmp_path, "seg")
