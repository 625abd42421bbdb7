"""Boxes in the COCO format, and which of its images are which of ours."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from scripts.boxes.box_list import Box, check_boxes
from scripts.boxes.coco_ids import coco_id, unknown_ids
from scripts.errors import DataError, list_problems

__all__ = ["CocoBoxes", "match_images", "parse_coco"]

_PARTS = ("images", "annotations", "categories")


@dataclass(frozen=True)
class CocoBoxes:
    """Content of a COCO file.

    Attributes:
        images: the boxes of each image by its ``file_name``; an image without annotations has none.
        sizes: width and height of each image that states them, by its ``file_name``.
    """

    images: dict[str, list[Box]]
    sizes: dict[str, tuple[int, int]] = field(default_factory=dict)


def parse_coco(content: Mapping[str, Any], name: str) -> CocoBoxes:
    """The boxes of a COCO object; of the annotations ``bbox``, ``category_id`` and ``image_id`` are looked at.

    ``width`` and ``height`` of an image are optional; where some program wrote 0, they count as not stated.

    Args:
        content: with ``images``, ``annotations`` and ``categories``.
        name: of the file, for the error.

    Raises:
        DataError: listing everything that is wrong: missing parts, ids that are missing, twice or unknown, bad boxes.
    """
    missing = [part for part in _PARTS if not isinstance(content.get(part), list)]
    if missing:
        raise DataError(
            f"{name}: expected a list of boxes, or a COCO object with the lists {list(_PARTS)}; it lacks {missing}."
        )
    problems: list[str] = []
    files = _by_id(content, "images", "file_name", problems)
    classes = _by_id(content, "categories", "name", problems)
    problems += [f'images: "{file}" is there {n} times' for file, n in Counter(files.values()).items() if n > 1]
    images: dict[str, list[Box]] = {file: [] for file in files.values()}
    for number, annotation in enumerate(content["annotations"]):
        found = _annotation(annotation, f"annotations[{number}]", files, classes, problems)
        if found:
            file, box = found
            images[file].append(box)
    if problems:
        raise DataError(list_problems(f"{name} has {len(problems)} problem(s)", problems))
    sizes = {entry["file_name"]: (entry.get("width"), entry.get("height")) for entry in content["images"]}
    return CocoBoxes(images, {file: size for file, size in sizes.items() if all(map(_is_length, size))})


def _is_length(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0


def _by_id(content: Mapping[str, Any], part: str, value: str, problems: list[str]) -> dict[float | str, str]:
    """A text by the id of the object that has it, for images and categories."""
    found: dict[float | str, str] = {}
    for number, entry in enumerate(content[part]):
        text = entry.get(value) if isinstance(entry, dict) else None
        key = coco_id(entry, "id") if isinstance(entry, dict) else None
        if key is None or not isinstance(text, str) or not text:
            problems.append(f'{part}[{number}]: needs "id" and "{value}", got {entry!r:.100}')
        elif key in found:
            problems.append(f"{part}[{number}]: the id {key!r} is already that of {found[key]!r}")
        else:
            found[key] = text
    return found


def _annotation(
    annotation: Any, where: str, files: Mapping, classes: Mapping, problems: list[str]
) -> tuple[str, Box] | None:
    """File name and box of an annotation; None, and a problem more, if it has none."""
    if not isinstance(annotation, dict):
        problems.append(f"{where}: expected an object, got {annotation!r:.100}")
        return None
    if coco_id(annotation, "id") is not None:
        where += f" (id {annotation['id']!r})"
    wrong = unknown_ids(annotation, files, classes)
    bbox = annotation.get("bbox")
    corners = bbox
    if isinstance(bbox, list) and len(bbox) == 4 and all(isinstance(value, (int, float)) for value in bbox):
        x, y, width, height = bbox
        corners = [x, y, x + width, y + height]
    boxes, unusable = check_boxes([{"class": "", "box": corners}])
    if unusable or len(bbox) != 4:
        wrong.append(f"its bbox must be [x, y, width, height], finite and with sides above 0, got {bbox!r:.100}")
    if wrong:
        problems.append(f"{where}: {'; '.join(wrong)}")
        return None
    return files[annotation["image_id"]], Box({**boxes[0], "class": classes[annotation["category_id"]]})


def match_images(
    coco: CocoBoxes, images: Iterable[str], root: str
) -> tuple[dict[str, list[Box]], dict[str, tuple[int, int]], list[str]]:
    """Which of the images of a data set those of a COCO file are.

    By the whole path, else by the name without folders.

    Args:
        coco: content of the file.
        images: paths of all images of the data set, as in the datalist.
        root: folder that relative paths start from.

    Returns:
        boxes: of each image that the file lists, by the path in ``images``.
        sizes: width and height that the file states of these images, by the same paths.
        problems: one line for each image of the file that is none, or could be several.
    """
    images = list(dict.fromkeys(images))
    by_path, by_name = defaultdict(list), defaultdict(list)
    for image in images:
        by_path[_path(root, image)].append(image)
        by_name[PurePosixPath(_posix(image)).name].append(image)
    matched: dict[str, str] = {}
    problems = []
    for file in sorted(coco.images, key=lambda file: _path(root, file) not in by_path):
        # paths come first, so that a name is left for the images that no path has taken
        whole = by_path.get(_path(root, file))
        found = whole or by_name[PurePosixPath(_posix(file)).name]
        free = [image for image in found if image not in matched]
        if found and not free:
            problems.append(f'the images "{matched[found[0]]}" and "{file}" would both be {found[0]}: give whole paths')
        elif not found:
            problems.append(f'the image "{file}" is that of no case: add the case, or take the image out of the file')
        elif not whole and len(free) > 1:
            problems.append(f'the image "{file}" could be any of {free[:3]}: give its whole path as file_name')
        else:
            matched.update(dict.fromkeys(free, file))
    boxes = {image: coco.images[file] for image, file in matched.items()}
    return boxes, {image: coco.sizes[file] for image, file in matched.items() if file in coco.sizes}, problems


def _posix(path: str) -> str:
    return path.replace("\\", "/")


def _path(root: str, path: str) -> str:
    return os.path.abspath(os.path.join(root, _posix(path)))
