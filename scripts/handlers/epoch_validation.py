"""Validation every few epochs, and after the last."""

from __future__ import annotations

from ignite.engine import Engine, Events
from monai.handlers import ValidationHandler

__all__ = ["EpochValidation"]


class EpochValidation(ValidationHandler):
    """A :class:`monai.handlers.ValidationHandler` that never leaves out the last epoch.

    MONAI's validates every ``interval`` epochs only: a training of fewer epochs would end without a model, and the
    last epochs of one whose number is no multiple would be lost.

    Args:
        interval: in epochs.
        validator: evaluator to run.
    """

    def attach(self, engine: Engine) -> None:
        """Attach to a trainer."""
        engine.add_event_handler(Events.EPOCH_COMPLETED(event_filter=self._is_due), self)

    def _is_due(self, engine: Engine, epoch: int) -> bool:
        return epoch % self.interval == 0 or epoch == engine.state.max_epochs
