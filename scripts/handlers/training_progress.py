"""Tells the loss how far the training is."""

from __future__ import annotations

from ignite.engine import Engine, Events
from torch import nn

__all__ = ["TrainingProgress"]


class TrainingProgress:
    """Sets ``loss.progress`` before every iteration to the share of the training that is done, in [0, 1).

    The share comes from the engine's own ``max_epochs``, so that schedules follow it wherever it was set, for instance
    by MONAI Label.

    Args:
        loss: has an attribute ``progress``.
    """

    def __init__(self, loss: nn.Module) -> None:
        self.loss = loss

    def attach(self, engine: Engine) -> None:
        """Attach to a trainer."""
        engine.add_event_handler(Events.ITERATION_STARTED, self)

    def __call__(self, engine: Engine) -> None:
        """Update the progress."""
        self.loss.progress = (engine.state.iteration - 1) / (engine.state.max_epochs * engine.state.epoch_length)
