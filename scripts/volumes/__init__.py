"""Volumes: their files, and where their voxels are."""

from scripts.volumes.grid import VolumeGrid, check_same_grid, grid_difference, read_grid
from scripts.volumes.headers import VOLUME_SUFFIXES
from scripts.volumes.reader import VolumeReader, read_volume

__all__ = [
    "VOLUME_SUFFIXES",
    "VolumeGrid",
    "VolumeReader",
    "check_same_grid",
    "grid_difference",
    "read_grid",
    "read_volume",
]
