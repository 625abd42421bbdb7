"""Stacks of the frames of DICOM segmentations."""

from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset, Sequence

from bundle.importing.formats.dicom_frames import frame_group, place_frames
from scripts.errors import DataError

PATH = Path("a.dcm")
AXIAL = [1, 0, 0, 0, 1, 0]


def item(**values):
    data = Dataset()
    for name, value in values.items():
        setattr(data, name, value)
    return data


def frames_at(heights, distance=2.0, axes=AXIAL, spacing=(0.5, 0.75), thickness=None):
    measures = item(PixelSpacing=list(spacing), SpacingBetweenSlices=distance, SliceThickness=thickness)
    shared = item(PixelMeasuresSequence=Sequence([measures]))
    turn = Sequence([item(ImageOrientationPatient=axes)])
    per_frame = [
        item(
            PlanePositionSequence=Sequence([item(ImagePositionPatient=[1, 2, height])]),
            PlaneOrientationSequence=turn,
        )
        for height in heights
    ]
    return item(
        Rows=10,
        Columns=20,
        SharedFunctionalGroupsSequence=Sequence([shared]),
        PerFrameFunctionalGroupsSequence=Sequence(per_frame),
    )


def test_one_stack_in_any_order_with_gaps_and_repeats():
    frames = place_frames(PATH, frames_at([8, 4, 4, 6, 12]))
    assert frames.slices.tolist() == [2, 0, 0, 1, 4] and not frames.stacks.any()
    assert frames.origins.tolist() == [[1, 2, 4]]
    assert frames.spacing.tolist() == [0.75, 0.5, 2.0]
    assert frames.direction.tolist() == np.eye(3).tolist()


def test_the_distance_is_measured():
    frames = place_frames(PATH, frames_at([0, 2.001, 4.002, 6.003]))
    assert frames.spacing[2] == pytest.approx(2.001)


def test_slices_are_counted_along_the_direction_across_them():
    frames = place_frames(PATH, frames_at([0, 2, 4], axes=[1, 0, 0, 0, -1, 0]))
    assert frames.slices.tolist() == [2, 1, 0] and frames.origins.tolist() == [[1, 2, 4]]


@pytest.mark.parametrize(
    ("heights", "distance"),
    [([0, 8], 2), ([0, 4, 8], 2), ([0, 2, 5], 2), ([0, 2], None), ([0, 2, 1e6], 2), ([3], 2)],
)
def test_slices_of_their_own_where_the_distance_is_not_certain(heights, distance):
    data = frames_at(heights, distance)
    data.Rows = data.Columns = 1000
    frames = place_frames(PATH, data)
    assert frames.stacks.tolist() == list(range(len(heights))) and not frames.slices.any()
    assert frames.origins[:, 2].tolist() == heights


def test_the_thickness_where_no_distance_is_stated():
    assert place_frames(PATH, frames_at([0, 2, 4], None, thickness=2)).slices.tolist() == [0, 1, 2]


def test_groups_of_a_frame_come_first():
    shared = item(PixelMeasuresSequence=Sequence([item(SliceThickness=1)]))
    own = item(PixelMeasuresSequence=Sequence([item(SliceThickness=2)]))
    assert frame_group(own, [shared], "PixelMeasuresSequence").SliceThickness == 2
    assert frame_group(Dataset(), [shared], "PixelMeasuresSequence").SliceThickness == 1


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (frames_at([0, 2], axes=[1, 0, 0, 1, 0, 0]), "two unit vectors at a right angle"),
        (frames_at([0, 2], axes=[2, 0, 0, 0, 2, 0]), "two unit vectors at a right angle"),
        (frames_at([0, 2e6]), "beyond 1 km"),
        (frames_at([0, 2], spacing=(0, 1)), "every side must be above 0"),
    ],
)
def test_frames_that_make_no_sense(data, expected):
    with pytest.raises(DataError, match=f"a.dcm: .*{expected}"):
        place_frames(PATH, data)


def test_frames_that_are_turned_against_each_other():
    data = frames_at([0, 2])
    frame = data.PerFrameFunctionalGroupsSequence[1]
    frame.PlaneOrientationSequence = Sequence([item(ImageOrientationPatient=[0, 1, 0, 1, 0, 0])])
    with pytest.raises(DataError, match="oriented differently"):
        place_frames(PATH, data)
