import os
import signal
import threading
import time

import pytest

from bundle.benchmarking.cell import Cell
from bundle.benchmarking.forked import CellError
from bundle.benchmarking.run_cells import Interrupted, run_cells
from scripts.errors import DataError

CELLS = [Cell("retina", "default", 0.3, "realistic", seed) for seed in range(6)]


def _mark(tmp_path):
    def work(cell):
        (tmp_path / f"{cell.seed}").write_text(str(os.getpid()))

    return work


def _marked(tmp_path):
    return sorted(int(path.name) for path in tmp_path.iterdir() if path.is_file() and path.read_text())


@pytest.mark.parametrize("jobs", [1, 3, 9])
def test_every_cell_runs_in_a_process_of_its_own(tmp_path, jobs, capfd):
    run_cells(CELLS, _mark(tmp_path), tmp_path, jobs=jobs, done=2)
    assert _marked(tmp_path) == list(range(6))
    assert len({path.read_text() for path in tmp_path.iterdir() if path.is_file()} | {str(os.getpid())}) == 7
    assert "8/8" in capfd.readouterr().err


def test_cells_run_side_by_side_in_order(tmp_path):
    def work(cell):
        _mark(tmp_path)(cell)
        # the second job starts while the first waits for it
        until = time.monotonic() + 10
        while cell.seed == 0 and not (tmp_path / "1").exists():
            assert time.monotonic() < until
            time.sleep(0.01)

    run_cells(CELLS[:2], work, tmp_path, jobs=2)
    assert _marked(tmp_path) == [0, 1]


def test_after_a_crash_no_cell_starts(tmp_path):
    def work(cell):
        if cell.seed == 1:
            raise DataError("the file is broken.\nMend it.")
        _mark(tmp_path)(cell)

    with pytest.raises(CellError, match=r"1 of 6 cells .*\n.*s1\.log: the file is broken\.\nMend it\."):
        run_cells(CELLS, work, tmp_path)
    assert _marked(tmp_path) == [0]


def test_an_interrupt_ends_what_runs(tmp_path):
    def work(cell):
        _mark(tmp_path)(cell)
        if cell.seed:
            time.sleep(60)

    def interrupt():
        while _marked(tmp_path) != [0, 1, 2]:
            time.sleep(0.02)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt, daemon=True).start()
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(Interrupted) as caught:
        run_cells(CELLS, work, tmp_path, jobs=2)
    assert caught.value.status == 130 and signal.getsignal(signal.SIGINT) is before
    for seed in (1, 2):
        with pytest.raises(ProcessLookupError):
            os.kill(int((tmp_path / str(seed)).read_text()), 0)
