"""COCO files as the COCO data set, CVAT and pycocotools write them."""

import json
import logging

import numpy as np
import pycocotools.mask
import pytest
from shapely.geometry import Polygon, box

from bundle.importing.formats import coco
from bundle.importing.marks import Bitmap, PictureBox, PictureRegion
from scripts.errors import DataError

SIZES = {"p01/left.png": (7, 5), "right.png": (7, 5)}
TRIANGLE = [1.0, 1.0, 5.0, 1.0, 5.0, 4.0]
MASK = np.zeros((5, 7), dtype=np.uint8)
MASK[1:3, 2:6] = 1
MASK[4, 0] = 1


def content(*annotations, **changes):
    """A file with two images and two categories, in the layout of the COCO data set."""
    return {
        "info": {"description": "", "url": "", "version": "1.0", "year": 2024, "contributor": "", "date_created": ""},
        "licenses": [{"url": "", "id": 0, "name": ""}],
        "images": [
            {"license": 0, "file_name": "p01/left.png", "coco_url": "", "height": 5, "width": 7, "id": 1},
            {"license": 0, "file_name": "right.png", "coco_url": "", "height": 5, "width": 7, "id": 2},
        ],
        "annotations": list(annotations),
        "categories": [
            {"id": 1, "name": " vessel ", "supercategory": ""},
            {"id": 2, "name": "disc", "supercategory": ""},
        ],
        **changes,
    }


def annotation(**changes):
    return {"id": 9, "image_id": 1, "category_id": 1, "area": 6.0, "bbox": [1, 1, 4, 3], "iscrowd": 0, **changes}


def write(tmp_path, *annotations, **changes):
    path = tmp_path / "instances_default.json"
    path.write_text(json.dumps(content(*annotations, **changes)))
    return path


def read_shape(tmp_path, **changes):
    left, right = coco.read(write(tmp_path, annotation(**changes)), SIZES.get)
    (mark,) = left.marks
    assert mark.name == "vessel" and right.marks == []
    return mark.shape


def refuse(path, message):
    with pytest.raises(DataError, match=message) as error:
        coco.read(path, SIZES.get)
    assert "instances_default.json" in str(error.value)


def test_images_and_outlines(tmp_path):
    path = write(tmp_path, annotation(segmentation=[TRIANGLE]), annotation(id=10, image_id=2, category_id=2))
    left, right = coco.read(path, SIZES.get)
    assert (left.source, left.image, left.size, left.exhaustive) == (path, "p01/left.png", (7, 5), False)
    assert [(mark.name, mark.where) for mark in left.marks] == [("vessel", "annotations[0] (id 9)")]
    assert isinstance(left.marks[0].shape, PictureRegion)
    assert left.marks[0].shape.geometry.equals(Polygon([(1, 1), (5, 1), (5, 4)]))
    assert [(mark.name, mark.shape) for mark in right.marks] == [("disc", PictureBox((1, 1, 5, 4)))]


def test_outlines_are_parts_of_one_object_and_no_holes(tmp_path):
    square, inside, beside = [0, 0, 4, 0, 4, 4, 0, 4], [1, 1, 2, 1, 2, 2, 1, 2], [5, 0, 6, 0, 6, 4, 5, 4]
    shape = read_shape(tmp_path, segmentation=[square, inside, beside])
    assert shape.geometry.equals(box(0, 0, 4, 4).union(box(5, 0, 6, 4)))


@pytest.mark.parametrize("compressed", [True, False])
@pytest.mark.parametrize("crowd", [0, 1])
def test_run_lengths(tmp_path, compressed, crowd):
    encoded = pycocotools.mask.encode(np.asfortranarray(MASK))
    flat = MASK.T.reshape(-1)
    changes = [0, *(np.flatnonzero(np.diff(flat)) + 1), flat.size]
    counts = encoded["counts"].decode() if compressed else np.diff(changes).tolist()
    shape = read_shape(tmp_path, segmentation={"size": [5, 7], "counts": counts}, iscrowd=crowd)
    assert isinstance(shape, Bitmap) and shape.origin == (0, 0)
    assert (shape.mask == MASK.T.astype(bool)).all()


@pytest.mark.parametrize("empty", [{}, {"segmentation": []}, {"segmentation": None}])
def test_boxes_count_where_there_is_no_segmentation(tmp_path, empty):
    assert read_shape(tmp_path, bbox=[1.5, 2, 3, 0.5], **empty) == PictureBox((1.5, 2, 4.5, 2.5))


def test_keypoints_alone_are_left_out_with_one_warning(tmp_path, caplog):
    points = {"keypoints": [1, 1, 2], "num_keypoints": 1}
    path = write(tmp_path, annotation(**points), annotation(**points), annotation(**points, segmentation=[TRIANGLE]))
    with caplog.at_level(logging.WARNING):
        left, _ = coco.read(path, SIZES.get)
    assert len(left.marks) == 1
    assert [record.getMessage() for record in caplog.records] == [
        f"{path}: 2 annotation(s) with keypoints alone left out."
    ]


def test_ids_may_be_text_and_sizes_unknown(tmp_path):
    images = [{"id": "a", "file_name": "../../etc/passwd", "width": 0, "height": 0}]
    encoded = {"size": [5, 7], "counts": [0, 35]}
    path = write(tmp_path, annotation(image_id="a", segmentation=encoded), images=images)
    (found,) = coco.read(path, SIZES.get)
    assert found.image == "../../etc/passwd" and found.size is None and found.marks[0].shape.mask.all()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"segmentation": [[1, 1, 2, 2]]}, "outline 1: expected at least 3 point"),
        ({"segmentation": [[1, 1, 2, 2, 3]]}, "x and y of each point, got 5 numbers"),
        ({"segmentation": [TRIANGLE, [1, 1, "2", 2, 3, 1]]}, "outline 2: expected a list of points"),
        ({"segmentation": [[1, 1, float("nan"), 2, 3, 1]]}, "expected coordinates"),
        ({"segmentation": [[1, 1, 1e9, 2, 3, 1]]}, "expected coordinates"),
        ({"segmentation": TRIANGLE}, "expected as segmentation a list of outlines"),
        ({"segmentation": "polygon"}, "expected as segmentation a list of outlines"),
        ({"segmentation": {"size": [7, 5], "counts": [35]}}, "mask is 5 x 7 .*expected 7 x 5"),
        ({"segmentation": {"size": [10**6, 10**6], "counts": [10**12]}}, "mask is 1000000 x 1000000"),
        ({"segmentation": {"size": [5, 7], "counts": [10**12]}}, "add up to 1000000000000 pixels; expected 35"),
        ({"segmentation": {"size": [5, 7], "counts": [30, -5, 10]}}, "got -5"),
        ({"segmentation": {"size": [5, 7], "counts": [34]}}, "add up to 34"),
        ({"segmentation": {"size": [5, 7], "counts": "PPPPPPPPPPPP0"}}, "above 32 bits"),
        ({"segmentation": {"size": [5, 7], "counts": 35}}, "list or text as counts"),
        ({"segmentation": {"size": [5.5, 7], "counts": [35]}}, "expected as size"),
        ({"segmentation": {"counts": [35]}}, "expected as size"),
        ({"bbox": None}, "expected a segmentation, or as bbox"),
        ({"bbox": [1, 2, 3]}, "expected a segmentation, or as bbox"),
        ({"bbox": [1, 2, 0, 3]}, "the sides of its bbox must be above 0"),
        ({"bbox": [1, 2, float("nan"), 3]}, "the sides of its bbox must be above 0"),
        ({"bbox": [1, 2, float("inf"), 3]}, "expected coordinates"),
        ({"bbox": [0.5, 2, 10**400, 3]}, "expected coordinates"),
        ({"image_id": 3}, 'its image_id 3 is not in "images"'),
        ({"category_id": None}, 'its category_id None is not in "categories"'),
        ({"category_id": [1]}, "its category_id"),
    ],
)
def test_annotations_that_are_none_are_refused(tmp_path, changes, message):
    refuse(write(tmp_path, annotation(**changes)), rf"annotations\[0\] \(id 9\).*{message}")


def test_masks_must_have_the_size_of_the_picture_too(tmp_path):
    images = [{"id": 1, "file_name": "right.png", "width": 70, "height": 50}]
    path = write(tmp_path, annotation(segmentation={"size": [50, 70], "counts": [3500]}), images=images)
    refuse(path, "mask is 70 x 50 pixels in size; expected 7 x 5, as the picture has")


def test_all_problems_are_listed(tmp_path):
    path = write(
        tmp_path,
        annotation(image_id=3, category_id=4),
        annotation(bbox=[]),
        "none",
        images=[{"id": 1, "file_name": "a.png", "width": "7", "height": 5}, {"id": 2, "file_name": "a.png"}, {}, 3],
        categories=[{"id": 1, "name": "a"}, {"id": 1, "name": "b"}],
    )
    with pytest.raises(DataError) as error:
        coco.read(path, SIZES.get)
    for part in (
        '"a.png": its width and height must be whole numbers',
        'the image "a.png" is listed 2 times',
        'images[2]: needs "id" and "file_name"',
        "images[3]: needs",
        'categories[1]: the id 1 is already that of "a"',
        'its image_id 3 is not in "images"; its category_id 4 is not in "categories"',
        "annotations[1] (id 9): expected a segmentation",
        "annotations[2]: expected an object",
    ):
        assert part in str(error.value)


@pytest.mark.parametrize("part", ["images", "annotations", "categories"])
@pytest.mark.parametrize("value", [None, {}, 3])
def test_missing_lists_are_named(tmp_path, part, value):
    refuse(write(tmp_path, **{part: value}), rf"it lacks \['{part}'\]")


@pytest.mark.parametrize("text", ["", "[]", "3", '{"images": [', "[" * 100_000, '{"images": "\ud800"}'])
def test_damaged_files_are_refused(tmp_path, text):
    path = tmp_path / "instances_default.json"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    refuse(path, "instances_default.json")


def test_the_format_is_known_by_its_lists(tmp_path):
    many = [{"id": n, "name": f"category {n}", "supercategory": ""} for n in range(1000)]
    outline = [list(range(10_000))]
    for changes in ({}, {"categories": many}):
        assert coco.matches(write(tmp_path, annotation(segmentation=outline), **changes))
    path = tmp_path / "cvat.json"
    path.write_text(json.dumps({"categories": many, "images": [], "annotations": [annotation()]}))
    assert coco.matches(path)
    for other in ({"shapes": [], "imagePath": "a"}, {"type": "Feature"}, {"markups": []}, {"annotations": []}, []):
        path.write_text(json.dumps(other))
        assert not coco.matches(path)
    assert not coco.matches(tmp_path / "missing.json")
