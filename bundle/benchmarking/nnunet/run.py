"""Trains nnU-Net on a cell's drawings and lets its predictions be measured."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bundle.benchmarking.cell import Cell
from bundle.benchmarking.cell_commands import ROOT, as_text, read_settings
from bundle.benchmarking.data_sets import DataSet
from bundle.benchmarking.forked import CellError, run_bundle
from bundle.benchmarking.methods import METHODS
from bundle.benchmarking.nnunet.budget import nnunet_budget
from bundle.benchmarking.nnunet.commands import DATASET, Choice, all_commands, as_shell, folders
from bundle.benchmarking.nnunet.environment import inspect_nnunet, require_nnunet
from bundle.benchmarking.nnunet.measure import list_probabilities, measuring_arguments
from bundle.benchmarking.nnunet.trainer import choose_trainer
from bundle.benchmarking.nnunet.write_dataset import write_dataset

__all__ = ["Rival", "run_nnunet"]

_NETWORK = "network_def#spatial_dims"
_TABLES = ("labels", "dense_labels")
_DEVICE = "--device"


@dataclass(frozen=True)
class Rival:
    """What was run.

    Attributes:
        reason: why the evaluation was stopped, or None.
        commands: what was run, to be pasted in the repository's root.
        budget: of the training.
        versions: of nnU-Net and of its PyTorch.
    """

    reason: str | None
    commands: list[str]
    budget: dict[str, Any]
    versions: dict[str, str]


def run_nnunet(
    cell: Cell,
    data_set: DataSet,
    drawings: Path,
    work: Path,
    log: Path,
    *,
    threads: int = 1,
    quick: bool = False,
    settings: Sequence[str] = (),
) -> Rival:
    """Write the data set, plan, train, predict and measure; the evaluation's files lie where every cell has them.

    nnU-Net plans for itself and draws its random numbers without a seed: the cell's seed is that of split and drawings.

    Args:
        cell: what to train on.
        data_set: that of the cell.
        drawings: folder of its datalists.
        work: folder that gets all else.
        log: gets what the commands print.
        threads: that the product's evaluation may use.
        quick: use a short trainer.
        settings: further arguments of the evaluation; of them nnU-Net heeds ``--device``.

    Raises:
        SettingError: there is no nnU-Net, or no GPU for its own trainer.
        DataError: the data cannot be used.
        CellError: a command crashed; the log tells why.
    """
    bin_folder = require_nnunet()
    installed = inspect_nnunet(bin_folder)
    device = _device(settings) or ("cuda" if installed.gpu else "cpu")
    config = read_settings(cell, data_set, (*_TABLES, _NETWORK))
    volume = config[_NETWORK] == 3
    choice = Choice("3d_fullres" if volume else "2d", choose_trainer(device, quick=quick), device)
    write_dataset(
        drawings / METHODS[cell.method].datalist,
        work / "nnUNet_raw" / DATASET,
        data_set.classes,
        {name: config[name] for name in _TABLES},
        spatial_dims=config[_NETWORK],
    )
    variables, commands = folders(work), all_commands(bin_folder, work, choice)
    for command in commands:
        _run(command, variables, log)
    list_probabilities(work)
    measuring = measuring_arguments(cell, data_set, drawings, work, volume=volume, settings=settings)
    reason = run_bundle(measuring, log, ROOT, threads)
    return Rival(
        reason,
        [*(as_shell(command, variables) for command in commands), as_text(measuring)],
        nnunet_budget(bin_folder, work, choice),
        {"nnunetv2": installed.nnunetv2, "nnU-Net's torch": installed.torch},
    )


def _device(settings: Sequence[str]) -> str | None:
    """``cuda`` or ``cpu`` where the settings have a device."""
    named = [value for name, value in zip(settings, settings[1:]) if name == _DEVICE]
    return named[-1].partition(":")[0] if named else None


def _run(command: Sequence[str], variables: Mapping[str, str], log: Path) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    # as many processes as nnU-Net would start on a large machine hold PyTorch each
    environment = {"nnUNet_def_n_proc": str(min(8, os.cpu_count() or 1)), **os.environ, **variables}
    with open(log, "ab") as output:
        ended = subprocess.run(  # noqa: S603
            command, stdout=output, stderr=subprocess.STDOUT, env=environment, cwd=ROOT, check=False
        )
    if ended.returncode:
        raise CellError(f"{Path(command[0]).name} with status {ended.returncode}")
