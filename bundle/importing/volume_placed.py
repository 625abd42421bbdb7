"""Voxels of a volume that a shape marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scripts.volumes import VolumeGrid

__all__ = ["Placed3", "nothing", "to_index"]


@dataclass(frozen=True, eq=False)
class Placed3:
    """Voxels of a volume that a shape marks.

    Attributes:
        mask: `HWD` bool, x first, no larger than the part of the volume around the shape; `000` when nothing is marked.
        origin: voxel of the volume that the mask's first one lies on.
        outside: share of the shape's volume, area, length or painted voxels outside the volume, 0 to 1.
    """

    mask: np.ndarray
    origin: tuple[int, int, int] = (0, 0, 0)
    outside: float = 0.0


def nothing(outside: float) -> Placed3:
    """No voxels at all."""
    return Placed3(np.zeros((0, 0, 0), dtype=bool), outside=outside)


def to_index(points: Sequence[Sequence[float]] | np.ndarray, grid: VolumeGrid) -> np.ndarray:
    """Points (n, 3) in mm as voxel indices (n, 3) of a grid: whole numbers are centres of voxels."""
    # relative to the first voxel, for the sake of digits
    return np.linalg.solve(grid.affine[:3, :3], (np.asarray(points, dtype=np.float64) - grid.affine[:3, 3]).T).T
