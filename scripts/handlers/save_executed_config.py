"""Keeps the config that a run was started with beside its results."""

from __future__ import annotations

from pathlib import Path

from ignite.engine import Engine, Events

from scripts.command_line import executed_config, refuse_other_settings

__all__ = ["SaveExecutedConfig"]


class SaveExecutedConfig:
    """Writes the executed config when the engine starts, overlays and overrides applied.

    A process that is not ``python -m monai.bundle run`` (MONAI Label's, for one) has no command line to read it from;
    nothing is written then.

    Args:
        path: JSON file. One that is there already is kept, since a resumed run is the one that was
            started, and must agree with the settings of this process.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)

    def attach(self, engine: Engine) -> None:
        """Attach to a trainer or evaluator."""
        engine.add_event_handler(Events.STARTED, self)

    def __call__(self, engine: Engine) -> None:
        """Write, or compare.

        Raises:
            SettingError: when a resumed run is given other settings.
        """
        if self.path.exists():
            refuse_other_settings(self.path)
        else:
            executed_config(self.path)
