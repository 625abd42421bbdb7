"""Facts of the boxes of a case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from scripts.boxes import Box, CocoBoxes, check_boxes, class_index, fit_boxes, match_images, read_boxes
from scripts.boxes.rasterise import box_pixels
from scripts.checking.measure_image import Report
from scripts.checking.measure_label import MeasuredLabel
from scripts.checking.record import BoxFacts
from scripts.constants import IGNORE
from scripts.errors import DataError
from scripts.wording import times

__all__ = ["count_outside_boxes", "measure_boxes"]

_MOST_LISTED = 3
_AXES = "xyz"
# an image as small as this may well have boxes of one pixel alone
_LEAST_SIDE = 16
_SHARES = (
    "none reaches beyond the first pixel, so that they seem to be shares of the image's sides; expected corners in "
    "pixels. Multiply them by width and height"
)


def measure_boxes(
    case: Mapping[str, Any],
    classes: Sequence[str],
    size: Sequence[int] | None,
    spatial_dims: int,
    report: Report,
) -> tuple[BoxFacts, list[Box]]:
    """Compare the boxes of a case with its image and the classes.

    Args:
        case: has ``boxes``, a list or the path of an existing file.
        classes: names of the classes, background first.
        size: of the image along each array axis, None if not known.
        spatial_dims: 2 or 3.
        report: notes findings.

    Returns:
        The facts, and the boxes that fit, cut to the image.
    """
    image, source = str(case.get("image", "")), str(case.get("boxes_source", "the datalist"))
    facts = BoxFacts([0] * len(classes), complete=_complete(case, classes, report, f"{image}: in {source}"))
    try:
        entries, stated = _entries(case)
    except DataError as error:
        report("boxes-unreadable", str(error))
        return facts, []
    stated = case.get("boxes_size") or stated
    if stated and size and tuple(stated) != tuple(size):
        report(
            "boxes-unreadable",
            f"{image}: its boxes in {source} are those of an image of {times(stated)} pixels, but it measures "
            f"{times(size)}. Give boxes in the pixels of this very file; if they are, correct width and height in the "
            "file of the boxes.",
        )
    wrong: dict[tuple[str, str], list[str]] = defaultdict(list)
    usable = []
    shares = bool(size) and min(size) >= _LEAST_SIDE and _are_shares(entries)
    for number, entry in enumerate(entries):
        problems = [("box-degenerate", _SHARES, "")] if shares else _problems(entry, classes, size, spatial_dims)
        for check, reason, shown in problems:
            wrong[check, reason].append(f"boxes[{number}]{shown}")
        if not problems:
            usable.append(check_boxes([entry])[0][0])
    for (check, reason), names in wrong.items():
        rest = f" and {len(names) - _MOST_LISTED} more" if len(names) > _MOST_LISTED else ""
        report(check, f"{image}: of its boxes in {source}, {', '.join(names[:_MOST_LISTED])}{rest}: {reason}.")
    fitted = fit_boxes(usable, classes, size or (np.inf,) * spatial_dims)
    facts.cut = fitted.cut
    facts.count = [sum(box["class"] == name for box in fitted.boxes) for name in classes]
    return facts, fitted.boxes


def _are_shares(entries: Sequence[Any]) -> bool:
    """Whether all corners of all boxes, of which there are some, lie between 0 and 1, as some tools write them."""
    boxes, problems = check_boxes(entries, [""] * len(entries))
    return bool(boxes) and not problems and all(0 <= corner <= 1 for box in boxes for corner in box["box"])


def _entries(case: Mapping[str, Any]) -> tuple[Sequence[Any], Sequence[int] | None]:
    """The boxes as they are written, and the size of the image if their file states it."""
    boxes = case["boxes"]
    if isinstance(boxes, (list, tuple)):
        return boxes, None
    if not isinstance(boxes, str):
        raise DataError(f'{case.get("image")}: "boxes" must be a list of boxes or the path of one, got {boxes!r:.100}.')
    found = read_boxes(boxes)
    if not isinstance(found, CocoBoxes):
        return found, None
    image = str(case.get("image"))
    matched, sizes, _ = match_images(found, [image], "")
    if image not in matched:
        raise DataError(f"{boxes}: does not list the image {image}. Add it, or correct its file_name.")
    return matched[image], sizes.get(image)


def _complete(case: Mapping[str, Any], classes: Sequence[str], report: Report, where: str) -> list[str]:
    """The classes that are boxed throughout, as they are called in the setting."""
    named = case.get("boxed_classes")
    if not isinstance(named, (list, tuple)):
        return list(classes[1:])
    unknown = [name for name in named if not isinstance(name, str) or not class_index(name, classes)]
    if unknown:
        report(
            "box-class",
            f'{where}, "boxed_classes": {unknown} must be foreground classes, expected some of {list(classes[1:])}. '
            "Correct the names.",
        )
    return [classes[class_index(name, classes)] for name in named if name not in unknown]


def _problems(
    entry: Any, classes: Sequence[str], size: Sequence[int] | None, spatial_dims: int
) -> list[tuple[str, str, str]]:
    """Check, reason, and what to show of a box, for all that is wrong with it."""
    (box, *_), problems = [*check_boxes([entry])[0], None], check_boxes([entry], [""])[1]
    if problems:
        return [("box-degenerate", f"{problems[0].removeprefix(': ')}. Correct or remove it", "")]
    found = []
    index, corners = class_index(box["class"], classes), box["box"]
    if not index:
        why = "is the background, which has no boxes" if index == 0 else "is unknown"
        expected = f"expected one of {list(classes[1:])}. Rename it, or list it in the setting `classes`"
        found.append(("box-class", f'the class "{box["class"]}" {why}; {expected}', ""))
    if len(corners) != 2 * spatial_dims:
        axes = _AXES[:spatial_dims]
        form = ", ".join([f"{axis}0" for axis in axes] + [f"{axis}1" for axis in axes])
        found.append(
            ("box-degenerate", f"has {len(corners)} numbers; expected {2 * spatial_dims}, [{form}]. Correct it", "")
        )
    elif size and any(low >= side or high <= 0 for low, high, side in zip(corners, corners[spatial_dims:], size)):
        reason = f"lies outside the image, which measures {times(size)}. Give corners in the pixels of this very file"
        found.append(("box-outside", reason, f" {corners}"))
    return found


def count_outside_boxes(
    label: MeasuredLabel, view: np.ndarray | None, boxes: Sequence[Box], complete: Sequence[str], classes: Sequence[str]
) -> int | None:
    """Number of pixels drawn as an exhaustively boxed class outside all its boxes; None if that is not known.

    Args:
        label: of the case.
        view: `H[WD]` bool, pixels that count; None for all.
        boxes: that fit the image.
        complete: the classes that are boxed throughout.
        classes: names of the classes, background first.
    """
    if label.meaning is None:
        return None
    drawn = label.meaning.positive[label.array]
    if view is not None:
        drawn[~view] = IGNORE
    for box in boxes:
        place = box_pixels(box["box"], drawn.shape)
        if place is not None:
            part = drawn[place]
            part[part == classes.index(box["class"])] = IGNORE
    # of a uint8 map each class is counted at once
    numbers = np.array([np.count_nonzero(drawn == classes.index(name)) for name in complete])
    return int(numbers.sum())
