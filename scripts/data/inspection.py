"""What the label and the boxes of a case hold."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image, UnidentifiedImageError

from scripts.boxes import class_index, fit_boxes
from scripts.data.case_facts import CaseFacts, case_name
from scripts.errors import DataError, list_problems
from scripts.labels import SUPERVISIONS, count_labels, load_label_map
from scripts.labels.drawn_slices import PLANES
from scripts.volumes import VolumeGrid, check_same_grid, read_grid

__all__ = ["inspect_case"]


@dataclass(frozen=True)
class _Header:
    """Size of an image along the axes of its file's array, and the grid of a volume."""

    size: tuple[int, ...]
    grid: VolumeGrid | None = None


def _picture_size(path: str) -> tuple[int, ...]:
    """Width and height of a picture from its header.

    Raises:
        DataError: for what PIL cannot open, such as volumes, and for pictures beyond its limit of pixels.
    """
    try:
        with Image.open(path) as picture:
            return picture.size
    except Image.DecompressionBombError as error:
        raise DataError(
            f"{path}: cannot be read as a picture ({error}). Cut it into tiles, or scale it down."
        ) from error
    except (UnidentifiedImageError, OSError) as error:
        raise DataError(f"{path}: cannot be read as a picture. Expected PNG, JPEG, TIFF or BMP.") from error


def _read_header(path: str, spatial_dims: int) -> _Header:
    """Where the pixels of an image are; nothing else is read of it.

    Raises:
        DataError: naming an image that cannot be read.
    """
    if spatial_dims == 2:
        return _Header(_picture_size(path))
    grid = read_grid(path)
    return _Header(grid.shape, grid)


def _check_size(case: Mapping[str, Any], key: str, size: tuple[int, ...], image: _Header | None) -> None:
    """Refuse a map that does not lie on the pixels of its image.

    Args:
        case: has paths.
        key: of the map.
        size: of the map.
        image: None if it cannot be read.

    Raises:
        DataError: naming both files and their sizes, of a volume what differs in their grids.
    """
    if image is None:
        return
    if image.grid is not None:
        check_same_grid(str(case[key]), read_grid(case[key]), str(case["image"]), image.grid)
    elif size != image.size:
        kind = key.replace("_", " ")
        raise DataError(
            f"{case[key]}: the {kind} is {size[0]} x {size[1]} pixels, its image {case['image']} {image.size[0]} x "
            f"{image.size[1]}; expected the same. Export the {kind} on the image's own grid."
        )


def _check_values(case: Mapping[str, Any], spatial_dims: int) -> None:
    """Refuse what a case says of itself, where there is no such thing.

    Raises:
        DataError: naming the label.
    """
    known = {"supervision": SUPERVISIONS} | ({"plane": PLANES} if spatial_dims == 3 else {})
    for key, values in known.items():
        if key in case and case[key] not in values:
            raise DataError(
                f'{case_name(case)}: "{key}" of the case must be one of {list(values)}, got {case[key]!r}. Correct it '
                "in the datalist."
            )


def inspect_case(case: Mapping[str, Any], classes: Sequence[str], spatial_dims: int = 2) -> CaseFacts:
    """Read one case's label map and count what is drawn; check its boxes. Of its image only the header is read.

    Args:
        case: needs ``image``, ``supervision`` and the label tables; may have ``label`` and what boxed cases have, see
            :func:`scripts.data.load_cases`.
        classes: names of the classes, background first.
        spatial_dims: 2 or 3.

    Returns:
        The facts; what cannot be used is a ``problem`` there, not an error, so that one never hides another.
    """
    nothing = [0] * len(classes)
    facts = CaseFacts(case_name(case), nothing, nothing.copy(), supervision=case["supervision"])
    facts.labelled = bool(case.get("label"))
    problems: list[str] = []
    image = None
    try:
        image = _read_header(str(case["image"]), spatial_dims)
        facts.size = math.prod(image.size)
    except DataError as error:
        problems.append(str(error))
    for inspect in (_inspect_label, _inspect_reference, _inspect_boxes):
        try:
            inspect(case, classes, spatial_dims, image, facts)
        except DataError as error:
            problems.append(str(error))
    facts.problem = "\n  ".join(problems)
    return facts


def _inspect_label(
    case: Mapping[str, Any], classes: Sequence[str], spatial_dims: int, image: _Header | None, facts: CaseFacts
) -> None:
    """Count what is drawn; without a label there is the field of view alone to be read."""
    _check_values(case, spatial_dims)
    label = load_label_map(case["label"], spatial_dims) if case.get("label") else None
    view = load_label_map(case["field_of_view"], spatial_dims) > 0 if case.get("field_of_view") else None
    if label is not None and view is not None and view.shape != label.shape:
        raise DataError(f"{case['field_of_view']}: the size is {view.shape}, the label's {label.shape}.")
    if label is not None:
        # counted, not decoded: one map per class of many large volumes at a time would not fit into memory
        facts.positive, facts.negative = count_labels(case, label, classes, str(case["label"]), view)
        facts.size = int(label.size)
    facts.seen = view is None or bool(view.any())
    for key, array in (("label", label), ("field_of_view", view)):
        if array is not None:
            _check_size(case, key, array.shape, image)


def _inspect_reference(
    case: Mapping[str, Any], classes: Sequence[str], spatial_dims: int, image: _Header | None, facts: CaseFacts
) -> None:
    """Read the mask that boxes are measured by."""
    if not case.get("reference"):
        return
    reference = load_label_map(case["reference"], spatial_dims)
    count_labels({**case, "supervision": "dense"}, reference, classes, str(case["reference"]))
    _check_size(case, "reference", reference.shape, image)


def _inspect_boxes(
    case: Mapping[str, Any], classes: Sequence[str], spatial_dims: int, image: _Header | None, facts: CaseFacts
) -> None:
    """Compare the boxes with the image and the classes, and count them."""
    if case.get("boxes") is None:
        return
    # class and number of corners can be judged without knowing the image
    size = image.size if image else (math.inf,) * spatial_dims
    fitted = fit_boxes(case["boxes"], classes, size, case.get("boxes_size"))
    named = list(classes[1:] if case.get("boxed_classes") is None else case["boxed_classes"])
    problems = fitted.problems
    unknown = [name for name in named if not class_index(name, classes)]
    if unknown:
        problems.append(f'"boxed_classes": {unknown} must be foreground classes, expected some of {list(classes[1:])}')
    if problems:
        source = case.get("boxes_source", "the datalist")
        raise DataError(list_problems(f"{case['image']}: its boxes in {source} cannot be used", problems, most=5))
    if facts.supervision == "dense":
        return
    facts.fitted, facts.cut, facts.outside = fitted.boxes, fitted.cut, bool(named)
    facts.boxes = [sum(box["class"] == name for box in fitted.boxes) for name in classes]
