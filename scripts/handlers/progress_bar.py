"""One progress bar over a whole training."""

from __future__ import annotations

import torch
from ignite.engine import Engine, Events
from ignite.handlers.tqdm_logger import ProgressBar as IgniteProgressBar

__all__ = ["ProgressBar"]


class ProgressBar(IgniteProgressBar):
    """Ignite's progress bar over epochs, with the loss and the latest validation metric.

    Args:
        validator: evaluator whose metric is shown, optional.
        key_metric: name of that metric.
    """

    def __init__(self, validator: Engine | None = None, key_metric: str = "val_dice") -> None:
        super().__init__(persist=True, desc="training", bar_format=None)
        self.validator = validator
        self.key_metric = key_metric

    def attach(self, engine: Engine) -> None:  # type: ignore[override]
        """Attach to a trainer."""
        super().attach(
            engine,
            output_transform=self._shown,
            event_name=Events.EPOCH_COMPLETED,
            closing_event_name=Events.COMPLETED,
        )

    def _shown(self, output: dict) -> dict[str, float]:
        shown = {"loss": float(torch.as_tensor(output["loss"]).detach())}
        metrics = self.validator.state.metrics if self.validator is not None else {}
        if self.key_metric in metrics:
            shown[self.key_metric] = float(metrics[self.key_metric])
        return shown
