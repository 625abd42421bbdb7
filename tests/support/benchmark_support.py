"""A tiny data set for benchmarks, and Python code in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests_support import ROOT, write_dataset

from bundle.benchmarking.data_sets import DataSet

#: Makes a training of the tiny data set as short as it can be.
SHORT = ("--train#trainer#max_epochs", "2", "--patch_size", "[32,32]", "--device", "cpu", "--cases_per_epoch", "4")


def prepare_tiny(data_root: Path, out: Path, quality: str, ratio: float | None, seed: int) -> Path:
    """The data set of ``write_dataset`` with the figures of its drawings; the same at every ratio and seed."""
    folder = out / "drawings" / f"{quality}-{ratio}-{seed}"
    if not folder.is_dir():
        write_dataset(folder)
        path = folder / "datalist.json"
        datalist = json.loads(path.read_text())
        for number, case in enumerate(datalist["training"]):
            case["drawing"] = {"ratio": 0.1 * number, "positive_precision": 1.0, "negative_share": None}
        path.write_text(json.dumps(datalist))
    return folder


def tiny_set() -> DataSet:
    """As an entry of ``DATA_SETS``, with the budget of the photographs of the retina."""
    return DataSet(
        name="retina",
        title="Bands",
        citation="none",
        licence="none",
        prepare=prepare_tiny,
        classes=("background", "vessel"),
        overlay="configs/benchmark/retina.json",
    )


def run_python(code: str, *arguments: object) -> subprocess.CompletedProcess:
    """Run code in a fresh process: torch refuses trainings in forks of one that has trained, as tests do."""
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests" / "support")])
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": "", "PYTHONPATH": paths},
        capture_output=True,
        text=True,
    )
