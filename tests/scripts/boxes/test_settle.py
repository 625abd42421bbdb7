"""What is settled inside boxes, and what the safeguards keep."""

import numpy as np
import pytest
import torch

from scripts.boxes.settle import settle
from scripts.constants import INSIDE, OUTSIDE, SETTLED, UNKNOWN

SURE, UNSURE = -3.0, 4.0
THRESHOLD = 2.0


def boxed(places, shape=(8, 8), classes=None, count=2):
    """Targets as boxes give them, and their layers, one per box: ``places`` are tuples of slices."""
    classes = classes or [1] * len(places)
    boxes = np.full((count, *shape), OUTSIDE, dtype=np.uint8)
    boxes[0] = UNKNOWN
    layers = np.zeros((max(len(places), 1), *shape), dtype=np.int16)
    for number, (place, k) in enumerate(zip(places, classes, strict=True), start=1):
        boxes[k][place] = INSIDE
        layers[number - 1][place] = number
    return {"boxes": boxes, "box_layers": layers, "box_classes": classes}


def predicted(foreground, shape=(8, 8), count=2):
    """Margins 1 of class 1 where ``foreground`` holds and -1 elsewhere, of other classes -1 throughout."""
    margin = np.full((count, *shape), -1.0, dtype=np.float32)
    margin[1][foreground] = 1
    return margin


def variance(margin):
    """As the loss makes it: small on the object, large where the box is wrong."""
    return np.where(margin > 0, SURE, UNSURE).astype(np.float32)


BOX = (slice(2, 6), slice(1, 7))


def diamond():
    """Touches all four sides of ``BOX``."""
    found = np.zeros((8, 8), dtype=bool)
    found[2:6, 3:5] = True
    found[3:5, 1:7] = True
    return found


@pytest.mark.parametrize("convert", [np.asarray, torch.as_tensor])
def test_a_tight_box_becomes_the_mask_that_is_found_in_it(convert):
    case = boxed([BOX])
    margin = predicted(diamond())
    settled = settle(
        convert(margin),
        convert(variance(margin)),
        convert(case["boxes"]),
        convert(case["box_layers"]),
        convert(np.array(case["box_classes"])),
        threshold=THRESHOLD,
    )
    assert settled.dtype == np.uint8 and (case["boxes"][1][BOX] == INSIDE).all()
    np.testing.assert_array_equal(settled[1] == SETTLED, diamond())
    assert (settled[1][~diamond()] == OUTSIDE).all() and (settled[0] == UNKNOWN).all()


def test_sure_background_and_unsure_foreground_stay():
    case, margin = boxed([BOX]), predicted(diamond())
    settled = settle(margin, -variance(margin), **case, threshold=0)
    np.testing.assert_array_equal(settled, case["boxes"])


def test_at_the_threshold_the_sign_decides():
    case, margin = boxed([BOX]), predicted(diamond())
    settled = settle(margin, np.full_like(margin, THRESHOLD), **case, threshold=THRESHOLD)
    assert not (settled == INSIDE).any()


def test_without_log_variances_the_margin_decides_beyond_a_limit():
    case, margin = boxed([BOX]), predicted(diamond())
    margin[1][2:6, 3] *= 3
    margin[1][2, 1] = -2
    whole = settle(margin, None, **case, threshold=THRESHOLD)
    assert not (whole == INSIDE).any()
    part = settle(margin, None, **case, threshold=THRESHOLD, min_margin=1)
    assert np.argwhere(part[1] == SETTLED).tolist() == [[2, 3], [3, 3], [4, 3], [5, 3]]
    assert [*zip(*np.nonzero((part[1] == OUTSIDE) & (case["boxes"][1] == INSIDE)))] == [(2, 1)]


@pytest.mark.parametrize("tight", [True, False])
def test_an_empty_prediction_settles_nothing(tight):
    case, margin = boxed([BOX, (slice(0, 1), slice(0, 8))]), predicted(np.zeros((8, 8), dtype=bool))
    settled = settle(margin, variance(margin), **case, threshold=THRESHOLD, tight=tight)
    np.testing.assert_array_equal(settled, case["boxes"])


@pytest.mark.parametrize(("min_foreground", "stays"), [(0.25, False), (0.26, True)])
def test_a_box_with_too_little_foreground_stays_whole(min_foreground, stays):
    found = np.zeros((8, 8), dtype=bool)
    found[:4, 0:4] = True  # 16 of 64 pixels
    case, margin = boxed([(slice(0, 8), slice(0, 8))]), predicted(found)
    settled = settle(margin, variance(margin), **case, threshold=THRESHOLD, min_foreground=min_foreground, tight=False)
    assert (settled[1] == INSIDE).all() == stays
    assert stays or (settled[1] == np.where(found, SETTLED, OUTSIDE)).all()


def test_lines_without_foreground_stay():
    found = diamond()
    found[5] = False
    case, margin = boxed([BOX]), predicted(found)
    settled = settle(margin, variance(margin), **case, threshold=THRESHOLD)
    assert (settled[1][5, 1:7] == INSIDE).all() and not (settled[1][2:5] == INSIDE).any()
    settled = settle(margin, variance(margin), **case, threshold=THRESHOLD, tight=False)
    assert (settled[1][5, 1:7] == OUTSIDE).all()


@pytest.mark.parametrize(("margin", "expected"), [(1.0, SETTLED), (-1.0, INSIDE), (0.0, INSIDE), (np.nan, INSIDE)])
def test_a_box_of_one_pixel_can_only_be_foreground(margin, expected):
    case = boxed([(slice(3, 4), slice(5, 6))])
    margins = np.full((2, 8, 8), margin, dtype=np.float32)
    settled = settle(margins, variance(margins), **case, threshold=THRESHOLD)
    assert settled[1, 3, 5] == expected and (settled[1] == OUTSIDE).sum() == 63


def test_of_overlapping_boxes_none_may_keep_a_pixel():
    second = (slice(4, 8), slice(4, 8))  # little is found in it
    case, margin = boxed([BOX, second]), predicted(diamond())
    settled = settle(margin, variance(margin), **case, threshold=THRESHOLD, min_foreground=0.5)
    assert (settled[1][second] == INSIDE).all()
    first_alone = np.zeros((8, 8), dtype=bool)
    first_alone[BOX] = True
    first_alone[second] = False
    np.testing.assert_array_equal(settled[1][first_alone] == SETTLED, diamond()[first_alone])
    assert not (settled[1][first_alone] == INSIDE).any()


def test_a_box_that_the_image_cuts():
    found = np.zeros((8, 8), dtype=bool)
    found[0:3, 2] = found[1, 2:6] = True
    case, margin = boxed([(slice(0, 3), slice(2, 8))]), predicted(found)
    settled = settle(margin, variance(margin), **case, threshold=THRESHOLD)
    assert (settled[1][0:3, 6:8] == INSIDE).all()
    np.testing.assert_array_equal(settled[1][0:3, 2:6], np.where(found, SETTLED, OUTSIDE)[0:3, 2:6])


def test_classes_are_settled_on_their_own():
    case = boxed([BOX, BOX], classes=[1, 2], count=3)
    margin = predicted(diamond(), count=3)
    settled = settle(margin, variance(margin), **case, threshold=THRESHOLD)
    np.testing.assert_array_equal(settled[1] == SETTLED, diamond())
    assert (settled[2][BOX] == INSIDE).all()  # nothing of class 2 is found in its box


def test_only_what_is_uncertain_changes():
    case, margin = boxed([BOX]), predicted(diamond())
    case["boxes"][1, 3, 3] = UNKNOWN  # drawn by hand
    settled = settle(margin, variance(margin), **case, threshold=THRESHOLD)
    assert settled[1, 3, 3] == UNKNOWN and settled[1, 3, 4] == SETTLED


def test_what_no_box_covers_stays():
    case, margin = boxed([BOX]), predicted(diamond())
    case["boxes"][1, 0, 0] = INSIDE
    assert settle(margin, variance(margin), **case, threshold=THRESHOLD)[1, 0, 0] == INSIDE


def test_a_case_without_boxes():
    case, margin = boxed([]), predicted(diamond())
    np.testing.assert_array_equal(settle(margin, None, **case, threshold=THRESHOLD), case["boxes"])


def test_volumes_keep_slices_along_every_axis():
    shape, place = (6, 6, 6), (slice(1, 5), slice(1, 5), slice(1, 5))
    centre = np.indices(shape) - 2.5
    ball = (centre**2).sum(axis=0) < 4  # touches all six sides of the box
    case, margin = boxed([place], shape), predicted(ball, shape)
    settled = settle(margin, variance(margin), **case, threshold=THRESHOLD)
    np.testing.assert_array_equal(settled[1] == SETTLED, ball)
    assert (settled[1][~ball] == OUTSIDE).all()
    ball[:, :, 4] = False
    margin = predicted(ball, shape)
    settled = settle(margin, variance(margin), **case, threshold=THRESHOLD)
    assert (settled[1][1:5, 1:5, 4] == INSIDE).all() and not (settled[1][:, :, :4] == INSIDE).any()


def test_what_does_not_fit_is_refused():
    case, margin = boxed([BOX]), predicted(diamond())
    with pytest.raises(ValueError, match=r"must have one shape CH\[WD\].*\(2, 8, 8\), \(2, 4, 8\)"):
        settle(margin, margin[:, :4], **case, threshold=0)
    with pytest.raises(ValueError, match="box number 1, but there are classes of 0 boxes"):
        settle(margin, None, **{**case, "box_classes": []}, threshold=0)
