"""Ids in the COCO format."""

import pytest

from scripts.boxes.coco_ids import coco_id, unknown_ids


@pytest.mark.parametrize("value", [0, 7, 7.0, "a"])
def test_ids_are_numbers_or_text(value):
    assert coco_id({"id": value}, "id") == value


@pytest.mark.parametrize("entry", [{}, {"id": None}, {"id": True}, {"id": [7]}, {"id": {}}])
def test_other_values_are_no_ids(entry):
    assert coco_id(entry, "id") is None


@pytest.mark.parametrize("image", [1, 1.0, "a"])
def test_known_ids(image):
    assert unknown_ids({"image_id": image, "category_id": 5}, {1: "x.png", "a": "y.png"}, {5: "nucleus"}) == []


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        ({"image_id": 2, "category_id": 5}, ['its image_id 2 is not in "images"']),
        ({"image_id": True, "category_id": 5}, ['its image_id True is not in "images"']),
        ({"image_id": 1, "category_id": [5]}, ['its category_id [5] is not in "categories"']),
        ({"image_id": "1"}, ["its image_id '1' is not in \"images\"", 'its category_id None is not in "categories"']),
    ],
)
def test_unknown_ids_are_named(annotation, expected):
    assert unknown_ids(annotation, {1}, {5}) == expected


def test_long_ids_are_cut_short():
    (problem,) = unknown_ids({"image_id": "x" * 1000, "category_id": 5}, {1}, {5})
    assert len(problem) < 100
