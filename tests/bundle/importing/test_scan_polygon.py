"""A pixel belongs to an area when its centre does."""

import time

import numpy as np
import pytest
import shapely
from shapely.geometry import MultiPolygon, Polygon, box

from bundle.importing import scan_polygon as module
from bundle.importing.scan_polygon import scan_polygon

SIZE = (30, 20)


def painted(area, size=SIZE):
    """The mask of the whole picture."""
    mask, x0, y0 = scan_polygon(area, size)
    whole = np.zeros(size, dtype=bool)
    whole[x0 : x0 + mask.shape[0], y0 : y0 + mask.shape[1]] = mask
    return whole


def random_areas(count, seed=0):
    rng = np.random.default_rng(seed)
    for _ in range(count):
        points = rng.uniform(-5, 35, (int(rng.integers(3, 12)), 2))
        yield shapely.make_valid(Polygon(points), method="structure", keep_collapsed=False)


def test_whole_pixels_are_held():
    mask, x0, y0 = scan_polygon(box(3, 4, 7, 6), SIZE)
    assert (mask.shape, x0, y0) == ((4, 2), 3, 4)
    assert mask.all()


def test_the_lower_edge_counts_and_the_upper_does_not():
    mask, x0, y0 = scan_polygon(box(2.5, 1.5, 5.5, 3.5), SIZE)
    assert (mask.shape, x0, y0) == ((3, 2), 2, 1)
    assert mask.all()


def test_random_areas_hold_the_centres_that_lie_in_them():
    x, y = np.meshgrid(np.arange(SIZE[0]) + 0.5, np.arange(SIZE[1]) + 0.5, indexing="ij")
    for area in random_areas(40):
        np.testing.assert_array_equal(painted(area), shapely.contains_xy(area, x, y))


def test_holes_and_the_direction_of_outlines():
    ring, hole = [(0, 0), (10, 0), (10, 10), (0, 10)], [(2, 2), (5, 2), (5, 6), (2, 6)]
    expected = np.zeros(SIZE, dtype=bool)
    expected[:10, :10] = True
    expected[2:5, 2:6] = False
    for outer in (ring, ring[::-1]):
        for inner in (hole, hole[::-1]):
            np.testing.assert_array_equal(painted(Polygon(outer, [inner])), expected)


def test_neighbours_share_no_pixel_and_leave_none_out():
    # a fan of triangles around the centre of a pixel, with corners on centres, fills its square
    corners = [(0.5, 0.5), (8.5, 0.5), (16.5, 0.5), (16.5, 9.5), (16.5, 16.5), (3.5, 16.5), (0.5, 16.5), (0.5, 7.5)]
    count = np.zeros(SIZE, dtype=int)
    for first, second in zip(corners, corners[1:] + corners[:1]):
        count += painted(Polygon([(6.5, 9.5), second, first]))
    expected = np.zeros(SIZE, dtype=int)
    expected[:16, :16] = 1
    np.testing.assert_array_equal(count, expected)


def test_random_partition_covers_each_pixel_once():
    rng = np.random.default_rng(1)
    triangles = shapely.get_parts(
        shapely.delaunay_triangles(
            shapely.multipoints([*rng.uniform(0, 20, (60, 2)), (-99, -99), (99, -99), (-99, 99), (99, 99)])
        )
    )
    assert (sum(painted(triangle).astype(int) for triangle in triangles) == 1).all()


def test_several_polygons_hold_what_any_of_them_covers():
    parts = [box(1, 1, 6, 6), box(4, 4, 9, 9), box(20, 2, 22, 4)]
    np.testing.assert_array_equal(painted(parts), painted(parts[0]) | painted(parts[1]) | painted(parts[2]))
    assert painted(MultiPolygon([parts[0], parts[2]])).sum() == 29


@pytest.mark.parametrize("area", [box(40, 0, 50, 9), box(-9, 0, 0.4, 9), box(1.6, 1.6, 2.4, 2.4), Polygon()])
def test_nothing_is_held_beyond_the_picture_or_between_centres(area):
    assert scan_polygon(area, SIZE)[0].shape == (0, 0)


def test_an_area_is_cut_to_the_picture():
    assert painted(box(-1e6, -1e6, 1e6, 1e6)).all()
    mask, x0, y0 = scan_polygon(box(-1e6, 18, 2, 1e6), SIZE)
    assert (mask.shape, x0, y0) == ((2, 2), 0, 18)


def test_large_pictures_are_worked_through_in_parts(monkeypatch):
    areas = list(random_areas(10, seed=2))
    whole = [painted(area) for area in areas]
    monkeypatch.setattr(module, "_PIXELS_AT_ONCE", 50)
    monkeypatch.setattr(module, "_PAIRS_AT_ONCE", 3)
    for area, expected in zip(areas, whole):
        np.testing.assert_array_equal(painted(area), expected)


def test_a_long_outline_costs_little():
    angles = np.linspace(0, 2 * np.pi, 10_000, endpoint=False)
    radii = 450 + 20 * np.sin(angles * 300)
    outline = Polygon(np.stack((500 + radii * np.cos(angles), 500 + radii * np.sin(angles)), axis=1))
    start = time.process_time()
    mask, _, _ = scan_polygon(outline, (1000, 1000))
    assert time.process_time() - start < 2
    assert mask.sum() == pytest.approx(outline.area, rel=1e-3)
