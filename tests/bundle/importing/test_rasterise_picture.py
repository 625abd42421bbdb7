"""Which pixels of a picture shapes mark, and how much of a shape lies outside."""

import math

import numpy as np
import pytest
from scipy.ndimage import label
from shapely.geometry import MultiPolygon, Point, Polygon, box

from bundle.importing.marks import Bitmap, PictureBox, PictureLine, PictureRegion, VolumeContour
from bundle.importing.rasterise_picture import rasterise

SIZE = (100, 60)


def painted(shape, size=SIZE, default_width=3.0):
    """The mask of the whole picture; whatever is placed must fit it."""
    placed = rasterise(shape, size, default_width)
    whole = np.zeros(size, dtype=bool)
    x1, y1 = placed.x0 + placed.mask.shape[0], placed.y0 + placed.mask.shape[1]
    assert placed.mask.dtype == bool
    assert 0 <= placed.x0 <= x1 <= size[0]
    assert 0 <= placed.y0 <= y1 <= size[1]
    whole[placed.x0 : x1, placed.y0 : y1] = placed.mask
    return whole


def line(*points, width=None):
    return PictureLine(np.array(points, dtype=float), width)


def pixels(mask):
    return sorted(map(tuple, np.argwhere(mask).tolist()))


def test_a_rectangle_marks_its_pixels_x_first():
    placed = rasterise(PictureRegion(box(10, 20, 40, 25)), SIZE, 1)
    assert (placed.mask.shape, placed.x0, placed.y0, placed.outside) == ((30, 5), 10, 20, 0)
    assert placed.mask.all()


def test_a_circle_has_its_area():
    circle = PictureRegion(Point(50.3, 30.1).buffer(25, quad_segs=64))
    assert painted(circle).sum() == pytest.approx(math.pi * 25**2, rel=0.01)


def test_holes_are_left_out():
    ring = box(10, 10, 50, 50) - box(20, 20, 30, 40)
    mask = painted(PictureRegion(ring))
    assert mask.sum() == 40 * 40 - 10 * 20
    assert not mask[20:30, 20:40].any()


def test_a_region_without_any_centre_marks_one_pixel():
    assert pixels(painted(PictureRegion(box(3.6, 7.6, 3.9, 7.9)))) == [(3, 7)]
    assert pixels(painted(PictureRegion(box(99.8, 59.8, 140, 99)))) == [(99, 59)]


def test_a_part_without_any_centre_adds_nothing_to_a_region_with_some():
    speck, square = box(3.6, 7.6, 3.9, 7.9), box(10, 10, 12, 12)
    assert painted(PictureRegion(MultiPolygon([speck, square]))).sum() == 4


@pytest.mark.parametrize(
    ("area", "outside"),
    [(box(90, 0, 110, 10), 0.5), (box(-30, -20, 10, 20), 0.875), (box(0, 0, 100, 60), 0), (box(-1, 0, 99, 50), 0.01)],
)
def test_the_share_of_a_region_outside_is_told(area, outside):
    placed = rasterise(PictureRegion(area), SIZE, 1)
    assert placed.outside == pytest.approx(outside)
    assert placed.mask.sum() == pytest.approx(area.area * (1 - outside))


@pytest.mark.parametrize(
    "shape",
    [
        PictureRegion(box(100, 0, 120, 9)),
        PictureRegion(box(-1e6, -1e6, -1, -1)),
        # around the picture's corner, with bounds that meet it
        PictureRegion(Polygon([(120, -10), (-10, 90), (120, 90)]).difference(box(-50, -50, 100, 60))),
        line((-5, 0), (-5, 60), width=30),
        line((-3, -3), width=2),
        PictureBox((100, 0, 110, 10)),
        Bitmap(np.ones((4, 4), dtype=bool), (100, 0)),
        Bitmap(np.ones((4, 4), dtype=bool), (-4, 3)),
    ],
)
def test_a_shape_wholly_outside_marks_nothing(shape):
    placed = rasterise(shape, SIZE, 1)
    assert placed.outside == 1
    assert not placed.mask.any()


@pytest.mark.parametrize("width", [2, 4, 7])
def test_a_line_has_its_width_and_round_ends(width):
    level = painted(line((20, 30), (80, 30), width=width))
    assert level[40].sum() == pytest.approx(width, abs=1)
    assert level.sum() == pytest.approx(width * 60 + math.pi * width**2 / 4, rel=0.06)


def test_an_even_line_between_rows_has_its_exact_area():
    mask = painted(line((20, 30), (80, 30), width=4))
    assert mask[20:80].sum() == 4 * 60
    assert mask[20:80, 28:32].all()


def test_a_slanted_line_has_its_area():
    length, width = math.hypot(60, 30), 9
    mask = painted(line((20, 15), (80, 45), width=width))
    assert mask.sum() == pytest.approx(length * width + math.pi * width**2 / 4, rel=0.02)


def test_the_default_width_counts_where_a_line_has_none():
    points = (20, 30), (80, 30)
    np.testing.assert_array_equal(painted(line(*points), default_width=6), painted(line(*points, width=6)))
    np.testing.assert_array_equal(
        painted(line(*points, width=2), default_width=6), painted(line(*points, width=2), default_width=None)
    )
    with pytest.raises(ValueError, match="width"):
        rasterise(line(*points), SIZE, None)


def test_a_thin_line_marks_every_pixel_that_it_passes_through():
    assert pixels(painted(line((2.2, 3.9), (5.8, 3.9), width=0.1))) == [(2, 3), (3, 3), (4, 3), (5, 3)]
    assert pixels(painted(line((0.5, 0.2), (2.5, 2.2), width=0))) == [(0, 0), (1, 0), (1, 1), (2, 1), (2, 2)]
    assert pixels(painted(line((1, 1), (3, 3), width=0))) == [(1, 1), (2, 2)]


def test_a_thin_line_is_as_long_as_its_crossings():
    start, stop = (3.3, 4.1), (90.7, 55.6)
    # one pixel more at every border between columns or rows
    assert painted(line(start, stop, width=0)).sum() == 1 + (90 - 3) + (55 - 4)


def test_thin_lines_of_many_points_are_connected():
    angles = np.linspace(0, 12, 300)
    curve = np.stack((50 + 4 * angles * np.cos(angles), 30 + 2.3 * angles * np.sin(angles)), axis=1)
    assert label(painted(PictureLine(curve, 0.01)))[1] == 1


def test_a_line_of_one_place_is_a_dot():
    assert pixels(painted(line((5.5, 5.5), (5.5, 5.5), width=0.5))) == [(5, 5)]
    assert painted(line((50, 30), (50, 30), width=20)).sum() == pytest.approx(math.pi * 100, rel=0.02)


def test_repeated_points_change_nothing():
    once = line((10, 10), (40, 20), (40, 50), width=5)
    twice = line((10, 10), (10, 10), (40, 20), (40, 20), (40, 50), (40, 50), width=5)
    np.testing.assert_array_equal(painted(once), painted(twice))


def test_a_line_that_crosses_itself_has_no_gaps():
    cross = painted(line((10, 10), (50, 50), (50, 10), (10, 50), width=8))
    assert cross[28:32, 28:32].all()


@pytest.mark.parametrize("points", [((20, 60), (80, 60)), ((100, 5), (100, 40)), ((0, 0), (0, 40))])
def test_a_line_on_the_picture_s_edge_is_kept(points):
    placed = rasterise(line(*points, width=0.2), SIZE, 1)
    assert placed.mask.any()
    assert placed.outside == 0


def test_the_share_of_a_line_outside_goes_by_its_length():
    placed = rasterise(line((80, 30), (120, 30), width=4), SIZE, 1)
    assert placed.outside == pytest.approx(0.5)
    assert placed.x0 + placed.mask.shape[0] == 100
    # round ends beyond the edge are no part of what was drawn
    assert rasterise(line((80, 30), (100, 30), width=4), SIZE, 1).outside == 0


def test_a_line_that_leaves_and_comes_back_is_not_joined_outside():
    mask = painted(line((10.5, 9.9), (10.5, -1e6), (90.5, -1e6), (90.5, 9.9), width=1))
    assert pixels(mask) == [(x, y) for x in (10, 90) for y in range(10)]


def test_a_box_marks_its_pixels():
    placed = rasterise(PictureBox((10, 20, 40, 25)), SIZE, 1)
    assert (placed.mask.shape, placed.x0, placed.y0, placed.outside) == ((30, 5), 10, 20, 0)
    half = rasterise(PictureBox((-10, 20, 10, 25)), SIZE, 1)
    assert (half.mask.shape, half.x0, half.y0, half.outside) == ((10, 5), 0, 20, 0.5)


def test_a_bitmap_is_cut_to_the_picture():
    mask = np.zeros((4, 3), dtype=bool)
    mask[0, 0] = mask[3, 2] = mask[3, 1] = mask[2, 0] = True
    inside = rasterise(Bitmap(mask, (5, 6)), SIZE, 1)
    assert (inside.x0, inside.y0, inside.outside) == (5, 6, 0)
    np.testing.assert_array_equal(inside.mask, mask)
    cut = rasterise(Bitmap(mask, (-2, -1)), SIZE, 1)
    assert (cut.x0, cut.y0, cut.outside) == (0, 0, 0.5)
    np.testing.assert_array_equal(cut.mask, mask[2:, 1:])
    assert rasterise(Bitmap(mask, (98, 58)), SIZE, 1).mask.shape == (2, 2)


def test_an_empty_bitmap_marks_nothing_and_is_not_outside():
    placed = rasterise(Bitmap(np.zeros((3, 3), dtype=bool), (200, 0)), SIZE, 1)
    assert (placed.mask.size, placed.outside) == (0, 0)


def test_only_the_part_around_a_shape_is_held_of_a_huge_picture():
    size = (200_000, 200_000)
    assert rasterise(PictureRegion(box(150_000, 9, 150_010, 19)), size, 1).mask.shape == (10, 10)
    assert rasterise(line((5, 9), (9, 9), width=2), size, 1).mask.size < 50


def test_shapes_of_volumes_are_refused():
    with pytest.raises(TypeError, match="VolumeContour"):
        rasterise(VolumeContour(np.zeros((3, 3))), SIZE, 1)
