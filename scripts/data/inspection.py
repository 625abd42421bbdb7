"""What the label of a case holds, and whether a set of cases can be trained on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PIL import Image, UnidentifiedImageError

from scripts.errors import DataError, list_problems
from scripts.labels import SUPERVISIONS, count_labels, load_label_map
from scripts.labels.drawn_slices import PLANES
from scripts.volumes import check_same_grid, read_grid

__all__ = ["CaseFacts", "inspect_case", "refuse_unusable"]


@dataclass
class CaseFacts:
    """What was found in one case.

    Attributes:
        label: path of the label map.
        positive: number of pixels drawn as each class.
        negative: number of pixels drawn as "not" each class.
        size: number of pixels of the map.
        problem: why the case cannot be used; empty if it can.
        supervision: ``coarse`` or ``dense``.
    """

    label: str
    positive: list[int] = field(default_factory=list)
    negative: list[int] = field(default_factory=list)
    size: int = 0
    problem: str = ""
    supervision: str = "coarse"

    @property
    def drawn(self) -> int:
        """Number of pixels on which something is drawn; a pixel with both kinds counts twice."""
        return sum(self.positive) + sum(self.negative)

    def leave_out(self, *, positive: bool, negative: bool) -> None:
        """Forget one kind of drawing, which the training does not use."""
        if positive:
            self.positive = [0] * len(self.positive)
        if negative:
            self.negative = [0] * len(self.negative)


def _picture_size(path: str) -> tuple[int, ...] | None:
    """Width and height of a picture from its header, None for what PIL cannot open (volumes)."""
    try:
        with Image.open(path) as picture:
            return picture.size
    except (UnidentifiedImageError, OSError):
        return None


def _image_problem(case: Mapping[str, Any], size: tuple[int, ...]) -> str:
    """Why a picture does not fit its label of the given width and height, empty if it does."""
    image_size = _picture_size(str(case["image"]))
    if image_size is None:
        return f"{case['image']}: cannot be read as a picture. Expected PNG, JPEG, TIFF or BMP."
    if image_size != size:
        return (
            f"{case['label']}: the label is {size[0]} x {size[1]} pixels, its image {case['image']} "
            f"{image_size[0]} x {image_size[1]}; expected the same. Export the label on the image's own grid."
        )
    return ""


def _grid_problem(case: Mapping[str, Any]) -> str:
    """Why a volume cannot be read or is on another grid than what was drawn for it, empty if all is well."""
    try:
        image_grid = read_grid(case["image"])
        for key in ("label", "field_of_view"):
            if case.get(key):
                check_same_grid(str(case[key]), read_grid(case[key]), str(case["image"]), image_grid)
    except DataError as error:
        return str(error)
    return ""


def _check_values(case: Mapping[str, Any], spatial_dims: int) -> None:
    """Refuse what a case says of itself, where there is no such thing.

    Raises:
        DataError: naming the label.
    """
    known = {"supervision": SUPERVISIONS} | ({"plane": PLANES} if spatial_dims == 3 else {})
    for key, values in known.items():
        if key in case and case[key] not in values:
            raise DataError(
                f'{case["label"]}: "{key}" of the case must be one of {list(values)}, got {case[key]!r}. Correct it in '
                "the datalist."
            )


def inspect_case(case: Mapping[str, Any], classes: Sequence[str], spatial_dims: int = 2) -> CaseFacts:
    """Read one case's label map and count what is drawn; of its image only the header is read.

    Args:
        case: needs ``image``, ``label``, ``supervision`` and the label tables.
        classes: names of the classes, background first.
        spatial_dims: 2 or 3.

    Returns:
        The facts; a label that cannot be used is a ``problem`` there, not an error, so that one never hides another.
    """
    facts = CaseFacts(label=str(case["label"]), supervision=case["supervision"])
    try:
        _check_values(case, spatial_dims)
        label = load_label_map(case["label"], spatial_dims)
        view = None
        if case.get("field_of_view"):
            view = load_label_map(case["field_of_view"], spatial_dims) > 0
            if view.shape != label.shape:
                raise DataError(f"{case['field_of_view']}: the size is {view.shape}, the label's {label.shape}.")
        # counted, not decoded: one map per class of many large volumes at a time would not fit into memory
        facts.positive, facts.negative = count_labels(case, label, classes, str(case["label"]), view)
    except DataError as error:
        facts.problem = str(error)
        return facts
    facts.problem = _image_problem(case, label.shape) if spatial_dims == 2 else _grid_problem(case)
    facts.size = int(label.size)
    return facts


def refuse_unusable(
    facts: Sequence[CaseFacts], classes: Sequence[str], *, training: bool, reading: str = "sparse"
) -> None:
    """Stop at a set of cases that cannot be used.

    Args:
        facts: of every case.
        classes: names of the classes, background first.
        training: whether the cases are trained on; then at least two classes must be told apart by what is drawn.
        reading: of what is undrawn; under ``support`` and ``dense`` it is background beside, or without, a stroke.

    Raises:
        DataError: listing the cases with problems, or saying what is missing in the set: cases, labels, or a second
            class, without which a useless network would be perfect.
    """
    problems = [case.problem for case in facts if case.problem]
    if problems:
        # what is wrong with a table is wrong with every case
        listed = dict.fromkeys(problems)
        raise DataError(list_problems(f"{len(problems)} of {len(facts)} cases cannot be used", listed))
    section = "training" if training else "validation"
    if not facts:
        raise DataError(
            f"there are no {section} cases, and without them no model can be trained and chosen. Add some to the "
            "datalist (or, on a server, set a validation split above 0)."
        )
    positive = np.sum([case.positive for case in facts], axis=0)
    negative = np.sum([case.negative for case in facts], axis=0)
    if not positive.any() and not negative.any():
        raise DataError(
            f"nothing is drawn in any of the {len(facts)} {section} cases. Check that the label files are the ones "
            'that were drawn, and that the label table names their values (a 0/255 mask holds nothing but "ignore" '
            "under a table that gives 255 that name)."
        )
    kinds = [name for name, n in zip(classes, positive, strict=True) if n]
    kinds += [f"not {name}" for name, n in zip(classes, negative, strict=True) if n]
    undense = any(case.supervision != "dense" for case in facts)
    implied = reading != "sparse" and any(positive[1:])
    if not training:
        if len(kinds) == 1 and undense:
            raise DataError(
                f'only "{kinds[0]}" is labelled in the validation cases and all else is unknown, so to answer it '
                'everywhere would be perfect. If they are dense masks, give them "supervision": "dense"; if they are '
                "drawings, draw something else too."
            )
        return
    if len(kinds) == 1 and not implied:
        raise DataError(
            f'only "{kinds[0]}" is drawn in the whole training set: a network would learn to answer it everywhere. '
            f'Draw something else too (for instance "not {classes[-1]}" or "{classes[0]}"). With strokes of a '
            "foreground class alone, --reading support or --reading dense takes what is undrawn for background."
        )
