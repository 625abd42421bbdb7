"""What the values of a label map mean by its table, and what is wrong with those that mean nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from scripts.checking.measure_damage import is_damaged
from scripts.checking.measure_map import ReadMap
from scripts.constants import IGNORE
from scripts.errors import DataError
from scripts.labels import LabelTable

__all__ = ["ValueMeaning", "case_table", "unnamed_values", "value_problem"]

_MOST_LISTED = 6
# more unnamed values than this are not a matter of a forgotten name
_FEW = 3
_COARSE, _DENSE = "labels", "dense_labels"


def case_table(tables: Mapping[str, Any], classes: Sequence[str], *, dense: bool) -> LabelTable:
    """The label table of a case.

    Args:
        tables: has ``labels`` and ``dense_labels``.
        classes: names of the classes, background first.
        dense: which of the two.

    Raises:
        DataError: when it is none.
    """
    name = _DENSE if dense else _COARSE
    return LabelTable(tables[name], classes, dense=dense, source=f'the label table "{name}"')


@dataclass(frozen=True)
class ValueMeaning:
    """Lookup tables from values 0 to 255.

    Attributes:
        positive: index of the class, or ``IGNORE``.
        negative: (C, 256) bool, whether "not" the class is said.
        ignored: whether "ignore" is said.
    """

    positive: np.ndarray
    negative: np.ndarray
    ignored: np.ndarray

    @classmethod
    def of(cls, table: LabelTable, values: Sequence[int]) -> ValueMeaning:
        """The meaning of values, all of which the table must name."""
        meaning = cls(
            np.full(256, IGNORE, dtype=np.uint8),
            np.zeros((len(table.classes), 256), dtype=bool),
            np.zeros(256, dtype=bool),
        )
        known = np.array(values, dtype=np.int64)
        meaning.positive[known], meaning.negative[:, known] = table.decode(known, "the label map")
        meaning.ignored[known] = table.ignored(known)
        return meaning

    @property
    def drawn(self) -> np.ndarray:
        """Whether anything is said by a value, (256,) bool."""
        return (self.positive != IGNORE) | self.negative.any(axis=0)

    def counts(self, numbers: Mapping[int, int]) -> tuple[list[int], list[int]]:
        """Pixels drawn as each class, and as "not" each class, by the numbers of pixels of each value."""
        each = np.zeros(256, dtype=np.int64)
        each[list(numbers)] = list(numbers.values())
        positive = [int(each[self.positive == k].sum()) for k in range(len(self.negative))]
        return positive, [int(each[said].sum()) for said in self.negative]


def unnamed_values(table: LabelTable, values: Sequence[int]) -> list[int]:
    """Those of the values that a table does not name."""
    return [value for value in values if not _names(table, value)]


def _names(table: LabelTable, value: int) -> bool:
    try:
        table.count(np.array([value]), "")
    except DataError:
        return False
    return True


def value_problem(found: ReadMap, table: LabelTable, other: LabelTable | None) -> tuple[str, str] | None:
    """What is wrong with the values of a map.

    Args:
        found: the map, with counted values.
        table: of the case.
        other: for a dense mask the table of drawings, None if there is none.

    Returns:
        Name of the check and message; None if all values are integers that the table names.
    """
    counts = found.counts
    if counts.odd:
        return "label-values", (
            f"{found.path}: {counts.odd} values are NaN or infinite; expected integers from 0 to 255. Export the label "
            "map again as integers."
        )
    if counts.fraction is not None:
        return "label-damaged", (
            f"{found.path}: holds values that are not integers, {counts.fraction:g} for one, so it was smoothed or "
            "interpolated, or holds probabilities; expected one integer per pixel. Export it again without smoothing; "
            "where it must be resampled, with the nearest neighbour."
        )
    values = list(counts.numbers)
    unnamed = unnamed_values(table, values)
    if not unnamed:
        return None
    if other is not None and counts.complete and _is_drawing(other, values):
        return "coarse-marked-dense", (
            f"{found.path}: the case is marked dense, but the map holds {_shown(unnamed)}, which the table "
            f'"{_DENSE}" does not name; the table "{_COARSE}" names all values: {dict(other.values)}. If it is a '
            f'drawing, write "supervision": "coarse" into the case; if it is a mask, name its values in "{_DENSE}".'
        )
    named = len(unnamed_values(table, range(256)))
    if counts.complete and is_damaged(found.array, counts.numbers, unnamed, 256 - named):
        return "label-damaged", (
            f"{found.path}: holds {len(unnamed)} values beside those of its table, such as {_shown(unnamed)}, along "
            "the borders of what is drawn: it was smoothed (anti-aliasing), scaled, or saved as JPEG once. Export it "
            "from the annotation tool again as PNG, without anti-aliasing; scale it with the nearest neighbour, and "
            "never save it as JPEG on the way."
        )
    return "label-values", _unnamed_message(found, table, unnamed)


def _is_drawing(table: LabelTable, values: Sequence[int]) -> bool:
    """Whether a table of drawings names all values, and one of them says something."""
    if unnamed_values(table, values):
        return False
    return bool(ValueMeaning.of(table, values).drawn[list(values)].any())


def _unnamed_message(found: ReadMap, table: LabelTable, unnamed: Sequence[int]) -> str:
    numbers = found.counts.numbers
    if len(unnamed) <= _FEW:
        try:
            table.count(np.array(list(numbers)), found.path)
        except DataError as error:
            return str(error)
    name = _DENSE if table.dense else _COARSE
    listed = sorted(unnamed, key=lambda value: -numbers[value])
    known = dict(table.values) if table.dense else {"not drawn": 0, **table.values}
    return (
        f"{found.path}: holds {len(unnamed)} values that the table does not name: {_shown(listed)}; expected only "
        f'{known}. If they are classes, name them in the table "{name}" of the datalist. If each object has a number '
        "of its own, export classes instead. If it is a photograph, correct the path of the label."
    )


def _shown(values: Sequence[int]) -> str:
    return ", ".join(map(str, values[:_MOST_LISTED])) + (", ..." if len(values) > _MOST_LISTED else "")
