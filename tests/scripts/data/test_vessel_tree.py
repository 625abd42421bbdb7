import numpy as np
import pytest

from scripts.data.vessel_tree import grow_vessels

DISC, MACULA = np.array([0.0, 0.27]), np.array([0.02, -0.06])


@pytest.fixture(scope="module")
def vessels():
    return grow_vessels(DISC, MACULA, np.random.default_rng(0))


def test_arteries_and_veins_branch(vessels):
    assert len(vessels) > 20
    assert 0.2 < np.mean([vessel.vein for vessel in vessels]) < 0.8


def test_vessels_taper(vessels):
    assert all((np.diff(vessel.radius) <= 0).all() for vessel in vessels)
    assert max(vessel.radius.max() for vessel in vessels) < 0.013


def test_trunks_start_at_the_disc(vessels):
    starts = np.array([vessel.points[0] for vessel in vessels])
    assert (np.linalg.norm(starts - DISC, axis=1) < 0.08).sum() >= 8


def test_vessels_are_smooth(vessels):
    for vessel in vessels:
        steps = np.diff(vessel.points, axis=0)
        if len(steps) > 1:
            cosines = (steps[1:] * steps[:-1]).sum(axis=1) / np.linalg.norm(steps[1:], axis=1) ** 2
            assert cosines.min() > np.cos(0.3)


def test_most_vessels_keep_out_of_the_macula(vessels):
    points = np.concatenate([vessel.points for vessel in vessels])
    assert (np.linalg.norm(points - MACULA, axis=1) < 0.05).mean() < 0.01
