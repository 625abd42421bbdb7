"""What annotators marked, whatever tool they used."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from shapely.geometry import MultiPolygon, Polygon

from scripts.volumes import VolumeGrid

__all__ = [
    "AREA",
    "BOX",
    "LINE",
    "AnnotatedImage",
    "Bitmap",
    "Mark",
    "PictureBox",
    "PictureLine",
    "PictureRegion",
    "VolumeBox",
    "VolumeContour",
    "VolumeLine",
    "VoxelMask",
]

AREA, LINE, BOX = "area", "line", "box"


@dataclass(frozen=True)
class PictureRegion:
    """An outlined area of a picture, holes included; x to the right, y down, pixel i covers [i, i + 1)."""

    geometry: Polygon | MultiPolygon
    kind = AREA


@dataclass(frozen=True, eq=False)
class PictureLine:
    """A line on a picture.

    Attributes:
        points: (n, 2) x and y, as of regions.
        width: in pixels; None where the tool does not store it.
    """

    points: np.ndarray
    width: float | None = None
    kind = LINE


@dataclass(frozen=True, eq=False)
class Bitmap:
    """Painted pixels of a picture.

    Attributes:
        mask: `WH` bool, x first.
        origin: x and y of the picture's pixel that the first one lies on.
    """

    mask: np.ndarray
    origin: tuple[int, int] = (0, 0)
    kind = AREA


@dataclass(frozen=True)
class PictureBox:
    """A rectangle on a picture, ``(x0, y0, x1, y1)`` as of regions, the lower corner first."""

    corners: tuple[float, float, float, float]
    kind = BOX


@dataclass(frozen=True, eq=False)
class VoxelMask:
    """Painted voxels of a volume.

    Attributes:
        mask: `HWD` bool, x first, on the grid.
        grid: may be a part of the image's grid, as some tools store no more than what is painted.
    """

    mask: np.ndarray
    grid: VolumeGrid
    kind = AREA


@dataclass(frozen=True, eq=False)
class VolumeContour:
    """A closed outline in a plane of a volume; ``points`` (n, 3) in mm, axes right, front, up (RAS)."""

    points: np.ndarray
    kind = AREA


@dataclass(frozen=True, eq=False)
class VolumeLine:
    """A line in a volume; ``points`` (n, 3) as of contours, ``width`` in mm, None where the tool does not store it."""

    points: np.ndarray
    width: float | None = None
    kind = LINE


@dataclass(frozen=True, eq=False)
class VolumeBox:
    """A box in a volume by its eight corners (8, 3), as of contours; it may be turned against the voxels."""

    corners: np.ndarray
    kind = BOX


Shape = PictureRegion | PictureLine | Bitmap | PictureBox | VoxelMask | VolumeContour | VolumeLine | VolumeBox


@dataclass(frozen=True, eq=False)
class Mark:
    """A shape with the name that the annotator gave it.

    Attributes:
        name: as in the file; of label maps without names their value as text, of colours ``#rrggbb``.
        shape: what was marked.
        where: what to call it in messages, such as ``shape 3``.
    """

    name: str
    shape: Shape
    where: str


@dataclass(frozen=True, eq=False)
class AnnotatedImage:
    """What one annotation file says of one image.

    Attributes:
        source: the annotation file.
        image: name of the image as the file states it, maybe with folders; None where it states none, so that the
            file's own name decides.
        size: width and height (and depth) of the image as the file states them; None where it does not.
        series: DICOM SeriesInstanceUID of the image; None where the file states none.
        marks: may be empty: the image was looked at and nothing marked.
        exhaustive: whether no mark at all may be taken for "nothing there", as in tools that list each image.
    """

    source: Path
    image: str | None = None
    size: tuple[int, ...] | None = None
    series: str | None = None
    marks: list[Mark] = field(default_factory=list)
    exhaustive: bool = False
