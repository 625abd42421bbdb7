import numpy as np
import pytest
from nibabel.orientations import apply_orientation, axcodes2ornt, inv_ornt_aff, ornt_transform

from scripts.drawing.slice_picture import slice_picture

RAS = np.diag([1.0, 1.0, 1.0, 1.0])


def _landmarks():
    """A volume 4 x 6 x 8 (right, front, up) of which the right is 1, the front 2 and the top 4, summed."""
    right, front, up = np.indices((4, 6, 8))
    return ((right >= 2) + 2 * (front >= 3) + 4 * (up >= 4)).astype(np.uint8)


def _stored(codes, values, affine):
    """The same volume with its axes stored in another order."""
    transform = ornt_transform(axcodes2ornt("RAS"), axcodes2ornt(codes))
    return apply_orientation(values, transform), affine @ inv_ornt_aff(transform, values.shape)


@pytest.mark.parametrize("codes", ["RAS", "LPS", "PIR", "SAL", "ARI"])
@pytest.mark.parametrize(
    "axis, corners",
    [("S", (2, 3, 0, 1)), ("A", (4, 5, 0, 1)), ("R", (4, 6, 0, 2))],
    ids=["axial", "coronal", "sagittal"],
)
def test_the_patient_s_right_and_top_are_right_and_on_top_however_stored(codes, axis, corners):
    stored, affine = _stored(codes, _landmarks(), RAS)
    opposite = {"R": "L", "A": "P", "S": "I"}[axis]
    number = codes.index(axis) if axis in codes else codes.index(opposite)
    first = 0 if axis in codes else stored.shape[number] - 1
    picture = slice_picture(stored, affine, number, first, height=40)
    assert (picture[0, 0], picture[0, -1], picture[-1, 0], picture[-1, -1]) == corners


@pytest.mark.parametrize("axis, shape", [(0, (100, 50)), (1, (100, 25)), (2, (100, 50))])
def test_proportions_are_true(axis, shape):
    # 10 x 20 x 8 voxels of 1 x 1 x 5 mm: 10 x 20 x 40 mm
    affine = np.diag([1.0, 1.0, 5.0, 1.0])
    assert slice_picture(np.zeros((10, 20, 8), np.uint8), affine, axis, 0, height=100).shape == shape
