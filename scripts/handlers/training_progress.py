"""Tells the loss and the sampler how far the training is."""

from __future__ import annotations

from typing import Any

from ignite.engine import Engine, Events
from torch import nn

__all__ = ["TrainingProgress"]


class TrainingProgress:
    """Sets ``loss.progress`` before every iteration, and ``sampler.progress`` before every epoch.

    Both are the share of the training that is done, in [0, 1). It comes from the engine's own ``max_epochs``, so that
    schedules follow it wherever it was set, for instance by MONAI Label.

    Args:
        loss: has an attribute ``progress``.
        sampler: of the training data; left alone unless it has an attribute ``progress``, as
            :class:`scripts.data.ShareSampler` has.
    """

    def __init__(self, loss: nn.Module, sampler: Any = None) -> None:
        self.loss = loss
        self.sampler = sampler if hasattr(sampler, "progress") else None

    def attach(self, engine: Engine) -> None:
        """Attach to a trainer."""
        engine.add_event_handler(Events.ITERATION_STARTED, self)
        if self.sampler is not None:
            # Ignite makes the iterator over an epoch's data, which draws its order, after this event
            engine.add_event_handler(Events.EPOCH_STARTED, self.start_epoch)

    def start_epoch(self, engine: Engine) -> None:
        """Update the sampler's progress."""
        self.sampler.progress = (engine.state.epoch - 1) / engine.state.max_epochs

    def __call__(self, engine: Engine) -> None:
        """Update the loss's progress."""
        self.loss.progress = (engine.state.iteration - 1) / (engine.state.max_epochs * engine.state.epoch_length)
