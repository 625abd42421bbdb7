"""MONAI's checkpoint loader with errors that say what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ignite.engine import Engine
from monai.handlers import CheckpointLoader
from torch import nn

from scripts.checkpoints import load_weights
from scripts.errors import SettingError
from scripts.model_record import refuse_other_record

__all__ = ["CheckedCheckpointLoader"]


class CheckedCheckpointLoader(CheckpointLoader):
    """A strict :class:`monai.handlers.CheckpointLoader` that refuses foreign checkpoints before it changes anything.

    A ``load_dict`` with a network alone takes both a plain state dict and a checkpoint that holds more.

    Args:
        load_path: the checkpoint.
        load_dict: what to load, by its name in the checkpoint.
        with_engine: whether the engine it is attached to is loaded too, as ``trainer``; a config cannot name the
            trainer among its own handlers' arguments.
        settings: what the model is to be used with; must be what its record says that it was trained with, see
            :mod:`scripts.model_record`.
    """

    def __init__(
        self,
        load_path: str,
        load_dict: dict[str, Any],
        with_engine: bool = False,
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(load_path=load_path, load_dict=dict(load_dict), map_location="cpu")
        self.with_engine = with_engine
        self.settings = dict(settings or {})

    def __call__(self, engine: Engine) -> None:
        """Load.

        Raises:
            SettingError: when the file is missing, unreadable, of another network or of other settings, or of a
                training that is already finished.
        """
        refuse_other_record(self.load_path, self.settings)
        if self.with_engine:
            self.load_dict["trainer"] = engine
        for target in self.load_dict.values():
            if isinstance(target, nn.Module):
                load_weights(self.load_path, target)
        try:
            super().__call__(engine)
        except (KeyError, RuntimeError, ValueError) as error:
            reason = str(error).splitlines()[0]
            raise SettingError(f"{self.load_path} cannot be continued from: {reason}") from error
        if self.with_engine and engine.state.epoch >= engine.state.max_epochs:
            raise SettingError(
                f"{self.load_path} is of a training that is complete ({engine.state.epoch} epochs): there is nothing "
                "to resume. To train on with other settings, start a new training."
            )
