"""Whether a volume was drawn slice by slice, and along which axis."""

import numpy as np
import pytest

from scripts.labels.drawn_slices import drawn_axis, slice_axis

SHAPE = (20, 22, 24)


def ball(radius=8.0, shape=SHAPE):
    """A ball about the middle, as the structure that is drawn."""
    centre = (np.array(shape) - 1)[:, None, None, None] / 2
    return ((np.indices(shape) - centre) ** 2).sum(axis=0) <= radius**2


def on_slices(drawing, axis, numbers):
    """What of a drawing lies on some slices."""
    kept = np.zeros_like(drawing)
    index = (slice(None),) * axis + (list(numbers),)
    kept[index] = drawing[index]
    return kept


def stroke(*points, shape=SHAPE):
    drawn = np.zeros(shape, dtype=bool)
    drawn[tuple(np.array(points).T)] = True
    return drawn


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("numbers", [range(3, 20, 5), range(3, 20, 2), [10]], ids=["every 5th", "every 2nd", "one"])
def test_separate_slices_are_found_on_every_axis(axis, numbers):
    assert drawn_axis(on_slices(ball(), axis, numbers)) == axis


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_one_pixel_wide_outlines_on_slices_are_found_too(axis):
    outline = np.zeros(SHAPE, dtype=bool)
    for number in (4, 9, 14):
        index = (slice(None),) * axis + (number,)
        section = ball()[index]
        outline[index] = section & ~(np.roll(section, 1, 0) & np.roll(section, 1, 1))
    assert drawn_axis(outline) == axis


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_few_neighbouring_slices_among_separate_ones_change_nothing(axis):
    assert drawn_axis(on_slices(ball(), axis, [4, 8, 9, 13, 16])) == axis


def test_unconnected_scribbles_on_every_slice_were_drawn_slice_by_slice():
    drawn = np.zeros((30, 30, 8), dtype=bool)
    for number in range(8):
        drawn[3 + 12 * (number % 2) : 12 + 12 * (number % 2), 5:20, number] = True
    assert drawn_axis(drawn) == 2


def test_neighbouring_slices_fill_the_depth():
    assert drawn_axis(ball()) is None
    assert drawn_axis(on_slices(ball(), 2, range(6, 18))) is None


def test_strokes_through_the_depth_are_no_slices_however_far_apart():
    drawn = np.zeros((40, 40, 40), dtype=bool)
    drawn[2:5, 2:5, 1:15] = True
    drawn[30:33, 5:25, 30:33] = True
    drawn[10:30, 36:39, 18:21] = True
    assert drawn_axis(drawn) is None


@pytest.mark.parametrize("step", [(1, 1, 1), (1, -1, 1), (2, 3, 4)])
def test_oblique_strokes_one_voxel_thick_are_no_slices(step):
    distance = np.linspace(0, 1, 40)[:, None]
    points = np.round(distance * np.array(step) * 4).astype(int) + [2, 14 if step[1] < 0 else 2, 2]
    assert drawn_axis(stroke(*points)) is None


def test_straight_strokes_one_voxel_wide_in_three_directions_are_no_slices():
    drawn = np.zeros((30, 30, 30), dtype=bool)
    drawn[2:14, 4, 6] = drawn[20, 2:14, 24] = drawn[26, 20, 8:20] = True
    assert drawn_axis(drawn) is None


def test_an_oblique_stroke_within_a_slice_was_drawn_on_it():
    assert drawn_axis(stroke(*[(n, 7, n) for n in range(15)])) == 1


@pytest.mark.parametrize(("along", "across"), [(0, 2), (1, 2), (2, 1)])
def test_a_straight_stroke_one_voxel_wide_is_given_the_last_axis_that_it_does_not_follow(along, across):
    points = np.full((10, 3), 5)
    points[:, along] = range(10)
    assert drawn_axis(stroke(*points)) == across


def test_dots_are_given_the_axis_with_the_fewest_slices():
    rng = np.random.default_rng(0)
    drawn = np.zeros((40, 40, 40), dtype=bool)
    drawn[rng.integers(0, 40, 60), rng.choice([5, 15, 25], 60), rng.integers(0, 40, 60)] = True
    assert drawn_axis(drawn) == 1


def test_slices_drawn_in_groups_and_thickened_slices_look_like_a_volume():
    assert drawn_axis(on_slices(ball(), 2, [5, 6, 7, 14, 15, 16])) is None


def test_nothing_drawn_has_no_axis():
    assert drawn_axis(np.zeros(SHAPE, dtype=bool)) is None


def test_a_single_slice_is_a_volume_of_one_slice():
    assert drawn_axis(ball()[..., 12:13]) == 2


# axis 0 leads down, axis 1 to the right, axis 2 to the back: the code "IRP"
TURNED = np.array([[0.0, 0.8, 0.05, 0], [0.06, 0, -2.0, 0], [-1.0, 0.03, 0.1, 0], [0, 0, 0, 1]])


@pytest.mark.parametrize(
    ("plane", "plain", "turned"), [("axial", 2, 0), ("coronal", 1, 2), ("sagittal", 0, 1), ("volume", None, None)]
)
def test_a_named_plane_follows_the_orientation(plane, plain, turned):
    drawn = on_slices(ball(), 1, [10])
    assert slice_axis(plane, drawn, np.eye(4)) == plain
    assert slice_axis(plane, drawn, TURNED) == turned


def test_auto_looks_at_the_drawing_alone():
    assert slice_axis("auto", on_slices(ball(), 1, [10]), TURNED) == 1
    assert slice_axis("auto", ball(), TURNED) is None
