"""The commands of nnU-Net that plan, train and predict."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bundle.benchmarking.cell_commands import from_root

__all__ = ["DATASET", "DATASET_ID", "Choice", "all_commands", "as_shell", "folders"]

DATASET_ID = 1
#: Name of its folder in ``nnUNet_raw``; every cell has folders of its own.
DATASET = f"Dataset{DATASET_ID:03d}_cell"
_FOLDERS = ("nnUNet_raw", "nnUNet_preprocessed", "nnUNet_results")
# nnU-Net's own default
_MOST_PROCESSES = 8


@dataclass(frozen=True)
class Choice:
    """What is trained how.

    Attributes:
        configuration: of nnU-Net, ``2d`` or ``3d_fullres``.
        trainer: name of a trainer class of nnU-Net.
        device: ``cuda`` or ``cpu``.
    """

    configuration: str
    trainer: str
    device: str


def folders(work: Path) -> dict[str, str]:
    """Variables that tell nnU-Net where its files lie: folders within ``work``."""
    return {name: str(work / name) for name in _FOLDERS}


def all_commands(bin_folder: Path, work: Path, choice: Choice) -> list[list[str]]:
    """Plan and preprocess, train on all cases, predict the probabilities of ``imagesTs``.

    The fold ``all`` has no validation cases, as the other methods have none, and the network of the last epoch counts.

    Args:
        bin_folder: of the environment.
        work: folder that holds those of :func:`folders`; predictions go to its ``predicted``.
        choice: what is trained how.
    """
    number, processes = str(DATASET_ID), str(max(1, min(_MOST_PROCESSES, os.cpu_count() or 1)))
    trained = ["-tr", choice.trainer, "-device", choice.device]
    plan = ["nnUNetv2_plan_and_preprocess", "-d", number, "-c", choice.configuration, "--verify_dataset_integrity"]
    plan += ["-npfp", processes, "-np", processes]
    train = ["nnUNetv2_train", number, choice.configuration, "all", *trained]
    predict = ["nnUNetv2_predict", "-d", number, "-c", choice.configuration, "-f", "all", *trained]
    predict += ["-i", str(work / "nnUNet_raw" / DATASET / "imagesTs"), "-o", str(work / "predicted")]
    predict += ["--save_probabilities", "-chk", "checkpoint_final.pth"]
    return [[str(bin_folder / name), *rest] for name, *rest in (plan, train, predict)]


def as_shell(command: Sequence[str], variables: Mapping[str, str]) -> str:
    """The command line with its variables, paths as seen from the repository's root."""
    told = [f"{name}={shlex.quote(from_root(Path(value)))}" for name, value in variables.items()]
    words = [from_root(Path(word)) if os.path.isabs(word) else word for word in command]
    return " ".join([*told, shlex.join(words)])
