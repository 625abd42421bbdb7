"""Every shape of volumes goes its way."""

import numpy as np
import pytest

from bundle.importing.marks import PictureBox, VolumeBox, VolumeContour, VolumeLine, VoxelMask
from bundle.importing.rasterise_volume import rasterise_volume
from scripts.errors import DataError
from scripts.volumes import VolumeGrid

GRID = VolumeGrid((8, 8, 8), np.eye(4))
CORNERS = np.array([[x, y, z] for x in (0.5, 2.5) for y in (0.5, 2.5) for z in (0.5, 2.5)])


@pytest.mark.parametrize(
    ("shape", "count"),
    [
        (VoxelMask(np.ones((2, 2, 2), dtype=bool), VolumeGrid((2, 2, 2), np.eye(4))), 8),
        (VolumeContour(np.array([[0.5, 0.5, 3], [3.5, 0.5, 3], [3.5, 3.5, 3], [0.5, 3.5, 3]])), 9),
        (VolumeLine(np.array([[1.0, 1, 1], [3, 1, 1]]), width=0.5), 3),
        (VolumeLine(np.array([[1.0, 1, 1], [3, 1, 1]])), 3 * 5 + 2),
        (VolumeBox(CORNERS), 8),
    ],
)
def test_shapes(shape, count):
    placed = rasterise_volume(shape, GRID, default_width_mm=2.0)
    assert placed.mask.dtype == bool and placed.mask.sum() == count and len(placed.origin) == 3


def test_errors_begin_with_the_source():
    slanting = VolumeContour(np.array([[0.0, 0, 0], [5, 0, 3], [5, 5, 6]]))
    with pytest.raises(DataError, match=r"^a.mrk.json: is a closed curve"):
        rasterise_volume(slanting, GRID, 1.0, "a.mrk.json")
    with pytest.raises(DataError, match=r"^is a closed curve"):
        rasterise_volume(slanting, GRID, 1.0)


def test_shapes_of_pictures_are_refused():
    with pytest.raises(DataError, match="drawn on a picture, but its image is a volume"):
        rasterise_volume(PictureBox((0, 0, 1, 1)), GRID, 1.0)
