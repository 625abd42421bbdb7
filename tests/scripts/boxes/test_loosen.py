import numpy as np

from scripts.boxes.loosen import loosen_boxes

SHAPE = (1000, 800)
BOXES = [{"class": "a", "box": [400, 300, 500, 340]}] * 200


def _corners(share, seed=0):
    return np.array([box["box"] for box in loosen_boxes(BOXES, SHAPE, share, seed)])


def test_tight_boxes_stay_as_they_are():
    assert loosen_boxes(BOXES, SHAPE, 0.0, 0) == BOXES
    assert loosen_boxes([], SHAPE, 0.5, 0) == []


def test_each_side_moves_outwards_by_up_to_the_share_of_its_length():
    moved = (_corners(0.2) - [400, 300, 500, 340]) * [-1, -1, 1, 1]
    assert moved.min() >= 0
    assert (moved.max(axis=0) <= [20, 8, 20, 8]).all() and (moved.max(axis=0) > [19, 7.6, 19, 7.6]).all()
    np.testing.assert_allclose(moved.mean(axis=0), [10, 4, 10, 4], rtol=0.15)


def test_amounts_are_proportional_to_the_share():
    tight = np.array([400, 300, 500, 340])
    np.testing.assert_allclose(_corners(0.2) - tight, 2 * (_corners(0.1) - tight), atol=0.02)


def test_the_seed_decides():
    assert (_corners(0.2, 1) == _corners(0.2, 1)).all() and (_corners(0.2, 1) != _corners(0.2, 2)).any()


def test_boxes_are_cut_to_the_image():
    (box,) = loosen_boxes([{"class": "a", "box": [0, 0, 0, 4, 5, 6]}], (4, 5, 6), 0.9, 0)
    assert box == {"class": "a", "box": [0, 0, 0, 4, 5, 6]}
