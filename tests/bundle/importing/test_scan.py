"""Whose the annotations are, and what they hold."""

import json
from pathlib import Path

import numpy as np
import pytest
from import_support import SIZE, pictures, square, write_labelme, write_mask
from volume_files import write_volume

from bundle.importing.annotation_files import find_annotations
from bundle.importing.find_images import find_images
from bundle.importing.image_index import ImageIndex
from bundle.importing.scan import AnnotationReader, CaseName, Scan, scan
from scripts.errors import DataError


def scanned(tmp_path: Path, **options) -> Scan:
    """Images of ``images`` with the annotations of ``annotations``."""
    index = ImageIndex(find_images(tmp_path / "images"))
    files = find_annotations(tmp_path / "annotations", [], **options).files
    return scan(files, AnnotationReader(index), progress=False)


def write_coco(path: Path, *names: str) -> None:
    listed = [{"id": k, "file_name": name, "width": SIZE[0], "height": SIZE[1]} for k, name in enumerate(names)]
    marks = [
        {"id": k, "image_id": k, "category_id": 1, "segmentation": [[1, 1, 3, 1, 3, 3]], "bbox": [1, 1, 2, 2]}
        for k in range(len(names))
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    categories = [{"id": 1, "name": "vessel"}]
    path.write_text(json.dumps({"images": listed, "annotations": marks, "categories": categories}))


def test_photographs_of_the_same_name_in_folders_of_patients(tmp_path: Path) -> None:
    pictures(tmp_path / "images", "p01/left", "p02/left")
    for patient in ("p01", "p02"):
        write_labelme(tmp_path / "annotations" / patient / "left.json", [("vessel", square(1, 1))])
    result = scanned(tmp_path)
    assert result.problems == []
    assert [name.image for name in result.cases] == ["p01/left", "p02/left"]
    assert result.found == {("vessel", "area"): 2}
    assert result.formats == {"labelme": 2}


def test_an_annotation_is_never_taken_for_that_of_another_folder(tmp_path: Path) -> None:
    pictures(tmp_path / "images", "p02/left")
    write_labelme(tmp_path / "annotations" / "p01" / "left.json", [("vessel", square(1, 1))])
    write_mask(tmp_path / "annotations" / "p01" / "left_mask.png", np.eye(*SIZE, dtype=np.uint8))
    result = scanned(tmp_path)
    assert not result.cases
    stated, named = result.problems
    assert 'is of the image "left.png", which is not among the images' in stated
    assert f"{tmp_path / 'images' / 'p02' / 'left.png'} lies in another folder" in stated
    assert 'has no image: expected one of the name "p01/left_mask" or "p01/left"' in named


def test_files_with_many_images_name_them_from_anywhere(tmp_path: Path) -> None:
    pictures(tmp_path / "images", "p01/left", "p02/right")
    write_coco(tmp_path / "annotations" / "export" / "instances.json", "/data/p01/left.png", "right.png")
    assert [name.image for name in scanned(tmp_path).cases] == ["p01/left", "p02/right"]


def test_images_of_a_file_that_do_not_exist_are_all_listed(tmp_path: Path) -> None:
    pictures(tmp_path / "images", "left")
    write_coco(tmp_path / "annotations" / "instances.json", "left.png", "a.png", "b.png")
    (problem,) = scanned(tmp_path).problems
    assert "instances.json: 2 images cannot be used" in problem
    assert '"a.png"' in problem
    assert '"b.png"' in problem


def test_names_with_what_programs_add(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "annotations").mkdir()
    write_volume(tmp_path / "images" / "p01_left.nii.gz", np.zeros((3, 4, 5), dtype=np.int16))
    write_volume(tmp_path / "annotations" / "p01_left_seg.nii.gz", np.full((3, 4, 5), 2, dtype=np.uint8))
    result = scanned(tmp_path)
    assert list(result.cases) == [CaseName("p01_left")]
    assert result.found == {("2", "area"): 1}


def test_another_size_than_the_image(tmp_path: Path) -> None:
    pictures(tmp_path / "images", "left")
    write_labelme(tmp_path / "annotations" / "left.json", [], size=(24, 16))
    (problem,) = scanned(tmp_path).problems
    assert "left.json: was drawn on an image of 24 x 16 pixels, but" in problem
    assert "left.png has 12 x 8" in problem


def test_two_annotators(tmp_path: Path) -> None:
    pictures(tmp_path / "images", "left")
    for who in ("anna", "cem"):
        write_labelme(tmp_path / "annotations" / who / "left.json", [("vessel", square(1, 1))])
    result = scanned(tmp_path, by_folder=True)
    assert list(result.cases) == [CaseName("left", "anna"), CaseName("left", "cem")]
    assert not result.problems
    assert "give --annotator-folders" in scanned(tmp_path).problems[0]


def test_two_files_of_one_image_are_one_case(tmp_path: Path) -> None:
    pictures(tmp_path / "images", "left")
    write_labelme(tmp_path / "annotations" / "left.json", [("vessel", square(1, 1))])
    write_mask(tmp_path / "annotations" / "left_mask.png", np.full(SIZE, 7, dtype=np.uint8))
    result = scanned(tmp_path)
    assert [len(files) for files in result.cases.values()] == [2]
    assert result.found == {("vessel", "area"): 1, ("7", "area"): 1}


def test_a_damaged_file_hides_no_other(tmp_path: Path) -> None:
    pictures(tmp_path / "images", "left", "right")
    write_labelme(tmp_path / "annotations" / "left.json", [("", square(1, 1))])
    write_labelme(tmp_path / "annotations" / "right.json", [])
    result = scanned(tmp_path)
    assert len(result.problems) == 1
    assert list(result.cases) == [CaseName("right")]
    assert result.empty == [CaseName("right")]


def test_values_of_volumes_get_the_names_of_a_label_description(tmp_path: Path) -> None:
    for folder, kind in (("images", np.int16), ("annotations", np.uint8)):
        (tmp_path / folder).mkdir()
        write_volume(tmp_path / folder / "a.nii.gz", np.ones((3, 4, 5), dtype=kind))
    index = ImageIndex(find_images(tmp_path / "images"))
    (file,) = find_annotations(tmp_path / "annotations", []).files
    ((_, annotated),) = AnnotationReader(index, {1: "hippocampus"}).read(file)
    assert [mark.name for mark in annotated.marks] == ["hippocampus"]


def test_a_file_with_many_images_is_read_once_for_all_of_them(tmp_path: Path) -> None:
    pictures(tmp_path / "images", "a", "b")
    for name in ("vessels", "discs"):
        write_coco(tmp_path / "annotations" / f"{name}.json", "a.png", "b.png")
    reader = AnnotationReader(ImageIndex(find_images(tmp_path / "images")))
    files = find_annotations(tmp_path / "annotations", []).files
    first = [reader.read(file) for file in files]
    assert all(reader.read(file) is pairs for file, pairs in zip(files, first))


def test_size_of_a_missing_image_is_said_by_the_reader_or_here(tmp_path: Path) -> None:
    pictures(tmp_path / "images", "left")
    write_labelme(tmp_path / "annotations" / "other.json", [])
    reader = AnnotationReader(ImageIndex(find_images(tmp_path / "images")))
    with pytest.raises(DataError, match='is of the image "other.png", which is not among the images$'):
        reader.read(find_annotations(tmp_path / "annotations", []).files[0])


def test_every_markup_has_a_file_of_its_own_in_the_folder_of_its_image(tmp_path: Path) -> None:
    pictures(tmp_path / "images", "p01", "p02")
    write_mask(tmp_path / "annotations" / "p01_mask.png", np.eye(*SIZE, dtype=np.uint8))
    for name in ("p01/first", "p01/second", "p02/p02_mask_1", "p02/p02_mask_2"):
        write_mask(tmp_path / "annotations" / f"{name}.png", np.eye(*SIZE, dtype=np.uint8))
    result = scanned(tmp_path)
    assert result.problems == []
    assert {name.image: len(files) for name, files in result.cases.items()} == {"p01": 3, "p02": 2}
