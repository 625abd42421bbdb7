"""Boxes in the COCO format."""

import pytest

from scripts.boxes.coco import CocoBoxes, match_images, parse_coco
from scripts.errors import DataError

BOX = {"class": "nucleus", "box": [2.0, 3.0, 6.5, 4.0]}


def coco(**parts):
    """Two pictures, a box on the first."""
    content = {
        "images": [{"id": 1, "file_name": "images/a.png"}, {"id": 2, "file_name": "images/b.png"}],
        "categories": [{"id": 5, "name": "nucleus"}],
        "annotations": [{"id": 9, "image_id": 1, "category_id": 5, "bbox": [2, 3, 4.5, 1]}],
    }
    return content | parts


def annotation(**keys):
    return coco(annotations=[{"id": 9, "image_id": 1, "category_id": 5, "bbox": [2, 3, 4.5, 1]} | keys])


def test_corner_and_size_become_two_corners():
    assert parse_coco(coco(), "coco.json").images == {"images/a.png": [BOX], "images/b.png": []}


@pytest.mark.parametrize(
    ("stated", "expected"),
    [({"width": 9, "height": 7}, {"a.png": (9, 7)}), ({"width": 9}, {}), ({"width": 0, "height": 0}, {})],
)
def test_an_image_may_state_its_size(stated, expected):
    parsed = parse_coco(coco(images=[{"id": 1, "file_name": "a.png"} | stated]), "coco.json")
    assert parsed.sizes == expected
    assert match_images(parsed, ["images/a.png"], "/data")[1] == {f"images/{k}": v for k, v in expected.items()}


def test_ids_may_be_names():
    content = coco(images=[{"id": "x", "file_name": "a.png"}])
    content["annotations"][0]["image_id"] = "x"
    assert parse_coco(content, "coco.json").images == {"a.png": [BOX]}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"images": []}, r"it lacks \['annotations', 'categories'\]"),
        (annotation(image_id=7), r'annotations\[0\] \(id 9\): its image_id 7 is not in "images"'),
        (annotation(image_id=[7]), r'its image_id \[7\] is not in "images"'),
        (annotation(category_id=None), r'its category_id None is not in "categories"'),
        (annotation(bbox=[2, 3, 0, 1]), r"its bbox must be \[x, y, width, height\], finite and with sides above 0"),
        (annotation(bbox=[2, 3, float("inf"), 1]), "its bbox must be"),
        (annotation(bbox=None), "its bbox must be .* got None"),
        (annotation(bbox=[0, 0, 0, 1, 1, 1]), "its bbox must be"),
        (coco(annotations=[3]), r"annotations\[0\]: expected an object, got 3"),
        (coco(images=[{"id": 1}]), r'images\[0\]: needs "id" and "file_name"'),
        (coco(categories=[{"id": 5, "name": "a"}, {"id": 5, "name": "b"}]), "the id 5 is already that of 'a'"),
        (coco(images=[{"id": i, "file_name": "a.png"} for i in (1, 2)]), 'images: "a.png" is there 2 times'),
    ],
)
def test_bad_files_are_explained(content, expected):
    with pytest.raises(DataError, match=expected) as error:
        parse_coco(content, "coco.json")
    assert str(error.value).startswith("coco.json")


def test_all_problems_are_listed_together():
    content = annotation(image_id=7, bbox=[0])
    content["annotations"].append({"id": 10})
    with pytest.raises(DataError, match="coco.json has 2 problem") as error:
        parse_coco(content, "coco.json")
    assert "image_id 7" in str(error.value) and "bbox" in str(error.value) and "(id 10)" in str(error.value)


def match(files, images):
    """Boxes by image, and problems."""
    boxes, _, problems = match_images(CocoBoxes({file: [{**BOX, "class": file}] for file in files}), images, "/data")
    return boxes, problems


@pytest.mark.parametrize("file", ["images/a.png", "./images/a.png", "images\\a.png", "a.png", "elsewhere/a.png"])
def test_images_are_matched_by_path_else_by_name(file):
    matched, problems = match([file], ["images/a.png", "images/b.png", "images/a.png"])
    assert list(matched) == ["images/a.png"] and not problems


def test_absolute_and_relative_paths_are_the_same_image():
    assert list(match(["images/a.png"], ["/data/images/a.png"])[0]) == ["/data/images/a.png"]


def test_a_path_comes_before_a_name():
    matched, problems = match(["a.png", "left/a.png"], ["left/a.png", "right/a.png"])
    assert not problems
    assert [matched[image][0]["class"] for image in ("left/a.png", "right/a.png")] == ["left/a.png", "a.png"]


def test_a_name_of_several_images_is_a_problem():
    (problem,) = match(["a.png"], ["left/a.png", "right/a.png"])[1]
    assert problem.startswith("the image \"a.png\" could be any of ['left/a.png', 'right/a.png']: give its whole path")


@pytest.mark.parametrize(
    "files", [["x/a.png", "y/a.png"], ["images/a.png", "./images/a.png"], ["images/a.png", "a.png"]]
)
def test_two_names_for_one_image_are_a_problem(files):
    (problem,) = match(files, ["images/a.png"])[1]
    assert problem.startswith(f'the images "{files[0]}" and "{files[1]}" would both be images/a.png')


def test_an_image_of_no_case_is_a_problem():
    (problem,) = match(["a.png", "c.png"], ["images/a.png"])[1]
    assert problem.startswith('the image "c.png" is that of no case')
