"""Reads label maps of volumes as ITK-SNAP, 3D Slicer and most programs export them."""

from __future__ import annotations

import gzip
import re
import struct
import zlib
from pathlib import Path

import numpy as np
from nibabel.orientations import aff2axcodes

from bundle.importing.detached_data import refuse_data_elsewhere
from bundle.importing.formats import ImageSize
from bundle.importing.marks import AnnotatedImage, Bitmap, Mark, VoxelMask
from bundle.importing.value_masks import ValueMask, split_values
from scripts.errors import DataError
from scripts.labels import load_label_volume
from scripts.volumes import VOLUME_SUFFIXES, VolumeGrid, read_grid
from scripts.volumes.headers import is_nifti, last_line
from scripts.wording import times

__all__ = ["SUFFIXES", "matches", "read"]

SUFFIXES: tuple[str, ...] = VOLUME_SUFFIXES

_HEAD = 8192
_NIFTI_HEADERS = (348, 540)
_META_IMAGE = re.compile(rb"^\s*(ObjectType|NDims)\s*=", re.MULTILINE)
_SEGMENT = re.compile(rb"^Segment0_", re.MULTILINE)
# how ITK takes the columns and rows of a picture
_PICTURE_AXES = ("L", "P")


def matches(path: Path) -> bool:
    """Whether the file is NIfTI, MetaImage or NRRD, and no segmentation of 3D Slicer (.seg.nrrd). Never raises."""
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
        if head.startswith(b"\x1f\x8b"):
            with gzip.open(path) as stream:
                head = stream.read(4)
    except (OSError, EOFError, zlib.error):
        return False
    if head.startswith(b"NRRD"):
        return not _SEGMENT.search(head)
    if len(head) >= 4 and any(head.startswith(struct.pack(f"{order}i", n)) for order in "<>" for n in _NIFTI_HEADERS):
        return True
    return b"\0" not in head[:16] and bool(_META_IMAGE.search(head))


def read(path: Path, image_size: ImageSize) -> list[AnnotatedImage]:
    """One image, with a mask for each value but 0.

    The name is the value. A map of one slice may belong to a picture. Its axes must then be those that ITK gives to
    pictures, as in ITK-SNAP and 3D Slicer: other programs turn or flip pictures on the way to such files, which cannot
    be seen in a square one.

    An empty map does not say that somebody looked, so it is not exhaustive.

    Args:
        path: NIfTI, NRRD or MetaImage file.
        image_size: size of the image that the file belongs to.

    Returns:
        An image without marks when the file belongs to none; its voxels are not read then.

    Raises:
        DataError: the file is damaged, of another size than its image, no label map, or keeps its values in another
            folder.
    """
    if not is_nifti(path):
        refuse_data_elsewhere(path)
    grid = read_grid(path)
    expected = image_size(None)
    flat = expected is not None and len(expected) == 2
    size = grid.shape[:2] if flat and grid.shape[2] == 1 else grid.shape
    if expected is None:
        return [AnnotatedImage(path, size=size)]
    if size != tuple(expected):
        raise DataError(
            f"{path}: its size is {times(size)}; expected {times(expected)}, as its image has. Export the label map "
            "on the image's own grid."
        )
    if flat:
        _check_picture_axes(path, grid)
    values = _load(path)
    marks = []
    for part in split_values(values[..., 0] if flat else values, path):
        shape = Bitmap(part.mask, part.start) if flat else _voxels(part, grid)
        marks.append(Mark(str(part.value), shape, f"value {part.value}"))
    return [AnnotatedImage(path, size=size, marks=marks)]


def _load(path: Path) -> np.ndarray:
    try:
        return load_label_volume(path)[0]
    except DataError:
        raise
    except Exception as error:  # of readers that trip over damaged remarks in a header
        raise DataError(f"{path}: cannot be read as a label map ({last_line(error)}). Export it again.") from error


def _voxels(part: ValueMask, grid: VolumeGrid) -> VoxelMask:
    affine = grid.affine.copy()
    affine[:, 3] = grid.affine @ [*part.start, 1]
    return VoxelMask(part.mask, VolumeGrid(part.mask.shape, affine))


def _check_picture_axes(path: Path, grid: VolumeGrid) -> None:
    codes = aff2axcodes(grid.affine)[:2]
    if codes != _PICTURE_AXES:
        raise DataError(
            f"{path}: belongs to a picture, but its axes lead {'-'.join(codes)} instead of {'-'.join(_PICTURE_AXES)} "
            "(as ITK-SNAP and 3D Slicer write it), so it may be turned or flipped. Export the label map as PNG."
        )
