from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage

from scripts.data.vessel_tree import grow_vessels


def _vessels() -> np.ndarray:
    """Branching vessels, 2 to 8 pixels wide, in 300 x 320 pixels."""
    diameter, mask = 350.0, np.zeros((300, 320), dtype=bool)
    for vessel in grow_vessels(np.array([0.0, 0.2]), np.array([0.0, -0.1]), np.random.default_rng(5)):
        radius = np.zeros(mask.shape)
        points = np.round(vessel.points * diameter + (150, 160)).astype(int)
        inside = np.all((points >= 0) & (points < mask.shape), axis=1)
        if not inside.any():
            continue
        radius[tuple(points[inside].T)] = np.clip(vessel.radius[inside] * diameter, 1.0, 4.0)
        distance, nearest = ndimage.distance_transform_edt(radius == 0, return_indices=True)
        mask |= distance <= radius[tuple(nearest)]
    return mask


@pytest.fixture(scope="session")
def vessels() -> np.ndarray:
    mask = _vessels()
    mask.setflags(write=False)
    return mask


@pytest.fixture(scope="session")
def nuclei() -> np.ndarray:
    """Discs of radius 6 to 12 on a grid, 200 x 220 pixels."""
    rows, columns = np.indices((200, 220))
    mask = np.zeros((200, 220), dtype=bool)
    rng = np.random.default_rng(0)
    for row in range(22, 190, 40):
        for column in range(22, 210, 40):
            mask |= (rows - row) ** 2 + (columns - column) ** 2 <= rng.uniform(6, 12) ** 2
    mask.setflags(write=False)
    return mask


@pytest.fixture
def bar() -> np.ndarray:
    """A horizontal bar of 5 x 21 pixels in 25 x 41."""
    mask = np.zeros((25, 41), dtype=bool)
    mask[10:15, 10:31] = True
    return mask


@pytest.fixture(scope="session")
def ball() -> np.ndarray:
    """A ball of 1791 voxels, radius 7.5, about the size of half a hippocampus in mm."""
    mask = sum((axis - 16) ** 2 for axis in np.indices((33, 33, 33), sparse=True)) <= 7.5**2
    mask.setflags(write=False)
    return mask


@pytest.fixture(scope="session")
def hippocampus() -> Path:
    """Real volumes of hippocampi; the test is skipped where they are missing."""
    folder = Path(__file__).resolve().parents[4] / "shared" / "data" / "hippocampus"
    if not folder.is_dir():
        pytest.skip("the hippocampus volumes are not beside the project (../shared/data/hippocampus)")
    return folder
