"""Reads COCO files: one JSON file with the outlines, masks or boxes of many pictures."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import shapely

from bundle.importing.formats import ImageSize
from bundle.importing.geometry import box_of, polygon_of
from bundle.importing.json_file import ends_of, read_json
from bundle.importing.marks import AnnotatedImage, Bitmap, Mark, PictureBox, PictureRegion
from bundle.importing.problem_list import ProblemList
from bundle.importing.run_lengths import counts_of_text, run_length_bitmap
from scripts.boxes.coco_ids import coco_id, unknown_ids
from scripts.errors import DataError

__all__ = ["SUFFIXES", "matches", "read"]

logger = logging.getLogger(__name__)

SUFFIXES: tuple[str, ...] = (".json",)

_PARTS = ("images", "annotations", "categories")
# of an annotation; where a list of many categories fills what is looked at
_LINKS = ("image_id", "category_id")
_AGAIN = "Export the annotations again."


def matches(path: Path) -> bool:
    """Whether the file has the lists of a COCO file, by its first and last few KB. Never raises."""
    ends = ends_of(path)
    parts, links = (sum(f'"{key}"' in ends for key in keys) for keys in (_PARTS, _LINKS))
    return ends.lstrip().startswith("{") and (parts >= 2 or (parts == 1 and links == 2))


def read(path: Path, image_size: ImageSize) -> list[AnnotatedImage]:
    """The images of the file with their annotations, in the file's order.

    An annotation is its ``segmentation``, a list of outlines (all parts of one object) or run lengths, and its ``bbox``
    where it has none. Crowds (``iscrowd``) are kept. Annotations with keypoints alone are left out with a warning:
    the box around keypoints is not that of the object. An image without annotations was perhaps not looked at, so that
    no image is exhaustive.

    Args:
        path: the JSON file.
        image_size: width and height of an image by its name.

    Raises:
        DataError: the file is damaged, or lists everything that is wrong with it: missing parts, ids that are missing,
            twice or unknown, shapes that are none, masks of another size than their image.
    """
    content = read_json(path)
    problems = ProblemList(path)
    missing = [part for part in _PARTS if not isinstance(content.get(part), list)]
    if missing:
        raise DataError(f"{path}: expected a COCO file with the lists {list(_PARTS)}; it lacks {missing}. {_AGAIN}")
    images: dict[float | str, _Image] = {}
    for key, (name, entry) in _by_id(content["images"], "images", "file_name", problems).items():
        images[key] = _Image(name, _size(entry, f'image "{name}"', problems))
        with problems.collecting():
            images[key].found = image_size(name)
    names = {key: name for key, (name, _) in _by_id(content["categories"], "categories", "name", problems).items()}
    for name, count in Counter(image.name for image in images.values()).items():
        if count > 1:
            problems.add(f'the image "{name}" is listed {count} times. {_AGAIN}')
    skipped = 0
    for number, annotation in enumerate(content["annotations"]):
        with problems.collecting():
            skipped += not _add(annotation, path, f"annotations[{number}]", images, names)
    problems.raise_any()
    if skipped:
        logger.warning("%s: %d annotation(s) with keypoints alone left out.", path, skipped)
    return [AnnotatedImage(path, image.name, image.stated, marks=image.marks) for image in images.values()]


@dataclass
class _Image:
    """``stated`` is its size in the file, ``found`` that of the picture; None where there is none."""

    name: str
    stated: tuple[int, int] | None
    found: tuple[int, ...] | None = None
    marks: list[Mark] = field(default_factory=list)


def _by_id(entries: list, part: str, key: str, problems: ProblemList) -> dict[float | str, tuple[str, Mapping]]:
    """Name and whole entry by id, of images and categories."""
    found: dict[float | str, tuple[str, Mapping]] = {}
    for number, entry in enumerate(entries):
        name = entry.get(key) if isinstance(entry, dict) else None
        identity = coco_id(entry, "id") if isinstance(entry, dict) else None
        if identity is None or not isinstance(name, str) or not name.strip():
            problems.add(f'{part}[{number}]: needs "id" and "{key}", got {entry!r:.100}')
        elif identity in found:
            problems.add(f'{part}[{number}]: the id {identity!r:.50} is already that of "{found[identity][0]}"')
        else:
            found[identity] = name.strip(), entry
    return found


def _size(entry: Mapping[str, Any], where: str, problems: ProblemList) -> tuple[int, int] | None:
    """None where the file states none, or 0 as some programs do."""
    sides = [entry.get(key) or 0 for key in ("width", "height")]
    if not all(isinstance(side, (int, float)) and side == side // 1 and side >= 0 for side in sides):
        problems.add(f"{where}: its width and height must be whole numbers of pixels, got {sides!r:.50}")
        return None
    return (int(sides[0]), int(sides[1])) if all(sides) else None


def _add(annotation: Any, path: Path, where: str, images: Mapping, names: Mapping) -> bool:
    """Add the mark of an annotation to its image; whether it has one."""
    if not isinstance(annotation, dict):
        raise DataError(f"{path}: {where}: expected an object, got {annotation!r:.100}")
    if coco_id(annotation, "id") is not None:
        where += f" (id {annotation['id']!r:.50})"
    unknown = unknown_ids(annotation, images, names)
    if unknown:
        raise DataError(f"{path}: {where}: {'; '.join(unknown)}")
    image = images[annotation["image_id"]]
    segmentation = annotation.get("segmentation")
    if isinstance(segmentation, dict):
        shape = _mask(segmentation, path, where, image)
    elif segmentation:
        shape = _region(segmentation, path, where)
    elif annotation.get("keypoints"):
        return False
    else:
        shape = _box(annotation.get("bbox"), path, where)
    image.marks.append(Mark(names[annotation["category_id"]], shape, where))
    return True


def _region(outlines: Any, path: Path, where: str) -> PictureRegion:
    if not isinstance(outlines, list) or not all(isinstance(outline, list) for outline in outlines):
        raise DataError(
            f"{path}: {where}: expected as segmentation a list of outlines [[x, y, x, y, ...], ...] or run lengths, "
            f"got {outlines!r:.100}. {_AGAIN}"
        )
    parts = []
    for number, outline in enumerate(outlines, start=1):
        part = f"{where}, outline {number}"
        if len(outline) % 2:
            raise DataError(f"{path}: {part}: expected x and y of each point, got {len(outline)} numbers. {_AGAIN}")
        points = [list(pair) for pair in zip(outline[::2], outline[1::2])]
        parts.append(polygon_of(points, source=path, where=part))
    return PictureRegion(parts[0] if len(parts) == 1 else shapely.union_all(parts))


def _mask(segmentation: Mapping[str, Any], path: Path, where: str, image: _Image) -> Bitmap:
    size, counts = segmentation.get("size"), segmentation.get("counts")
    if not isinstance(size, list) or len(size) != 2 or not all(type(side) is int for side in size):
        raise DataError(f"{path}: {where}: expected as size of run lengths [height, width], got {size!r:.50}. {_AGAIN}")
    if not isinstance(counts, (list, str)):
        raise DataError(f"{path}: {where}: expected a list or text as counts of run lengths, got {counts!r:.50}.")
    height, width = size
    for whose, expected in (("its image in the file", image.stated), ("the picture", image.found)):
        if expected is not None and tuple(expected) != (width, height):
            raise DataError(
                f"{path}: {where}: its mask is {width} x {height} pixels in size; expected "
                f"{' x '.join(map(str, expected))}, as {whose} has. {_AGAIN}"
            )
    if isinstance(counts, str):
        counts = counts_of_text(counts, source=path, where=where)
    return run_length_bitmap(counts, (width, height), source=path, where=where, by_columns=True)


def _box(bbox: Any, path: Path, where: str) -> PictureBox:
    if not isinstance(bbox, list) or len(bbox) != 4 or not all(type(value) in (int, float) for value in bbox):
        raise DataError(
            f"{path}: {where}: expected a segmentation, or as bbox [x, y, width, height], got {bbox!r:.50}. {_AGAIN}"
        )
    try:
        x, y, width, height = map(float, bbox)
    except OverflowError:  # integers of any length are valid JSON
        x, y, width, height = (float("inf"),) * 4
    if not (width > 0 and height > 0):
        raise DataError(
            f"{path}: {where}: the sides of its bbox must be above 0, got {width:g} and {height:g}. {_AGAIN}"
        )
    return box_of(x, y, x + width, y + height, path, where)
