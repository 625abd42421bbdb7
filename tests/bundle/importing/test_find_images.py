"""The images of folders as hospitals have them."""

from pathlib import Path

import numpy as np
import pytest
from import_support import write_picture
from volume_files import write_dicom_series, write_volume

from bundle.importing.find_images import find_images
from scripts.errors import DataError

VOXELS = np.zeros((3, 4, 5), dtype=np.int16)


def keys(folder: Path, **options) -> list[str]:
    return [image.key for image in find_images(folder, **options)]


def test_photographs_with_the_same_names_in_folders_of_patients(tmp_path: Path) -> None:
    for name in ("p02/left.jpg", "p01/right.JPG", "p01/left.jpg", ".cache/left.jpg", "p01/.hidden.png"):
        write_picture(tmp_path / name)
    (tmp_path / "p01" / "left.json").write_text("{}")
    assert keys(tmp_path) == ["p01/left", "p01/right", "p02/left"]
    assert not find_images(tmp_path)[0].volume


def test_volumes_and_series_without_segmentations(tmp_path: Path) -> None:
    write_volume(tmp_path / "a.nii.gz", VOXELS)
    (tmp_path / "p").mkdir()
    write_volume(tmp_path / "p" / "b.nrrd", VOXELS)
    write_volume(tmp_path / "a.seg.nrrd", VOXELS)
    folder = write_dicom_series(tmp_path / "p" / "ct", VOXELS)
    assert keys(tmp_path) == ["a", "p/b", "p/ct"]
    assert find_images(tmp_path)[2].path == folder


def test_a_series_that_is_given_itself_has_the_name_of_its_folder(tmp_path: Path) -> None:
    assert keys(write_dicom_series(tmp_path / "ct", VOXELS)) == ["ct"]


def test_label_maps_beside_their_images_are_no_images(tmp_path: Path) -> None:
    for name in ("p01_left.nii.gz", "p01_left_seg.nii.gz", "p02_mask.nii.gz"):
        write_volume(tmp_path / name, VOXELS)
    assert keys(tmp_path, annotations_beside=True) == ["p01_left", "p02_mask"]
    assert keys(tmp_path) == ["p01_left", "p01_left_seg", "p02_mask"]


def test_folders_of_annotations_and_of_the_data_set_are_left_out(tmp_path: Path) -> None:
    for name in ("a.png", "masks/a.png", "out/labels/a.png"):
        write_picture(tmp_path / name)
    assert keys(tmp_path, leave_out=[tmp_path / "masks", tmp_path / "out"]) == ["a"]


def test_pictures_and_volumes_are_not_mixed(tmp_path: Path) -> None:
    write_picture(tmp_path / "a.png")
    write_volume(tmp_path / "b.nii.gz", VOXELS)
    with pytest.raises(DataError, match=r"holds pictures \(.*a.png for one\) and volumes \(.*b.nii.gz\)"):
        find_images(tmp_path)


def test_everything_that_cannot_be_used_is_listed(tmp_path: Path) -> None:
    for name in ("a.png", "a.jpg", "b.png"):
        write_picture(tmp_path / name)
    (tmp_path / "c.png").symlink_to(tmp_path / "b.png")
    (tmp_path / "d.png").symlink_to(tmp_path / "nowhere.png")
    with pytest.raises(DataError) as caught:
        find_images(tmp_path)
    message = str(caught.value)
    assert "3 image(s) cannot be used" in message
    assert f"{tmp_path / 'a.jpg'} and {tmp_path / 'a.png'}: differ in their ending alone" in message
    assert f"{tmp_path / 'b.png'} and {tmp_path / 'c.png'}: are links to the same image" in message
    assert f"{tmp_path / 'd.png'}: is a link that leads nowhere" in message


def test_missing_and_empty_folders(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="nothing does not exist. Give it with --images"):
        find_images(tmp_path / "nothing")
    with pytest.raises(DataError, match="holds no image. Expected pictures"):
        find_images(tmp_path)


def test_a_link_that_leads_to_itself(tmp_path: Path) -> None:
    (tmp_path / "a.png").symlink_to("a.png")
    with pytest.raises(DataError, match="a.png: is a link that leads nowhere"):
        find_images(tmp_path)
