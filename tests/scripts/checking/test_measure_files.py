"""Files that are not there."""

import os
import unicodedata

import pytest

from scripts.checking.measure_files import absent_file, near_name


def test_a_file_that_is_there(tmp_path):
    (tmp_path / "a.png").write_bytes(b"x")
    assert absent_file(str(tmp_path / "a.png"), "image", "training[0]") is None


def test_a_missing_file_with_one_of_nearly_its_name(tmp_path):
    (tmp_path / "a.PNG").write_bytes(b"x")
    finding = absent_file(str(tmp_path / "a.png"), "label map", "training[0]")
    assert (finding.check, finding.where, finding.file) == ("file-missing", "training[0]", str(tmp_path / "a.png"))
    assert f'a.png: the label map does not exist; {tmp_path} holds "a.PNG".' in finding.message


def test_a_missing_folder_is_named(tmp_path):
    (tmp_path / "Images").mkdir()
    message = absent_file(str(tmp_path / "images" / "a.png"), "image", "").message
    assert f'there is no folder {tmp_path / "images"}; {tmp_path} holds "Images"' in message


def test_names_without_an_ending_are_not_near_for_that():
    assert near_name("pictures", ["labels", "fov"]) == ""
    assert near_name("Labels", ["labels", "fov"]) == "labels"


def test_folders_separated_as_on_windows(tmp_path):
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "a.png").write_bytes(b"x")
    message = absent_file(f"{tmp_path}/images\\a.png", "image", "").message
    assert f'does not exist, but {tmp_path}/images/a.png does. Write "/" between folders' in message


def test_nothing_near(tmp_path):
    message = absent_file(str(tmp_path / "a.png"), "image", "").message
    assert message.endswith("the image does not exist. Add it, or correct its path in the datalist.")


def test_a_file_used_as_a_folder_and_a_name_that_is_none(tmp_path):
    (tmp_path / "a").write_bytes(b"x")
    assert "cannot be reached" in absent_file(str(tmp_path / "a" / "b.png"), "image", "").message
    assert "cannot be reached" in absent_file(str(tmp_path / "a\0b"), "image", "").message


def test_a_broken_link_also_of_a_folder(tmp_path):
    (tmp_path / "a.png").symlink_to("moved.png")
    (tmp_path / "folder").symlink_to(tmp_path / "unmounted")
    for path in (tmp_path / "a.png", tmp_path / "folder" / "b.png"):
        assert absent_file(str(path), "image", "").check == "broken-link"


def test_a_link_to_itself_is_broken(tmp_path):
    (tmp_path / "a.png").symlink_to("a.png")
    assert absent_file(str(tmp_path / "a.png"), "image", "").check == "broken-link"


def test_an_empty_file(tmp_path):
    (tmp_path / "a.png").touch()
    assert absent_file(str(tmp_path / "a.png"), "image", "").check == "file-empty"


def test_slices_of_a_folder(tmp_path):
    (tmp_path / "1.dcm").write_bytes(b"x")
    assert absent_file(str(tmp_path), "image", "", folder=True) is None
    (tmp_path / "2.dcm").touch()
    assert absent_file(str(tmp_path), "image", "", folder=True).check == "file-empty"
    (tmp_path / "2.dcm").unlink()
    (tmp_path / "2.dcm").symlink_to("moved")
    assert absent_file(str(tmp_path), "image", "", folder=True).check == "broken-link"


def test_a_pipe_is_no_file(tmp_path):
    os.mkfifo(tmp_path / "a.png")
    assert "the image is no file" in absent_file(str(tmp_path / "a.png"), "image", "").message


@pytest.mark.parametrize(
    ("name", "there", "expected"),
    [
        ("eye_1.png", ["eye_2.png", "eye_01.png"], "eye_01.png"),
        ("eye_1.png", ["eye_1.jpg"], "eye_1.jpg"),
        ("scan.nii", ["scan.nii.gz"], "scan.nii.gz"),
        ("patient-3.png", ["patient_3.png"], "patient_3.png"),
        ("eye_12.png", ["eye_13.png", "eye_2.png"], ""),
        ("\u00e9.png", [unicodedata.normalize("NFD", "\u00e9.png")], unicodedata.normalize("NFD", "\u00e9.png")),
    ],
)
def test_near_names_have_the_same_numbers(name, there, expected):
    assert near_name(name, there) == expected
