import numpy as np
import pytest

from scripts.drawing.positive import draw_positive
from scripts.drawing.quality import QUALITIES
from scripts.drawing.thinning import depth_inside


def _draw(mask, ratio=0.3, quality="realistic", seed=0, view=None, spacing=None):
    view = np.ones(mask.shape, dtype=bool) if view is None else view
    rng = np.random.default_rng(seed)
    return draw_positive(mask, ratio=ratio, quality=QUALITIES[quality], rng=rng, field_of_view=view, spacing=spacing)


@pytest.mark.parametrize("quality", ["clean", "realistic", "bad"])
def test_precision_is_the_quality_s(vessels, quality):
    drawing = _draw(vessels, quality=quality)
    low, high = QUALITIES[quality].positive_precision
    assert low - 0.03 <= (drawing & vessels).sum() / drawing.sum() <= high + 0.03


def test_stays_in_the_field_of_view(vessels):
    view = np.zeros(vessels.shape, dtype=bool)
    view[50:200, 60:300] = True
    assert not (_draw(vessels & view, view=view) & ~view).any()


def test_thick_vessels_are_drawn_first(vessels):
    depth = depth_inside(vessels)
    drawings = [_draw(vessels, ratio=0.1, quality="clean", seed=seed) for seed in range(3)]
    assert np.mean([depth[drawing & vessels].mean() for drawing in drawings]) > 1.1 * depth[vessels].mean()


def test_small_blobs_are_drawn_inside(nuclei):
    drawing = _draw(nuclei, ratio=0.05, quality="clean")
    assert (drawing & ~nuclei).sum() < 0.05 * drawing.sum()


def test_an_empty_mask_gives_an_empty_drawing():
    assert not _draw(np.zeros((20, 20), dtype=bool)).any()


def test_works_in_3d():
    tube = np.zeros((12, 40, 14), dtype=bool)
    tube[4:8, 3:37, 5:9] = True
    drawing = _draw(tube, ratio=0.5)
    assert drawing.shape == tube.shape and drawing.sum() == pytest.approx(0.5 * tube.sum(), rel=0.1)


@pytest.mark.parametrize("ratio", [0.3, 0.05])
def test_in_mm_small_blobs_are_crossed_and_so_have_errors_at_every_ratio(ball, ratio):
    for seed in range(3):
        drawing = _draw(ball, ratio, seed=seed, spacing=(1, 1, 1))
        assert drawing.sum() == pytest.approx(ratio * ball.sum(), rel=0.1)
        assert 0.66 <= (drawing & ball).sum() / drawing.sum() <= 0.84


def test_in_mm_a_stroke_never_vanishes():
    voxel = np.zeros((9, 9, 5), dtype=bool)
    voxel[4, 4, 2] = True
    assert _draw(voxel, ratio=0.01, spacing=(0.5, 0.5, 5)).sum() == 1
