"""Reads labelme's JSON files: one file with the shapes of one picture."""

from __future__ import annotations

import logging
import re
import reprlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from shapely.geometry import Point

from bundle.importing.formats import ImageSize
from bundle.importing.formats.labelme_mask import mask_of
from bundle.importing.geometry import box_of, points_of, polygon_of
from bundle.importing.json_file import ends_of, read_json
from bundle.importing.marks import AnnotatedImage, Mark, PictureBox, PictureLine, PictureRegion
from bundle.importing.problem_list import ProblemList
from scripts.errors import DataError

__all__ = ["SUFFIXES", "matches", "read"]

logger = logging.getLogger(__name__)

SUFFIXES: tuple[str, ...] = (".json",)

_AGAIN = "Save the file in labelme again."
# a circle of this many segments per quarter has 99.99 % of its area
_QUARTER = 64
_POINTS = ("point", "points")
_DRIVE = re.compile(r"^[A-Za-z]:")
_CONTROL = re.compile(r"[\x00-\x1f]")


def matches(path: Path) -> bool:
    """Whether the file has the keys of a labelme file, by its first and last few KB. Never raises."""
    if not path.name.lower().endswith(SUFFIXES):
        return False
    ends = ends_of(path)
    keys = set(re.findall(r'"(\w+)"\s*:', ends))
    shapes = "shapes" in keys or {"label", "points"} <= keys
    picture = keys & {"imagePath", "imageData", "imageHeight", "imageWidth"} or {"version", "flags", "shapes"} <= keys
    return ends.lstrip().startswith("{") and shapes and bool(picture)


def read(path: Path, image_size: ImageSize) -> list[AnnotatedImage]:
    """The picture of the file with its shapes.

    Polygons, circles and turned rectangles are areas, rectangles are boxes, lines and line strips are lines without a
    width, masks are bitmaps; points are left out with a warning. ``imageData`` is not looked at. Of ``imagePath`` the
    folders count only where they lie below the file's own.

    Args:
        path: the JSON file.
        image_size: width and height of an image by its name.

    Raises:
        DataError: the file is damaged, or lists everything that is wrong with it: missing keys, shapes that are none,
            masks of another size than stated or larger than their picture.
    """
    content = read_json(path)
    problems = ProblemList(path)
    image = size = None
    with problems.collecting():
        image = _image_name(content.get("imagePath"), path)
    with problems.collecting():
        size = _size(content, path)
    shapes = content.get("shapes")
    if not isinstance(shapes, list):
        problems.add(f'expected a list as "shapes", got {reprlib.repr(shapes)}. {_AGAIN}')
        shapes = []
    largest = size
    if image is not None:
        with problems.collecting():
            largest = image_size(image) or size
    marks: list[Mark] = []
    skipped = 0
    for number, shape in enumerate(shapes, start=1):
        with problems.collecting():
            mark = _mark(shape, path, f"shape {number}", largest)
            if mark is None:
                skipped += 1
            else:
                marks.append(mark)
    problems.raise_any()
    if skipped:
        logger.warning("%s: %d point shape(s) left out; a point says nothing of an area.", path, skipped)
    return [AnnotatedImage(path, image, size, marks=marks)]


def _image_name(value: Any, path: Path) -> str:
    """Name of the picture, with its folders only where they lie below the file's own."""
    if not isinstance(value, str):
        raise DataError(f'{path}: expected the name of the picture as "imagePath", got {reprlib.repr(value)}. {_AGAIN}')
    # labelme on Windows writes backslashes
    text = value.strip().replace("\\", "/")
    local = _DRIVE.sub("", text)
    parts = [part for part in local.split("/") if part not in ("", ".")]
    if not parts or parts[-1] == ".." or _CONTROL.search(text):
        raise DataError(f'{path}: expected the name of the picture as "imagePath", got {value!r:.100}. {_AGAIN}')
    below = local == text and not text.startswith("/") and ".." not in parts
    return "/".join(parts) if below else parts[-1]


def _size(content: dict[str, Any], path: Path) -> tuple[int, int] | None:
    """Width and height; None where old versions stored none."""
    sides = [content.get(key) for key in ("imageWidth", "imageHeight")]
    if sides == [None, None]:
        return None
    if not all(type(side) in (int, float) and side >= 1 and side % 1 == 0 for side in sides):
        raise DataError(
            f'{path}: expected whole numbers of pixels as "imageWidth" and "imageHeight", got {reprlib.repr(sides)}. '
            f"{_AGAIN}"
        )
    return int(sides[0]), int(sides[1])


def _mark(shape: Any, path: Path, where: str, largest: tuple[int, ...] | None) -> Mark | None:
    """The mark of a shape, None for points."""
    if not isinstance(shape, dict):
        raise DataError(f"{path}: {where}: expected an object {{...}}, got {reprlib.repr(shape)}. {_AGAIN}")
    kind = shape.get("shape_type")
    # old versions had nothing but polygons
    kind = "polygon" if kind is None else kind
    name = shape.get("label")
    if not isinstance(name, str) or not name.strip():
        raise DataError(f'{path}: {where}: expected a name as "label", got {reprlib.repr(name)}. Name it in labelme.')
    if kind == "mask":
        return Mark(name.strip(), mask_of(shape.get("mask"), shape.get("points"), path, where, largest), where)
    read_points = _SHAPES.get(kind) if isinstance(kind, str) else None
    if read_points is None and kind not in _POINTS:
        known = ", ".join([*_SHAPES, "mask", *_POINTS])
        raise DataError(f"{path}: {where}: expected as shape_type one of {known}, got {reprlib.repr(kind)}.")
    points = points_of(shape.get("points"), path, where, least=1)
    return Mark(name.strip(), read_points(points, path, where), where) if read_points else None


def _polygon(points: np.ndarray, path: Path, where: str) -> PictureRegion:
    return PictureRegion(polygon_of(points, source=path, where=where))


def _rectangle(points: np.ndarray, path: Path, where: str) -> PictureBox:
    """From two opposite corners, or from all four as related programs write them."""
    low, high = points.min(axis=0), points.max(axis=0)
    upright = ((points == low) | (points == high)).all()
    if len(points) not in (2, 4) or (len(points) == 4 and not upright):
        raise DataError(
            f"{path}: {where}: expected two opposite corners of a rectangle, got {reprlib.repr(points.tolist())}. "
            "Draw it again, or as a polygon."
        )
    return box_of(*low.tolist(), *high.tolist(), path, where)


def _circle(points: np.ndarray, path: Path, where: str) -> PictureRegion:
    radius = float(np.hypot(*(points[1] - points[0]))) if len(points) == 2 else 0.0
    if not radius > 0:
        raise DataError(
            f"{path}: {where}: expected a circle by its centre and another point on its rim, got "
            f"{reprlib.repr(points.tolist())}. Draw it again or delete it."
        )
    return PictureRegion(Point(points[0]).buffer(radius, quad_segs=_QUARTER))


def _line(points: np.ndarray, path: Path, where: str) -> PictureLine:
    return PictureLine(points_of(points, path, where, least=2))


_SHAPES: dict[str, Callable[[np.ndarray, Path, str], PictureRegion | PictureBox | PictureLine]] = {
    "polygon": _polygon,
    "rectangle": _rectangle,
    "oriented_rectangle": _polygon,
    "rotation": _polygon,
    "circle": _circle,
    "line": _line,
    "linestrip": _line,
}
