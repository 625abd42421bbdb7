"""The pixels whose centre lies in a polygon, column by column."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon

__all__ = ["scan_polygon"]

# pixels, and pairs of an edge and a column, that are worked on at once, against the memory of large shapes
_PIXELS_AT_ONCE = 4_000_000
_PAIRS_AT_ONCE = 1_000_000


def scan_polygon(
    area: Polygon | MultiPolygon | Sequence[Polygon] | np.ndarray, size: tuple[int, int]
) -> tuple[np.ndarray, int, int]:
    """The pixels of a picture whose centre lies in an area.

    Along each axis the lower side of the area counts and the upper does not. An edge is computed alike from both of its
    sides, so that every centre lies in exactly one of two neighbours with a common edge. No library tells which side a
    centre on an edge belongs to and is fast on large pictures with long outlines.

    Args:
        area: valid; holes are left out. Of several polygons, which may overlap, all that any of them covers.
        size: width and height of the picture, in pixels.

    Returns:
        mask: `WH` bool, x first, of the part of the picture around the area; `00` where the two do not meet.
        x0: column of the picture that the mask's first one lies on.
        y0: row of the picture that the mask's first one lies on.
    """
    bounds = shapely.total_bounds(area)
    if np.isnan(bounds).any():
        return np.zeros((0, 0), dtype=bool), 0, 0
    x0, y0 = (max(math.ceil(low - 0.5), 0) for low in bounds[:2])
    x1, y1 = (min(math.ceil(high - 0.5), length) for high, length in zip(bounds[2:], size))
    if x0 >= x1 or y0 >= y1:
        return np.zeros((0, 0), dtype=bool), 0, 0
    edges, turns = _edges(area)
    mask = np.zeros((x1 - x0, y1 - y0), dtype=bool)
    block = max(_PIXELS_AT_ONCE // (y1 - y0), 1)
    for start in range(x0, x1, block):
        stop = min(start + block, x1)
        # along a column each crossing of an edge leads into one more polygon or out of one
        depth = np.zeros((stop - start, y1 - y0 + 1), dtype=np.int32)
        for columns, heights, edge in _crossings(edges, start, stop):
            rows = np.clip(np.ceil(heights - 0.5), y0, y1).astype(np.int64) - y0
            np.add.at(depth, (columns - start, rows), turns[edge])
        np.cumsum(depth, axis=1, out=depth)
        mask[start - x0 : stop - x0] = depth[:, :-1] > 0
    return mask, x0, y0


def _edges(area: Polygon | MultiPolygon | Sequence[Polygon] | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Edges that do not run along a column.

    Returns:
        edges: (n, 4), the two ends of each, the one with the lower x first.
        turns: (n,) int32, 1 where the inside lies on the side of the higher y, else -1.
    """
    rings = shapely.get_rings(shapely.get_parts(shapely.orient_polygons(area)))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    edges = np.concatenate((points[:-1], points[1:]), axis=1)[ring[1:] == ring[:-1]]
    edges = edges[edges[:, 0] != edges[:, 2]]
    forward = edges[:, 0] < edges[:, 2]
    edges = np.where(forward[:, None], edges, edges[:, [2, 3, 0, 1]])
    return edges, np.where(forward, 1, -1).astype(np.int32)


def _crossings(edges: np.ndarray, x0: int, x1: int) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Where edges cross the centres of the columns from ``x0`` up to ``x1``: columns, y in pixels, numbers of edges."""
    first, stop = (np.clip(np.ceil(edges[:, axis] - 0.5), x0, x1).astype(np.int64) for axis in (0, 2))
    numbers = np.flatnonzero(first < stop)
    counts = (stop - first)[numbers]
    part = np.cumsum(counts) // _PAIRS_AT_ONCE
    for chosen in np.split(np.arange(len(numbers)), np.flatnonzero(np.diff(part)) + 1):
        count, edge = counts[chosen], np.repeat(numbers[chosen], counts[chosen])
        columns = np.arange(count.sum()) + np.repeat(first[numbers[chosen]] - np.cumsum(count) + count, count)
        start_x, start_y, end_x, end_y = edges[edge].T
        yield columns, start_y + (columns + 0.5 - start_x) * ((end_y - start_y) / (end_x - start_x)), edge
