import numpy as np
import pytest

from scripts.drawing.thickening import thicken


@pytest.mark.parametrize("amount", [0.0, -1.0])
def test_no_amount_changes_nothing(bar, amount):
    np.testing.assert_array_equal(thicken(bar, amount), bar)


@pytest.mark.parametrize("amount, area", [(1.0, 157), (2.0, 213)])
def test_area_of_a_thickened_bar(bar, amount, area):
    # 5 x 21 = 105; one pixel adds 2 (5 + 21) = 52; two pixels add 104 and one pixel per corner.
    thick = thicken(bar, amount)
    assert thick.sum() == area
    assert thick.dtype == bool and thick.shape == bar.shape
    assert thick[bar].all()


def test_amount_may_vary_over_the_image(bar):
    amount = np.zeros(bar.shape)
    amount[:, 20:] = 1.0
    thick = thicken(bar, amount)
    np.testing.assert_array_equal(thick[:, :20], bar[:, :20])
    assert thick[9, 20:31].all()


def test_nothing_stays_nothing():
    assert not thicken(np.zeros((5, 5), dtype=bool), 3.0).any()


def test_a_voxel_becomes_a_ball():
    voxel = np.zeros((5, 5, 5), dtype=bool)
    voxel[2, 2, 2] = True
    assert thicken(voxel, 1.0).sum() == 7


def test_amount_in_mm():
    voxel = np.zeros((9, 9, 9), dtype=bool)
    voxel[4, 4, 4] = True
    thick = thicken(voxel, 3.0, spacing=(1, 1.5, 4))
    assert [np.ptp(axis) for axis in np.nonzero(thick)] == [6, 4, 0]
