"""Reads the configs that a command is given, without building anything of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from monai.bundle import ConfigParser

from scripts.errors import SettingError

__all__ = ["read_configs"]


def read_configs(config_files: Sequence[Path]) -> ConfigParser:
    """The configs as MONAI merges them; later ones change earlier ones.

    Raises:
        SettingError: when a file is no config.
    """
    parser = ConfigParser()
    try:
        parser.read_config([str(path) for path in config_files])
    except Exception as error:  # JSON, YAML and MONAI raise different kinds
        names = ", ".join(map(str, config_files))
        raise SettingError(f"{names}: cannot be read as a config ({error}). Expected JSON or YAML.") from error
    return parser
