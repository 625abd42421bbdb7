"""Saves all that is needed to go on with a training."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ignite.distributed as idist
from ignite.engine import Engine, Events

from scripts.checkpoints import LAST, save_atomically

__all__ = ["LastCheckpoint"]


class LastCheckpoint:
    """Keeps the latest state of a training in one file, which is whole at any moment.

    MONAI 1.6.1's ``CheckpointSaver`` writes in place (``atomic=False``): a training that is killed while it saves
    leaves a broken file, and nothing to resume from. Besides, a config cannot name the trainer among the arguments of
    its own handlers, the reference would be circular; here it is the engine that the handler is attached to.

    Args:
        save_dir: folder.
        save_dict: what to save beside ``trainer``: ``model``, ``optimizer`` and so on.
        interval: in epochs; the last epoch is saved in any case.
    """

    def __init__(self, save_dir: str | Path, save_dict: dict[str, Any], interval: int = 1) -> None:
        self.path = Path(save_dir) / LAST
        self.save_dict = dict(save_dict)
        self.interval = interval

    def attach(self, engine: Engine) -> None:
        """Attach to a trainer, after the handlers that change what is saved (schedulers)."""
        engine.add_event_handler(Events.EPOCH_COMPLETED(event_filter=self._is_due), self)

    def _is_due(self, engine: Engine, epoch: int) -> bool:
        return epoch % self.interval == 0 or epoch == engine.state.max_epochs

    def __call__(self, engine: Engine) -> None:
        """Save.

        Raises:
            SettingError: when the file cannot be written.
        """
        if idist.get_rank() == 0:
            content = {name: item.state_dict() for name, item in self.save_dict.items()}
            save_atomically({**content, "trainer": engine.state_dict()}, self.path)
