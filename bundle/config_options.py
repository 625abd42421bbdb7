"""Options of the commands that read the configs of a training or an inference."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

__all__ = ["config_options"]

_CONFIGS = Path(__file__).resolve().parents[1] / "configs"


def config_options(name: str, what: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command the options ``--config-file`` and ``--volume``.

    The function of the command gets ``config_files``, a tuple of at least one path.

    Args:
        name: of the config that is read where none is given, such as ``train.json``.
        what: the config is, for the help page.

    Returns:
        A decorator, to stand below ``click.command``.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @click.option(
            "--config-file",
            "--config_file",
            "config_files",
            type=click.Path(path_type=Path, exists=True, dir_okay=False),
            multiple=True,
            help=f"{what}; repeat for overlays. [default: configs/{name}]",
        )
        @click.option("--volume", is_flag=True, help=f"Short for --config-file configs/volume/{name}.")
        @wraps(function)
        def command(*args: Any, config_files: tuple[Path, ...], volume: bool, **options: Any) -> Any:
            if volume and config_files:
                raise click.UsageError("--volume and --config-file exclude each other.")
            default = _CONFIGS / "volume" / name if volume else _CONFIGS / name
            return function(*args, config_files=config_files or (default,), **options)

        return command

    return decorate
