"""Reads what CVAT exports as "CVAT for images 1.1": one XML file for all images of a task, job or project."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from xml.etree.ElementTree import Element  # noqa: S405, only its type

import numpy as np
import shapely
from shapely import affinity

from bundle.importing.formats import ImageSize
from bundle.importing.geometry import box_of, points_of, polygon_of
from bundle.importing.marks import AnnotatedImage, Bitmap, Mark, PictureBox, PictureLine, PictureRegion
from bundle.importing.problem_list import ProblemList
from bundle.importing.run_lengths import run_length_bitmap
from bundle.importing.xml_file import iterate_xml, root_name
from scripts.errors import DataError

__all__ = ["SUFFIXES", "matches", "read"]

logger = logging.getLogger(__name__)

SUFFIXES: tuple[str, ...] = (".xml",)

_ROOT = "annotations"
_SKIPPED = ("points", "cuboid", "skeleton", "tag")
_AGAIN = "Export the annotations again."
# so that the outline of an ellipse is off by less than a tenth of a pixel up to radii of 1300 pixels
_SEGMENTS_OF_QUARTER = 64


def matches(path: Path) -> bool:
    """Whether the outermost element is that of CVAT. Never raises."""
    return root_name(path) == _ROOT


def read(path: Path, image_size: ImageSize) -> list[AnnotatedImage]:
    """The images of the file, in its order, their marks from the lowest layer (``z_order``) to the highest.

    CVAT lists every image of a task, whether somebody looked at it or not, so that no image is exhaustive. Points,
    cuboids, skeletons and tags are left out, with one warning for each kind.

    Args:
        path: the XML file.
        image_size: width and height of an image by its name.

    Raises:
        DataError: the file is damaged, holds tracks of a video, or lists everything that is wrong with its images and
            shapes.
    """
    problems = ProblemList(path)
    images: list[AnnotatedImage] = []
    skipped: Counter[str] = Counter()
    for element in iterate_xml(path, _ROOT):
        if element.tag == "track":
            raise DataError(
                f'{path}: holds tracks of a video. Export the task from CVAT again, in the format "CVAT for images '
                '1.1": there each frame is an image of its own.'
            )
        if element.tag == "image":
            with problems.collecting():
                images.append(_image(element, path, len(images), image_size, problems, skipped))
    names = Counter(image.image for image in images)
    for name, count in names.items():
        if count > 1:
            problems.add(f'the image "{name}" is listed {count} times. Export its tasks one by one.')
    problems.raise_any()
    if not images:
        raise DataError(
            f'{path}: lists no image. Export the task from CVAT again, in the format "CVAT for images 1.1".'
        )
    for kind, count in skipped.items():
        logger.warning("%s: %d %s(s) left out: they do not say which pixels they cover.", path, count, kind)
    return images


def _image(
    element: Element, path: Path, number: int, image_size: ImageSize, problems: ProblemList, skipped: Counter[str]
) -> AnnotatedImage:
    where = f"image {number + 1}"
    name = element.get("name", "").strip()
    if not name:
        raise DataError(f"{path}: {where}: has no name. {_AGAIN}")
    where = f'image "{name}"'
    size = _whole(element, "width", path, where), _whole(element, "height", path, where)
    if min(size) < 1:
        raise DataError(f"{path}: {where}: its size must be above 0, got {size[0]} x {size[1]}. {_AGAIN}")
    limit = image_size(name) or size
    marks: list[tuple[int, Mark]] = []
    for shape_number, shape in enumerate(element, start=1):
        if shape.tag in _SKIPPED:
            skipped[shape.tag] += 1
            continue
        shape_where = f"{where}, shape {shape_number} ({shape.tag})"
        with problems.collecting():
            label = shape.get("label", "").strip()
            if shape.tag not in _READERS:
                raise DataError(f"{path}: {shape_where}: expected one of {', '.join(_READERS)}. {_AGAIN}")
            if not label:
                raise DataError(f"{path}: {shape_where}: has no label. Give it one in CVAT, or delete it.")
            layer = _whole(shape, "z_order", path, shape_where, default=0)
            marks.append((layer, Mark(label, _READERS[shape.tag](shape, path, shape_where, limit), shape_where)))
    marks.sort(key=lambda pair: pair[0])  # of one layer they stay as they are
    return AnnotatedImage(path, name, size, marks=[mark for _, mark in marks])


def _polygon(shape: Element, path: Path, where: str, _: tuple[int, ...]) -> PictureRegion:
    return PictureRegion(polygon_of(_points(shape, path, where), source=path, where=where))


def _polyline(shape: Element, path: Path, where: str, _: tuple[int, ...]) -> PictureLine:
    return PictureLine(points_of(_points(shape, path, where), path, where, least=2))


def _box(shape: Element, path: Path, where: str, _: tuple[int, ...]) -> PictureBox | PictureRegion:
    box = box_of(*(_number(shape, key, path, where) for key in ("xtl", "ytl", "xbr", "ybr")), path, where)
    degrees = _degrees(shape, path, where)
    return box if degrees % 360 == 0 else PictureRegion(affinity.rotate(shapely.box(*box.corners), degrees))


def _ellipse(shape: Element, path: Path, where: str, _: tuple[int, ...]) -> PictureRegion:
    x, y, across, down = (_number(shape, key, path, where) for key in ("cx", "cy", "rx", "ry"))
    if across <= 0 or down <= 0:
        raise DataError(f"{path}: {where}: its radii must be above 0, got {across:g} and {down:g}. Draw it again.")
    box_of(x - across, y - down, x + across, y + down, path, where)  # refuses what is out of all bounds
    circle = shapely.Point(0, 0).buffer(1, quad_segs=_SEGMENTS_OF_QUARTER)
    upright = affinity.scale(circle, across, down, origin=(0, 0))
    turned = affinity.rotate(upright, _degrees(shape, path, where), origin=(0, 0))
    return PictureRegion(affinity.translate(turned, x, y))


def _mask(shape: Element, path: Path, where: str, limit: tuple[int, ...]) -> Bitmap:
    left, top, width, height = (_whole(shape, key, path, where) for key in ("left", "top", "width", "height"))
    if width > limit[0] or height > limit[1]:
        raise DataError(
            f"{path}: {where}: has {width} x {height} pixels; expected at most those of its image, {limit[0]} x "
            f"{limit[1]}. {_AGAIN}"
        )
    points_of([[left, top]], path, where, least=1)  # refuses what is out of all bounds
    texts = shape.get("rle", "").split(",")
    counts = [text if (count := _as_number(text, int)) is None else count for text in texts]
    return run_length_bitmap(counts, (width, height), source=path, where=where, origin=(left, top))


_READERS: dict[str, Callable] = {
    "polygon": _polygon,
    "polyline": _polyline,
    "box": _box,
    "ellipse": _ellipse,
    "mask": _mask,
}


def _points(shape: Element, path: Path, where: str) -> np.ndarray:
    """(n, 2) of ``x,y;x,y``."""
    text = shape.get("points", "").strip().removesuffix(";")
    pairs = [[_as_number(number, float) for number in pair.split(",")] for pair in text.split(";")] if text else []
    wrong = next((number for number, pair in enumerate(pairs, start=1) if len(pair) != 2 or None in pair), None)
    if wrong is not None:
        raise DataError(
            f'{path}: {where}: expected points as "x,y;x,y", got "{text.split(";")[wrong - 1][:50]}" as point {wrong}. '
            f"{_AGAIN}"
        )
    return np.array(pairs, dtype=np.float64).reshape(-1, 2)


def _degrees(shape: Element, path: Path, where: str) -> float:
    """Clockwise, as y leads down."""
    degrees = _number(shape, "rotation", path, where, default=0)
    points_of([[degrees, 0]], path, where, least=1)  # refuses what is not finite
    return degrees


def _number(
    element: Element, key: str, path: Path, where: str, kind: type = float, default: float | None = None
) -> float:
    text = element.get(key)
    if text is None and default is not None:
        return default
    value = None if text is None else _as_number(text, kind)
    if value is None:
        expected = "a whole number" if kind is int else "a number"
        got = "nothing" if text is None else f'"{text[:50]}"'
        raise DataError(f"{path}: {where}: expected {expected} as {key}, got {got}. {_AGAIN}")
    return value


def _whole(element: Element, key: str, path: Path, where: str, default: int | None = None) -> int:
    return int(_number(element, key, path, where, int, default))


def _as_number(text: str, kind: type) -> float | None:
    try:
        return kind(text)
    except ValueError:
        return None
