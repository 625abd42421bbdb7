"""Dice over the care that was taken in drawing."""

from __future__ import annotations

from pathlib import Path

from bundle.benchmarking.figures import curves_of, draw_curves, new_figure, save_figure
from bundle.benchmarking.grid import DENSE, QUALITIES, Grid
from bundle.benchmarking.provenance import title
from bundle.benchmarking.statistics import mean_interval
from bundle.benchmarking.summary import REFERENCE

__all__ = ["draw_quality_figure"]

_PREFERRED = 0.3


def draw_quality_figure(grid: Grid, path: Path) -> Path | None:
    """Mean Dice of every method by the quality of the drawings, at the ratio that was run with most of them.

    Returns:
        The path; None with fewer than two qualities at every ratio.
    """
    by_ratio = {ratio: [q for q in QUALITIES if ratio in grid.ratios_of(q)] for ratio in grid.ratios}
    if not by_ratio:
        return None
    ratio = max(by_ratio, key=lambda item: (len(by_ratio[item]), -abs(item - _PREFERRED)))
    qualities = by_ratio[ratio]
    if len(qualities) < 2:
        return None
    values = {
        method: [mean_interval(list(grid.values(method, ratio, quality, "dice").values())) for quality in qualities]
        for method in grid.methods
        if not grid.is_dense(method)
    }
    # one that was run with a single quality has no line to show
    curves = curves_of(grid, {name: row for name, row in values.items() if sum(map(bool, row)) > 1})
    if not curves:
        return None
    dense = mean_interval(list(grid.values(REFERENCE, None, DENSE, "dice").values()))
    figure, axes = new_figure()
    places = list(range(len(qualities)))
    axes.set_xlim(-0.15, places[-1] + 0.12)
    axes.set_xticks(places, [_described(grid, quality, ratio) for quality in qualities])
    end = places[-1] + 0.12 + 0.03 * (places[-1] + 0.27)
    draw_curves(axes, places, curves, dense, grid.label(REFERENCE), end=end)
    axes.set_xlabel("how the drawings were made", fontsize=11)
    axes.set_ylabel("Dice on test cases", fontsize=11)
    bands = ", bands: 95 %" if len(grid.seeds) > 1 else ""
    axes.set_title(f"{title(grid)}: drawings of ratio {ratio:g}{bands}", loc="left", fontsize=12)
    figure.subplots_adjust(left=0.08, right=0.67, top=0.92, bottom=0.17)
    return save_figure(figure, path)


def _described(grid: Grid, quality: str, ratio: float) -> str:
    """Quality, and the share of the positive drawing that is right where it was measured."""
    found = [
        result.drawings["positive_precision"]
        for result in grid.results
        if (result.cell.ratio, result.cell.quality) == (ratio, quality)
        and (result.drawings or {}).get("positive_precision") is not None
    ]
    return f"{quality}\n{100 * sum(found) / len(found):.0f} % of it right" if found else quality
