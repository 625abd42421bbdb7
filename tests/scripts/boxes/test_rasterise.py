"""Which pixels boxes hold, what they say of them, and how overlapping ones are told apart."""

import numpy as np
import pytest

from scripts.boxes.rasterise import box_layers, box_pixels, box_targets
from scripts.constants import INSIDE, OUTSIDE, UNKNOWN
from scripts.errors import DataError

SHAPE = (8, 6)


def held(box, shape=SHAPE):
    """First and last pixel along each axis."""
    return [(side.start, side.stop - 1) for side in box_pixels(box, shape)]


@pytest.mark.parametrize(
    ("box", "pixels"),
    [
        ([0, 0, 8, 6], [(0, 7), (0, 5)]),
        ([2, 3, 3, 4], [(2, 2), (3, 3)]),
        ([2, 1, 5, 4], [(2, 4), (1, 3)]),
        ([7, 5, 8, 6], [(7, 7), (5, 5)]),
    ],
    ids=["whole picture", "one pixel", "whole pixels", "last pixel"],
)
def test_whole_corners_hold_the_pixels_between_them(box, pixels):
    assert held(box) == pixels


@pytest.mark.parametrize(
    ("low", "high", "pixels"),
    [
        (2.4, 4.6, (2, 4)),
        (2.6, 4.4, (3, 3)),
        (2.5, 4.5, (2, 3)),
        (2.5, 2.6, (2, 2)),
        (0.2, 1.4, (0, 0)),
    ],
    ids=["both centres in", "both centres out", "the lower edge counts, the upper not", "hardly a centre", "low edge"],
)
def test_a_pixel_is_held_when_its_centre_is(low, high, pixels):
    assert held([low, 0, high, 6]) == [pixels, (0, 5)]
    assert held([0, low, 8, high]) == [(0, 7), pixels]


@pytest.mark.parametrize(
    ("box", "pixel"),
    [
        ([2.6, 3.6, 3.4, 4.4], (3, 4)),
        ([2.6, 3.1, 2.8, 3.2], (2, 3)),
        ([7.6, 5.6, 8, 6], (7, 5)),
        ([0, 0, 0.4, 0.4], (0, 0)),
    ],
    ids=["across a corner", "within a pixel", "last corner", "first corner"],
)
def test_a_box_without_a_pixel_centre_holds_the_pixel_of_its_own(box, pixel):
    assert held(box) == [(pixel[0], pixel[0]), (pixel[1], pixel[1])]


def test_a_thin_box_keeps_its_length():
    assert held([2.6, 0, 3.3, 6]) == [(2, 2), (0, 5)]
    assert held([0, 4.6, 8, 5.2]) == [(0, 7), (4, 4)]


@pytest.mark.parametrize(
    ("box", "pixels"),
    [
        ([-3, -2, 2, 3], [(0, 1), (0, 2)]),
        ([5, 4, 20, 6.4], [(5, 7), (4, 5)]),
        ([-1, -1, 9, 7], [(0, 7), (0, 5)]),
        ([-9, 2, 0.3, 3], [(0, 0), (2, 2)]),
        ([7.7, 2, 30, 3], [(7, 7), (2, 2)]),
    ],
    ids=["before", "behind", "all around", "a sliver before", "a sliver behind"],
)
def test_a_box_is_cut_to_the_image_before_its_centre_is_looked_for(box, pixels):
    assert held(box) == pixels


@pytest.mark.parametrize("box", [[-3, 0, 0, 6], [8, 0, 9, 6], [0, -2, 8, -1], [0, 6, 8, 7]])
def test_a_box_that_only_touches_the_image_holds_nothing(box):
    assert box_pixels(box, SHAPE) is None


def test_a_volume_s_corners_are_the_lower_three_then_the_upper_three():
    assert held([1, 2, 3, 4, 6, 5.6], (9, 9, 9)) == [(1, 3), (2, 5), (3, 5)]
    assert box_pixels([1, 2, 9, 4, 6, 10], (9, 9, 9)) is None


def test_a_box_of_another_number_of_axes_is_refused():
    with pytest.raises(ValueError, match="expected 6 numbers.*1, 2, 3, 4"):
        box_pixels([1, 2, 3, 4], (9, 9, 9))


def test_random_boxes_hold_what_the_centres_say():
    rng = np.random.default_rng(0)
    x, y = np.indices(SHAPE) + 0.5
    for _ in range(200):
        x0, x1, y0, y1 = *np.sort(rng.uniform(-2, 10, 2)), *np.sort(rng.uniform(-2, 8, 2))
        inside_x, inside_y = (x >= x0) & (x < x1), (y >= y0) & (y < y1)
        expected = inside_x & inside_y
        place = box_pixels([x0, y0, x1, y1], SHAPE)
        if expected.any():
            found = np.zeros(SHAPE, dtype=bool)
            found[place] = True
            assert (found == expected).all()
        else:
            # no centre along one axis at least, along which it then holds a single pixel
            lines = (inside_x.any(), inside_y.any())
            assert place is None or all(held or p.stop - p.start == 1 for held, p in zip(lines, place, strict=True))


def places(*boxes, shape=SHAPE):
    return [box_pixels(box, shape) for box in boxes]


def test_targets_of_one_class():
    targets = box_targets(places([1, 1, 3, 4], [2, 2, 5, 5]), [1, 1], [1], SHAPE, 2)
    expected = np.full(SHAPE, OUTSIDE)
    expected[1:3, 1:4] = expected[2:5, 2:5] = INSIDE
    assert targets.dtype == np.uint8 and targets.shape == (2, *SHAPE)
    assert (targets[0] == UNKNOWN).all() and (targets[1] == expected).all()


def test_overlapping_boxes_of_several_classes_are_inside_of_each():
    targets = box_targets(places([1, 1, 4, 4], [3, 3, 6, 6]), [1, 2], [1, 2], SHAPE, 3)
    assert targets[:, 3, 3].tolist() == [UNKNOWN, INSIDE, INSIDE]
    assert targets[:, 1, 1].tolist() == [UNKNOWN, INSIDE, OUTSIDE]
    assert targets[:, 5, 5].tolist() == [UNKNOWN, OUTSIDE, INSIDE]
    assert targets[:, 7, 0].tolist() == [UNKNOWN, OUTSIDE, OUTSIDE]


def test_outside_the_boxes_of_a_class_that_was_not_boxed_throughout_nothing_is_known():
    targets = box_targets(places([1, 1, 4, 4]), [1], [2], SHAPE, 4)
    assert targets[:, 2, 2].tolist() == [UNKNOWN, INSIDE, OUTSIDE, UNKNOWN]
    assert targets[:, 6, 2].tolist() == [UNKNOWN, UNKNOWN, OUTSIDE, UNKNOWN]


def test_no_boxes_mean_that_nothing_is_there():
    targets = box_targets([], [], [1], SHAPE, 2)
    assert (targets[0] == UNKNOWN).all() and (targets[1] == OUTSIDE).all()
    assert not box_targets([], [], [], SHAPE, 2).any()
    assert box_layers([], SHAPE).shape == (1, *SHAPE) and not box_layers([], SHAPE).any()


def test_boxes_that_touch_share_a_layer_and_overlapping_ones_do_not():
    layers = box_layers(places([0, 0, 3, 3], [3, 0, 5, 3], [2, 2, 4, 4], [0, 4, 8, 6]), SHAPE)
    assert layers.dtype == np.int16 and layers.shape == (2, *SHAPE)
    expected = np.zeros((2, *SHAPE), dtype=int)
    expected[0, 0:3, 0:3], expected[0, 3:5, 0:3], expected[0, :, 4:6] = 1, 2, 4
    expected[1, 2:4, 2:4] = 3
    assert (layers == expected).all()


def test_equal_boxes_take_a_layer_each():
    layers = box_layers(places(*[[1, 1, 3, 3]] * 3), SHAPE)
    assert layers[:, 2, 2].tolist() == [1, 2, 3] and layers[:, 0, 0].tolist() == [0, 0, 0]


def test_every_box_is_whole_on_one_layer():
    rng = np.random.default_rng(1)
    shape = (20, 16, 12)
    low = rng.uniform(0, 10, (40, 3))
    found = places(*np.concatenate([low, low + rng.uniform(0.1, 8, (40, 3))], axis=1), shape=shape)
    layers = box_layers(found, shape)
    for number, place in enumerate(found, start=1):
        expected = np.zeros(shape, dtype=bool)
        expected[place] = True
        assert ((layers == number).any(axis=0) == expected).all()
        assert ((layers == number).any(axis=(1, 2, 3))).sum() == 1


def test_more_boxes_than_numbers_are_refused():
    with pytest.raises(DataError, match="32768 boxes; expected at most 32767"):
        box_layers([(slice(0, 1),)] * 32768, (2,))
