"""The tables of a report about the drawings, the estimated matrices, and what was not finished, in Markdown."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bundle.benchmarking.grid import DENSE, Grid
from bundle.benchmarking.markdown import MISSING, figure, table
from bundle.benchmarking.statistics import mean_interval

__all__ = ["drawings_section", "matrices_section", "not_run_section", "stopped_section"]

_FIGURES = {
    "ratio": "area ratio",
    "positive_precision": "positive precision",
    "positive_recall": "positive recall",
    "negative_precision": "negative precision",
    "negative_share": "negative share",
}


def drawings_section(grid: Grid) -> str:
    """What was measured on the drawings of each quality and ratio, mean over training cases, then over seeds."""
    rows = []
    for ratio, quality in grid.settings:
        here = [r for r in grid.results if (r.cell.ratio, r.cell.quality) == (ratio, quality) and r.drawings]
        # every method of a seed sees the same drawings, but those with some dense masks fewer of them: others go last
        here.sort(key=lambda result: grid.kind(result.cell.method) != "semi")
        cells = {result.cell.seed: result.drawings or {} for result in here}
        shown = []
        for name in _FIGURES:
            interval = mean_interval([row[name] for row in cells.values() if row.get(name) is not None])
            shown.append(figure(interval.mean if interval else None))
        rows.append([quality, f"{ratio:g}", *shown, str(len(cells))])
    return table(("quality", "ratio", *_FIGURES.values(), "seeds"), rows)


def matrices_section(grid: Grid) -> str:
    """Estimated beside true confusion matrices, mean over the seeds that have them; empty where none was estimated."""
    rows = []
    for ratio, quality in grid.settings:
        for method in grid.methods:
            if grid.is_dense(method):
                continue
            results = grid.results_of(method, ratio, quality).values()
            known = [result.matrices for result in results if result.matrices and result.matrices.get("estimated")]
            if not known:
                continue
            estimated = _mean([matrices["estimated"] for matrices in known])
            told = [matrices["true"] for matrices in known if matrices.get("true")]
            true = _mean(told) if told else None
            error = MISSING if true is None else figure(float(np.nanmean(np.abs(estimated - true))))
            rows.append([quality, f"{ratio:g}", grid.label(method), _matrix(estimated), _matrix(true), error])
    if not rows:
        return ""
    return table(("quality", "ratio", "method", "estimated", "true", "mean error"), rows, left=5)


def _mean(matrices: Sequence[Sequence[Sequence[float | None]]]) -> np.ndarray:
    """Mean of the entries that are known; NaN where none is, as of a class that was never drawn."""
    return np.ma.masked_invalid(np.array(matrices, dtype=float)).mean(axis=0).filled(np.nan)


def _matrix(matrix: np.ndarray | None) -> str:
    """Row after row; of many classes the diagonal alone."""
    if matrix is None:
        return MISSING
    if len(matrix) > 3:
        return f"diagonal {_numbers(np.diag(matrix))}"
    return ", ".join(f"[{_numbers(row)}]" for row in matrix)


def _numbers(values: Sequence[float] | np.ndarray) -> str:
    return " ".join(MISSING if np.isnan(value) else f"{value:.2f}" for value in values)


def stopped_section(grid: Grid) -> str:
    """The cells whose training was stopped, with the reason; empty if none was."""
    rows = []
    for result in grid.results:
        if result.status == "stopped":
            cell = result.cell
            ratio = MISSING if cell.ratio is None else f"{cell.ratio:g}"
            reason = result.reason or "no reason given"
            rows.append([grid.label(cell.method), cell.quality, ratio, str(cell.seed), reason])
    return table(("method", "quality", "ratio", "seed", "reason"), rows, left=5) if rows else ""


def not_run_section(grid: Grid) -> str:
    """What is missing between the cells that there are, and the methods that were not run at all; empty if nothing."""
    lines = []
    for method in grid.methods:
        places = [(None, DENSE)] if grid.is_dense(method) else grid.settings
        gaps = []
        for ratio, quality in places:
            held = grid.results_of(method, ratio, quality)
            seeds = [str(seed) for seed in grid.seeds if seed not in held]
            if seeds:
                where = "" if ratio is None else f"{quality} {ratio:g} "
                which = "all seeds" if len(seeds) == len(grid.seeds) else f"seed {', '.join(seeds)}"
                gaps.append(f"{where}({which})")
        if gaps:
            lines.append(f"* {grid.label(method)}: {'; '.join(gaps)}")
    if grid.not_run:
        lines.append(f"* not run at all: {'; '.join(method.label for method in grid.not_run)}")
    return "\n".join(lines) + "\n" if lines else ""
