"""Runs cells side by side, each in a process of its own."""

from __future__ import annotations

import os
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from tqdm import tqdm

from bundle.benchmarking.cell import Cell
from bundle.benchmarking.forked import ENDED, TOLD, CellError, fork
from bundle.benchmarking.run_cell import log_path
from scripts.errors import list_problems

__all__ = ["Interrupted", "run_cells"]

_PAUSE = 0.1
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(Exception):
    """A signal ended the benchmark; ``status`` is the exit status that tells so."""

    def __init__(self, number: int) -> None:
        super().__init__(f"interrupted by {signal.Signals(number).name}")
        self.status = 128 + number


def run_cells(
    cells: Sequence[Cell],
    work: Callable[[Cell], object],
    out: Path,
    *,
    jobs: int = 1,
    done: int = 0,
    what: str = "cells",
) -> None:
    """Do the work of each cell in a fork of this process, in order, with a progress bar.

    An error in one cell lets those that run finish, and no other start.

    Args:
        cells: to run.
        work: trains and evaluates a cell and writes its result.
        out: folder of the benchmark, that gets the logs.
        jobs: how many cells run at once.
        done: cells that were done before, for the bar.
        what: is made of them, for the bar and an error.

    Raises:
        CellError: cells crashed, with their logs.
        Interrupted: by Ctrl-C or a request to end; all processes have been ended then.
    """
    waiting, running, failed = deque(cells), {}, []
    bar = tqdm(total=len(cells) + done, initial=done, desc=what, unit="", dynamic_ncols=True)
    with bar, _ending(running) as told:
        while (waiting and not failed) or running:
            while waiting and not failed and len(running) < jobs:
                cell = waiting.popleft()
                running[_start(cell, work, out)] = cell
                bar.set_postfix_str(", ".join(cell.name for cell in running.values()))
            for process, status in _ended(running):
                cell = running.pop(process)
                if status:
                    failed.append(cell)
                else:
                    bar.update()
                bar.set_postfix_str(", ".join(cell.name for cell in running.values()))
            if told:
                raise Interrupted(told[0])
            time.sleep(_PAUSE)
    if failed:
        logs = [f"{log_path(out, cell)}: {_what_went_wrong(log_path(out, cell))}" for cell in failed]
        title = (
            f"{len(failed)} of {len(cells)} {what} could not be finished, and no further one was started. The results "
            "of the others are kept, and the same command goes on. What went wrong is in the logs"
        )
        raise CellError(list_problems(title, logs))


def _start(cell: Cell, work: Callable[[Cell], object], out: Path) -> int:
    def cell_work() -> None:
        # a group of its own, so that ending it ends what it started too, and Ctrl-C reaches the parent alone
        os.setpgid(0, 0)
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        work(cell)

    process = fork(cell_work, log_path(out, cell))
    with suppress(OSError):  # whoever is first
        os.setpgid(process, process)
    return process


def _ended(running: dict[int, Cell]) -> Iterator[tuple[int, int]]:
    for process in list(running):
        found, status = os.waitpid(process, os.WNOHANG)
        if found:
            yield process, status


def _what_went_wrong(log: Path) -> str:
    """The message of an error that a user can mend, else the last line of a traceback."""
    text = log.read_text(encoding="utf-8", errors="replace")
    if f"\n{TOLD}" in text:
        return text.rpartition(f"\n{TOLD}")[2].strip()
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith(ENDED)]
    return lines[-1] if lines else "nothing was printed"


@contextmanager
def _ending(running: dict[int, Cell]) -> Iterator[list[int]]:
    """Gives the list that signals are added to, and ends all processes when the block is left."""
    told: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        # raising here might lose a process that has just been forked
        told.append(number)

    former = {number: signal.signal(number, note) for number in _SIGNALS}
    try:
        yield told
    finally:
        for process in running:
            with suppress(OSError):
                os.killpg(process, signal.SIGKILL)
        for process in running:
            with suppress(OSError):
                os.waitpid(process, 0)
        for number, handler in former.items():
            signal.signal(number, handler)
