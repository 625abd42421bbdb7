"""What undrawn pixels count as: sparse, support, dense."""

import numpy as np
import pytest

from scripts.constants import IGNORE
from scripts.errors import SettingError
from scripts.labels import READINGS, read_drawing


def drawing(shape=(21, 21)):
    positive = np.full(shape, IGNORE, dtype=np.uint8)
    positive[10, 5:16] = 1
    negative = np.zeros((2, *shape), dtype=np.uint8)
    negative[1, 12, 8] = 1
    return positive, negative


def test_sparse_changes_nothing():
    positive, negative = drawing()
    assert (read_drawing(positive, negative, "sparse") == positive).all()


def test_dense_makes_all_that_is_undrawn_background():
    positive, negative = drawing()
    result = read_drawing(positive, negative, "dense")
    assert set(np.unique(result)) == {0, 1} and (result == 1).sum() == (positive == 1).sum()


def test_support_reaches_exactly_its_radius():
    positive, negative = drawing()
    result = read_drawing(positive, np.zeros_like(negative), "support", support_radius=3)
    column = result[:, 10]
    assert (np.flatnonzero(column == 0) == [7, 8, 9, 11, 12, 13]).all()
    assert (column[:7] == IGNORE).all() and (column[14:] == IGNORE).all()


def test_support_leaves_negative_drawings_to_themselves():
    positive, negative = drawing()
    assert read_drawing(positive, negative, "support", 3)[12, 8] == IGNORE


def test_support_radius_follows_the_spacing():
    positive, negative = drawing()
    result = read_drawing(positive, np.zeros_like(negative), "support", 3, spacing=(3.0, 1.0))
    assert (np.flatnonzero(result[:, 10] == 0) == [9, 11]).all()


def test_background_strokes_have_no_support():
    positive = np.full((9, 9), IGNORE, dtype=np.uint8)
    positive[4, 4] = 0
    assert (read_drawing(positive, np.zeros((2, 9, 9)), "support", 3) == positive).all()


@pytest.mark.parametrize("reading", READINGS)
def test_drawn_pixels_keep_their_label(reading):
    positive, negative = drawing()
    drawn = positive != IGNORE
    assert (read_drawing(positive, negative, reading)[drawn] == positive[drawn]).all()


@pytest.mark.parametrize("reading", READINGS)
def test_one_slice_volume_equals_the_plane(reading):
    positive, negative = drawing()
    volume = read_drawing(positive[..., None], negative[..., None], reading)
    assert (volume[..., 0] == read_drawing(positive, negative, reading)).all()


@pytest.mark.parametrize(("reading", "radius"), [("literal", 4), ("support", 0)])
def test_bad_settings_are_refused(reading, radius):
    positive, negative = drawing()
    with pytest.raises(SettingError, match="setting"):
        read_drawing(positive, negative, reading, radius)
