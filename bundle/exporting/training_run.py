"""What a training's folder tells of the model that it made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from monai.bundle import ConfigParser

from bundle.exporting.config_items import evaluated, read_json
from scripts.errors import SettingError
from scripts.refining.trained_run import run_config

__all__ = ["ExportedRun", "read_run"]

_AGREEING = ("classes", "spacing", "window", "method")


@dataclass(frozen=True)
class ExportedRun:
    """A run that a model comes from.

    Attributes:
        name: of the run.
        epochs: that it was to train.
        datalist: path of its datalist, as the training found it.
        dataset_dir: folder that the datalist's paths start from.
        check_dir: folder of the report on its data.
    """

    name: str
    epochs: int | None
    datalist: Path
    dataset_dir: Path
    check_dir: Path


def read_run(folder: Path, model: Path, state: Mapping[str, torch.Tensor], train: Mapping[str, Any]) -> ExportedRun:
    """Read a run, and make sure that the model is its own: numbers of another training would be false.

    Relative paths start at the current folder, as they did for the training.

    Args:
        folder: of the run.
        model: the checkpoint, for messages.
        state: its weights.
        train: the exported config of the training, overlays merged.

    Raises:
        SettingError: when it is no run, its best model is another one, or it was trained with other settings.
    """
    path = run_config(folder)
    config = read_json(path)
    best = folder / "checkpoints" / "best.pt"
    if not _same(best, state):
        raise SettingError(
            f"{model} is not the best model of the run {folder}, so the run's numbers would be false. Give --model "
            f"{best}, another --run, or none."
        )
    differing = [name for name in _AGREEING if config.get(name) != train.get(name)]
    if config["train"].get("deterministic_transforms") != train["train"]["deterministic_transforms"]:
        differing.append("train#deterministic_transforms")
    if differing:
        raise SettingError(
            f"the run {folder} was trained with other settings than are exported: {', '.join(differing)}. Give "
            f"--config_file {path} alone; it holds all overlays of the training."
        )
    epochs = config["train"].get("trainer", {}).get("max_epochs")
    parser = ConfigParser(config)
    datalist, dataset_dir, output_dir = (
        Path(str(evaluated(parser, name, str(path)))) for name in ("datalist", "dataset_dir", "output_dir")
    )
    return ExportedRun(
        folder.resolve().name, epochs if isinstance(epochs, int) else None, datalist, dataset_dir, output_dir / "check"
    )


def _same(best: Path, state: Mapping[str, torch.Tensor]) -> bool:
    try:
        weights = torch.load(best, map_location="cpu", weights_only=True)
    except Exception:  # missing, or not a checkpoint
        return False
    return (
        isinstance(weights, dict)
        and weights.keys() == state.keys()
        and all(torch.equal(weights[name], value) for name, value in state.items())
    )
