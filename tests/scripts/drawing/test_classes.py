import numpy as np
import pytest

from scripts.drawing.classes import draw_classes
from scripts.drawing.request import DrawingRequest


def _request(ball, **changes):
    mask = ball.astype(np.uint8)
    mask[17:][ball[17:]] = 2
    return DrawingRequest.check(mask, **{"ratio": 0.3, "classes": {"a": 1, "b": 2}, **changes})


def test_ratios_may_differ_and_0_draws_nothing(ball):
    request = _request(ball)
    label = draw_classes(request, 0, {"a": 0.0, "b": 0.5})
    assert not (label == 1).any()
    assert (label == 3).sum() == pytest.approx(0.5 * request.dense["b"].sum(), rel=0.1)
    assert (label == 2).any() and (label == 4).any()


def test_all_background_says_not_of_no_class(ball):
    label = draw_classes(_request(ball, background=1.0), 0)
    assert set(np.unique(label)) == {0, 1, 3, 5}


def test_without_background_no_value_is_needed_for_it(ball):
    assert set(np.unique(draw_classes(_request(ball), 0))) == {0, 1, 2, 3, 4}


@pytest.mark.parametrize("spacing", [None, (1, 1)])
def test_background_works_in_2d(nuclei, spacing):
    request = DrawingRequest.check(nuclei, ratio=0.3, background=0.5, spacing=spacing)
    label = draw_classes(request, 0)
    assert set(np.unique(label)) == {0, 1, 2, 3}
    assert (nuclei & (label == 3)).sum() < 0.04 * (label == 3).sum()


def test_a_far_larger_volume_changes_no_positive_stroke(ball):
    small, large = np.pad(ball, 12), np.pad(ball, 20)
    labels = [draw_classes(DrawingRequest.check(mask, ratio=0.3, negative=False), 0) for mask in (small, large)]
    np.testing.assert_array_equal(labels[0], labels[1][8:-8, 8:-8, 8:-8])
    assert labels[1].astype(bool).sum() == labels[0].astype(bool).sum()
