"""Which files of a folder are images to segment."""

import numpy as np
import pytest
from volume_files import write_dicom_slice

from scripts.data import list_images, list_volumes
from scripts.errors import DataError


def test_lists_images_by_name_whatever_the_case_of_their_suffix(tmp_path):
    for name in ("b.PNG", "a.jpg", "c.Tif", "notes.txt", ".hidden.png"):
        (tmp_path / name).touch()
    assert [case["image"].rsplit("/")[-1] for case in list_images(tmp_path)] == ["a.jpg", "b.PNG", "c.Tif"]


def test_one_file_will_do(tmp_path):
    (tmp_path / "a.png").touch()
    assert len(list_images(tmp_path / "a.png")) == 1


@pytest.mark.parametrize(
    ("names", "expected"), [([], "holds no image"), (["a.txt"], "holds no image"), (["a.png", "a.jpg"], "same name")]
)
def test_folders_that_cannot_work(tmp_path, names, expected):
    for name in names:
        (tmp_path / name).touch()
    with pytest.raises(DataError, match=expected):
        list_images(tmp_path)


@pytest.mark.parametrize("list_cases", [list_images, list_volumes])
def test_missing_folder(tmp_path, list_cases):
    with pytest.raises(DataError, match="nowhere does not exist"):
        list_cases(tmp_path / "nowhere")


def write_slice(folder, name="IM0001"):
    return write_dicom_slice(folder / name, np.zeros((4, 4)), (0, 0, 0)).parent


def names(cases):
    return [case["image"].rsplit("/")[-1] for case in cases]


def test_lists_volume_files_and_folders_of_slices_by_name(tmp_path):
    for name in ("c.nii.gz", "b.NRRD", "e.mhd", "e.raw", "notes.txt", ".hidden.nii"):
        (tmp_path / name).touch()
    write_slice(tmp_path / "d")
    write_slice(tmp_path / "a.1", "slice.dcm")
    write_slice(tmp_path / ".hidden")
    (tmp_path / "empty").mkdir()
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "page.png").write_bytes(bytes(500))
    assert names(list_volumes(tmp_path)) == ["a.1", "b.NRRD", "c.nii.gz", "d", "e.mhd"]


def test_one_volume_or_one_folder_of_slices_will_do(tmp_path):
    (tmp_path / "a.nii.gz").touch()
    assert list_volumes(tmp_path / "a.nii.gz") == [{"image": str(tmp_path / "a.nii.gz")}]
    assert list_volumes(write_slice(tmp_path / "series")) == [{"image": str(tmp_path / "series")}]


def test_the_table_of_contents_of_a_medium_is_no_slice(tmp_path):
    write_slice(tmp_path, "DICOMDIR")
    write_slice(tmp_path / "series")
    assert names(list_volumes(tmp_path)) == ["series"]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ([], "holds no volume"),
        (["a.png", "b.dicom"], "holds no volume"),
        (["a.nii", "a.nii.gz"], "same name"),
        (["a.nii", "a.mha"], "same name"),
        (["a.nii", "a/1.dcm"], "same name"),
        (["a.nii", "1.dcm"], "slices beside a.nii"),
    ],
)
def test_folders_of_volumes_that_cannot_work(tmp_path, files, expected):
    for name in files:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    with pytest.raises(DataError, match=expected):
        list_volumes(tmp_path)


def test_a_single_slice_is_no_volume(tmp_path):
    with pytest.raises(DataError, match="folders with the DICOM slices"):
        list_volumes(write_slice(tmp_path) / "IM0001")
