"""Which files of a folder are images to segment."""

import pytest

from scripts.data import list_images
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


def test_missing_folder(tmp_path):
    with pytest.raises(DataError, match="does not exist"):
        list_images(tmp_path / "nowhere")
