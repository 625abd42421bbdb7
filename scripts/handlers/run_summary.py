"""The last lines of a training's log: what came out, and where it lies."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from pathlib import Path

import ignite.distributed as idist
import torch
from ignite.engine import Engine, Events

__all__ = ["RunSummary"]

logger = logging.getLogger(__name__)


def _duration(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {seconds:02d} s" if minutes else f"{seconds} s"


class RunSummary:
    """Logs a short block when training ends: the validation's best and last value, and where everything lies.

    Put it last among the trainer's handlers, so that the files which it names have been written.

    Args:
        validator: the evaluator that validates; MONAI keeps the best value of its key metric and the epoch of it.
        checkpoint: file with the best network.
        pictures: folder of pictures.
        tracking_uri: of MLflow, for the command that opens it.
        metric_label: what the key metric means, ``"validation Dice"`` or, where the validation set has no dense
            masks, ``"agreement with drawings"``.
        classes: names of the classes, background first, for a line with the key metric of each foreground class where
            there are several.
    """

    def __init__(
        self,
        validator: Engine,
        checkpoint: str | Path | None = None,
        pictures: str | Path | None = None,
        tracking_uri: str | None = None,
        metric_label: str = "validation Dice",
        classes: Sequence[str] | None = None,
    ) -> None:
        self.validator = validator
        self.checkpoint = checkpoint
        self.pictures = pictures
        self.tracking_uri = tracking_uri
        self.metric_label = metric_label
        self.classes = classes
        self._started = 0.0

    def attach(self, engine: Engine) -> None:
        """Register with the trainer."""
        engine.add_event_handler(Events.STARTED, self._start)
        engine.add_event_handler(Events.COMPLETED, self._log)

    def _start(self) -> None:
        self._started = time.monotonic()

    def _log(self, engine: Engine) -> None:
        if idist.get_rank() == 0:
            logger.info("\n".join(["training is complete", *(f"  {line}" for line in self.lines(engine))]))

    def lines(self, engine: Engine) -> list[str]:
        """The lines of the block for a trainer that has run."""
        epochs = f"{engine.state.epoch} of {engine.state.max_epochs}"
        entries = [(self.metric_label, self._values()), *self._class_values(), ("epochs", epochs)]
        if self.checkpoint is not None:
            missing = "" if Path(self.checkpoint).is_file() else " (not written)"
            entries.append(("network", f"{self.checkpoint}{missing}"))
        if self.pictures is not None:
            missing = "" if Path(self.pictures).is_dir() else " (none written)"
            entries.append(("pictures", f"{self.pictures}{missing}"))
        if self.tracking_uri is not None:
            entries.append(("curves", f"mlflow ui --backend-store-uri {self.tracking_uri} --host 127.0.0.1"))
        entries.append(("duration", _duration(time.monotonic() - self._started)))
        width = max(len(name) for name, _ in entries)
        return [f"{name:<{width}}  {value}" for name, value in entries]

    def _values(self) -> str:
        state = self.validator.state
        if state.best_metric_epoch < 0:
            return "never validated"
        best = f"{state.best_metric:.4f} (best, {_epoch(state.best_metric_epoch)})"
        last = state.metrics.get(state.key_metric_name)
        return best if last is None else f"{best}, {last:.4f} (last, {_epoch(state.epoch)})"

    def _class_values(self) -> list[tuple[str, str]]:
        """The last value of each class, mean over the cases that have one."""
        state = self.validator.state
        details = getattr(state, "metric_details", {}).get(state.key_metric_name)
        if details is None or self.classes is None or details.ndim != 2 or details.shape[1] < 2:
            return []
        means = torch.as_tensor(details).double().nanmean(dim=0).tolist()
        values = ", ".join(f"{name} {mean:.4f}" for name, mean in zip(list(self.classes)[-len(means) :], means))
        return [("of each class", f"{values} (last, {_epoch(state.epoch)})")]


def _epoch(epoch: int) -> str:
    # a validation before the first epoch, of the network that training starts from, counts as epoch 0
    return f"epoch {epoch}" if epoch > 0 else "before training"
