"""Masks of what images show."""

from pathlib import Path

import numpy as np
import pytest
from import_support import SIZE, pictures, read_datalist, run_import, write_cases, write_mask

from bundle.importing.fields_of_view import find_fields_of_view
from scripts.errors import DataError

VIEW = np.full(SIZE, 255, dtype=np.uint8)


def test_every_image_has_its_mask(tmp_path: Path) -> None:
    images = pictures(tmp_path / "images", "p01/left", "p02/left")
    paths = {image.key: write_mask(tmp_path / "fov" / f"{image.key}.png", VIEW) for image in images}
    assert find_fields_of_view(tmp_path / "fov", images) == paths


def test_missing_masks_and_those_of_another_size_are_listed(tmp_path: Path) -> None:
    images = pictures(tmp_path / "images", "a", "b", "c")
    write_mask(tmp_path / "fov" / "a.png", VIEW)
    write_mask(tmp_path / "fov" / "b.png", VIEW.T)
    with pytest.raises(DataError) as error:
        find_fields_of_view(tmp_path / "fov", images)
    assert "2 field(s) of view cannot be used" in str(error.value)
    assert "b.png: the field of view has the size (8, 12), its image" in str(error.value)
    assert "c.png: has no field of view; expected" in str(error.value)


def test_later_cases_of_an_image_have_its_field_of_view_too(tmp_path: Path) -> None:
    write_cases(tmp_path, ["a", "b"])
    for name in ("a", "b"):
        write_mask(tmp_path / "fov" / f"{name}.png", VIEW)
    run_import(tmp_path, fields_of_view=tmp_path / "fov", validation=0)
    (tmp_path / "annotations").rename(tmp_path / "drawings")
    write_mask(tmp_path / "annotations" / "a.png", np.eye(*SIZE, dtype=np.uint8))
    run_import(tmp_path, dense=True, classes=("vessel",), validation=0)
    cases = read_datalist(tmp_path)["training"]
    assert [(case["image"], case["supervision"], case["field_of_view"]) for case in cases] == [
        ("../images/a.png", "coarse", "../fov/a.png"),
        ("../images/a.png", "dense", "../fov/a.png"),
        ("../images/b.png", "coarse", "../fov/b.png"),
    ]


def test_a_mask_is_that_of_one_image(tmp_path: Path) -> None:
    images = pictures(tmp_path / "images", "p01/left", "p02/left")
    write_mask(tmp_path / "fov" / "left.png", VIEW)
    with pytest.raises(DataError, match=r"left.png: would be the field of view of both .*p01/left.png and .*p02/left"):
        find_fields_of_view(tmp_path / "fov", images)


def test_images_are_no_masks(tmp_path: Path) -> None:
    images = pictures(tmp_path / "images", "a")
    with pytest.raises(DataError, match="a.png: is the image itself"):
        find_fields_of_view(tmp_path / "images", images)


def test_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"the folder of fields of view .*fov does not exist"):
        find_fields_of_view(tmp_path / "fov", [])


@pytest.mark.parametrize("place", ["images/fov", "annotations/fov"])
def test_masks_among_the_images_or_annotations_are_neither(tmp_path: Path, place: str) -> None:
    write_cases(tmp_path, ["a"])
    write_mask(tmp_path / place / "a.png", VIEW)
    run_import(tmp_path, fields_of_view=tmp_path / place, validation=0)
    datalist = read_datalist(tmp_path)
    assert [case["field_of_view"] for case in datalist["training"]] == [f"../{place}/a.png"]
    assert datalist["unlabelled"] == []
    assert datalist["provenance"]["imports"][0]["fields_of_view"] == f"../{place}"
