"""Checks of headers that every format shares."""

from pathlib import Path

import numpy as np
import pytest

from scripts.errors import DataError
from scripts.volumes.headers import check_affine, check_spacing, volume_shape

FILE = Path("a.nrrd")


@pytest.mark.parametrize("dims", [(4, 5, 6), (4, 5, 6, 1), (4, 5, 6, 1, 1)])
def test_trailing_axes_of_one_are_no_axes(dims):
    assert volume_shape(FILE, dims) == (4, 5, 6)


def test_a_single_slice_is_a_volume():
    assert volume_shape(FILE, (4, 5, 1)) == (4, 5, 1)


@pytest.mark.parametrize(
    ("dims", "expected"),
    [
        ((4, 5), "a.nrrd: is a picture of 4 x 5 pixels; expected a volume"),
        ((4, 5, 6, 7), "a.nrrd: is 4D and holds 7 volumes, its size is 4 x 5 x 6 x 7; .*one file per time point"),
        ((4, 5, 6, 2, 3), "is 5D and holds 6 volumes"),
        ((4, 0, 6), "a.nrrd: is empty, its size is 4 x 0 x 6 voxels"),
    ],
)
def test_other_sizes_are_refused(dims, expected):
    with pytest.raises(DataError, match=expected):
        volume_shape(FILE, dims)


@pytest.mark.parametrize("side", [0, -1, np.nan, np.inf])
def test_every_side_of_a_voxel_is_above_zero(side):
    with pytest.raises(DataError, match=f"a.nrrd: its header says that voxels measure 1 x {side:g} x 2 mm"):
        check_spacing(FILE, (1, side, 2))
    check_spacing(FILE, (1e-3, 1, 50))


def test_axes_must_span_a_space():
    check_affine(FILE, np.diag([-0.01, 5, 300, 1]))
    flat = np.eye(4)
    flat[:3, 1] = [1, 0, 0]
    with pytest.raises(DataError, match="a.nrrd: the affine of its header is singular"):
        check_affine(FILE, flat)
    with pytest.raises(DataError, match="not finite"):
        check_affine(FILE, np.full((4, 4), np.nan))
    with pytest.raises(DataError, match="voxels measure 1 x 0 x 1 mm"):
        check_affine(FILE, np.diag([1.0, 0, 1, 1]))
