"""Keeps the config that a run was started with beside its results."""

from __future__ import annotations

from pathlib import Path

from ignite.engine import Engine, Events

from scripts.command_line import executed_config

__all__ = ["SaveExecutedConfig"]


class SaveExecutedConfig:
    """Writes the executed config when the engine starts, overlays and overrides applied.

    A process that is not ``python -m monai.bundle run`` (MONAI Label's, for one) has no command line to read it from;
    nothing is written then.

    Args:
        path: JSON file. One that is there already is kept: a resumed run is still the one that was started.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)

    def attach(self, engine: Engine) -> None:
        """Attach to a trainer or evaluator."""
        engine.add_event_handler(Events.STARTED, self)

    def __call__(self, engine: Engine) -> None:
        """Write."""
        if not self.path.exists():
            executed_config(self.path)
