"""Where strokes end."""

import numpy as np
import pytest

from scripts.labels import stroke_ends
from scripts.labels.stroke_ends import before_ends


def line(shape=(15, 31), row=7, columns=slice(8, 23)):
    """A stroke of one pixel's width along the second axis; its ends are columns 8 and 22."""
    strokes = np.zeros(shape, dtype=bool)
    strokes[row, columns] = True
    return strokes


def all_before_ends(strokes, radius, spacing=None):
    return before_ends(strokes, np.ones_like(strokes), radius, spacing)


def test_a_strip_in_front_of_each_end():
    expected = np.zeros((15, 31), dtype=bool)
    # half a radius behind the end; off the axis by the end's distance to the border (1) and a quarter of the radius
    expected[5:10, :11] = expected[5:10, 20:] = True
    assert (all_before_ends(line(), 4) == expected).all()


@pytest.mark.parametrize(("radius", "behind", "off"), [(1, 0, 1), (2, 1, 1), (4, 2, 2), (8, 4, 3)])
def test_the_radius_is_the_scale(radius, behind, off):
    rows, columns = np.nonzero(all_before_ends(line(), radius))
    assert columns[columns < 15].max() == 8 + behind and columns[columns > 15].min() == 22 - behind
    assert rows.min() == 7 - off and rows.max() == 7 + off


def test_an_endless_radius_leaves_nothing_out():
    assert all_before_ends(line(), np.inf).all()


def test_only_what_is_asked_for():
    where = np.random.default_rng(0).random((15, 31)) < 0.3
    assert (before_ends(line(), where, 4) == (all_before_ends(line(), 4) & where)).all()
    assert not before_ends(line(), np.zeros_like(where), 4).any()


def test_spacing():
    """Columns half as wide: the same strip in millimetres."""
    rows, columns = np.nonzero(all_before_ends(line(), 4, spacing=(1.0, 0.5)))
    assert columns[columns < 15].max() == 8 + 4 and columns[columns > 15].min() == 22 - 4
    # the border is half a millimetre away, along a row, and a quarter of the radius is 1
    assert rows.min() == 6 and rows.max() == 8


def test_a_slanted_stroke_ends_along_its_own_direction():
    strokes = np.zeros((41, 41), dtype=bool)
    index = np.arange(12, 29)
    strokes[index, index] = True
    before = all_before_ends(strokes, 4)
    rows, columns = np.indices(before.shape)
    off, along = np.abs(rows - columns) / np.sqrt(2), (rows + columns - 56) / np.sqrt(2)
    at_the_last = (along >= -2) & (off <= 2)
    assert (before[rows + columns > 40] == at_the_last[rows + columns > 40]).all()


def test_a_thick_stroke_has_a_wider_strip():
    strokes = np.zeros((31, 61), dtype=bool)
    strokes[13:18, 10:51] = True
    before = all_before_ends(strokes, 4)
    # the skeleton ends one pixel within the stroke, two from what is not drawn; and a quarter of the radius
    assert (np.flatnonzero(before[:, 56]) == np.arange(12, 19)).all()
    assert not before[:, 17:44].any()


def disc(radius, hole=0):
    distance = np.linalg.norm(np.indices((61, 61)).T - 30, axis=-1).T
    return (distance <= radius) & (distance >= hole)


@pytest.mark.parametrize(
    "strokes",
    [np.zeros((9, 9), dtype=bool), np.ones((9, 9), dtype=bool), disc(0), disc(2), disc(12), disc(20, hole=16)],
    ids=["nothing", "everything", "a dot", "a wide dot", "a painted disc", "a closed curve"],
)
def test_what_has_no_ends(strokes):
    assert not all_before_ends(strokes, 4).any()


def test_of_two_strokes_each_has_its_own_ends():
    strokes = line(shape=(41, 31)) | line(shape=(41, 31), row=30, columns=slice(12, 20))
    before = all_before_ends(strokes, 4)
    assert (np.flatnonzero(~before[7]) == np.arange(11, 20)).all()
    assert (np.flatnonzero(~before[30]) == np.arange(15, 17)).all()


def test_a_volume_of_one_slice_equals_the_plane():
    strokes = line() | line(row=10, columns=slice(3, 18))
    strokes[1:4, 3:22] = True
    plane = all_before_ends(strokes, 4)
    assert plane.any() and (all_before_ends(strokes[None], 4)[0] == plane).all()


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_line_through_the_depth_ends_in_cylinders(axis):
    strokes = np.zeros((9, 9, 31), dtype=bool)
    strokes[4, 4, 8:23] = True
    spacing = (2.0, 2.0, 1.0)
    turned = all_before_ends(np.moveaxis(strokes, 2, axis), 8, np.insert(spacing[:2], axis, spacing[2]))
    before = np.moveaxis(turned, axis, 2)
    distance = np.hypot(*(np.indices((9, 9)) - 4)) * 2
    # the border is 1 mm away, beyond the last voxel, and a quarter of the radius is 2
    assert (before[..., 3] == (distance <= 3)).all() and not before[..., 13:18].any()
    assert before[4, 4, :13].all() and before[4, 4, 18:].all()


def test_an_end_in_the_middle_of_its_own_line_has_a_ball():
    pieces = np.zeros((9, 9), dtype=int)
    pieces[4, 2:7] = 1
    assert (stroke_ends._direction(pieces, np.array([4, 4]), 6, np.ones(2)) == 0).all()
    assert (stroke_ends._direction(pieces, np.array([4, 2]), 6, np.ones(2)) == (0, -1)).all()


def test_the_strokes_are_not_changed():
    strokes = line()
    strokes.flags.writeable = False
    all_before_ends(strokes, 2)
    assert (strokes == line()).all()
