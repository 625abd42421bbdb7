"""Writes the deployed model, and never a worse one over a better one."""

from __future__ import annotations

import copy
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ignite.distributed as idist
from ignite.engine import Engine, Events
from monai.engines import Evaluator
from torch import nn

from scripts.checkpoints import BEST_TRAINING, load_weights, save_atomically
from scripts.model_record import read_record, record_path, refuse_other_record, write_record

__all__ = ["KeepBestModel"]


class KeepBestModel:
    """Saves the best network of a run, and replaces the deployed model only by a better one.

    MONAI's ``CheckpointSaver`` compares within one run: a retraining that goes wrong would overwrite a good model.
    Here the model that already lies at ``model_path`` is validated first, on the same validation cases, as epoch 0;
    only an epoch that beats it replaces it. The run's own best is kept in ``run_path`` in any case.

    Args:
        network: the segmentation network, whose state dict is saved.
        validator: MONAI evaluator of that network; its handlers run for epoch 0 too.
        model_path: the deployed model.
        run_path: the best model of this run.
        key_metric: name in ``validator.state.metrics``; larger is better.
        settings: what the model must be used with, by name, such as the spacing; kept beside each model as
            ``<model>.json`` with the metric and the epoch. A deployed model of other settings stops the training.
        training_network: the network with all that only a training needs; saved with each best of the run as
            ``BEST_TRAINING`` in the folder of ``run_path``, for the labels that it has found. None for nothing.

    Attributes:
        incumbent: metric of the model at ``model_path``, None if there is none yet.
        best: best metric of this run so far, None before the first validation.
        replaced: whether this run has replaced the model at ``model_path``.
    """

    def __init__(
        self,
        network: nn.Module,
        validator: Evaluator,
        model_path: str | Path,
        run_path: str | Path,
        key_metric: str = "val_dice",
        settings: Mapping[str, Any] | None = None,
        training_network: nn.Module | None = None,
    ) -> None:
        self.training_network = training_network
        self.settings = dict(settings or {})
        self.network = network
        self.validator = validator
        self.model_path = Path(model_path)
        self.run_path = Path(run_path)
        self.key_metric = key_metric
        self.incumbent: float | None = None
        self.best: float | None = None
        self.replaced = False
        self._measuring = False
        self._resumed = False
        self._stamp: tuple[int, int] | None = None
        self._logger = logging.getLogger(__name__)

    def attach(self, engine: Engine) -> None:
        """Attach to the trainer."""
        engine.add_event_handler(Events.STARTED, self._start)
        engine.add_event_handler(Events.COMPLETED, self._tell)
        self.validator.add_event_handler(Events.COMPLETED, self._compare)

    def _start(self, engine: Engine) -> None:
        record = read_record(self.run_path)
        if self.run_path.is_file() and self.key_metric in record:  # the run is resumed
            self._resumed = True
            self.best = float(record[self.key_metric])
        self._validate_incumbent()

    def _validate_incumbent(self) -> None:
        """Validate the deployed model, then put the network and the validator back as they were.

        Raises:
            SettingError: when the file belongs to another network, or was trained with other settings; nothing is
                overwritten then.
        """
        self._stamp = self._model_stamp()
        if self._stamp is None:
            return
        refuse_other_record(self.model_path, self.settings)
        incumbent = load_weights(self.model_path, self.network)
        own = copy.deepcopy(self.network.state_dict())
        self.network.load_state_dict(incumbent)
        self._measuring = True
        try:
            self.validator.run(0)
        finally:
            self._measuring = False
            self.network.load_state_dict(own)
        self.incumbent = float(self.validator.state.metrics[self.key_metric])
        self.validator.state.best_metric = -1
        self.validator.state.best_metric_epoch = -1
        self._logger.info(
            f"the model in {self.model_path} reaches {self.key_metric} = {self.incumbent:.4f} on these validation "
            "cases; only a better one replaces it"
        )

    def _compare(self, validator: Engine) -> None:
        if self._measuring:
            return
        metric = float(validator.state.metrics[self.key_metric])
        if metric != metric or (self.best is not None and metric <= self.best):
            return
        self.best = metric
        if idist.get_rank() == 0:
            # first, since a run that is killed in between measures this epoch again only if best.pt is older
            if self.training_network is not None:
                save_atomically(_on_cpu(self.training_network), self.run_path.with_name(BEST_TRAINING))
            self._save(self.run_path, validator)
        if self.incumbent is None or metric > self.incumbent:
            if self._model_stamp() != self._stamp:
                self._logger.warning(
                    f"{self.model_path} was written by another training meanwhile and is left alone; this run's best "
                    f"model is {self.run_path}. Give each training its own --ckpt_dir."
                )
                return
            self.incumbent, self.replaced = metric, True
            if idist.get_rank() == 0:
                self._save(self.model_path, validator)
            self._stamp = self._model_stamp()

    def _model_stamp(self) -> tuple[int, int] | None:
        """Tells one deployed file from another, None for no file."""
        try:
            found = self.model_path.stat()
        except FileNotFoundError:
            return None
        return found.st_ino, found.st_mtime_ns

    def _own_model(self) -> bool:
        """Whether the deployed model is the one that this run wrote before it was interrupted."""
        return self._resumed and self.best == self.incumbent

    def _tell(self, engine: Engine) -> None:
        if self.incumbent is not None and not self.replaced and self.best is not None and not self._own_model():
            self._logger.warning(
                f"{self.model_path} was kept: it reaches {self.key_metric} = {self.incumbent:.4f}, this run "
                f"{self.best:.4f}. This run's best model is {self.run_path}; to deploy it all the same, copy it over."
            )

    def _save(self, path: Path, validator: Engine) -> None:
        record_path(path).unlink(missing_ok=True)
        save_atomically(_on_cpu(self.network), path)
        metric = float(validator.state.metrics[self.key_metric])
        write_record(path, {self.key_metric: metric, "epoch": validator.state.epoch, "settings": self.settings})


def _on_cpu(network: nn.Module) -> dict[str, Any]:
    return {name: value.detach().cpu() for name, value in network.state_dict().items()}
