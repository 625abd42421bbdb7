import numpy as np
import pytest

from scripts.boxes.synthesis import class_indices, synthesise_boxes


def test_a_class_may_have_several_values():
    mask = np.array([[0, 8, 9], [10, 11, 8]])
    index = class_indices(mask, {"car": (8,), "person": (9, 10)})
    assert index.tolist() == [[0, 1, 2], [2, 0, 1]]


def test_tight_corners_along_the_axes_of_the_array():
    index = np.zeros((10, 8), dtype=np.uint8)
    index[2:5, 6:8] = 1
    assert synthesise_boxes(index, ["cell"]) == [{"class": "cell", "box": [2, 6, 5, 8]}]


def test_pixels_that_touch_at_a_corner_are_one_object():
    index = np.zeros((6, 6), dtype=np.uint8)
    index[1, 1] = index[2, 2] = index[5, 0] = 1
    assert [box["box"] for box in synthesise_boxes(index, ["cell"])] == [[1, 1, 3, 3], [5, 0, 6, 1]]


def test_touching_classes_are_boxed_apart():
    index = np.array([[1, 1, 2, 2]], dtype=np.uint8)
    assert synthesise_boxes(index, ["a", "b"]) == [
        {"class": "a", "box": [0, 0, 1, 2]},
        {"class": "b", "box": [0, 2, 1, 4]},
    ]


def test_volume_with_three_axes():
    index = np.zeros((6, 5, 4), dtype=np.uint8)
    index[1:3, 2, 3] = 1
    index[3, 3, 2] = 1  # touches at a corner
    assert synthesise_boxes(index, ["a"]) == [{"class": "a", "box": [1, 2, 2, 4, 4, 4]}]


def test_instances_separate_what_touches_and_join_what_does_not():
    index = np.array([[1, 1, 1, 1, 0, 1]], dtype=np.uint8)
    instances = np.array([[70000, 70000, 5, 5, 0, 5]])
    assert [box["box"] for box in synthesise_boxes(index, ["cell"], instances)] == [[0, 2, 1, 6], [0, 0, 1, 2]]


def test_an_instance_is_cut_by_the_foreground_and_has_its_most_frequent_class():
    index = np.array([[0, 1, 2, 2, 0]], dtype=np.uint8)
    instances = np.array([[3, 3, 3, 3, 3]])
    assert synthesise_boxes(index, ["a", "b"], instances) == [{"class": "b", "box": [0, 1, 1, 4]}]


def test_foreground_without_an_instance_gets_boxes_too():
    index = np.array([[1, 1, 0, 1]], dtype=np.uint8)
    instances = np.array([[4, 0, 0, 0]])
    assert [box["box"] for box in synthesise_boxes(index, ["a"], instances)] == [
        [0, 0, 1, 1],
        [0, 1, 1, 2],
        [0, 3, 1, 4],
    ]


@pytest.mark.parametrize("instances", [None, np.ones((3, 3), int)])
def test_nothing_there(instances):
    assert synthesise_boxes(np.zeros((3, 3), dtype=np.uint8), ["a"], instances) == []
