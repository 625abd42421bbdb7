"""What an evaluation has measured, under short names."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

from scripts.errors import DataError

__all__ = ["read_evaluation"]

_PREFIX = "val_"
_SUMMARY = 3  # rows at the end of the table: mean, median, std

Values = dict[str, float | None]


def read_evaluation(folder: Path) -> tuple[Values, dict[str, Values]]:
    """Read ``metrics.json`` and ``metrics.csv`` of an evaluation, see :class:`scripts.handlers.CaseReport`.

    Args:
        folder: ``result_dir`` of the evaluation.

    Returns:
        metrics: over the test cases, such as ``dice``, ``pooled_iou``, ``ece``; with several classes also
            ``dice[vein]`` for each. None where undefined.
        cases: the same of each case, as far as a metric has values per case; with several classes the mean over
            those that are defined, and each.

    Raises:
        DataError: when a file is missing or is not what an evaluation writes.
    """
    numbers, (header, *rows) = _json(folder / "metrics.json"), _table(folder / "metrics.csv")
    count = numbers.pop("cases", None)
    if header[:1] != ["case"] or len(rows) != _SUMMARY + (count or 0) or any(len(r) != len(header) for r in rows):
        raise DataError(
            f"{folder}: metrics.csv is not the table of the {count} case(s) of metrics.json: it has {len(rows)} rows "
            f"below {header[:1]}; expected a row per case, then mean, median and std. Evaluate again."
        )
    names = [_short(name) for name in header[1:]]
    cases = {row[0]: _with_means(dict(zip(names, map(_number, row[1:])))) for row in rows[:-_SUMMARY]}
    means = dict(zip(names, map(_number, rows[-_SUMMARY][1:])))
    return {**_with_means(means), **{_short(name): value for name, value in numbers.items()}}, cases


def _json(path: Path) -> dict[str, float | None]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    if not isinstance(content, dict):
        raise DataError(f"{path}: expected an object of metrics, got a {type(content).__name__}. Evaluate again.")
    return content


def _table(path: Path) -> list[list[str]]:
    try:
        with open(path, newline="", encoding="utf-8") as file:
            return list(csv.reader(file)) or [[]]
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> DataError:
    return DataError(f"{path}: cannot be read ({error}). Every evaluation writes it: look at its log, or run it again.")


def _short(name: str) -> str:
    return name.removeprefix(_PREFIX)


def _number(cell: str) -> float | None:
    return float(cell) if cell else None


def _with_means(values: Values) -> Values:
    """``dice`` added to ``dice[artery]`` and ``dice[vein]``."""
    classes: dict[str, list[float | None]] = {}
    for name, value in values.items():
        if name.endswith("]"):
            classes.setdefault(name.partition("[")[0], []).append(value)
    return {**{name: _mean(parts) for name, parts in classes.items()}, **values}


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return math.fsum(known) / len(known) if known else None
