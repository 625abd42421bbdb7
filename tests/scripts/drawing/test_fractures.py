import numpy as np
import pytest
from scipy import ndimage

from scripts.drawing.fractures import fracture


def test_no_gap_changes_nothing(bar):
    np.testing.assert_array_equal(fracture(bar, 0, np.random.default_rng(0)), bar)


def test_a_gap_parts_the_stroke():
    bar = np.zeros((25, 101), dtype=bool)
    bar[10:15, 10:91] = True
    parted = [ndimage.label(fracture(bar, 1, np.random.default_rng(seed)))[1] for seed in range(20)]
    assert set(parted) <= {1, 2} and parted.count(2) >= 15  # a gap at an end only shortens


def test_only_takes_away(vessels):
    broken = fracture(vessels, 20, np.random.default_rng(1))
    assert not (broken & ~vessels).any()
    assert 0.5 * vessels.sum() < broken.sum() < vessels.sum()
    assert broken.dtype == bool and broken.shape == vessels.shape


def test_nothing_stays_nothing():
    assert not fracture(np.zeros((5, 5), dtype=bool), 3, np.random.default_rng(0)).any()


def test_refuses_a_negative_count(bar):
    with pytest.raises(ValueError, match="negative"):
        fracture(bar, -1, np.random.default_rng(0))


def test_a_gap_in_mm_has_its_radius_across_thick_slices():
    bar = np.ones((60, 3, 3), dtype=bool)
    gap = bar & ~fracture(bar, 1, np.random.default_rng(0), radius=(8.0, 8.0), spacing=(1, 1, 4))
    assert gap.any() and np.ptp(np.argwhere(gap)[:, 0]) <= 2 * 7.5
    assert np.ptp(np.argwhere(gap)[:, 2]) <= 2
