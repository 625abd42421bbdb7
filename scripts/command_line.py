"""What ``python -m monai.bundle run`` was told: the settings that are in force, and those that nothing reads."""

from __future__ import annotations

import ast
import difflib
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from monai.bundle import ConfigParser

from scripts.errors import SettingError

__all__ = ["executed_config", "refuse_unknown_settings"]

# arguments of monai.bundle.run itself, not ids of a config
_RUN_ARGUMENTS = {
    "run_id", "init_id", "final_id", "meta_file", "config_file", "logging_file", "tracking", "args_file",
    "workflow_name", "workflow_type",
}  # fmt: skip
_MEANT = {
    "epochs": "train#trainer#max_epochs",
    "max_epochs": "train#trainer#max_epochs",
    "lr": "learning_rate",
    "data": "dataset_dir",
}


def _overrides(arguments: Sequence[str]) -> dict[str, Any]:
    """``--name value`` and ``--name=value`` pairs, with values read as fire reads them."""
    found: dict[str, Any] = {}
    position = 0
    while position < len(arguments):
        word = arguments[position]
        position += 1
        if not word.startswith("--"):
            continue
        name, equals, value = word[2:].partition("=")
        if not equals:
            has_value = position < len(arguments) and not arguments[position].startswith("--")
            value = arguments[position] if has_value else "True"
            position += has_value
        try:
            found[name] = ast.literal_eval(value)
        except (ValueError, SyntaxError):
            found[name] = value
    return found


def _is_bundle_run() -> bool:
    return Path(sys.argv[0]).parent.name == "bundle" and "run" in sys.argv[1:2]


def _read_config(config_file: str | Sequence[str]) -> dict[str, Any]:
    parser = ConfigParser()
    files = [config_file] if isinstance(config_file, str) else list(config_file)
    parser.read_config(files)
    return parser.get()


def executed_config(path: str | Path) -> Path | None:
    """Write the config of this process, overlays and overrides applied, as one JSON file.

    The file runs again with ``--config_file`` alone and gives the same training.

    Args:
        path: where to write it.

    Returns:
        The path, or None when the process is not a ``monai.bundle run`` on the command line.
    """
    if not _is_bundle_run():
        return None
    overrides = _overrides(sys.argv[2:])
    parser = ConfigParser(_read_config(overrides["config_file"]))
    parser.update({k: v for k, v in overrides.items() if k not in _RUN_ARGUMENTS})
    content = {key: value for key, value in parser.get().items() if key != "_meta_"}
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    temporary.write_text(json.dumps(content, indent=4) + "\n", encoding="utf-8")
    os.replace(temporary, path)
    return path


def refuse_unknown_settings() -> None:
    """Stop when an override on the command line names no setting of the config.

    MONAI adds such a setting silently, and nothing ever reads it: ``--epochs 100`` would train the default number of
    epochs. Does nothing in a process that was not started by ``python -m monai.bundle run``.

    Raises:
        SettingError: naming the setting and the nearest one that exists.
    """
    if not _is_bundle_run():
        return
    overrides = _overrides(sys.argv[2:])
    if "config_file" not in overrides:
        return
    parser = ConfigParser(_read_config(overrides["config_file"]))
    for name in overrides:
        known = name.lstrip("+")
        if known in _RUN_ARGUMENTS or known.startswith("_meta_") or known in parser:
            continue
        top = [key for key in parser.get() if not key.startswith("_")]
        near = [_MEANT[known]] if known in _MEANT else difflib.get_close_matches(known, top, n=3)
        hint = (
            f" Did you mean {' or '.join('--' + n for n in near)}?" if near else f" Known settings: {', '.join(top)}."
        )
        raise SettingError(f"--{name} is no setting of {overrides['config_file']}.{hint}")
