"""Checked points, outlines and boxes of pictures, whatever tool wrote them."""

from __future__ import annotations

import reprlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon

from bundle.importing.marks import PictureBox
from scripts.errors import DataError

__all__ = ["MOST", "box_of", "points_of", "polygon_of"]

#: Largest magnitude of a coordinate, in pixels; beyond it a file is damaged.
MOST = 1e6


def points_of(values: Any, source: Path | str, where: str, least: int) -> np.ndarray:
    """A list of points as a checked array.

    Args:
        values: ``[[x, y], ...]``, lists, tuples or an array.
        source: the file, for messages.
        where: the shape, for messages.
        least: how many points the shape needs.

    Returns:
        (n, 2) float64, finite and within +-:data:`MOST`.

    Raises:
        DataError: naming file and shape, when there are too few points or they are not finite numbers.
    """
    if isinstance(values, np.ndarray):
        points = _array_of(values)
    else:
        points = _list_of(values)
    if points is None:
        raise DataError(
            f"{source}: {where}: expected a list of points [[x, y], ...] in numbers, got {reprlib.repr(values)}. "
            "Export the annotations again."
        )
    if len(points) < least:
        raise DataError(
            f"{source}: {where}: expected at least {least} point(s), got {len(points)}. "
            "Draw the shape again or delete it, then export again."
        )
    wrong = ~(np.isfinite(points) & (np.abs(points) <= MOST)).all(axis=1)
    if wrong.any():
        first = int(wrong.argmax())
        raise DataError(
            f"{source}: {where}: expected coordinates in pixels within +-{MOST:,.0f}, got "
            f"{points[first].tolist()} as point {first + 1}. Export the annotations again."
        )
    return points


def polygon_of(outer: Any, holes: Sequence[Any] = (), *, source: Path | str, where: str) -> Polygon | MultiPolygon:
    """An outline as a valid area.

    An outline that crosses itself is mended so that everything it encloses belongs to it; holes are cut out, also where
    they cross it.

    Args:
        outer: points of the outline, as of :func:`points_of`; closed or not.
        holes: points of each hole.
        source: the file, for messages.
        where: the shape, for messages.

    Returns:
        A valid area that is not empty.

    Raises:
        DataError: naming file and shape, for points that are none, or when no area is left.
    """
    shell = points_of(outer, source, where, least=3)
    inner = [points_of(hole, source, f"{where}, hole {number}", least=3) for number, hole in enumerate(holes, start=1)]
    area = Polygon(shell, inner)
    if not area.is_valid:
        area = _areas(shapely.make_valid(area, method="structure", keep_collapsed=False))
    if not area.area > 0:
        raise DataError(
            f"{source}: {where}: expected an outline around an area, got one without any. "
            "Draw the shape again or delete it, then export again."
        )
    return area


def box_of(x0: Any, y0: Any, x1: Any, y1: Any, source: Path | str, where: str) -> PictureBox:
    """A box from two opposite corners in any order.

    Raises:
        DataError: naming file and shape, for corners that are not finite numbers, or without an area between them.
    """
    points = points_of([[x0, y0], [x1, y1]], source, where, least=2)
    low, high = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    if not (low[0] < high[0] and low[1] < high[1]):
        raise DataError(
            f"{source}: {where}: expected a box with sides above 0, got the corners {low} and {high}. "
            "Draw the box again or delete it, then export again."
        )
    return PictureBox((*low, *high))


def _array_of(values: np.ndarray) -> np.ndarray | None:
    fits = values.ndim == 2 and values.shape[1] == 2 and values.dtype.kind in "iuf"
    return values.astype(np.float64) if fits else None


def _list_of(values: Any) -> np.ndarray | None:
    """None for anything but a list of pairs of numbers; text and true or false are no numbers."""
    if not isinstance(values, (list, tuple)):
        return None
    for pair in values:
        if not isinstance(pair, (list, tuple)) or len(pair) != 2 or not (_is_number(pair[0]) and _is_number(pair[1])):
            return None
    try:
        return np.asarray(values, dtype=np.float64).reshape(-1, 2)
    except OverflowError:
        # integers of any length are valid JSON
        return np.full((len(values), 2), np.inf)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)


def _areas(geometry: shapely.Geometry) -> Polygon | MultiPolygon:
    """The areas of whatever mending gave."""
    parts = [part for part in shapely.get_parts(geometry) if isinstance(part, Polygon) and part.area > 0]
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)
