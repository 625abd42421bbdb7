"""One tiny cell from the drawing to the result, in a process of its own."""

import json

import pytest
from benchmark_support import SHORT, run_python

from bundle.benchmarking.result import Result

# twice the same cell, one that the product stops, one that crashes
CODE = f"""
import shutil, sys
from pathlib import Path
from benchmark_support import tiny_set
from bundle.benchmarking.cell import Cell
from bundle.benchmarking.forked import CellError, fork, wait_for, warm_up
from bundle.benchmarking.run_cell import CellRun, log_path, run_cell
from bundle.benchmarking.run_cells import run_cells

out = Path(sys.argv[1])
warm_up()
def run(method, seed, *settings):
    cell = Cell("retina", method, 0.3, "realistic", seed)
    common = CellRun(tiny_set(), out, out, settings=(*{SHORT!r}, *settings), full=seed == 1)
    run_cells([cell], lambda cell: run_cell(cell, common), out)
    return out / "cells" / f"{{cell.name}}.json"
first = run("default", 0)
shutil.move(first, out / "first.json")
again = run("default", 0)
written = again.stat().st_mtime_ns
run("default", 0)
assert again.stat().st_mtime_ns == written
run("partial_cross_entropy", 1, "--partial_dice_weight", "-1")
try:
    run("partial_cross_entropy", 2, "--optimizer#_target_", "torch.optim.Missing")
except CellError as error:
    print(error)
"""


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    out = tmp_path_factory.mktemp("benchmark")
    done = run_python(CODE, out)
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return out, done.stdout


def test_twice_the_same_number(runs):
    out, _ = runs
    first, again = Result.read(out / "first.json"), Result.read(out / "cells" / "default-realistic-r0.3-s0.json")
    assert first.status == "done" and first.metrics["dice"] is not None
    assert again.metrics == first.metrics and again.cases == first.cases and again.matrices == first.matrices
    assert again.data_fingerprint == first.data_fingerprint


def test_the_result_says_how_it_was_obtained(runs):
    result = Result.read(runs[0] / "first.json")
    assert len(result.cases) == 2 and result.drawings["ratio"] == pytest.approx(0.15)
    assert result.budget["epochs"] == 2 and result.budget["steps"] == 4 and result.budget["parameters"] > 0
    assert [command.split()[4] for command in result.commands] == ["training", "evaluating"]
    assert result.hardware and result.versions and 0 < result.seconds < 100


def test_what_is_kept(runs):
    out, _ = runs
    name = "default-realistic-r0.3-s0"
    assert not (out / "work" / name).exists()
    assert len(list((out / "predictions" / name).glob("*.png"))) == 2
    assert "training is complete" in (out / "logs" / f"{name}.log").read_text()


def test_a_setting_that_the_product_refuses_is_a_result(runs):
    result = Result.read(runs[0] / "cells" / "partial_cross_entropy-realistic-r0.3-s1.json")
    assert result.status == "stopped" and "partial_dice_weight" in result.reason
    assert result.metrics == {} and result.drawings is not None


def test_full_trainings_are_told_from_small_ones(runs):
    small = Result.read(runs[0] / "first.json")
    full = Result.read(runs[0] / "cells" / "partial_cross_entropy-realistic-r0.3-s1.json")
    assert (small.full, full.full) == (False, True)
    for command in (*small.commands, *full.commands):
        assert ("configs/benchmark/small/retina.json" in command) == (command in small.commands)
    assert "--cases_per_epoch" in full.commands[0].split("--partial_dice_weight")[0]


def test_a_crash_is_no_result_and_names_its_log(runs):
    out, told = runs
    name = "partial_cross_entropy-realistic-r0.3-s2"
    assert f"{name}.log" in told and "Missing" in told
    assert not (out / "cells" / f"{name}.json").exists()
    assert json.loads((out / "first.json").read_text())["status"] == "done"
