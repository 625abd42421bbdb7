"""From shapes on a picture to the pixels that they mark."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

from bundle.importing.marks import Bitmap, PictureBox, PictureLine, PictureRegion
from bundle.importing.scan_polygon import scan_polygon
from scripts.boxes.rasterise import box_pixels

__all__ = ["Placed", "rasterise"]

# round ends and joints are polygons, off by no more than this many pixels
_ROUNDNESS = 0.02


@dataclass(frozen=True, eq=False)
class Placed:
    """Pixels of a picture that a shape marks.

    Attributes:
        mask: `WH` bool, x first, no larger than the part of the picture around the shape; `00` when nothing is marked.
        x0: column of the picture that the mask's first one lies on.
        y0: row of the picture that the mask's first one lies on.
        outside: share of the shape's area, length or painted pixels outside the picture, 0 to 1.
    """

    mask: np.ndarray
    x0: int = 0
    y0: int = 0
    outside: float = 0.0


def rasterise(
    shape: PictureRegion | PictureLine | Bitmap | PictureBox, size: tuple[int, int], default_width: float | None
) -> Placed:
    """The pixels that a shape marks.

    A pixel belongs to a region, a box or the stroke along a line when its centre does; on the edge the lower side
    counts and the upper does not, so that neighbours with a common edge share no pixel and leave none out. So that
    nothing vanishes, a line has at least all pixels that it passes through, and a region without any centre the one
    pixel that holds a point of it.

    Args:
        shape: what was marked.
        size: width and height of the picture, in pixels.
        default_width: of lines that have none, in pixels, 0 or more; not looked at for other shapes.

    Returns:
        The pixels; none, with 1.0 outside, for a shape that lies wholly outside the picture.

    Raises:
        TypeError: for shapes that are not of pictures.
        ValueError: for a line when there is no width at all.
    """
    if isinstance(shape, Bitmap):
        return _bitmap(shape, size)
    if isinstance(shape, PictureBox):
        return _box(shape, size)
    if isinstance(shape, PictureLine):
        width = default_width if shape.width is None else shape.width
        if width is None:
            raise ValueError("expected the width of a line that has none of its own.")
        return _line(shape.points, width, size)
    if isinstance(shape, PictureRegion):
        return _region(shape.geometry, size)
    raise TypeError(f"expected a shape of a picture, got {type(shape).__name__}.")


def _region(area: Polygon | MultiPolygon, size: tuple[int, int]) -> Placed:
    frame = box(0, 0, *size)
    inside = area if _within(area.bounds, size) else shapely.intersection(area, frame)
    if inside.area == 0:
        return _nothing()
    outside = 0.0 if inside is area else _share(1 - inside.area / area.area)
    mask, x0, y0 = scan_polygon(area, size)
    if not mask.any():
        point = inside.representative_point()
        x0, y0 = (min(math.floor(value), length - 1) for value, length in zip((point.x, point.y), size))
        mask = np.ones((1, 1), dtype=bool)
    return Placed(mask, x0, y0, outside)


def _line(points: np.ndarray, width: float, size: tuple[int, int]) -> Placed:
    points = points[np.r_[True, (points[1:] != points[:-1]).any(axis=1)]]
    path = LineString(points) if len(points) > 1 else Point(points[0])
    inside = path if _within(path.bounds, size) else shapely.intersection(path, box(0, 0, *size))
    if inside.is_empty or (path.length > 0 and inside.length == 0):
        return _nothing()
    outside = 0.0 if inside is path or path.length == 0 else _share(1 - inside.length / path.length)
    passed = np.minimum(_passed(inside), np.subtract(size, 1))
    low, high = passed.min(axis=0), passed.max(axis=0) + 1
    stroke = None
    if width > 0:
        stroke, x0, y0 = scan_polygon(_stroke(points, width / 2), size)
        if stroke.size:
            low, high = np.minimum(low, (x0, y0)), np.maximum(high, np.add((x0, y0), stroke.shape))
    mask = np.zeros(high - low, dtype=bool)
    if stroke is not None and stroke.size:
        x, y = x0 - low[0], y0 - low[1]
        mask[x : x + stroke.shape[0], y : y + stroke.shape[1]] = stroke
    mask[tuple((passed - low).T)] = True
    return Placed(mask, int(low[0]), int(low[1]), outside)


def _stroke(points: np.ndarray, radius: float) -> np.ndarray:
    """What lies within a radius of each segment, a polygon each: their union would be slow for scribbles."""
    quarter = max(math.ceil(math.pi / 4 * math.sqrt(radius / 2 / _ROUNDNESS)), 4)
    if len(points) == 1:
        return shapely.buffer(shapely.points(points), radius, quad_segs=quarter)
    return shapely.buffer(shapely.linestrings(np.stack((points[:-1], points[1:]), axis=1)), radius, quad_segs=quarter)


def _passed(path: shapely.Geometry) -> np.ndarray:
    """(n, 2) int64: the pixels that a line, several lines or a point pass through."""
    parts = [part for part in shapely.get_parts(path) if part.length > 0] or [path]
    coords, part = shapely.get_coordinates(parts, return_index=True)
    follows = part[1:] == part[:-1]
    start, step = coords[:-1][follows], np.diff(coords, axis=0)[follows]
    if not len(start):
        return np.floor(coords).astype(np.int64)
    # where each segment crosses borders of pixels, as its share from 0 to 1; between two crossings lies one pixel
    segments, shares = [np.repeat(np.arange(len(start)), 2)], [np.tile([0.0, 1.0], len(start))]
    for axis in (0, 1):
        ends = np.sort(np.stack((start[:, axis], start[:, axis] + step[:, axis])), axis=0)
        first = np.floor(ends[0]).astype(np.int64) + 1
        counts = np.maximum(np.ceil(ends[1]).astype(np.int64) - first, 0)
        which = np.repeat(np.arange(len(start)), counts)
        borders = np.repeat(first - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
        segments.append(which)
        shares.append((borders - start[which, axis]) / step[which, axis])
    segment, share = np.concatenate(segments), np.clip(np.concatenate(shares), 0, 1)
    order = np.lexsort((share, segment))
    segment, share = segment[order], share[order]
    same = segment[1:] == segment[:-1]
    middle, segment = ((share[1:] + share[:-1]) / 2)[same], segment[1:][same]
    return np.floor(start[segment] + middle[:, None] * step[segment]).astype(np.int64)


def _box(shape: PictureBox, size: tuple[int, int]) -> Placed:
    pixels = box_pixels(shape.corners, size)
    if pixels is None:
        return _nothing()
    x0, y0, x1, y1 = shape.corners
    whole = (x1 - x0) * (y1 - y0)
    inside = (min(x1, size[0]) - max(x0, 0)) * (min(y1, size[1]) - max(y0, 0))
    mask = np.ones([part.stop - part.start for part in pixels], dtype=bool)
    return Placed(mask, pixels[0].start, pixels[1].start, 0.0 if inside == whole else _share(1 - inside / whole))


def _bitmap(shape: Bitmap, size: tuple[int, int]) -> Placed:
    low = np.clip(np.negative(shape.origin), 0, shape.mask.shape)
    high = np.clip(np.subtract(size, shape.origin), low, shape.mask.shape)
    mask = shape.mask[low[0] : high[0], low[1] : high[1]]
    painted, inside = np.count_nonzero(shape.mask), np.count_nonzero(mask)
    if not inside:
        return _nothing() if painted else Placed(np.zeros((0, 0), dtype=bool))
    x0, y0 = np.add(shape.origin, low).tolist()
    return Placed(mask, x0, y0, 0.0 if inside == painted else _share(1 - inside / painted))


def _within(bounds: tuple[float, float, float, float], size: tuple[int, int]) -> bool:
    return bounds[0] >= 0 and bounds[1] >= 0 and bounds[2] <= size[0] and bounds[3] <= size[1]


def _share(value: float) -> float:
    return float(min(max(value, 0), 1))


def _nothing() -> Placed:
    return Placed(np.zeros((0, 0), dtype=bool), outside=1.0)
