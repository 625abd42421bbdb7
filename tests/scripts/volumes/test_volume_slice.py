"""Orientation, choice and proportions of the slice that a picture shows of a volume."""

from __future__ import annotations

import numpy as np
import pytest
from nibabel.orientations import apply_orientation, axcodes2ornt, inv_ornt_aff, ornt_transform

from scripts.constants import IGNORE
from scripts.volumes.volume_slice import VolumeSlice, choose_slice, to_ras

SHAPE = (6, 8, 10)
RAS = np.arange(np.prod(SHAPE)).reshape(SHAPE)
AFFINE = np.diag([0.5, 1.0, 3.0, 1.0])
NOTHING = np.zeros(SHAPE, np.uint8)


def stored_as(codes: str) -> tuple[np.ndarray, np.ndarray]:
    """The volume ``RAS`` with its axes in another order and direction, and its affine."""
    orientation = ornt_transform(axcodes2ornt("RAS"), axcodes2ornt(codes))
    return apply_orientation(RAS, orientation), AFFINE @ inv_ornt_aff(orientation, SHAPE)


def block(low, high, value: int = 1) -> np.ndarray:
    labels = NOTHING.copy()
    labels[tuple(slice(a, b) for a, b in zip(low, high))] = value
    return labels


@pytest.mark.parametrize("codes", ["RAS", "LPS", "LAS", "PIR", "SAL", "ASL"])
def test_every_storage_becomes_the_same_volume(codes):
    array, affine = stored_as(codes)
    turned, spacing = to_ras(array, affine)
    assert np.array_equal(turned, RAS)
    assert spacing == (0.5, 1.0, 3.0)
    channels, _ = to_ras(np.stack([array, -array]), affine)
    assert np.array_equal(channels, np.stack([RAS, -RAS]))


def test_oblique_volume_is_turned_to_the_nearest_axes():
    angle = np.radians(20)
    affine = np.eye(4)
    affine[:2, :2] = [[-np.cos(angle), -np.sin(angle)], [np.sin(angle), -np.cos(angle)]]
    affine[:3, 2] = (0, 0, 2)
    turned, spacing = to_ras(RAS, affine)
    assert np.array_equal(turned, RAS[::-1, ::-1])
    assert spacing == pytest.approx((1, 1, 2))


@pytest.mark.parametrize(
    ("axis", "name", "horizontal", "vertical"),
    [(0, "sagittal 3 of 6", 1, 2), (1, "coronal 3 of 8", 0, 2), (2, "axial 3 of 10", 0, 1)],
)
def test_second_axis_of_the_plane_points_up(axis, name, horizontal, vertical):
    shown = VolumeSlice(axis, 2, SHAPE[axis], (1, 1, 1))
    assert str(shown) == name
    indices = shown.display(np.indices(SHAPE))
    assert indices.shape == (3, SHAPE[vertical], SHAPE[horizontal])
    assert (indices[axis] == 2).all()
    assert indices[horizontal, 0].tolist() == list(range(SHAPE[horizontal]))
    assert indices[vertical, :, 0].tolist() == list(range(SHAPE[vertical]))[::-1]


@pytest.mark.parametrize(("spacing", "axis"), [((3, 1, 1), 0), ((1, 3, 1), 1), ((1, 1, 3), 2), ((1, 1, 1.02), 2)])
def test_plane_with_the_finest_spacing(spacing, axis):
    reference = block((1, 1, 1), (5, 7, 9))
    reference[tuple(3 if k == axis else slice(None) for k in range(3))] = 2
    shown = choose_slice(reference, NOTHING, spacing)
    assert (shown.axis, shown.index, shown.count) == (axis, 3, SHAPE[axis])


def test_axial_unless_it_shows_less_than_half():
    tall = block((2, 2, 0), (4, 4, 9))
    assert choose_slice(tall, NOTHING, (1, 1, 1)).axis == 1
    drawn = block((4, 1, 1), (5, 7, 9))
    assert str(choose_slice(drawn, NOTHING, (1, 1, 1))) == "sagittal 5 of 6"
    assert choose_slice(block((1, 1, 1), (5, 7, 8)), NOTHING, (1, 1, 1)).axis == 2


def test_most_reference_then_most_prediction_then_the_middle():
    prediction = block((0, 0, 7), (6, 8, 8))
    unknown = block((0, 0, 2), (6, 8, 3), IGNORE)
    assert str(choose_slice(np.maximum(unknown, block((0, 0, 4), (6, 8, 5))), prediction, (1, 1, 2))) == "axial 5 of 10"
    assert str(choose_slice(unknown, prediction, (1, 1, 2))) == "axial 8 of 10"
    assert str(choose_slice(unknown, NOTHING, (1, 1, 2))) == "axial 6 of 10"


@pytest.mark.parametrize(
    ("axis", "spacing", "expected"),
    [
        (2, (1, 1, 1), (300, 400)),
        (2, (1, 1, 7), (300, 400)),  # the spacing across does not count
        (1, (1, 1, 2), (120, 400)),  # 6 mm wide and 20 mm high
        (0, (1, 5, 1), (400, 100)),
    ],
)
def test_proportions_are_those_of_the_body(axis, spacing, expected):
    shown = VolumeSlice(axis, 0, SHAPE[axis], spacing)
    assert shown.size(SHAPE, 400, 1000) == expected


def test_size_is_kept_between_its_limits():
    shown = VolumeSlice(2, 0, 1, (1, 1, 1))
    assert shown.size((600, 700, 1), 512, 1024) == (600, 700)
    assert shown.size((1400, 700, 1), 512, 1024) == (1024, 512)
