"""What undrawn pixels count as: sparse, support, dense."""

from itertools import product

import numpy as np
import pytest
from scipy.ndimage import distance_transform_edt

from scripts.constants import IGNORE
from scripts.errors import SettingError
from scripts.labels.reading import READINGS, SUPPORT_ENDS, SUPPORTS, read_drawing
from scripts.labels.stroke_ends import before_ends


def drawing(shape=(21, 21)):
    positive = np.full(shape, IGNORE, dtype=np.uint8)
    positive[10, 5:16] = 1
    negative = np.zeros((2, *shape), dtype=np.uint8)
    negative[1, 12, 8] = 1
    return positive, negative


def test_sparse_changes_nothing():
    positive, negative = drawing()
    read, negated = read_drawing(positive, negative, "sparse")
    assert (read == positive).all() and (negated == negative).all()


def test_dense_makes_all_that_is_undrawn_background():
    positive, negative = drawing()
    result, _ = read_drawing(positive, negative, "dense")
    assert set(np.unique(result)) == {0, 1} and (result == 1).sum() == (positive == 1).sum()


def test_support_reaches_exactly_its_radius():
    positive, negative = drawing()
    result, _ = read_drawing(positive, np.zeros_like(negative), "support", support_radius=3)
    column = result[:, 10]
    assert (np.flatnonzero(column == 0) == [7, 8, 9, 11, 12, 13]).all()
    assert (column[:7] == IGNORE).all() and (column[14:] == IGNORE).all()


def test_open_ends_say_nothing_in_front_of_an_end():
    positive, negative = drawing()
    closed, _ = read_drawing(positive, np.zeros_like(negative), "support", 4)
    opened, _ = read_drawing(positive, np.zeros_like(negative), "support", 4, support_ends="open")
    before = before_ends(positive == 1, closed == 0, 4)
    assert before[10, :5].sum() == 4 and before[10, 16:].sum() == 4
    assert (opened[before] == IGNORE).all() and (opened[~before] == closed[~before]).all()


@pytest.mark.parametrize("reading", ["sparse", "dense"])
def test_other_readings_know_no_ends(reading):
    positive, negative = drawing()
    opened, _ = read_drawing(positive, negative, reading, support_ends="open")
    assert (opened == read_drawing(positive, negative, reading)[0]).all()


def test_support_leaves_negative_drawings_to_themselves():
    positive, negative = drawing()
    read, negated = read_drawing(positive, negative, "support", 3)
    assert read[12, 8] == IGNORE and (negated == negative).all()


def test_support_radius_follows_the_spacing():
    positive, negative = drawing()
    result, _ = read_drawing(positive, np.zeros_like(negative), "support", 3, spacing=(3.0, 1.0))
    assert (np.flatnonzero(result[:, 10] == 0) == [9, 11]).all()


def test_background_strokes_have_no_support():
    positive = np.full((9, 9), IGNORE, dtype=np.uint8)
    positive[4, 4] = 0
    assert (read_drawing(positive, np.zeros((2, 9, 9)), "support", 3)[0] == positive).all()


@pytest.mark.parametrize("reading", READINGS)
def test_drawn_pixels_keep_their_label(reading):
    positive, negative = drawing()
    drawn = positive != IGNORE
    assert (read_drawing(positive, negative, reading)[0][drawn] == positive[drawn]).all()


@pytest.mark.parametrize("reading", READINGS)
def test_one_slice_volume_equals_the_plane(reading):
    positive, negative = drawing()
    for support_ends, slice_axis in product(SUPPORT_ENDS, (None, 2)):
        plane, _ = read_drawing(positive, negative, reading, support_ends=support_ends)
        volume, _ = read_drawing(
            positive[..., None], negative[..., None], reading, slice_axis=slice_axis, support_ends=support_ends
        )
        assert (volume[..., 0] == plane).all()


@pytest.mark.parametrize("spacing", [None, (0.7, 1.3)])
def test_distances_are_those_of_the_whole_image(spacing):
    rng = np.random.default_rng(1)
    for radius in (0.5, 1.3, 4.0, 200.0, np.inf):
        positive = np.where(rng.random((40, 30)) < 0.01, 1, IGNORE).astype(np.uint8)
        near = distance_transform_edt(positive == IGNORE, sampling=spacing) <= radius
        result, _ = read_drawing(positive, np.zeros((2, 40, 30), np.uint8), "support", radius, spacing)
        assert ((result != IGNORE) == near).all()


def volume_drawing(shape=(11, 12, 13)):
    """Three classes in a volume: class 1 on slice 4, class 2 on slice 9 of the last axis, "not 1" on slice 11."""
    positive = np.full(shape, IGNORE, dtype=np.uint8)
    positive[3, 3:7, 4] = 1
    positive[3, 3:7, 9] = 2
    negative = np.zeros((3, *shape), dtype=np.uint8)
    negative[1, 8, 8, 11] = 1
    return positive, negative


def test_a_volume_s_support_is_an_ellipsoid_in_voxels_and_a_ball_in_millimetres():
    positive = np.full((15, 15, 15), IGNORE, dtype=np.uint8)
    positive[7, 7, 7] = 1
    spacing = (1.0, 0.5, 2.0)
    result, _ = read_drawing(positive, np.zeros((2, 15, 15, 15), np.uint8), "support", 2.5, spacing)
    distance = np.linalg.norm((np.indices(result.shape).T - 7) * spacing, axis=-1).T
    assert ((result != IGNORE) == (distance <= 2.5)).all()
    assert [(result != IGNORE).any(axis=axes).sum() for axes in ((1, 2), (0, 2), (0, 1))] == [5, 11, 3]


@pytest.mark.parametrize("slice_axis", [0, 1, 2])
@pytest.mark.parametrize("support_as", SUPPORTS)
@pytest.mark.parametrize("support_ends", SUPPORT_ENDS)
def test_slices_are_read_one_by_one(slice_axis, support_as, support_ends):
    rng = np.random.default_rng(2)
    label = rng.choice([IGNORE, 0, 1, 2], size=(9, 10, 11), p=[0.97, 0.01, 0.01, 0.01]).astype(np.uint8)
    undrawn_slices = (slice(None),) * slice_axis + (slice(None, None, 2),)
    label[undrawn_slices] = IGNORE
    negative = np.zeros((3, *label.shape), dtype=np.uint8)
    spacing = (1.0, 2.0, 0.5)
    in_plane = tuple(np.delete(spacing, slice_axis))
    for reading in READINGS:
        settings = {"support_radius": 2.0, "support_as": support_as, "support_ends": support_ends}
        read, negated = read_drawing(label, negative, reading, spacing=spacing, slice_axis=slice_axis, **settings)
        assert (read[undrawn_slices] == IGNORE).all() and not negated[:, *undrawn_slices].any()
        for number in range(1, label.shape[slice_axis], 2):
            index = (slice(None),) * slice_axis + (number,)
            alone, negated_alone = read_drawing(
                label[index], negative[:, *index], reading, spacing=in_plane, **settings
            )
            assert (read[index] == alone).all() and (negated[:, *index] == negated_alone).all()


def test_dense_fills_only_the_slices_that_hold_any_drawing():
    positive, negative = volume_drawing()
    result, _ = read_drawing(positive, negative, "dense", slice_axis=2)
    filled = (result != IGNORE).reshape(-1, 13)
    assert (np.flatnonzero(filled.any(axis=0)) == [4, 9, 11]).all() and filled[:, [4, 9, 11]].all()
    everywhere, _ = read_drawing(positive, negative, "dense")
    assert (everywhere != IGNORE).all()


def test_not_class_says_no_more_than_that_the_stroke_s_class_was_not_drawn():
    positive, negative = volume_drawing()
    read, negated = read_drawing(positive, negative, "support", 2, slice_axis=2, support_as="not class")
    plain, _ = read_drawing(positive, negative, "support", 2, slice_axis=2)
    assert (read == positive).all()
    assert (negated[1, ..., 4] == (plain[..., 4] == 0)).all() and negated[1, ..., 4].any()
    assert (negated[2, ..., 9] == (plain[..., 9] == 0)).all() and negated[2, ..., 9].any()
    assert not negated[0].any() and not negated[2, ..., 4].any() and not negated[1, ..., 9].any()
    assert (negated[..., 11] == negative[..., 11]).all()


def test_beside_strokes_of_every_class_only_background_is_left():
    positive = np.full((1, 9), IGNORE, dtype=np.uint8)
    positive[0, [2, 6]] = 1, 2
    read, negated = read_drawing(positive, np.zeros((3, 1, 9), np.uint8), "support", 2, support_as="not class")
    assert read[0].tolist() == [IGNORE, IGNORE, 1, IGNORE, 0, IGNORE, 2, IGNORE, IGNORE]
    assert negated[:, 0].tolist() == [[0] * 9, [1, 1, 0, 1, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 1, 0, 1, 1]]


def test_not_class_leaves_what_was_drawn_to_itself():
    positive = np.full((1, 5), IGNORE, dtype=np.uint8)
    positive[0, [2, 3]] = 1, 0
    negative = np.zeros((3, 1, 5), dtype=np.uint8)
    negative[2, 0, 1] = 1
    before = negative.copy()
    read, negated = read_drawing(positive, negative, "support", 1, support_as="not class")
    assert (read == positive).all() and (negated == before).all()
    read_drawing(positive, negative, "support", 3, support_as="not class")
    assert (negative == before).all()


def test_with_two_classes_not_class_is_background():
    positive, negative = drawing()
    background, not_class = (read_drawing(positive, negative, "support", 3, support_as=way) for way in SUPPORTS)
    assert (background[0] == not_class[0]).all() and (background[1] == not_class[1]).all()


@pytest.mark.parametrize(
    "bad",
    [{"reading": "literal"}, {"support_radius": 0}, {"support_as": "not vessel"}, {"support_ends": "ajar"}],
    ids=lambda bad: next(iter(bad)),
)
def test_bad_settings_are_refused(bad):
    positive, negative = drawing()
    with pytest.raises(SettingError, match=f"setting `{next(iter(bad))}`"):
        read_drawing(positive, negative, **{"reading": "support", **bad})
