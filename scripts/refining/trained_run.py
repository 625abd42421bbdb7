"""The files of a finished training that labels are refined with."""

from __future__ import annotations

import hashlib
import json
import logging
from pathlib import Path

import torch

from scripts.checkpoints import BEST_TRAINING
from scripts.command_line import config_files
from scripts.errors import SettingError
from scripts.model_record import read_record, refuse_other_record

__all__ = ["TrainedRun", "run_config"]

logger = logging.getLogger(__name__)

_BEST = "best.pt"
_NEEDED = ("classes", "coupled_def", "train", "validate")


def run_config(folder: str | Path) -> Path:
    """The config that a run was started with.

    Raises:
        SettingError: when it is no folder of a run, or its config is not that of a training.
    """
    path = Path(folder) / "config.json"
    if not path.is_file():
        raise SettingError(
            f"{folder} is not the folder of a run: it holds no config.json. Give a folder that a training has written, "
            "such as eval/<date>_<time>_<method>_<process>."
        )
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise SettingError(f"{path} is not valid JSON ({error}). Give the folder of another run.") from error
    lacking = [key for key in _NEEDED if not isinstance(content, dict) or key not in content]
    if lacking:
        raise SettingError(f"{path} is not the config of a training: it lacks {', '.join(lacking)}.")
    return path


class TrainedRun:
    """The folder of a run, and which of its checkpoints is used.

    Args:
        folder: of the run; None for that of the first ``--config_file`` on the command line.
        checkpoint: path; None for the run's best network with all that belonged to it in training, or, where an
            earlier version has not kept it, for the best segmentation network alone.

    Attributes:
        folder: of the run.
        checkpoint: path.

    Raises:
        SettingError: when it is no folder of a run or there is no checkpoint; when the checkpoint is of another run
            that had other settings.
    """

    def __init__(self, folder: str | Path | None = None, checkpoint: str | Path | None = None) -> None:
        self.folder = _folder_of_config() if folder is None else Path(folder)
        run_config(self.folder)
        best = self.folder / "checkpoints" / _BEST
        if checkpoint is not None:
            self.checkpoint = Path(checkpoint)
            refuse_other_record(self.checkpoint, read_record(best).get("settings", {}))
            return
        self.checkpoint = best.with_name(BEST_TRAINING)
        if not self.checkpoint.is_file() and best.is_file():
            logger.warning(
                f"{self.folder} holds no {BEST_TRAINING}, so {best} is used, the segmentation network alone: the "
                "uncertainty is the entropy of its probabilities and does not know what the training learned of boxes."
            )
            self.checkpoint = best
        if not self.checkpoint.is_file():
            raise SettingError(
                f"{best.parent} holds no checkpoint {BEST_TRAINING} or {_BEST}: the training was stopped before its "
                "first validation, or they were moved. Name a checkpoint, or another run."
            )

    @property
    def uncertainty(self) -> bool:
        """Whether the checkpoint holds log variances; a training finds out from its data whether to learn them."""
        try:
            state = torch.load(self.checkpoint, map_location="cpu", weights_only=True)
        except Exception:  # who loads the weights says what is wrong with the file
            return False
        state = state.get("model", state) if isinstance(state, dict) else {}
        return any(name.startswith("log_variance.") for name in state)

    @property
    def record(self) -> dict[str, str]:
        """Which run and which weights, for a datalist's provenance."""
        with open(self.checkpoint, "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return {"run": self.folder.resolve().name, "checkpoint": self.checkpoint.name, "checkpoint_sha256": digest}


def _folder_of_config() -> Path:
    """Folder of the first config file on the command line.

    Raises:
        SettingError: in a process that was not started by ``python -m monai.bundle run`` with one.
    """
    files = config_files()
    if not files:
        raise SettingError("it is not known which run is to be refined. Give its folder with --run_folder.")
    return Path(files[0]).parent
