"""Folders of DICOM slices: one even series, or an error that says what is wrong."""

import itk
import numpy as np
import pytest
from volume_files import write_dicom_series, write_dicom_slice

from scripts.errors import DataError
from scripts.volumes.dicom_series import find_series, is_slice, read_series

VALUES = np.arange(4 * 3 * 5, dtype=np.int16).reshape(4, 3, 5) - 20
PIXELS = VALUES[:, :, 0]


def write_axial(folder, heights, **kwargs):
    """Slices at the given heights in mm."""
    for number, height in enumerate(heights):
        write_dicom_slice(folder / f"{number}.dcm", PIXELS, (0, 0, height), **kwargs)
    return folder


def test_slices_are_sorted_by_where_they_lie(tmp_path):
    affine = np.array([[-0.5, 0, 0, 10], [0, -0.75, 0, 20], [0, 0, 2.5, -30], [0, 0, 0, 1]])
    series = find_series(write_dicom_series(tmp_path / "ct", VALUES, affine))
    assert [path.name for path in series.files] == [f"slice{n}.dcm" for n in ("03", "10", "17", "24", "31")]
    assert series.shape == (4, 3, 5)
    np.testing.assert_allclose(series.affine, affine)
    assert (itk.array_from_image(read_series(series)).T == VALUES).all()


def test_the_grid_is_the_one_that_itk_reads(tmp_path):
    turned = np.array([[-0.6, 0, 1.6], [-0.8, 0, -1.2], [0, -1.5, 0]])
    affine = np.vstack([np.column_stack([turned, [1, 2, 3]]), [0, 0, 0, 1]])
    series = find_series(write_dicom_series(tmp_path / "ct", VALUES, affine))
    image = read_series(series)
    assert tuple(itk.size(image)) == series.shape
    lps = itk.array_from_matrix(image.GetDirection()) * np.asarray(image.GetSpacing())
    np.testing.assert_allclose(np.diag([-1, -1, 1]) @ lps, series.affine[:3, :3], atol=1e-6)
    np.testing.assert_allclose(series.affine, affine, atol=1e-6)


def test_other_files_are_left_alone(tmp_path):
    folder = write_axial(tmp_path, [0, 1, 2])
    for name in ("notes.txt", ".hidden.dcm", "DICOMDIR"):
        (folder / name).write_bytes(b"\0" * 128 + b"DICM" if name != "notes.txt" else b"text")
    (folder / "more").mkdir()
    assert len(find_series(folder).files) == 3


def test_a_single_slice_has_its_stated_distance(tmp_path):
    write_dicom_slice(tmp_path / "a.dcm", PIXELS, (0, 0, 0), tags={"0018|0050": "3", "0018|0088": "3"})
    assert find_series(tmp_path).shape == (4, 3, 1)


def test_slopes_that_differ_between_slices_are_kept(tmp_path):
    """In the type of the first slice, the values of the second would be rounded."""
    folder = write_axial(tmp_path, [0, 1])
    second = folder / "1.dcm"
    slope = b"\x28\x00\x53\x10\x02\x00\x00\x00"  # tag and length of the value, "1 "
    content = second.read_bytes()
    assert slope + b"1 " in content
    second.write_bytes(content.replace(slope + b"1 ", slope + b".5"))
    values = itk.array_from_image(read_series(find_series(folder))).T
    assert (values[:, :, 0] == PIXELS).all()
    assert (values[:, :, 1] == (PIXELS + 1024.0) * 0.5 - 1024).all()


def test_an_empty_folder(tmp_path):
    with pytest.raises(DataError, match=f"{tmp_path.name}: holds no DICOM slices"):
        find_series(tmp_path)


def test_several_series_are_listed(tmp_path):
    write_axial(tmp_path, [0, 1, 2])
    for number in range(2):
        write_dicom_slice(tmp_path / f"b{number}.dcm", PIXELS, (0, 0, number), series="1.2.3.9")
    with pytest.raises(
        DataError, match=r"2 DICOM series: 1.2.3.4 \(3 files\), 1.2.3.9 \(2 files\). Put one series in a folder of its"
    ):
        find_series(tmp_path)


def test_a_damaged_slice_is_named(tmp_path):
    """ITK leaves it out without a word; at an end of the volume nothing else would tell."""
    folder = write_axial(tmp_path, [0, 1, 2])
    (folder / "2.dcm").write_bytes((folder / "2.dcm").read_bytes()[:-8])
    with pytest.raises(DataError, match="1 of its DICOM files cannot be read as slices, 2.dcm for one"):
        find_series(folder)


def test_a_slice_that_was_not_copied_is_named(tmp_path):
    """An empty file has no magic bytes; its suffix says what it was."""
    (write_axial(tmp_path, [0, 1, 2]) / "3.dcm").touch()
    with pytest.raises(DataError, match="1 of its DICOM files cannot be read as slices, 3.dcm for one"):
        find_series(tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.DCM", b"", True),
        ("IM0001", b"\0" * 128 + b"DICM", True),
        ("notes.txt", b"text", False),
        (".hidden.dcm", b"", False),
        ("DICOMDIR", b"\0" * 128 + b"DICM", False),
    ],
)
def test_slices_are_known_by_suffix_or_magic_bytes(tmp_path, name, content, expected):
    (tmp_path / name).write_bytes(content)
    assert is_slice(tmp_path / name) == expected
    assert not is_slice(tmp_path)


def test_a_missing_slice_is_located(tmp_path):
    with pytest.raises(DataError, match="most are 2 mm apart, but 2.dcm and 3.dcm 4 mm. Add the slices"):
        find_series(write_axial(tmp_path, [0, 2, 4, 8, 10, 12]))


def test_a_missing_slice_among_few_is_located(tmp_path):
    with pytest.raises(DataError, match="most are 2 mm apart, but 1.dcm and 2.dcm 4 mm"):
        find_series(write_axial(tmp_path, [0, 2, 6]))


def test_a_slow_drift_is_uneven_too(tmp_path):
    """Neighbouring distances differ by 1.5 %, but in the middle slices lie 10 % of a distance beside their place."""
    heights = np.concatenate([np.arange(11), 10 + 1.02 * np.arange(1, 11)])
    with pytest.raises(DataError, match="not evenly spaced"):
        find_series(write_axial(tmp_path, heights))


def test_positions_that_were_rounded_are_even(tmp_path):
    assert find_series(write_axial(tmp_path, [0, 0.62, 1.25, 1.88, 2.5])).affine[2, 2] == pytest.approx(0.625)


def test_slices_at_one_place_are_named(tmp_path):
    with pytest.raises(DataError, match="the slices 1.dcm and 3.dcm lie at the same place"):
        find_series(write_axial(tmp_path, [0, 1, 2, 1]))


def test_slices_without_positions_lie_at_one_place(tmp_path):
    """ITK does not look at the positions of "secondary captures", which are pictures of the screen."""
    capture = {"0008|0016": "1.2.840.10008.5.1.4.1.1.7"}
    with pytest.raises(DataError, match="or their positions are missing"):
        find_series(write_axial(tmp_path, [5, 5, 5], tags=capture))


def test_a_tilted_gantry_is_refused(tmp_path):
    """ITK would stack the slices straight."""
    for k in range(4):
        write_dicom_slice(tmp_path / f"{k}.dcm", PIXELS, (0, 0.3 * k, 2 * k))
    with pytest.raises(DataError, match="shifted sideways against each other, by 0.9 mm in all"):
        find_series(tmp_path)


@pytest.mark.parametrize(
    ("pixels", "kwargs", "expected"),
    [
        (PIXELS[:3], {}, "0.dcm and z.dcm have different sizes, 4 x 3 and 3 x 3 pixels"),
        (PIXELS, {"spacing": (1, 1.5)}, "have pixels of different sizes, 1 x 1 and 1 x 1.5 mm"),
        (PIXELS, {"axes": np.eye(3)[[1, 0]]}, "are oriented differently"),
    ],
)
def test_slices_of_another_kind_are_named(tmp_path, pixels, kwargs, expected):
    write_axial(tmp_path, [0, 1, 2])
    write_dicom_slice(tmp_path / "z.dcm", pixels, (0, 0, 3), **kwargs)
    with pytest.raises(DataError, match=expected):
        find_series(tmp_path)


def test_many_slices_in_one_file_are_refused(tmp_path):
    image = itk.image_from_array(np.zeros((5, 3, 4), dtype=np.uint8))
    file = itk.GDCMImageIO.New()
    itk.ImageFileWriter.New(Input=image, FileName=str(tmp_path / "a.dcm"), ImageIO=file).Update()
    with pytest.raises(DataError, match="a.dcm: holds 5 slices in one DICOM file"):
        find_series(tmp_path)


def test_colour_pictures_are_refused(tmp_path):
    image = itk.image_from_array(np.zeros((3, 4, 3), dtype=np.uint8), is_vector=True)
    file = itk.GDCMImageIO.New()
    itk.ImageFileWriter.New(Input=image, FileName=str(tmp_path / "a.dcm"), ImageIO=file).Update()
    with pytest.raises(DataError, match="a.dcm: is a picture in colour"):
        find_series(tmp_path)
