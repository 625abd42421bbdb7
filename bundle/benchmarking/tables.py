"""The tables of a report about methods and their differences, in Markdown."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from bundle.benchmarking.differences import DEFAULT, Difference, compare, differences_to_default
from bundle.benchmarking.grid import DENSE, Grid
from bundle.benchmarking.markdown import MISSING, figure, interval_points, mean_and_half, table
from bundle.benchmarking.statistics import Interval
from bundle.benchmarking.summary import SummaryRow, summarise, summary_row
from bundle.benchmarking.targets import PARTIAL, judge_targets, margin_slope

__all__ = ["differences_section", "margin_section", "methods_section", "quality_section", "targets_section"]

_HEADER = (
    "method", "Dice", "of dense", "Dice at best threshold", "gap", "ECE", "IoU", "mIoU (pooled)", "clDice", "seeds",
)  # fmt: skip


def targets_section(grid: Grid) -> str:
    """Every target with its values and whether it is met."""
    rows = [(target.text, target.values, f"**{target.verdict}**") for target in judge_targets(grid)]
    return table(("target", "value at each ratio (differences in points)", "result"), rows, left=3)


def methods_section(grid: Grid) -> str:
    """A table of the methods on dense masks, and one of all others for each quality and ratio."""
    rows = summarise(grid)
    dense = [row for row in rows if row.quality == DENSE]
    parts = ["### Dense masks, the same for every ratio", _methods(grid, dense)] if dense else []
    for ratio, quality in grid.settings:
        here = [row for row in rows if (row.ratio, row.quality) == (ratio, quality)]
        parts += [f"### Ratio {ratio:g}, {quality} drawings", _methods(grid, here)]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _methods(grid: Grid, rows: Sequence[SummaryRow]) -> str:
    best = max((row.dice.mean for row in rows if row.dice and row.quality != DENSE), default=None)
    missing = [row.method for row in rows if not row.done and not row.stopped]
    body = table(_HEADER, [_method(grid, row, best) for row in rows if row.method not in missing])
    return body + _not_run(grid, missing)


def _not_run(grid: Grid, methods: Sequence[str]) -> str:
    """A paragraph under a table about the methods that have no row in it; empty if there are none."""
    names = "; ".join(map(grid.label, methods))
    return f"\n{textwrap.fill(f'Not run here: {names}.', 120, break_on_hyphens=False)}\n" if methods else ""


def _method(grid: Grid, row: SummaryRow, best: float | None) -> list[str]:
    label = f"**{grid.label(row.method)}**" if row.method == DEFAULT else grid.label(row.method)
    if row.dice is None:
        return [label, *[MISSING] * (len(_HEADER) - 2), row.state]
    dice = mean_and_half(row.dice)
    means = {name: figure(value) for name, value in row.means.items()}
    return [
        label,
        f"**{dice}**" if row.dice.mean == best else dice,
        MISSING if row.share is None else f"{100 * row.share:.1f} %",
        means.get("best_dice", MISSING),
        figure(row.gap),
        *(means.get(name, MISSING) for name in ("ece", "iou", "pooled_iou", "cldice")),
        row.state,
    ]


def differences_section(grid: Grid) -> str:
    """The default minus each other method, a table for each quality and ratio."""
    found = differences_to_default(grid)
    if DEFAULT not in grid.methods:
        return "The default method was not run.\n"
    if not found:
        return "No other method was run.\n"
    parts = []
    for ratio, quality in grid.settings:
        here = [item for item in found if (item.ratio, item.quality) == (ratio, quality)]
        parts += [f"### Ratio {ratio:g}, {quality} drawings", _differences(grid, here)]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _differences(grid: Grid, items: Sequence[Difference]) -> str:
    ratio, quality = items[0].ratio, items[0].quality
    if not grid.results_of(DEFAULT, ratio, quality):
        return "The default was not run here.\n"
    header = (
        "the default minus", "points (95 % over seeds)", "differs from 0", "pairs of seeds",
        "95 % over test cases", "test cases",
    )  # fmt: skip
    missing = [item.second for item in items if not grid.results_of(item.second, ratio, quality)]
    rows = [_difference(grid, item) for item in items if item.second not in missing]
    return table(header, rows) + _not_run(grid, missing)


def _difference(grid: Grid, item: Difference) -> list[str]:
    label = grid.label(item.second)
    if item.seeds is None or item.cases is None:
        stopped = "the default was stopped" if item.first_stopped else "it was stopped" if item.stopped else ""
        why = stopped or "no seed in common"
        return [label, why, *[MISSING] * 4]
    stopped = item.stopped + item.first_stopped
    pairs = f"{item.seeds.count}{f' ({stopped} stopped)' if stopped else ''}"
    cases = interval_points(item.cases, mean=False)
    return [label, interval_points(item.seeds), _decides(item.seeds), pairs, cases, str(item.cases.count)]


def _decides(interval: Interval) -> str:
    if interval.excludes_zero is None:
        return "not known"
    return ("yes, better" if interval.mean > 0 else "yes, worse") if interval.excludes_zero else "no"


def margin_section(grid: Grid) -> str:
    """The default minus partial cross-entropy by ratio, and whether that grows as less is drawn."""
    parts = []
    for quality in grid.qualities:
        rows = []
        for ratio in grid.ratios_of(quality):
            item = compare(grid, DEFAULT, PARTIAL, ratio, quality)
            dices = [mean_and_half(summary_row(grid, name, ratio, quality).dice) for name in (DEFAULT, PARTIAL)]
            rows.append([f"{ratio:g}", *dices, interval_points(item.seeds) if item.seeds else "not run"])
        header = ("ratio", "default", "partial cross-entropy", "margin in points")
        slope = margin_slope(grid, quality)
        told = (
            ""
            if slope is None
            else f"\nEach time the ratio is halved the margin gains {interval_points(slope)} points.\n"
        )
        parts.append(f"{quality.capitalize()} drawings:\n\n{table(header, rows)}{told}")
    return "\n".join(parts)


def quality_section(grid: Grid) -> str:
    """Dice of each method by the quality of the drawings; empty with a single quality."""
    if len(grid.qualities) < 2:
        return ""
    parts = []
    for ratio in grid.ratios:
        qualities = [quality for quality in grid.qualities if ratio in grid.ratios_of(quality)]
        if len(qualities) < 2:
            continue
        rows = []
        for method in grid.methods:
            found = [summary_row(grid, method, ratio, quality) for quality in qualities]
            shown = [mean_and_half(row.dice) if row.dice else row.state for row in found]
            # one quality alone is compared with nothing
            if not grid.is_dense(method) and sum(row.dice is not None for row in found) > 1:
                rows.append([grid.label(method), *shown])
        parts.append(f"Ratio {ratio:g}:\n\n{table(('method', *qualities), rows)}")
    return "\n".join(parts)
