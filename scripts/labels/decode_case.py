"""Decodes the label map of a case by its kind of supervision."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np

from scripts.labels.label_table import LabelTable

__all__ = ["SUPERVISIONS", "count_labels", "decode_case", "decode_reference", "ignored_pixels"]

SUPERVISIONS = ("coarse", "dense")


def decode_case(
    case: Mapping[Hashable, Any], label: np.ndarray, classes: Sequence[str], where: str
) -> tuple[np.ndarray, np.ndarray, bool]:
    """Positive labels, negative labels and density of one case.

    Args:
        case: needs ``supervision`` and the table for it, ``labels`` or ``dense_labels``.
        label: label map `H[WD]`.
        classes: names of the classes, background first.
        where: the label file's name, for errors.

    Returns:
        positive `H[WD]` uint8 (class index or ``IGNORE``), negative `CH[WD]` uint8, and whether the case is dense.

    Raises:
        DataError: for values that the table does not name.
    """
    dense = case["supervision"] == "dense"
    positive, negative = _table(case, classes).decode(label, where)
    return positive, negative, dense


def count_labels(
    case: Mapping[Hashable, Any],
    label: np.ndarray,
    classes: Sequence[str],
    where: str,
    inside: np.ndarray | None = None,
) -> tuple[list[int], list[int]]:
    """Numbers of pixels drawn as each class, and as "not" each class; arguments and errors as for :func:`decode_case`.

    Args:
        inside: `H[WD]` bool, pixels that count; None for all.
    """
    return _table(case, classes).count(label, where, inside)


def ignored_pixels(case: Mapping[Hashable, Any], label: np.ndarray, classes: Sequence[str]) -> np.ndarray:
    """Where a label map that :func:`decode_case` accepts says "ignore", `H[WD]` bool; arguments as there."""
    return _table(case, classes).ignored(label)


def decode_reference(
    case: Mapping[Hashable, Any], reference: np.ndarray, classes: Sequence[str], where: str
) -> np.ndarray:
    """Class indices of a dense mask that a case is measured by but not trained on.

    Args:
        case: needs ``dense_labels``, the table of the mask, whatever its ``supervision`` is.
        reference: dense mask `H[WD]`.
        classes: names of the classes, background first.
        where: the mask file's name, for errors.

    Returns:
        `H[WD]` uint8, class index or ``IGNORE``.

    Raises:
        DataError: for values that the table does not name.
    """
    return _table(case, classes, dense=True).decode(reference, where)[0]


def _table(case: Mapping[Hashable, Any], classes: Sequence[str], dense: bool | None = None) -> LabelTable:
    dense = case["supervision"] == "dense" if dense is None else dense
    name = "dense_labels" if dense else "labels"
    return LabelTable(case[name], classes, dense=dense, source=f'the label table "{name}"')
