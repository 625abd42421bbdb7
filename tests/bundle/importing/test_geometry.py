"""Points, outlines and boxes are checked before anything is built of them."""

import math

import numpy as np
import pytest

from bundle.importing.geometry import box_of, points_of, polygon_of
from scripts.errors import DataError

SQUARE = [[0, 0], [4, 0], [4, 4], [0, 4]]


def area(outer, holes=()):
    return polygon_of(outer, holes, source="a.json", where="shape 1")


@pytest.mark.parametrize("values", [[[1, 2], [3.5, -4]], ((1, 2), (3.5, -4)), np.array([[1, 2], [3.5, -4]])])
def test_points_come_as_an_array(values):
    points = points_of(values, "a.json", "shape 1", least=2)
    assert points.dtype == np.float64
    np.testing.assert_array_equal(points, [[1, 2], [3.5, -4]])


@pytest.mark.parametrize(
    "values",
    [None, 3, "ab", {}, [1, 2], [[1]], [[1, 2, 3]], [["1", "2"]], [[True, 1]], [[None, 1]], ["ab"], np.zeros(3)]
    + [[[math.nan, 0]], [[math.inf, 0]], [[0, -1e6 - 1]], [[0, 10**400]], [[[0], [0]]], np.array([["a", "b"]]), []],
)
def test_what_is_no_point_is_refused_by_name(values):
    with pytest.raises(DataError, match="^a.json: shape 7: expected "):
        points_of(values, "a.json", "shape 7", least=1)


def test_the_largest_coordinate_is_kept():
    assert points_of([[1e6, -1e6]], "a.json", "shape 1", least=1).tolist() == [[1e6, -1e6]]


def test_the_first_bad_point_is_named():
    with pytest.raises(DataError, match="as point 2"):
        points_of([[0, 0], [0, 2e6], [math.nan, 0]], "a.json", "shape 1", least=1)


def test_deep_nesting_ends_in_a_short_message():
    values = []
    for _ in range(900):
        values = [values]
    with pytest.raises(DataError) as error:
        points_of([[values, 0]], "a.json", "shape 1", least=1)
    assert len(str(error.value)) < 200


def test_an_outline_may_be_closed_or_not():
    assert area(SQUARE).equals(area([*SQUARE, SQUARE[0]]))
    assert area(SQUARE).area == 16


def test_holes_are_cut_out():
    assert area(SQUARE, [[[1, 1], [2, 1], [2, 3], [1, 3]]]).area == 14


@pytest.mark.parametrize(
    ("outer", "expected"),
    [
        ([[0, 0], [4, 4], [4, 0], [0, 4]], 8),
        ([*SQUARE, *SQUARE], 16),
        ([[0, 0], [4, 0], [8, 0], [4, 0], [4, 4], [0, 4]], 16),
        ([[0, 0], [10, 0], [10, 10], [4, 10], [4, 4], [6, 4], [6, 6], [0, 6]], 84),
    ],
    ids=["bow tie", "drawn twice", "spike", "overlaps itself"],
)
def test_an_outline_that_crosses_itself_holds_all_that_it_encloses(outer, expected):
    mended = area(outer)
    assert mended.is_valid
    assert mended.area == pytest.approx(expected)


def test_a_hole_that_crosses_the_outline_is_cut_out_too():
    assert area(SQUARE, [[[2, 1], [9, 1], [9, 3], [2, 3]]]).area == pytest.approx(12)


@pytest.mark.parametrize("outer", [[[1, 1]] * 3, [[0, 0], [1, 1], [2, 2]], [[0, 0], [0, 5], [0, 2], [0, 0]]])
def test_an_outline_without_an_area_is_refused(outer):
    with pytest.raises(DataError, match="^a.json: shape 1: expected an outline around an area"):
        area(outer)


def test_a_hole_that_takes_everything_is_refused():
    with pytest.raises(DataError, match="around an area"):
        area(SQUARE, [[[-1, -1], [5, -1], [5, 5], [-1, 5]]])


def test_too_few_points_are_refused_in_holes_too():
    with pytest.raises(DataError, match=r"shape 1: expected at least 3 point\(s\), got 2"):
        area(SQUARE[:2])
    with pytest.raises(DataError, match="shape 1, hole 2"):
        area(SQUARE, [[[1, 1], [2, 1], [2, 2]], [[3, 3]]])


@pytest.mark.parametrize("corners", [(1, 2, 5, 4), (5, 4, 1, 2), (5, 2, 1, 4)])
def test_corners_of_a_box_come_in_order(corners):
    assert box_of(*corners, "a.json", "shape 1").corners == (1, 2, 5, 4)


@pytest.mark.parametrize("corners", [(1, 2, 1, 4), (1, 2, 5, 2), (math.nan, 0, 1, 1), ("0", 0, 1, 1), (0, 0, 1, 2e6)])
def test_an_empty_box_is_refused(corners):
    with pytest.raises(DataError, match="^a.json: shape 1: expected"):
        box_of(*corners, "a.json", "shape 1")
