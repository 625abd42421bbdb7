"""The figures of a report as CSV files."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bundle.benchmarking.differences import differences_to_default
from bundle.benchmarking.grid import Grid
from bundle.benchmarking.statistics import Interval
from bundle.benchmarking.summary import MEANS, summarise
from bundle.benchmarking.targets import judge_targets
from scripts.replacing import replacing

__all__ = ["write_csv_files"]


def write_csv_files(grid: Grid, report: Path) -> list[Path]:
    """Write ``cells.csv``, ``summary.csv``, ``differences.csv`` and ``targets.csv``.

    Returns:
        Their paths.
    """
    tables = {"cells": _cells, "summary": _summary, "differences": _differences, "targets": _targets}
    return [_write(report / f"{name}.csv", list(rows(grid))) for name, rows in tables.items()]


def _cells(grid: Grid) -> Iterable[dict[str, Any]]:
    # with several classes also each one's
    more = sorted({name for result in grid.results for name in result.metrics} - {"dice", *MEANS})
    for result in grid.results:
        cell = result.cell
        yield {
            "cell": cell.name,
            "method": cell.method,
            "ratio": cell.ratio,
            "quality": cell.quality,
            "seed": cell.seed,
            "status": result.status,
            **{name: result.metrics.get(name) for name in ("dice", *MEANS, *more)},
            "drawn_ratio": (result.drawings or {}).get("ratio"),
            "positive_precision": (result.drawings or {}).get("positive_precision"),
            "positive_recall": (result.drawings or {}).get("positive_recall"),
            "negative_precision": (result.drawings or {}).get("negative_precision"),
            "seconds": result.seconds,
            "commit": result.commit,
            "data_fingerprint": result.data_fingerprint,
            "reason": result.reason,
        }


def _summary(grid: Grid) -> Iterable[dict[str, Any]]:
    for row in summarise(grid):
        yield {
            "method": row.method,
            "ratio": row.ratio,
            "quality": row.quality,
            **_interval("dice", row.dice),
            "share_of_dense": row.share,
            "gap": row.gap,
            **{name: row.means.get(name) for name in MEANS},
            "seeds_done": row.done,
            "seeds_stopped": row.stopped,
            "seeds": row.seeds,
        }


def _differences(grid: Grid) -> Iterable[dict[str, Any]]:
    for item in differences_to_default(grid):
        yield {
            "first": item.first,
            "second": item.second,
            "ratio": item.ratio,
            "quality": item.quality,
            **_interval("over_seeds", item.seeds),
            "seeds": item.seeds.count if item.seeds else 0,
            "excludes_zero": item.seeds.excludes_zero if item.seeds else None,
            **_interval("over_cases", item.cases),
            "cases": item.cases.count if item.cases else 0,
            "seeds_stopped": item.stopped + item.first_stopped,
        }


def _targets(grid: Grid) -> Iterable[dict[str, Any]]:
    for target in judge_targets(grid):
        yield {"target": target.text, "values": target.values, "result": target.verdict}


def _interval(name: str, interval: Interval | None) -> dict[str, float | None]:
    values = (interval.mean, interval.low, interval.high) if interval else (None, None, None)
    return dict(zip((f"{name}_mean", f"{name}_low", f"{name}_high"), values))


def _write(path: Path, rows: list[Mapping[str, Any]]) -> Path:
    with replacing(path) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
        if rows:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows({key: _shown(value) for key, value in row.items()} for row in rows)
    return path


def _shown(value: Any) -> Any:
    return f"{value:.6g}" if isinstance(value, float) else value
