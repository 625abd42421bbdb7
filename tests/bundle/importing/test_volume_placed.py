"""Points in mm as voxel indices."""

import numpy as np

from bundle.importing.volume_placed import nothing, to_index
from scripts.volumes import VolumeGrid


def test_centres_of_voxels_are_whole_numbers():
    affine = np.array([[0, -0.5, 0, 30], [0.8, 0.1, 0, 40], [0, 0, 3.0, -10], [0, 0, 0, 1]])
    index = np.array([[0, 0, 0], [3, 4, 5], [9, 8, 7]])
    points = index @ affine[:3, :3].T + affine[:3, 3]
    np.testing.assert_allclose(to_index(points, VolumeGrid((10, 10, 10), affine)), index, atol=1e-12)


def test_nothing():
    assert nothing(0.5).mask.shape == (0, 0, 0) and nothing(0.5).outside == 0.5
