"""Where marks lie in an image, pictures and volumes alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bundle.importing.marks import Bitmap, PictureBox, PictureLine, PictureRegion, Shape, VolumeBox
from bundle.importing.rasterise_picture import rasterise
from bundle.importing.rasterise_volume import box_of_volume, rasterise_volume
from scripts.errors import DataError
from scripts.volumes import VolumeGrid

__all__ = ["Placed", "place_box", "place_mark"]

# of a box's corners, beyond what any annotator can mean
_DIGITS = 3
_OF_PICTURES = (Bitmap, PictureBox, PictureLine, PictureRegion)


@dataclass(frozen=True, eq=False)
class Placed:
    """A mark on the pixels of its image.

    Attributes:
        mask: bool, x first, no larger than needed.
        origin: the image's pixel that the mask's first one lies on.
        outside: share of the mark that lies beyond the image.
    """

    mask: np.ndarray
    origin: tuple[int, ...]
    outside: float


def place_mark(shape: Shape, size: tuple[int, ...], grid: VolumeGrid | None, width: float | None) -> Placed:
    """The pixels of a mark.

    Args:
        shape: of the mark.
        size: of the image, x first.
        grid: of a volume; None for pictures.
        width: of a line without its own, in pixels, of volumes in mm.

    Raises:
        DataError: when the mark lies wholly outside, or does not fit the grid.
    """
    _check_kind(shape, grid)
    if grid is None:
        picture = rasterise(shape, size, width)
        placed = Placed(picture.mask, (picture.x0, picture.y0), picture.outside)
    else:
        volume = rasterise_volume(shape, grid, width)
        placed = Placed(volume.mask, volume.origin, volume.outside)
    if not placed.mask.any() and placed.outside > 0:
        raise DataError(
            f"lies outside its image, which has {' x '.join(map(str, size))} pixels. Was it drawn on another image, or "
            "on one that was scaled since?"
        )
    return placed


def place_box(shape: Shape, size: tuple[int, ...], grid: VolumeGrid | None) -> tuple[Placed, list[float]]:
    """The smallest box around a mark, in the corners of datalists (see :data:`scripts.boxes.box_list.Box`).

    Args:
        shape: of the mark.
        size: of the image, x first.
        grid: of a volume; None for pictures.

    Returns:
        placed: with an empty mask; tells how much of the box lies beyond the image.
        corners: maybe beyond the image.

    Raises:
        DataError: when the box lies wholly outside, or has no area.
    """
    _check_kind(shape, grid)
    lower, upper = _extent(shape, grid)
    corners = [round(float(value), _DIGITS) for value in (*lower, *upper)]
    inside = np.minimum(upper, size) - np.maximum(lower, 0)
    if (upper <= lower).any():
        raise DataError("has no area, so it is no box. Draw it again, or delete it")
    if (inside <= 0).any():
        raise DataError(f"lies outside its image, which has {' x '.join(map(str, size))} pixels")
    outside = 1 - float(np.prod(inside / (upper - lower)))
    return Placed(np.zeros((0,) * len(size), dtype=bool), (0,) * len(size), outside), corners


def _check_kind(shape: Shape, grid: VolumeGrid | None) -> None:
    if isinstance(shape, _OF_PICTURES) != (grid is None):
        drawn, image = ("volume", "picture") if grid is None else ("picture", "volume")
        raise DataError(f"was drawn on a {drawn}, but its image is a {image}. Take the image that was drawn on")


def _extent(shape: Shape, grid: VolumeGrid | None) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper corner in pixel-edge coordinates."""
    if isinstance(shape, PictureBox):
        x0, y0, x1, y1 = shape.corners
    elif isinstance(shape, PictureRegion):
        x0, y0, x1, y1 = shape.geometry.bounds
    elif isinstance(shape, PictureLine):
        (x0, y0), (x1, y1) = shape.points.min(axis=0), shape.points.max(axis=0)
    elif isinstance(shape, Bitmap):
        return _extent_of_mask(shape.mask, shape.origin)
    elif isinstance(shape, VolumeBox):
        corners = np.array(box_of_volume(shape, grid).corners)
        return corners[:3], corners[3:]
    else:
        placed = rasterise_volume(shape, grid, min(grid.spacing))
        return _extent_of_mask(placed.mask, placed.origin)
    return np.array([x0, y0]), np.array([x1, y1])


def _extent_of_mask(mask: np.ndarray, origin: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    index = np.argwhere(mask)
    if not len(index):
        raise DataError("is empty, or lies outside its image")
    return index.min(axis=0) + origin, index.max(axis=0) + 1 + np.array(origin)
