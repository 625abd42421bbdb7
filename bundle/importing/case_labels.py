"""The label map and the boxes of one case from its marks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bundle.importing.label_values import LabelValues
from bundle.importing.layers import LabelLayers, Overlaps
from bundle.importing.marks import LINE, AnnotatedImage, Mark
from bundle.importing.place import Placed, place_box, place_mark
from bundle.importing.rules import SKIPPED, Rule, Rules
from bundle.importing.source_image import SourceImage
from bundle.importing.stroke_width import StrokeWidth
from scripts.boxes.box_list import Box
from scripts.errors import DataError
from scripts.volumes import VolumeGrid, read_grid

__all__ = ["CaseLabels", "LabelPlan", "label_case"]

# share of a mark that may lie beyond the image without a word: what rounding does
_ROUNDING = 0.01


@dataclass(frozen=True)
class LabelPlan:
    """How marks become labels.

    Attributes:
        rules: what names mean.
        values: of label maps.
        width: of lines that are stored without one; None if not given.
        dense: whether the marks are dense masks: what is unmarked is background.
        last: whether of two classes the later mark counts, instead of none.
        empty_counts: whether an image that was listed without any mark holds nothing, instead of not being annotated.
        box_classes: the classes that this import has boxes of.
        boxes_complete: whether what lies outside all boxes is known to be none of these classes.
    """

    rules: Rules
    values: LabelValues
    width: StrokeWidth | None = None
    dense: bool = False
    last: bool = False
    empty_counts: bool = False
    box_classes: tuple[str, ...] = ()
    boxes_complete: bool = True

    @property
    def boxed(self) -> tuple[str, ...]:
        """The classes that are boxed throughout."""
        return self.box_classes if self.boxes_complete else ()


@dataclass
class CaseLabels:
    """What becomes of one case.

    Attributes:
        label: uint8, x first; None where nothing is drawn.
        boxes: in the form of datalists; None for a case without boxes.
        overlaps: pixels with several marks.
        notes: what a person should know.
        problems: why the case cannot be used.
    """

    label: np.ndarray | None = None
    boxes: list[Box] | None = None
    overlaps: Overlaps = field(default_factory=Overlaps)
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


class _MarkProblems:
    """Problems of marks; of many marks with the same one, the first is named."""

    def __init__(self) -> None:
        self._found: dict[tuple[Path, str, str], list[str]] = {}

    def add(self, source: Path, mark: Mark, text: str) -> None:
        label = "" if str(source) in text else mark.name
        self._found.setdefault((source, label, text), []).append(mark.where)

    def lines(self) -> list[str]:
        lines = []
        for (source, label, text), wheres in self._found.items():
            more = f", and {len(wheres) - 1} more of this label" if len(wheres) > 1 else ""
            lines.append(f"{source}: {wheres[0]} ({label}){more}: {text}" if label else text)
        return lines


def label_case(image: SourceImage, annotations: Iterable[AnnotatedImage], plan: LabelPlan) -> CaseLabels:
    """Lay all marks of one image over each other.

    Args:
        image: of the case.
        annotations: of this image by one annotator, in the order of their files.
        plan: how.

    Returns:
        What becomes of it; a problem of one mark never hides another.
    """
    result = CaseLabels()
    try:
        size, grid = image.size, read_grid(image.path) if image.volume else None
    except DataError as error:
        result.problems.append(str(error))
        return result
    layers = LabelLayers(size, plan.values, plan.dense, plan.last)
    painted, boxes, cut, source, problems = False, [], 0, None, _MarkProblems()
    for annotated in annotations:
        for mark in annotated.marks:
            rule = plan.rules.find(mark.name, mark.shape.kind)
            if rule is None:
                problems.add(annotated.source, mark, "no rule says what this label means")
                continue
            if rule.meaning.action == SKIPPED:
                continue
            try:
                placed = _add(mark, rule, plan, layers, boxes, size, grid)
            except DataError as error:
                problems.add(annotated.source, mark, str(error))
                continue
            painted |= rule.meaning.action != "box"
            cut += placed.outside > _ROUNDING
            source = annotated.source
    result.problems += problems.lines()
    if cut:
        result.notes.append(f"{cut} mark(s) reach beyond the image and are cut to it")
    empty = plan.empty_counts and not painted and not boxes
    if painted or (empty and plan.dense):
        result.label, result.overlaps = layers.compose()
        result.notes += result.overlaps.describe(plan.last)
    if plan.dense and boxes:
        result.notes.append(f"{len(boxes)} box(es) left out, since a dense mask needs none")
        if not painted:
            result.problems.append(
                f"{source}: holds boxes alone, which are no dense mask. Import boxes without --dense, or give these "
                "labels a class as their meaning"
            )
    elif not plan.dense and (boxes or (empty and plan.box_classes)):
        result.boxes = boxes
    return result


def _add(
    mark: Mark,
    rule: Rule,
    plan: LabelPlan,
    layers: LabelLayers,
    boxes: list[Box],
    size: tuple[int, ...],
    grid: VolumeGrid | None,
) -> Placed:
    """Add one mark to the label map or to the boxes.

    Raises:
        DataError: when it cannot be placed.
    """
    if rule.meaning.action == "box":
        placed, corners = place_box(mark.shape, size, grid)
        boxes.append(Box({"class": rule.meaning.name, "box": corners}))
        return placed
    width = None
    if mark.shape.kind == LINE and mark.shape.width is None:
        width = _width_of(rule.width or plan.width, grid)
    placed = place_mark(mark.shape, size, grid, width)
    layers.add(rule.meaning, placed.mask, placed.origin)
    return placed


def _width_of(width: StrokeWidth | None, grid: VolumeGrid | None) -> float:
    """A width in the unit of the image: pixels, of volumes mm.

    Raises:
        DataError: when there is none, or a photograph's is in mm.
    """
    if width is None:
        raise DataError(
            "is a line, and its format does not say how wide. Give --stroke-width, or a width in the table of rules"
        )
    if width.unit == "mm" and grid is None:
        raise DataError(f"a width of {width} cannot be drawn, since pictures have no mm. Give it in px")
    if width.unit == "px" and grid is not None:
        return width.number * min(grid.spacing)
    return width.number
