import numpy as np
import pytest
from scipy import ndimage

from scripts.drawing.hallucination import SMALLEST_STROKE, hallucinate


@pytest.mark.parametrize("area", [0, 4])
def test_no_area_changes_nothing(bar, area):
    np.testing.assert_array_equal(hallucinate(bar, area, np.random.default_rng(0)), bar)


@pytest.mark.parametrize("area", [40, 300])
def test_adds_about_the_area_where_nothing_is(area):
    empty = np.zeros((120, 130), dtype=bool)
    drawn = hallucinate(empty, area, np.random.default_rng(0))
    assert drawn.sum() == pytest.approx(area, rel=0.25)
    assert drawn.dtype == bool and drawn.shape == empty.shape


def test_keeps_the_stroke_and_off_what_is_not_allowed(bar):
    allowed = np.zeros(bar.shape, dtype=bool)
    allowed[:, 20:] = True
    drawn = hallucinate(bar, 60, np.random.default_rng(1), allowed=allowed)
    assert drawn[bar].all()
    added = drawn & ~bar
    assert added.any() and not (added & ~allowed).any()


def test_strokes_are_no_dust():
    drawn = hallucinate(np.zeros((200, 200), dtype=bool), 600, np.random.default_rng(2))
    pieces, count = ndimage.label(drawn, np.ones((3, 3)))
    assert count < 30 and np.median(np.bincount(pieces.ravel())[1:]) > 15


def test_no_room_is_no_error(bar):
    np.testing.assert_array_equal(hallucinate(bar, 50, np.random.default_rng(0), allowed=np.zeros_like(bar)), bar)


def test_works_in_3d():
    assert hallucinate(np.zeros((20, 20, 20), dtype=bool), 80, np.random.default_rng(0)).any()


@pytest.mark.parametrize("spacing", [(1, 1, 1), (0.5, 0.5, 3)])
def test_area_in_mm_is_reached_though_it_is_less_than_a_ball(spacing):
    # a ball of radius 5 mm has 524 mm3
    drawn = hallucinate(
        np.zeros((40, 40, 30), dtype=bool), 90, np.random.default_rng(0), radius=(5.0, 6.0), spacing=spacing
    )
    assert 90 - SMALLEST_STROKE <= drawn.sum() <= 99
