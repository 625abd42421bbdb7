"""Lets the product's own evaluation measure what nnU-Net has predicted, with the metrics of every other method."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from bundle.benchmarking.cell import Cell
from bundle.benchmarking.cell_commands import evaluation_arguments
from bundle.benchmarking.data_sets import DataSet
from bundle.benchmarking.nnunet.commands import DATASET
from bundle.benchmarking.nnunet.write_dataset import TEST_CASES
from scripts.errors import DataError
from scripts.replacing import replacing

__all__ = ["list_probabilities", "measuring_arguments"]

_FOLDER = "bundle/benchmarking/nnunet"


def list_probabilities(work: Path) -> Path:
    """Write which file has the probabilities of which test image, where the evaluation looks for it.

    Args:
        work: folder of the cell, with nnU-Net's data set and its predictions.

    Raises:
        DataError: a test case has none.
    """
    named = json.loads((work / "nnUNet_raw" / DATASET / TEST_CASES).read_text(encoding="utf-8"))
    stored = {image: work / "predicted" / f"{name}.npz" for name, image in named.items()}
    missing = [str(path) for path in stored.values() if not path.is_file()]
    if missing:
        raise DataError(f"nnU-Net has not written {missing[0]} ({len(missing)} of {len(stored)} missing). See the log.")
    path = work / "eval" / "probabilities.json"
    with replacing(path) as temporary:
        content = {image: str(file) for image, file in stored.items()}
        temporary.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    return path


def measuring_arguments(
    cell: Cell, data_set: DataSet, drawings: Path, work: Path, *, volume: bool, settings: Sequence[str] = ()
) -> list[str]:
    """What follows ``python -m monai.bundle run``; arguments as for ``evaluation_arguments``.

    The stored probabilities take the place of the network's output; all else stays: the test cases, the fields of view,
    the metrics and how they are averaged.

    Args:
        volume: whether the cases are volumes, whose probabilities lie on the grid of their files already.
    """
    overlays = [f"{_FOLDER}/measure.json", *([f"{_FOLDER}/measure_volume.json"] if volume else [])]
    return evaluation_arguments(cell, data_set, drawings, work, settings=settings, overlays=overlays)
