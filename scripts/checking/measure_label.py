"""Facts of the label map of a case, and of its field of view."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scripts.checking.measure_image import MeasuredImage, Report
from scripts.checking.measure_map import ReadMap, misfit, read_map
from scripts.checking.measure_table import ValueMeaning, value_problem
from scripts.checking.measure_values import count_values
from scripts.checking.record import LabelFacts
from scripts.labels import LabelTable

__all__ = ["MeasuredLabel", "count_drawn", "measure_label", "measure_view"]

_MOST_STORED = 256


@dataclass
class MeasuredLabel:
    """A label map as far as it could be read.

    Attributes:
        facts: for the record.
        array: values `H[WD]` uint8; None unless the table names all of them.
        meaning: of the values; None as above.
    """

    facts: LabelFacts
    array: np.ndarray | None = None
    meaning: ValueMeaning | None = None


def measure_label(
    path: str,
    image: MeasuredImage,
    spatial_dims: int,
    tables: tuple[LabelTable | None, LabelTable | None],
    report: Report,
) -> MeasuredLabel:
    """Read a label map, compare it with its image and its values with its table.

    Args:
        path: of an existing file.
        image: of the case.
        spatial_dims: 2 or 3.
        tables: of the case, and for a dense mask the one of drawings; None where there is none that can be used.
        report: notes findings.
    """
    found = read_map(path, "label map", spatial_dims)
    measured = MeasuredLabel(LabelFacts(path))
    facts = measured.facts
    facts.sha256, facts.file_format = found.sha256, found.file_format
    facts.size = [int(side) for side in found.size or ()]
    if found.problem:
        report("label-unreadable", found.problem)
    if found.lossy:
        report(
            "label-lossy",
            f"{path}: is stored as {found.file_format or 'JPEG'} with loss, which changes values; expected a label map "
            "in a lossless format. Export it from the annotation tool again as PNG; to save this file as PNG would "
            "keep the damage.",
        )
    wrong = misfit(found, "label", image.facts.path, image.size, image.grid)
    if wrong:
        report("label-size" if spatial_dims == 2 else "label-grid", wrong)
    if found.counts is None:
        return measured
    facts.readable = True
    facts.values = dict(sorted(sorted(found.counts.numbers.items(), key=lambda item: -item[1])[:_MOST_STORED]))
    _decode(found, tables, measured, report)
    return measured


def _decode(
    found: ReadMap, tables: tuple[LabelTable | None, LabelTable | None], measured: MeasuredLabel, report: Report
) -> None:
    table, other = tables
    if table is None:
        return
    problem = value_problem(found, table, other)
    if problem is not None:
        # of a lossy file the values are what is to be expected
        if not found.lossy:
            report(*problem)
        return
    measured.facts.decoded = True
    measured.meaning = ValueMeaning.of(table, list(found.counts.numbers))
    measured.array = _as_bytes(found.array)


def _as_bytes(array: np.ndarray) -> np.ndarray:
    if array.dtype == np.uint8:
        return array
    if not np.issubdtype(array.dtype, np.floating):
        return array.astype(np.uint8)
    return np.rint(array, out=np.empty_like(array, dtype=np.uint8), casting="unsafe")


def measure_view(
    path: str, image: MeasuredImage, label: MeasuredLabel | None, spatial_dims: int, report: Report
) -> np.ndarray | None:
    """Read a field of view.

    Args:
        path: of an existing file.
        image: of the case.
        label: of the case, None if there is none.
        spatial_dims: 2 or 3.
        report: notes findings.

    Returns:
        `H[WD]` bool, whether a pixel counts; None where that is not known.
    """
    found = read_map(path, "field of view", spatial_dims)
    if not found.problem and found.lossy:
        found.problem = (
            f"{path}: the field of view is stored as JPEG, where values of 0 become others; expected a lossless "
            "format. Export it again as PNG."
        )
    found.problem = found.problem or misfit(found, "field of view", image.facts.path, image.size, image.grid)
    if not found.problem and label is not None and label.facts.size and list(found.size) != label.facts.size:
        found.problem = (
            f"{path}: the field of view has the size {list(found.size)}, the label {label.facts.path} "
            f"{label.facts.size}; expected the same. Export both on the image's own grid."
        )
    if found.problem or found.array is None:
        report("view-unreadable", found.problem)
        return None
    view = found.array > 0
    if not view.any():
        report(
            "view-empty",
            f"{path}: no pixel of the field of view is above 0, so nothing of the image counts; expected values above "
            "0 where the image shows something. Export it again, or leave it out.",
        )
    return view


def count_drawn(label: MeasuredLabel, view: np.ndarray | None) -> None:
    """Put the numbers of drawn pixels into the facts of a label.

    Args:
        label: to be counted, if its values are known.
        view: `H[WD]` bool, pixels that count; None for all.
    """
    facts, meaning = label.facts, label.meaning
    if meaning is None:
        return
    # the stored values may have been cut to the most frequent ones, but not where all have a meaning
    inside = facts.values if view is None else count_values(label.array[view]).numbers
    facts.positive, facts.negative = meaning.counts(inside)
    facts.ignored = sum(number for value, number in facts.values.items() if meaning.ignored[value])
    if view is not None:
        drawn = sum(number for value, number in facts.values.items() if meaning.drawn[value])
        facts.outside_view = drawn - sum(number for value, number in inside.items() if meaning.drawn[value])
