"""One tiny cell with nnU-Net itself, from the drawing to the result; skipped where it is not installed."""

import os
from pathlib import Path

import pytest
from benchmark_support import run_python
from tests_support import ROOT

from bundle.benchmarking.nnunet.environment import ENVIRONMENT, nnunet_environment
from bundle.benchmarking.result import Result

CODE = """
import sys
from pathlib import Path
from benchmark_support import tiny_set
from bundle.benchmarking.cell import Cell
from bundle.benchmarking.forked import CellError, warm_up
from bundle.benchmarking.run_cell import CellRun, run_cell
from bundle.benchmarking.run_cells import run_cells

out = Path(sys.argv[1])
warm_up()
cell = Cell("retina", "nnunet_ignore", 0.3, "realistic", 0)
common = CellRun(tiny_set(), out, out, settings=("--device", "cpu"))
try:
    run_cells([cell], lambda cell: run_cell(cell, common), out)
except CellError as error:
    print(error)
    raise SystemExit(1)
"""
NAME = "nnunet_ignore-realistic-r0.3-s0"


def test_a_missing_environment_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path / "none"))
    done = run_python(CODE, tmp_path)
    assert done.returncode == 1 and "make nnunet" in done.stdout
    assert not (tmp_path / "cells").exists()


@pytest.mark.skipif(
    not (nnunet_environment() / "bin" / "nnUNetv2_train").is_file(),
    reason=f"there is no environment of nnU-Net at {nnunet_environment()} (make nnunet)",
)
def test_drawings_become_a_result(monkeypatch, tmp_path):
    # nnU-Net's own extension: a trainer of two steps, since those that it has take 250 steps at least
    monkeypatch.setenv("nnUNet_extTrainer", str(ROOT / "tests" / "support" / "nnunet_trainers"))
    monkeypatch.setenv("NNUNET_TRAINER", "nnUNetTrainerShort")
    monkeypatch.setenv("nnUNet_n_proc_DA", "1")
    monkeypatch.setenv("nnUNet_def_n_proc", "1")
    done = run_python(CODE, tmp_path)
    log = tmp_path / "logs" / f"{NAME}.log"
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{log.read_text()[-3000:] if log.is_file() else ''}"
    result = Result.read(tmp_path / "cells" / f"{NAME}.json")
    assert result.status == "done" and len(result.cases) == 2 and result.matrices is None
    assert {"dice", "iou", "pooled_iou", "cldice", "ece", "best_dice", "best_threshold"} <= set(result.metrics)
    assert 0 <= result.metrics["best_dice"] <= 1 and result.drawings["ratio"] == pytest.approx(0.15)
    assert result.budget["epochs"] == 1 and result.budget["steps"] == 2 and result.budget["parameters"] > 0
    assert result.budget["trainer"] == "nnUNetTrainerShort" and result.versions["nnunetv2"]
    tools = [Path(word).name for command in result.commands for word in command.split() if "/bin/nnUNet" in word]
    assert tools == ["nnUNetv2_plan_and_preprocess", "nnUNetv2_train", "nnUNetv2_predict"]
    assert result.commands[-1].startswith("python -m monai.bundle run evaluating")
    assert "Training done" in log.read_text() and not os.path.exists(tmp_path / "work" / NAME)
    assert len(list((tmp_path / "predictions" / NAME).glob("*.png"))) == 2
