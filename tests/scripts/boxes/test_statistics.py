import numpy as np

from scripts.boxes.statistics import measure_boxes


def _box(name, *corners):
    return {"class": name, "box": list(corners)}


def test_shares_of_one_class():
    index = np.zeros((10, 10), dtype=np.uint8)
    index[0:2, 0:5] = 1
    index[9, 9] = 1
    assert measure_boxes([_box("a", 0, 0, 4, 5)], index, ["a"]) == {
        "boxes": 1,
        "box_share": 0.2,
        "foreground_share": 0.5,
        "outside_share": round(1 / 11, 6),
    }


def test_overlapping_boxes_count_once_but_each_class_for_itself():
    index = np.zeros((4, 5), dtype=np.uint8)
    index[0] = 1
    boxes = [_box("a", 0, 0, 2, 5), _box("a", 0, 0, 2, 5), _box("b", 0, 0, 1, 5)]
    figures = measure_boxes(boxes, index, ["a", "b"])
    assert (figures["boxes"], figures["box_share"], figures["foreground_share"]) == (3, 0.5, round(5 / 15, 6))


def test_ignored_pixels_do_not_count():
    index = np.zeros((2, 4), dtype=np.uint8)
    index[:, 0] = 1
    ignored = np.zeros((2, 4), dtype=bool)
    ignored[1] = True
    figures = measure_boxes([_box("a", 0, 0, 2, 2)], index, ["a"], ignored)
    assert (figures["box_share"], figures["foreground_share"]) == (0.5, 0.5)


def test_no_boxes_and_no_foreground():
    assert measure_boxes([], np.zeros((2, 2), dtype=np.uint8), ["a"]) == {
        "boxes": 0,
        "box_share": 0.0,
        "foreground_share": None,
        "outside_share": None,
    }
