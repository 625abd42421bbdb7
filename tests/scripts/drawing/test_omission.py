import numpy as np
import pytest

from scripts.drawing.omission import keep_segments
from scripts.drawing.segments import split_segments


@pytest.mark.parametrize("share", [0.0, 0.01, 0.25, 0.5, 1.0])
def test_keeps_exactly_the_area(vessels, share):
    segments = split_segments(vessels, 40)
    order = np.random.default_rng(0).permutation(len(segments))
    area = round(share * vessels.sum())
    kept = keep_segments(vessels, segments, order, area)
    assert kept.sum() == area
    assert not (kept & ~vessels).any()


def test_more_than_there_is_keeps_everything(vessels):
    segments = split_segments(vessels, 40)
    kept = keep_segments(vessels, segments, np.arange(len(segments)), 2 * vessels.sum())
    np.testing.assert_array_equal(kept, vessels)


def test_follows_the_order(vessels):
    segments = split_segments(vessels, 40)
    order = np.arange(len(segments))[::-1]
    size = int((vessels & (segments.index == order[0])).sum())
    kept = keep_segments(vessels, segments, order, size)
    assert set(segments.index[kept]) == {order[0]}
