"""Dice over the amount that was drawn."""

from __future__ import annotations

from pathlib import Path

from bundle.benchmarking.figures import curves_of, draw_curves, new_figure, save_figure
from bundle.benchmarking.grid import DENSE, Grid
from bundle.benchmarking.provenance import title
from bundle.benchmarking.statistics import mean_interval
from bundle.benchmarking.summary import REFERENCE

__all__ = ["draw_ratio_curve"]


def draw_ratio_curve(grid: Grid, path: Path) -> Path | None:
    """Mean Dice of every method over the ratio, with 95 % bands over seeds; less is drawn towards the right.

    Returns:
        The path; None where nothing was trained on drawings.
    """
    quality = grid.main_quality
    ratios = grid.ratios_of(quality)
    values = {
        method: [mean_interval(list(grid.values(method, ratio, quality, "dice").values())) for ratio in ratios]
        for method in grid.methods
        if not grid.is_dense(method)
    }
    curves = curves_of(grid, values)
    if not curves:
        return None
    dense = mean_interval(list(grid.values(REFERENCE, None, DENSE, "dice").values()))
    figure, axes = new_figure()
    axes.set_xscale("log")
    first, last = ratios[0], ratios[-1]
    axes.set_xlim(first * 1.15, last / 1.15)
    axes.set_xticks(ratios, [f"{ratio:g}" for ratio in ratios])
    axes.set_xticks([], minor=True)
    # a share of the axis beyond its end, in its own logarithmic units
    end = last / 1.15 / (1.32 * first / last) ** 0.03
    draw_curves(axes, ratios, curves, dense, grid.label(REFERENCE), end=end)
    axes.set_xlabel("how much was drawn: area of the drawings over that of the dense masks", fontsize=11)
    axes.set_ylabel("Dice on test cases", fontsize=11)
    seeds = f"{len(grid.seeds)} seed{'s' if len(grid.seeds) > 1 else ''}"
    bands = ", bands: 95 %" if len(grid.seeds) > 1 else ""
    heading = f"{title(grid)}: {quality} drawings, mean of {seeds}{bands}"
    axes.set_title(heading, loc="left", fontsize=12, pad=14)
    figure.subplots_adjust(left=0.08, right=0.67, top=0.92, bottom=0.12)
    return save_figure(figure, path)
