"""Marks of pictures and of volumes on the pixels of their image."""

import numpy as np
import pytest
from shapely.geometry import box

from bundle.importing.marks import (
    Bitmap,
    PictureBox,
    PictureLine,
    PictureRegion,
    VolumeBox,
    VolumeContour,
    VoxelMask,
)
from bundle.importing.place import place_box, place_mark
from scripts.errors import DataError
from scripts.volumes import VolumeGrid

SIZE = (12, 8)
GRID = VolumeGrid((6, 5, 4), np.diag([2.0, 2, 2, 1]))
CUBE = np.array([[x, y, z] for x in (1.0, 5) for y in (1.0, 7) for z in (-1.0, 5)])


def test_a_region_that_reaches_beyond_the_picture_is_cut() -> None:
    placed = place_mark(PictureRegion(box(-2, 1, 2, 3)), SIZE, None, None)
    assert placed.origin == (0, 1)
    assert placed.mask.tolist() == [[True, True]] * 2
    assert placed.outside == 0.5


def test_voxels_of_a_volume() -> None:
    affine = GRID.affine.copy()
    affine[:3, 3] = [2, 4, 6]
    placed = place_mark(
        VoxelMask(np.ones((2, 1, 1), dtype=bool), VolumeGrid((2, 1, 1), affine)), GRID.shape, GRID, None
    )
    assert placed.origin == (1, 2, 3)
    assert placed.mask.shape == (2, 1, 1)


def test_marks_wholly_outside_are_refused() -> None:
    with pytest.raises(DataError, match="lies outside its image, which has 12 x 8 pixels. Was it drawn on another"):
        place_mark(PictureRegion(box(20, 1, 22, 3)), SIZE, None, None)


@pytest.mark.parametrize(
    ("shape", "corners"),
    [
        (PictureBox((1.25, 2, 3, 4.5)), [1.25, 2, 3, 4.5]),
        (PictureRegion(box(1, 2, 3, 4)), [1, 2, 3, 4]),
        (PictureLine(np.array([[1.0, 2], [5, 3]])), [1, 2, 5, 3]),
        (Bitmap(np.eye(3, dtype=bool), (2, 1)), [2, 1, 5, 4]),
        (PictureBox((10, 2, 14, 4)), [10, 2, 14, 4]),
    ],
)
def test_boxes_around_marks_of_pictures(shape: object, corners: list[float]) -> None:
    placed, found = place_box(shape, SIZE, None)
    assert found == corners
    assert placed.outside == (0.5 if corners[2] > SIZE[0] else 0)


def test_boxes_of_volumes_count_edges_of_voxels() -> None:
    # voxel centres lie at even mm, edges at odd ones
    _, corners = place_box(VolumeBox(CUBE), GRID.shape, GRID)
    assert corners == [1, 1, 0, 3, 4, 3]


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        (PictureBox((20, 0, 22, 2)), "lies outside its image, which has 12 x 8 pixels"),
        (PictureLine(np.array([[1.0, 2], [5, 2]])), "has no area, so it is no box"),
        (Bitmap(np.zeros((2, 2), dtype=bool)), "is empty"),
    ],
)
def test_what_is_no_box(shape: object, message: str) -> None:
    with pytest.raises(DataError, match=message):
        place_box(shape, SIZE, None)


@pytest.mark.parametrize("place", [lambda *mark: place_mark(*mark, None), place_box])
def test_marks_of_a_volume_do_not_fit_a_picture_nor_the_other_way_round(place: object) -> None:
    with pytest.raises(DataError, match="was drawn on a volume, but its image is a picture"):
        place(VolumeContour(CUBE[:3]), SIZE, None)
    with pytest.raises(DataError, match="was drawn on a picture, but its image is a volume"):
        place(PictureBox((0, 0, 2, 2)), GRID.shape, GRID)
