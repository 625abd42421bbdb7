"""How drawings err: the true confusion matrix, from drawings and the dense masks of the same images."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from scripts.constants import IGNORE, IMPLIED
from scripts.data.datalist import load_cases
from scripts.errors import DataError
from scripts.labels.decode_case import decode_case, decode_reference
from scripts.labels.load_label_map import load_label_map

__all__ = ["Matrix", "column_shares", "count_pairs", "drawn_cases", "drawn_classes", "true_matrix"]

#: A[noisy][true]; columns sum to one, a column of a class without any labelled pixel is None.
Matrix = list[list[float | None]]


def drawn_classes(positive: np.ndarray, negative: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The class that each pixel was drawn as, by a positive or a negative drawing.

    "Not class k" names a class where it leaves but one: with two classes "not vessel" says background, as it does in
    the loss. Our reading; with more classes a single "not class k" names none and does not count.

    Args:
        positive: `H[WD]`, class index, ``IMPLIED`` (background that a reading adds) or ``IGNORE``.
        negative: `CH[WD]`, not 0 where drawn as "not class k".

    Returns:
        `H[WD]` uint8, class index or ``IGNORE``; and where it comes from a negative drawing, bool.
    """
    drawn = np.where(positive == IMPLIED, 0, positive).astype(np.uint8)
    denied = negative > 0
    by_denial = (positive == IGNORE) & (denied.sum(axis=0) == len(denied) - 1)
    drawn[by_denial] = denied.argmin(axis=0)[by_denial]
    return drawn, by_denial


def count_pairs(drawn: np.ndarray, truth: np.ndarray, num_classes: int) -> np.ndarray:
    """Numbers of pixels `C_noisy C_true`, of those with a class in both."""
    known = (drawn != IGNORE) & (truth != IGNORE)
    pairs = drawn[known].astype(np.int64) * num_classes + truth[known]
    return np.bincount(pairs, minlength=num_classes**2).reshape(num_classes, num_classes)


def column_shares(sums: np.ndarray, totals: np.ndarray | None = None) -> Matrix:
    """Columns of `C_noisy C_true` over their totals, by default their sums; None where that is 0."""
    totals = sums.sum(axis=0) if totals is None else totals
    return [[float(v / t) if t else None for v, t in zip(row, totals)] for row in sums]


def drawn_cases(datalist: Path, dense: Path | None = None, dataset_dir: Path | None = None) -> list[dict[str, Any]]:
    """The training cases that were drawn on, with their dense masks.

    Args:
        datalist: of the training.
        dense: a datalist of the same images with dense masks; default: ``datalist_dense.json`` beside it.
        dataset_dir: folder that relative paths in both start from; default: each one's own folder.

    Returns:
        Cases of :func:`scripts.data.load_cases`, with the path of the mask as ``reference``.

    Raises:
        DataError: when an image has no dense mask, or nothing was drawn.
    """
    dense = datalist.with_name("datalist_dense.json") if dense is None else dense
    masked = {
        case["image"]: case for case in load_cases(dense, "training", dataset_dir) if case["supervision"] == "dense"
    }
    cases = [c for c in load_cases(datalist, "training", dataset_dir) if c["supervision"] != "dense" and c.get("label")]
    if not cases:
        raise DataError(f"{datalist}: no training case has a drawing. Give the datalist of a training on drawings.")
    missing = [case["image"] for case in cases if case["image"] not in masked]
    if missing:
        raise DataError(
            f"{dense} has no dense mask of {missing[0]} ({len(missing)} such images), which {datalist} trains on. Give "
            "the dense datalist of the same images."
        )
    for case in cases:
        mask = masked[case["image"]]
        case["reference"] = mask["label"]
        if "dense_labels" in mask:
            case["dense_labels"] = mask["dense_labels"]
    return cases


def true_matrix(datalist: Path, classes: Sequence[str], dense: Path | None = None, *, spatial_dims: int = 2) -> Matrix:
    """How the drawings of a data set err: A[noisy, true] over all pixels that they label.

    The share of the labelled pixels of each true class that were drawn as each class, inside the field of view. It
    holds what was drawn alone; a reading of what is undrawn adds labels and errors of its own, for which
    see :func:`bundle.benchmarking.estimated_matrix.run_matrices`.

    Args:
        datalist: of the training; it has the label tables.
        classes: names of the classes, background first.
        dense: as for :func:`drawn_cases`.
        spatial_dims: 2 for pictures, 3 for volumes.

    Raises:
        DataError: as :func:`drawn_cases`; when a mask is of another size than its drawing, or a table is missing.
    """
    counts = np.zeros((len(classes), len(classes)), dtype=np.int64)
    for case in drawn_cases(datalist, dense):
        for table in ("labels", "dense_labels"):
            if table not in case:
                raise DataError(f'{datalist}: has no table "{table}". Write it into the datalist.')
        label, mask = (load_label_map(case[key], spatial_dims) for key in ("label", "reference"))
        if label.shape != mask.shape:
            raise DataError(f"{case['reference']}: the mask's size is {mask.shape}, its drawing's {label.shape}.")
        drawn, _ = drawn_classes(*decode_case(case, label, classes, case["label"])[:2])
        if case.get("field_of_view"):
            drawn[load_label_map(case["field_of_view"], spatial_dims) <= 0] = IGNORE
        counts += count_pairs(drawn, decode_reference(case, mask, classes, case["reference"]), len(classes))
    return column_shares(counts)
