"""Trains and evaluates one cell by the product's own commands, and writes its result."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Sequence
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bundle.benchmarking.cell import Cell
from bundle.benchmarking.cell_commands import ROOT, as_text, evaluation_arguments, training_arguments
from bundle.benchmarking.claim import claim
from bundle.benchmarking.collect import read_budget, read_drawings
from bundle.benchmarking.data_sets import DataSet
from bundle.benchmarking.estimated_matrix import run_matrices
from bundle.benchmarking.fingerprint import data_fingerprint
from bundle.benchmarking.forked import run_bundle
from bundle.benchmarking.hardware import code_version, hardware_name, library_versions
from bundle.benchmarking.methods import DENSE_LIST, METHODS, NNUNET
from bundle.benchmarking.nnunet.run import run_nnunet
from bundle.benchmarking.read_evaluation import read_evaluation
from bundle.benchmarking.result import Result, result_path
from scripts.data.datalist import load_cases

__all__ = ["CellRun", "forget_log", "log_path", "prepare_drawings", "run_cell"]

_MATRIX_CASES = 3


@dataclass(frozen=True)
class CellRun:
    """What all cells of a benchmark have in common.

    Attributes:
        data_set: that is trained on.
        data_root: folder of its files.
        out: folder of the benchmark.
        threads: that torch may use in each training.
        quick: train for half the epochs.
        full: with the network and the length of training that the product's config has.
        settings: further arguments of the product's commands, such as ``("--device", "cpu")``.
    """

    data_set: DataSet
    data_root: Path
    out: Path
    threads: int = 1
    quick: bool = False
    full: bool = False
    settings: Sequence[str] = ()


def log_path(out: Path, cell: Cell) -> Path:
    """What training and evaluation of a cell print."""
    return out / "logs" / f"{cell.name}.log"


def run_cell(cell: Cell, run: CellRun) -> Result | None:
    """Draw if that was not done, train, evaluate, and write ``cells/<name>.json``.

    The network, the checkpoints and all else are removed then, but for the log and the predictions of a few test cases.
    Call it in a fork of a process that has called :func:`bundle.benchmarking.forked.warm_up`.

    Returns:
        The result; None where another process is at this cell or was done with it first.

    Raises:
        DataError: the data cannot be used.
        CellError: training or evaluation crashed; the log tells why, and the work folder stays for a look.
    """
    # the commands run in the root
    out = Path(os.path.abspath(run.out))
    path, work = result_path(out, cell), out / "work" / cell.name
    with claim(out / "work" / f"{cell.name}.lock", wait=False) as mine:
        if not mine or path.is_file():
            return None
        forget_log(out, cell)
        drawings = prepare_drawings(cell, run)
        shutil.rmtree(work, ignore_errors=True)
        result = _train_and_evaluate(cell, run, out, drawings, work)
        _keep_predictions(work / "eval" / "evaluation" / "predictions", out / "predictions" / cell.name)
        result.write(path)
        shutil.rmtree(work, ignore_errors=True)
        return result


def forget_log(out: Path, cell: Cell) -> None:
    """Empty the log of a former try; this process may be writing to it already."""
    log = log_path(out, cell)
    if log.is_file():
        os.truncate(log, 0)


def prepare_drawings(cell: Cell, run: CellRun) -> Path:
    """Draw what a cell is trained on, unless that was done, and give its folder.

    Raises:
        DataError: the data cannot be used.
    """
    out, data_root = (Path(os.path.abspath(folder)) for folder in (run.out, run.data_root))
    folder = run.data_set.drawings(out, cell.quality, cell.ratio, cell.seed)
    with claim(out / "work" / f"{folder.name}.lock", wait=True):
        return run.data_set.prepare(data_root, out, cell.quality, cell.ratio, cell.seed)


def _train_and_evaluate(cell: Cell, run: CellRun, out: Path, drawings: Path, work: Path) -> Result:
    settings, log = run.settings, log_path(out, cell)
    if METHODS[cell.method].runner == NNUNET:
        return _rival(cell, run, drawings, work, log)
    cases = load_cases(drawings / METHODS[cell.method].datalist, "training", drawings)
    training = training_arguments(
        cell, run.data_set, drawings, work, settings=settings, quick=run.quick, full=run.full, cases=len(cases)
    )
    evaluation = evaluation_arguments(cell, run.data_set, drawings, work, settings=settings, full=run.full)
    started = time.monotonic()
    reason = run_bundle(training, log, ROOT, run.threads)
    reason = reason or run_bundle(evaluation, log, ROOT, run.threads)
    seconds = time.monotonic() - started
    runs = [config.parent for config in (work / "eval").glob("*/config.json")]
    figures = {} if reason else _figures(work / "eval" / "evaluation", runs[0], drawings, run.threads)
    return Result(
        cell,
        "done" if reason is None else "stopped",
        reason,
        **figures,
        drawings=read_drawings(cases),
        budget=read_budget(runs[0], len(cases)) if runs else {},
        seconds=round(seconds, 1),
        commands=[as_text(training), as_text(evaluation)],
        commit=code_version(ROOT),
        hardware=_hardware(run),
        versions=library_versions(),
        data_fingerprint=data_fingerprint(cases),
        full=run.full,
    )


def _rival(cell: Cell, run: CellRun, drawings: Path, work: Path, log: Path) -> Result:
    """The result of a method that nnU-Net trains."""
    started = time.monotonic()
    rival = run_nnunet(
        cell, run.data_set, drawings, work, log, threads=run.threads, quick=run.quick, settings=run.settings
    )
    seconds = time.monotonic() - started
    cases = load_cases(drawings / METHODS[cell.method].datalist, "training", drawings)
    figures = {} if rival.reason else dict(zip(("metrics", "cases"), read_evaluation(work / "eval" / "evaluation")))
    return Result(
        cell,
        "done" if rival.reason is None else "stopped",
        rival.reason,
        **figures,
        drawings=read_drawings(cases),
        budget=rival.budget,
        seconds=round(seconds, 1),
        commands=rival.commands,
        commit=code_version(ROOT),
        hardware=_hardware(run),
        versions=library_versions() | rival.versions,
        data_fingerprint=data_fingerprint(cases),
        full=run.full,
    )


def _figures(evaluation: Path, training: Path, drawings: Path, threads: int) -> dict[str, Any]:
    """Metrics, and the matrices of a method that has some."""
    import torch

    # trainings have ended, so nothing is forked from here any more
    torch.set_num_threads(threads)
    metrics, cases = read_evaluation(evaluation)
    figures: dict[str, Any] = {"metrics": metrics, "cases": cases}
    with chdir(ROOT):
        # of a few cases, since each is looked at as a whole
        matrices = run_matrices(training, drawings / DENSE_LIST, most_cases=_MATRIX_CASES)
    if matrices is not None:
        figures["matrices"] = {"estimated": matrices.estimated, "true": matrices.true}
    return figures


def _hardware(run: CellRun) -> str:
    import torch

    torch.set_num_threads(run.threads)
    return hardware_name()


def _keep_predictions(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.rmtree(target, ignore_errors=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(source, target)
