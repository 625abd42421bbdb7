"""What makes a box valid, and how it fits an image."""

import pytest

from scripts.boxes.box_list import check_boxes, class_index, fit_boxes

CLASSES = ["background", "nucleus", "debris"]


def box(*corners, name="nucleus"):
    return {"class": name, "box": [float(corner) for corner in corners]}


def test_corners_become_floats_and_other_keys_are_dropped():
    boxes, problems = check_boxes([{"class": " nucleus ", "box": [1, 2, 3, 4.5], "score": 0.9}])
    assert boxes == [{"class": "nucleus", "box": [1.0, 2.0, 3.0, 4.5]}] and not problems


def test_a_box_of_a_volume_has_six_numbers():
    assert check_boxes([box(0, 0, 0, 1, 2, 3)]) == ([box(0, 0, 0, 1, 2, 3)], [])


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (7, 'needs "class" (a name) and "box" (corners), got 7'),
        ({"class": "nucleus"}, 'needs "class"'),
        ({"class": 1, "box": [0, 0, 1, 1]}, 'needs "class"'),
        ({"class": "nucleus", "box": [0, 0, 1]}, "expected 4 finite numbers"),
        ({"class": "nucleus", "box": "0 0 1 1"}, "expected 4 finite numbers"),
        ({"class": "nucleus", "box": [0, 0, 1, float("nan")]}, "expected 4 finite numbers"),
        ({"class": "nucleus", "box": [0, 0, 1, 10**400]}, "expected 4 finite numbers"),
        ({"class": "nucleus", "box": [0, 0, True, 1]}, "expected 4 finite numbers"),
        ({"class": "nucleus", "box": [5, 0, 5, 1]}, "expected x0 < x1, got [5, 0, 5, 1]"),
        ({"class": "nucleus", "box": [5, 9, 4, 8]}, "expected x0 < x1 and y0 < y1"),
        ({"class": "nucleus", "box": [0, 0, 7, 1, 1, 6]}, "expected z0 < z1"),
    ],
)
def test_what_is_no_box_is_named_and_explained(entry, expected):
    boxes, problems = check_boxes([box(0, 0, 1, 1), entry])
    assert boxes == [box(0, 0, 1, 1)]
    assert len(problems) == 1 and problems[0].startswith("boxes[1]: ") and expected in problems[0]


def test_a_list_may_have_names_of_its_own():
    assert check_boxes([7], names=["annotation 12"])[1][0].startswith("annotation 12: needs")


def test_a_box_within_the_image_stays_as_it_is():
    fitted = fit_boxes([box(0, 0, 8, 6), box(0.25, 1, 2, 3)], CLASSES, (8, 6))
    assert fitted.boxes == [box(0, 0, 8, 6), box(0.25, 1, 2, 3)]
    assert (fitted.problems, fitted.cut) == ([], 0)


def test_a_box_partly_outside_is_cut_to_the_image():
    fitted = fit_boxes([box(-1, -0.5, 9, 3), box(0, 0, 1, 1)], CLASSES, (8, 6))
    assert fitted.boxes == [box(0, 0, 8, 3), box(0, 0, 1, 1)]
    assert (fitted.problems, fitted.cut) == ([], 1)


@pytest.mark.parametrize("corners", [(8, 0, 9, 1), (-2, 0, 0, 1), (0, 6, 1, 7), (0, -3, 1, -1)])
def test_a_box_wholly_outside_is_a_problem(corners):
    fitted = fit_boxes([box(*corners)], CLASSES, (8, 6))
    assert not fitted.boxes
    assert fitted.problems == [f"boxes[0] {[float(c) for c in corners]}: lies outside the image, which measures 8 x 6"]


def test_classes_are_compared_without_case_and_take_the_name_that_is_set():
    assert fit_boxes([box(0, 0, 1, 1, name="NUCLEUS")], CLASSES, (8, 6)).boxes == [box(0, 0, 1, 1)]
    assert (class_index(" Debris", CLASSES), class_index("Background", CLASSES), class_index("x", CLASSES)) == (
        2,
        0,
        None,
    )


def test_one_reason_for_many_boxes_is_told_once():
    fitted = fit_boxes([box(0, 0, 1, 1, name="cell")] * 5, CLASSES, (8, 6))
    (problem,) = fitted.problems
    assert problem == (
        'boxes[0], boxes[1], boxes[2] and 2 more: the class "cell" is unknown. Expected one of '
        "['nucleus', 'debris']; rename it, or list it in `classes`"
    )


def test_where_the_size_is_not_known_all_else_is_still_checked():
    unknown = (float("inf"),) * 2
    assert fit_boxes([box(0, 0, 1e9, 1)], CLASSES, unknown).boxes == [box(0, 0, 1e9, 1)]
    assert fit_boxes([box(0, 0, 0, 1, 1, 1)], CLASSES, unknown).problems == [
        "boxes[0]: has 6 numbers; expected 4, [x0, y0, x1, y1], in a picture"
    ]
