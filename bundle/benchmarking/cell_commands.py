"""The product's documented commands that train and evaluate a cell."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from monai.bundle import ConfigParser

from bundle.benchmarking.cell import Cell
from bundle.benchmarking.data_sets import DataSet
from bundle.benchmarking.methods import METHODS
from bundle.virtual_environment import ROOT

__all__ = ["ROOT", "as_text", "evaluation_arguments", "from_root", "read_settings", "training_arguments"]

_EPOCHS = "train#trainer#max_epochs"
_PER_EPOCH = "cases_per_epoch"
# a quick run trains for half the epochs
_QUICK = 0.5


def training_arguments(
    cell: Cell,
    data_set: DataSet,
    drawings: Path,
    work: Path,
    *,
    settings: Sequence[str] = (),
    quick: bool = False,
    full: bool = False,
    cases: int | None = None,
) -> list[str]:
    """What follows ``python -m monai.bundle run``.

    Args:
        cell: what to train on what.
        data_set: that of the cell.
        drawings: folder of its datalists.
        work: folder that gets the network and all else.
        settings: further arguments, such as ``["--device", "cpu"]``.
        quick: train for half the epochs.
        full: with the network and the length of training that the product's config has.
        cases: in the training list. An epoch of a full training shows as many, however few of them a method uses, so
            that all take as many steps; None for one that shows what it uses once.
    """
    files = _training_files(cell, data_set, full)
    own = {**METHODS[cell.method].settings}
    if quick:
        own[_EPOCHS] = max(1, round(_QUICK * _epochs(files)))
    if full and cases is not None:
        own.setdefault(_PER_EPOCH, cases)
    given = [word for name, value in own.items() for word in (f"--{name}", str(value))]
    return [
        "training",
        "--config_file",
        str(files),
        *_places(cell, drawings, work),
        "--check",
        "off",
        *given,
        *settings,
    ]


def evaluation_arguments(
    cell: Cell,
    data_set: DataSet,
    drawings: Path,
    work: Path,
    *,
    settings: Sequence[str] = (),
    overlays: Sequence[str] = (),
    full: bool = False,
) -> list[str]:
    """The same for the evaluation on the test cases; ``overlays`` are files on top of all others."""
    # in this order: each changes those before it
    files = [*_training_files(cell, data_set, full), data_set.evaluate_config]
    files += [f"configs/benchmark/{name}.json" for name in ("lean_evaluation", "measure")]
    files += overlays
    return ["evaluating", "--config_file", str(files), *_places(cell, drawings, work), *settings]


def as_text(arguments: Sequence[str]) -> str:
    """The command line that a user can paste in the repository's root."""
    return " ".join(["python -m monai.bundle run", *map(_quoted, arguments)])


def _quoted(argument: str) -> str:
    # shlex would write every quote in a list of files as '"'"'
    if "'" in argument and not set(argument) & set('"$`\\!'):
        return f'"{argument}"'
    return shlex.quote(argument)


def _training_files(cell: Cell, data_set: DataSet, full: bool = False) -> list[str]:
    methods = [f"configs/methods/{name}.json" for name in METHODS[cell.method].overlays]
    return [data_set.train_config, "configs/benchmark/lean_training.json", *data_set.overlays(full=full), *methods]


def _places(cell: Cell, drawings: Path, work: Path) -> list[str]:
    """Folders as seen from the root, where they lie in it."""
    folder, results = from_root(drawings), from_root(work)
    return [
        *("--dataset_dir", folder),
        *("--datalist", f"{folder}/{METHODS[cell.method].datalist}"),
        *("--ckpt_dir", f"{results}/models"),
        *("--output_dir", f"{results}/eval"),
        *("--seed", str(cell.seed)),
    ]


def from_root(path: Path) -> str:
    """A path as seen from the root, where it lies in it; else the whole."""
    path = Path(os.path.abspath(path))
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.as_posix()


def read_settings(cell: Cell, data_set: DataSet, names: Sequence[str]) -> dict[str, Any]:
    """Settings of the configs that a cell is trained with, as they stand there."""
    return _read(_training_files(cell, data_set), names)


def _epochs(files: Sequence[str]) -> int:
    return int(_read(files, [_EPOCHS])[_EPOCHS])


def _read(files: Sequence[str], names: Sequence[str]) -> dict[str, Any]:
    parser = ConfigParser()
    parser.read_config([str(ROOT / name) for name in files])
    return {name: parser[name] for name in names}
