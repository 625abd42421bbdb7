"""The commands that a report's results came from."""

from __future__ import annotations

from typing import Any

from bundle.benchmarking.data_sets import DATA_SETS
from bundle.benchmarking.grid import Grid
from bundle.benchmarking.methods import METHODS
from bundle.benchmarking.nnunet.trainer import QUICK_TRAINERS
from bundle.benchmarking.plan import plan_cells
from bundle.drawing_qualities import MISTAKES

__all__ = ["benchmark_commands"]

# a quick run is told from others by the epochs that it sets, or by a short trainer of nnU-Net
_QUICK = ("max_epochs", *QUICK_TRAINERS.values())


def benchmark_commands(grid: Grid) -> list[str]:
    """The shortest commands that run these cells, and perhaps further ones, which are then listed as not run.

    One for all but the drawings with a single kind of mistake, which are in no plan, and one for these. They have no
    ``--data-root`` and no ``--out``.
    """
    single = [result for result in grid.results if result.cell.quality in MISTAKES]
    others = [result for result in grid.results if result not in single]
    return [_command(Grid(results)) for results in (others, single) if results]


def _command(grid: Grid) -> str:
    start = f"python -m bundle benchmark {grid.data_set}"
    quick = all(any(mark in " ".join(result.commands) for mark in _QUICK) for result in grid.results)
    start += " --full" if all(result.full for result in grid.results) else ""
    start += " --quick" if quick else ""
    methods, seeds = {"methods": grid.methods}, {"seeds": grid.seeds}
    for chosen in ({}, seeds, methods, methods | seeds):
        if _covers(grid, {**chosen, "quick": quick}):
            return start + _options(chosen)
    drawn = {"ratios": grid.ratios, "qualities": grid.qualities + grid.mistakes}
    return start + _options(methods | drawn | seeds)


def _covers(grid: Grid, chosen: dict[str, Any]) -> bool:
    """Whether a plan holds all cells and names no other method or seed."""
    if grid.data_set not in DATA_SETS or not set(grid.methods) <= set(METHODS):
        return False
    planned = plan_cells(DATA_SETS[grid.data_set], **chosen)
    same = {cell.method for cell in planned} == set(grid.methods) and {cell.seed for cell in planned} == set(grid.seeds)
    return same and {result.cell for result in grid.results} <= set(planned)


def _options(chosen: dict[str, Any]) -> str:
    words = {"methods": "--method", "ratios": "--ratio", "qualities": "--quality", "seeds": "--seed"}
    values = [(words[key], value) for key, values in chosen.items() for value in values]
    return "".join(f" {word} {value:g}" if isinstance(value, float) else f" {word} {value}" for word, value in values)
