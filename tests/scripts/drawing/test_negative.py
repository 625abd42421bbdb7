import numpy as np
import pytest
from scipy import ndimage

from scripts.drawing.negative import draw_negative
from scripts.drawing.quality import QUALITIES
from scripts.drawing.segments import split_segments


def _draw(mask, ratio=0.3, quality="realistic", positive=None, view=None, seed=0, share=1.0, spacing=None):
    positive = np.zeros(mask.shape, dtype=bool) if positive is None else positive
    return draw_negative(
        mask,
        positive,
        ratio=ratio,
        quality=QUALITIES[quality],
        rng=np.random.default_rng(seed),
        field_of_view=np.ones(mask.shape, dtype=bool) if view is None else view,
        segments=split_segments(mask, 60) if mask.any() and spacing is None else None,
        share=share,
        spacing=spacing,
    )


def test_clean_strokes_keep_off_the_structure(vessels):
    drawing = _draw(vessels, quality="clean", ratio=1.0)
    assert ndimage.distance_transform_edt(~vessels)[drawing].min() > 3


def test_careless_strokes_run_over_thin_vessels(vessels):
    wrong = [(_draw(vessels, quality=quality, ratio=1.0) & vessels).sum() for quality in ("clean", "realistic", "bad")]
    assert wrong[0] == 0 < wrong[1] < wrong[2]


def test_keeps_off_the_positive_drawing(vessels):
    positive = np.zeros(vessels.shape, dtype=bool)
    positive[150:180, 30:60] = True
    drawing = _draw(vessels, ratio=1.0, positive=positive)
    assert ndimage.distance_transform_edt(~positive)[drawing].min() > 3


def test_area_scales_with_the_ratio(vessels):
    reachable = (ndimage.distance_transform_edt(~vessels) > 3).sum()
    for ratio in (1.0, 0.3, 0.05):
        assert _draw(vessels, ratio, "clean").sum() == pytest.approx(0.8 * ratio * reachable, rel=0.2)


def test_share_scales_the_area(vessels):
    assert _draw(vessels, share=0.5).sum() == pytest.approx(0.5 * _draw(vessels).sum(), rel=0.2)


def test_a_handful_of_strokes_at_the_smallest_ratio(vessels):
    drawing = _draw(vessels, 0.01)
    pieces, count = ndimage.label(drawing, np.ones((3, 3)))
    assert 2 <= count <= 12
    assert np.bincount(pieces.ravel())[1:].min() >= 5


def test_stays_in_the_field_of_view(vessels):
    view = np.zeros(vessels.shape, dtype=bool)
    view[50:250, 60:300] = True
    drawing = _draw(vessels, view=view)
    assert drawing.any() and not (drawing & ~view).any()


def test_an_empty_mask_is_all_background():
    assert _draw(np.zeros((64, 64), dtype=bool), 0.5).mean() == pytest.approx(0.4, rel=0.2)


def test_no_room_gives_no_stroke():
    assert not _draw(np.ones((20, 20), dtype=bool)).any()


def _ellipsoid(spacing):
    """Half axes of 12 mm in about 50 mm."""
    shape = [round(50 / side) for side in spacing]
    return sum(((axis * side - 25) / 12) ** 2 for axis, side in zip(np.indices(shape), spacing)) <= 1


@pytest.mark.parametrize("spacing", [(1, 1, 1), (1, 1, 2.5)])
def test_the_margin_is_in_mm(spacing):
    mask = _ellipsoid(spacing)
    drawing = _draw(mask, 1.0, "clean", spacing=spacing)
    distance = ndimage.distance_transform_edt(~mask, sampling=spacing)
    assert 2 < distance[drawing].min() < 2.5 + min(spacing)
    assert drawing.sum() == pytest.approx(0.8 * (distance > 2).sum(), rel=0.15)


@pytest.mark.parametrize("quality, expected", [("clean", 1.0), ("realistic", 0.99), ("bad", 0.95)])
def test_in_mm_the_mean_precision_is_the_quality_s(quality, expected):
    mask = _ellipsoid((2, 2, 2))
    drawings = [_draw(mask, 0.3, quality, seed=seed, spacing=(2, 2, 2)) for seed in range(12)]
    precision = np.mean([(drawing & ~mask).sum() / drawing.sum() for drawing in drawings])
    assert precision == pytest.approx(expected, abs=(1 - expected) / 2)


def test_careless_strokes_in_mm_keep_off_the_positive_drawing():
    mask = _ellipsoid((2, 2, 2))
    positive = mask & (np.indices(mask.shape)[0] < 12)
    drawings = [_draw(mask, 0.3, "bad", positive, seed=seed, spacing=(2, 2, 2)) for seed in range(2)]
    assert any((drawing & mask).any() for drawing in drawings)
    assert not any((drawing & positive).any() for drawing in drawings)
