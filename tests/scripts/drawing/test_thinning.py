import numpy as np
import pytest

from scripts.drawing.thinning import depth_inside, find_skeleton, relative_depth, thin


def test_fraction_zero_changes_nothing(bar):
    np.testing.assert_array_equal(thin(bar, 0.0), bar)


def test_fraction_one_leaves_the_skeleton(bar):
    thinned = thin(bar, 1.0)
    np.testing.assert_array_equal(thinned, find_skeleton(bar))


def test_grows_thinner_and_never_breaks(vessels):
    areas = [thin(vessels, fraction).sum() for fraction in (0.0, 0.3, 0.6, 1.0)]
    assert areas == sorted(areas, reverse=True) and len(set(areas)) == 4
    assert thin(vessels, 0.6)[find_skeleton(vessels)].all()


def test_half_of_a_bar(bar):
    thinned = thin(bar, 0.5)
    # Local radius 3: depths 1, 2, 3, 2, 1; more than 1.5 remains.
    np.testing.assert_array_equal(np.flatnonzero(thinned[:, 20]), [11, 12, 13])


def test_the_edge_of_the_image_is_an_edge():
    assert depth_inside(np.ones((5, 5), dtype=bool))[2].tolist() == [1, 2, 3, 2, 1]


def test_relative_depth_is_zero_outside(bar):
    depth = relative_depth(bar)
    assert (depth[~bar] == 0).all() and (depth[bar] > 0).all()


@pytest.mark.parametrize("fraction", [-0.1, 1.1])
def test_refuses_other_fractions(bar, fraction):
    with pytest.raises(ValueError, match="within"):
        thin(bar, fraction)


def test_nothing_stays_nothing():
    assert not thin(np.zeros((5, 5), dtype=bool), 0.5).any()


def test_depth_in_mm():
    slab = np.ones((5, 9, 9), dtype=bool)
    assert depth_inside(slab, (2, 5, 5))[:, 4, 4].tolist() == [2, 4, 6, 4, 2]


def test_relative_depth_does_not_depend_on_the_unit(bar):
    np.testing.assert_allclose(relative_depth(bar, (3, 3)), relative_depth(bar))
