"""Whether drawings of one image by several annotators contradict each other."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from scripts.checking.finding import Finding
from scripts.checking.record import CaseRecord
from scripts.checking.set_findings import finding_of, group_by, image_key
from scripts.checking.settings import CheckSettings
from scripts.constants import IGNORE
from scripts.errors import DataError
from scripts.labels import LabelTable, load_label_map

__all__ = ["contradiction", "judge_annotators"]

# people differ by a pixel along an outline
_MOST_SHARE = 0.05
_FEWEST_PIXELS = 10
# all label maps are read a second time for this, so that of many images some stand for all
_MOST_IMAGES = 50


@dataclass(frozen=True)
class _Drawing:
    """A label map and the meaning of each of its values: `U` class indices and `CU` "not" this class."""

    index: np.ndarray
    positive: np.ndarray
    negative: np.ndarray


def judge_annotators(records: Sequence[CaseRecord], settings: CheckSettings) -> list[Finding]:
    """Find images that stand in one list with several label maps which contradict each other."""
    known = [record for record in records if record.label and record.label.decoded]
    groups = group_by(known, lambda record: (record.section, image_key(record))).values()
    several = [cases for cases in map(_different, groups) if len(cases) > 1]
    compared = several[:: -(-len(several) // _MOST_IMAGES)] if several else []
    found = [worst for worst in (_worst(cases, settings) for cases in compared) if worst]
    if not found:
        return []
    found.sort(key=lambda worst: -worst[0])
    lines = [f"{one.image.path}: {share:.0%} between {_name(one)} and {_name(two)}" for share, one, two in found]
    return [
        finding_of(
            "annotators-disagree",
            f"drawings of {len(found)} of the {len(compared)} compared images contradict each other on more than "
            f"{_MOST_SHARE:.0%} of the pixels that both say something of. Look at them together, and agree on what is "
            "to be drawn",
            [one for _, one, _ in found],
            lines,
        )
    ]


def _name(record: CaseRecord) -> str:
    path = record.label.path if record.label else ""
    return f"{path} ({record.annotator})" if record.annotator else path


def _different(cases: Sequence[CaseRecord]) -> list[CaseRecord]:
    """The cases whose label maps differ."""
    firsts = {record.label.sha256 or record.label.path: record for record in reversed(cases) if record.label}
    return list(reversed(firsts.values()))


def _worst(cases: Sequence[CaseRecord], settings: CheckSettings) -> tuple[float, CaseRecord, CaseRecord] | None:
    """The two of an image's cases that contradict each other most, with the share; None where none do."""
    drawings = [(record, _read(record, settings)) for record in cases]
    pairs = [
        (_share(one, two), first, second)
        for (first, one), (second, two) in combinations(drawings, 2)
        if one and two and one.index.shape == two.index.shape
    ]
    worst = max(pairs, key=lambda pair: pair[0], default=None)
    return worst if worst and worst[0] > _MOST_SHARE else None


def _table(record: CaseRecord, settings: CheckSettings) -> LabelTable:
    dense = record.supervision == "dense"
    own, usual = (record.dense_labels, settings.dense_labels) if dense else (record.labels, settings.labels)
    table: Mapping[str, Any] = own or usual
    return LabelTable(table, settings.classes, dense=dense)


def _read(record: CaseRecord, settings: CheckSettings) -> _Drawing | None:
    """The drawing; None where it cannot be read any more, or its own table is not known."""
    path = record.label.path if record.label else ""
    if not os.path.isfile(path):
        return None
    try:
        table, label = _table(record, settings), load_label_map(path, settings.spatial_dims)
        values, index = np.unique(label, return_inverse=True)
        return _Drawing(index.reshape(label.shape).astype(np.uint8), *table.decode(values, path))
    except (DataError, OSError):
        return None


def _share(one: _Drawing, two: _Drawing) -> float:
    both, against = contradiction(one.index, one.positive, one.negative, two.index, two.positive, two.negative)
    return against / both if against >= _FEWEST_PIXELS else 0.0


def contradiction(
    index: np.ndarray,
    positive: np.ndarray,
    negative: np.ndarray,
    other_index: np.ndarray,
    other_positive: np.ndarray,
    other_negative: np.ndarray,
) -> tuple[int, int]:
    """Compare two drawings of one image.

    They contradict each other where they name different classes, or one names a class that the other excludes.

    Args:
        index: `H[WD]`, number of each pixel's value.
        positive: `U`, class index of each value, or ``IGNORE``.
        negative: `CU`, 1 for values that mean "not" the class.
        other_index: as ``index``, of the other drawing.
        other_positive: as ``positive``.
        other_negative: as ``negative``.

    Returns:
        Number of pixels of which both say something, and of these the contradictions.
    """
    count, others = len(positive), len(other_positive)
    flat = index.ravel().astype(np.int64) * others + other_index.ravel()
    pixels = np.bincount(flat, minlength=count * others).reshape(count, others)
    named, other_named = positive != IGNORE, other_positive != IGNORE
    said = named | negative.any(axis=0)
    other_said = other_named | other_negative.any(axis=0)
    both = said[:, None] & other_said[None]
    classes = np.arange(len(negative))[:, None]
    is_class, other_is_class = positive[None] == classes, other_positive[None] == classes
    excluded = np.einsum("cu,cv->uv", is_class.astype(int), other_negative.astype(int))
    excluded += np.einsum("cu,cv->uv", negative.astype(int), other_is_class.astype(int))
    differ = named[:, None] & other_named[None] & (positive[:, None] != other_positive[None])
    against = both & (differ | (excluded > 0))
    return int(pixels[both].sum()), int(pixels[against].sum())
