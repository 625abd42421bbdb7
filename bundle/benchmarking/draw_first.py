"""Makes the drawings that cells need before any of them runs, several at once."""

from __future__ import annotations

from collections.abc import Sequence

from bundle.benchmarking.cell import Cell
from bundle.benchmarking.draw_set import is_complete
from bundle.benchmarking.run_cell import CellRun, forget_log, prepare_drawings
from bundle.benchmarking.run_cells import run_cells

__all__ = ["draw_first"]


def draw_first(cells: Sequence[Cell], run: CellRun, *, jobs: int) -> None:
    """Draw each set of drawings once, ``jobs`` at a time: cells in their order would all wait for the same set.

    Args:
        cells: that are to be run.
        run: what they have in common.
        jobs: how many sets are drawn at once.

    Raises:
        CellError, Interrupted: as for :func:`bundle.benchmarking.run_cells.run_cells`.
    """
    sets = {run.data_set.drawings(run.out, cell.quality, cell.ratio, cell.seed): cell for cell in cells}
    missing = [cell for folder, cell in sets.items() if not is_complete(folder)]

    def draw(cell: Cell) -> None:
        forget_log(run.out, cell)
        prepare_drawings(cell, run)

    if jobs > 1 and len(missing) > 1:
        run_cells(missing, draw, run.out, jobs=jobs, what="sets of drawings")
