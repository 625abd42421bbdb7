"""Boxes beside their image and the classes."""

import json

import numpy as np
import pytest

from scripts.checking.measure_boxes import count_outside_boxes, measure_boxes
from scripts.checking.measure_label import MeasuredLabel
from scripts.checking.measure_table import ValueMeaning, case_table
from scripts.checking.record import LabelFacts

CLASSES = ["background", "cell", "nucleus"]
INSIDE = {"class": "cell", "box": [1, 2, 3, 4]}


def measured(boxes, size=(10, 8), dims=2, **case):
    found = []
    facts, fitted = measure_boxes(
        {"image": "/data/a.png", "boxes": boxes, **case}, CLASSES, size, dims, lambda *f: found.append(f)
    )
    return facts, fitted, found


def test_boxes_that_fit():
    facts, fitted, found = measured([INSIDE, {"class": "Nucleus", "box": [-1, 0, 12, 8]}])
    assert (facts.count, facts.cut, facts.complete, found) == ([0, 1, 1], 1, ["cell", "nucleus"], [])
    assert fitted == [INSIDE, {"class": "nucleus", "box": [0, 0, 10, 8]}]


def test_no_boxes():
    facts, _, found = measured([], boxed_classes=["Cell"])
    assert (facts.count, facts.complete, found) == ([0, 0, 0], ["cell"], [])


@pytest.mark.parametrize(
    ("box", "check", "message"),
    [
        ({"class": "cell", "box": [3, 2, 1, 4]}, "box-degenerate", "boxes[1]: expected x0 < x1"),
        ({"class": "cell", "box": [1, 2, 3]}, "box-degenerate", "expected 4 finite numbers"),
        ({"class": "cell", "box": [1, 2, 3, 4, 5, 6]}, "box-degenerate", "has 6 numbers; expected 4, [x0, y0, x1, y1]"),
        ({"box": [1, 2, 3, 4]}, "box-degenerate", 'needs "class"'),
        ({"class": "cell", "box": [1, 2, float("nan"), 4]}, "box-degenerate", "expected 4 finite numbers"),
        ({"class": "cell", "box": [10, 2, 12, 4]}, "box-outside", "[10.0, 2.0, 12.0, 4.0]: lies outside the image"),
        ({"class": "tissue", "box": [1, 2, 3, 4]}, "box-class", 'the class "tissue" is unknown'),
        ({"class": "background", "box": [1, 2, 3, 4]}, "box-class", "is the background, which has no boxes"),
    ],
)
def test_boxes_that_do_not_fit(box, check, message):
    facts, fitted, found = measured([INSIDE, box], boxes_source="/data/boxes.json")
    assert [name for name, _ in found] == [check] and message in found[0][1]
    assert found[0][1].startswith("/data/a.png: of its boxes in /data/boxes.json, boxes[1]")
    assert facts.count == [0, 1, 0] and fitted == [INSIDE]


def test_corners_that_are_shares_of_the_sides():
    shares = [{"class": "cell", "box": [0.1, 0.2, 0.5, 0.4]}, {"class": "cell", "box": [0, 0, 1, 1]}]
    facts, _, ((check, message),) = measured(shares, size=(100, 80))
    assert (check, facts.count) == ("box-degenerate", [0, 0, 0])
    assert "boxes[0], boxes[1]: none reaches beyond the first pixel" in message and "in pixels" in message
    assert measured(shares, size=(10, 8))[2] == []
    assert measured([*shares, INSIDE], size=(100, 80))[2] == []


def test_two_things_wrong_with_one_box():
    assert [check for check, _ in measured([{"class": "x", "box": [20, 0, 21, 1]}])[2]] == ["box-class", "box-outside"]


def test_the_same_problem_is_said_once():
    _, _, found = measured([{"class": "x", "box": [0, 0, 1, 1]}] * 5)
    assert len(found) == 1 and "boxes[0], boxes[1], boxes[2] and 2 more" in found[0][1]


def test_an_image_of_unknown_size():
    facts, _, found = measured([{"class": "cell", "box": [100, 2, 120, 4]}], size=None)
    assert facts.count == [0, 1, 0] and found == []


def test_unknown_names_among_the_boxed_classes():
    facts, _, found = measured([INSIDE], boxed_classes=["cell", "tissue", "background"])
    assert facts.complete == ["cell"]
    assert [check for check, _ in found] == ["box-class"] and "['tissue', 'background']" in found[0][1]


def test_boxes_of_an_image_of_another_size():
    _, _, found = measured([INSIDE], boxes_size=(20, 16))
    assert [check for check, _ in found] == ["boxes-unreadable"] and "20 x 16 pixels" in found[0][1]
    assert measured([INSIDE], boxes_size=(10, 8))[2] == []


def test_boxes_of_volumes():
    facts, _, found = measured([{"class": "cell", "box": [1, 2, 3, 4, 5, 6]}], size=(9, 9, 9), dims=3)
    assert facts.count == [0, 1, 0] and found == []


def test_boxes_in_files(tmp_path):
    own, shared = tmp_path / "own.json", tmp_path / "coco.json"
    own.write_text(json.dumps([INSIDE]))
    coco = {
        "images": [{"id": 1, "file_name": "a.png", "width": 10, "height": 8}],
        "categories": [{"id": 1, "name": "cell"}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 2, 2]}],
    }
    shared.write_text(json.dumps(coco))
    for path in (own, shared):
        facts, fitted, found = measured(str(path))
        assert (facts.count, fitted, found) == ([0, 1, 0], [INSIDE], [])
    own.write_text("{")
    shared.write_text(json.dumps({**coco, "images": [{"id": 1, "file_name": "b.png"}]}))
    for path in (own, shared):
        assert [check for check, _ in measured(str(path))[2]] == ["boxes-unreadable"]
    assert [check for check, _ in measured({"a": 1})[2]] == ["boxes-unreadable"]


def test_what_is_drawn_outside_all_boxes_of_its_class():
    table = case_table({"labels": {"cell": 1, "nucleus": 2, "background": 3}}, CLASSES, dense=False)
    drawing = np.zeros((10, 8), dtype=np.uint8)
    drawing[0:5, 2] = 1  # two of them inside the box
    drawing[1:3, 3] = 2  # inside the box of another class
    drawing[9] = 3
    label = MeasuredLabel(LabelFacts("/data/label.png"), drawing, ValueMeaning.of(table, [0, 1, 2, 3]))
    assert count_outside_boxes(label, None, [INSIDE], ["cell", "nucleus"], CLASSES) == 5
    assert count_outside_boxes(label, None, [INSIDE], ["cell"], CLASSES) == 3
    view = np.zeros((10, 8), dtype=bool)
    view[4] = True
    assert count_outside_boxes(label, view, [INSIDE], ["cell", "nucleus"], CLASSES) == 1
    assert count_outside_boxes(MeasuredLabel(LabelFacts("")), None, [INSIDE], ["cell"], CLASSES) is None
