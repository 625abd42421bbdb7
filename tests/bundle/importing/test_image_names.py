"""Names of annotations and of their images."""

import pytest

from bundle.importing.image_names import image_suffix, name_parts, shorter_names


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("a.JPG", ".jpg"),
        ("a.nii.gz", ".nii.gz"),
        ("a.tif.png", ".png"),
        ("ct.seg.nrrd", ""),
        ("a.json", ""),
        ("a", ""),
    ],
)
def test_endings_of_images(name: str, suffix: str) -> None:
    assert image_suffix(name) == suffix


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("p01/left_seg", ["p01/left_seg", "p01/left"]),
        ("left.jpg", ["left.jpg", "left"]),
        ("left.jpg_mask", ["left.jpg_mask", "left"]),
        ("left Segmentation-label", ["left Segmentation-label", "left Segmentation", "left"]),
        ("p01/mask", ["p01/mask"]),
        ("p01_roi/_seg", ["p01_roi/_seg"]),
        ("unmask", ["unmask"]),
    ],
)
def test_what_was_added_is_taken_away(name: str, names: list[str]) -> None:
    assert shorter_names(name) == names


def test_parts_of_a_name_whatever_the_computer() -> None:
    assert name_parts("C:\\data\\p01\\left.jpg") == ("C:", "data", "p01", "left.jpg")
    assert name_parts("../p01/./left.jpg") == ("p01", "left.jpg")
    assert name_parts("Mu\u0308ller") == ("M\u00fcller",)
    assert name_parts("..") == ()
