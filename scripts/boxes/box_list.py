"""The boxes of one image: what makes one valid, and how they fit the image and the classes."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

import numpy as np

from scripts.wording import times

__all__ = ["Box", "FittedBoxes", "check_boxes", "class_index", "fit_boxes"]

#: A box as in a datalist: the name of its class, and two opposite corners in pixel-edge coordinates along the axes of
#: the image file's own array (MONAI's ``StandardMode``), ``[x0, y0, x1, y1]`` or ``[x0, y0, z0, x1, y1, z1]``. Pixel
#: i covers [i, i + 1), so that ``[0, 0, W, H]`` is a whole picture.
Box = TypedDict("Box", {"class": str, "box": list[float]})

_AXES = "xyz"
_MOST_NAMED = 3


def check_boxes(entries: Sequence[Any], names: Sequence[str] | None = None) -> tuple[list[Box], list[str]]:
    """The boxes of a list from a JSON file.

    Args:
        entries: what the file holds; each should be an object with ``class`` and ``box``. Other keys are dropped.
        names: what each entry is called in a problem; default: ``boxes[0]`` and so on.

    Returns:
        boxes: those that are valid for some image, with corners as floats.
        problems: one line for each of the others, with its name.
    """
    boxes, problems = [], []
    for number, entry in enumerate(entries):
        problem = _problem(entry)
        if problem:
            problems.append(f"{names[number] if names else f'boxes[{number}]'}: {problem}")
        else:
            boxes.append(Box({"class": entry["class"].strip(), "box": [float(corner) for corner in entry["box"]]}))
    return boxes, problems


def _problem(entry: Any) -> str:
    """Why an entry is no box, empty if it is one."""
    if not isinstance(entry, dict) or not isinstance(entry.get("class"), str) or "box" not in entry:
        return f'needs "class" (a name) and "box" (corners), got {entry!r:.100}'
    corners = entry["box"]
    if not isinstance(corners, list) or len(corners) not in (4, 6) or not all(map(_is_finite, corners)):
        return (
            f"expected 4 finite numbers [x0, y0, x1, y1], in a volume 6 [x0, y0, z0, x1, y1, z1], got {corners!r:.100}"
        )
    dims = len(corners) // 2
    wrong = [_AXES[axis] for axis in range(dims) if corners[axis] >= corners[axis + dims]]
    if wrong:
        expected = " and ".join(f"{axis}0 < {axis}1" for axis in wrong)
        return f"expected {expected}, got {corners}. A box is two opposite corners, not a corner and a size"
    return ""


def _is_finite(value: Any) -> bool:
    try:
        return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:  # an integer beyond the range of floats
        return False


@dataclass
class FittedBoxes:
    """Boxes beside their image and the classes.

    Attributes:
        boxes: within the image, with the names of classes as they are in the setting.
        problems: why the others cannot be used.
        cut: how many reached beyond the image and were cut to it.
    """

    boxes: list[Box]
    problems: list[str]
    cut: int = 0


def fit_boxes(
    boxes: Sequence[Box], classes: Sequence[str], size: Sequence[float], stated: Sequence[float] | None = None
) -> FittedBoxes:
    """Compare the boxes of an image with its size and with the classes, and cut them to the image.

    Args:
        boxes: see :func:`check_boxes`.
        classes: names of the classes, background first; compared without case.
        size: of the image, pixels along each axis of its file's array; infinite where it is not known.
        stated: the image's size according to the file of the boxes, if it says. Boxes of a picture that was scaled
            since would lie elsewhere.

    Returns:
        The boxes; what is wrong with several of them in the same way is one problem.
    """
    fitted = FittedBoxes([], [])
    limits = np.array([*size, *size], dtype=np.float64)
    if stated is not None and np.isfinite(limits).all() and list(stated) != list(size):
        fitted.problems.append(
            f"they are those of an image of {times(stated)} pixels, but this one measures {times(size)}. Give boxes "
            "in the pixels of this very file; if they are, correct width and height in the file of the boxes"
        )
    wrong: dict[str, list[str]] = defaultdict(list)
    for number, box in enumerate(boxes):
        index, corners = class_index(box["class"], classes), np.array(box["box"])
        reason = _class_problem(box["class"], index, classes)
        if len(corners) != len(limits):
            wrong[_count_problem(len(corners), len(limits))].append(f"boxes[{number}]")
        elif (corners[: len(size)] >= size).any() or (corners[len(size) :] <= 0).any():
            measures = f", which measures {times(size)}" if np.isfinite(limits).all() else ""
            wrong[f"lies outside the image{measures}"].append(f"boxes[{number}] {box['box']}")
        elif not reason:
            inside = corners.clip(0, limits)
            fitted.cut += bool((inside != corners).any())
            fitted.boxes.append(Box({"class": classes[index], "box": inside.tolist()}))
        if reason:
            wrong[reason].append(f"boxes[{number}]")
    for reason, names in wrong.items():
        rest = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
        fitted.problems.append(f"{', '.join(names[:_MOST_NAMED])}{rest}: {reason}")
    return fitted


def class_index(name: str, classes: Sequence[str]) -> int | None:
    """The number of a class by its name, without regard to case and outer spaces; None if there is none."""
    plain = [str(known).strip().lower() for known in classes]
    return plain.index(name.strip().lower()) if name.strip().lower() in plain else None


def _class_problem(name: str, index: int | None, classes: Sequence[str]) -> str:
    if index:
        return ""
    why = "is the background, which has no boxes" if index == 0 else "is unknown"
    return f'the class "{name}" {why}. Expected one of {list(classes[1:])}; rename it, or list it in `classes`'


def _count_problem(count: int, expected: int) -> str:
    form = "[x0, y0, x1, y1]" if expected == 4 else "[x0, y0, z0, x1, y1, z1]"
    image = "picture" if expected == 4 else "volume"
    return f"has {count} numbers; expected {expected}, {form}, in a {image}"
