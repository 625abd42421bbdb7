"""What ``python -m monai.bundle run`` was told: the settings that are in force, and those that nothing reads."""

from __future__ import annotations

import difflib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fire.parser import DefaultParseValue
from monai.bundle import ConfigParser
from monai.utils import ensure_tuple

from scripts.errors import SettingError
from scripts.replacing import replacing

__all__ = ["config_files", "executed_config", "refuse_other_settings", "refuse_unknown_settings"]

# arguments of monai.bundle.run itself, not ids of a config
_RUN_ARGUMENTS = {
    "run_id", "init_id", "final_id", "meta_file", "config_file", "logging_file", "tracking", "args_file",
    "workflow_name", "workflow_type",
}  # fmt: skip
# what a resumed run may be given anew: it changes where or how fast it runs, not what is learned
_MAY_CHANGE = {
    "resume",
    "check",
    "guard",
    "device",
    "amp",
    "num_workers",
    "cache_rate",
    "tracking_uri",
    "bundle_root",
    "output_dir",
}
_MEANT = {
    "epochs": "train#trainer#max_epochs",
    "max_epochs": "train#trainer#max_epochs",
    "lr": "learning_rate",
    "data": "dataset_dir",
}


def _given(arguments: Sequence[str]) -> dict[str, Any]:
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
        found[name if "#" in name else name.replace("-", "_")] = DefaultParseValue(value)
    return found


def _overrides(arguments: Sequence[str]) -> dict[str, Any]:
    """The pairs of :func:`_given` that MONAI applies: it drops those whose value is None."""
    return {name: value for name, value in _given(arguments).items() if value is not None}


def _is_bundle_run() -> bool:
    return Path(sys.argv[0]).parent.name == "bundle" and "run" in sys.argv[1:2]


def config_files() -> tuple[str, ...]:
    """The files of ``--config_file``; none in a process that was not started by ``python -m monai.bundle run``."""
    given = _overrides(sys.argv[2:]).get("config_file") if _is_bundle_run() else None
    return () if given is None else tuple(ensure_tuple(given))


def _read_config(config_file: str | Sequence[str]) -> dict[str, Any]:
    parser = ConfigParser()
    files = [config_file] if isinstance(config_file, str) else list(config_file)
    parser.read_config(files)
    return parser.get()


def _is_argument(parser: ConfigParser, name: str) -> bool:
    """Whether a setting adds an argument to a component of the config, which the component itself will check."""
    parent = name.rpartition("#")[0]
    return bool(parent) and parent in parser and isinstance(parser[parent], dict) and "_target_" in parser[parent]


def _executed() -> dict[str, Any] | None:
    """The config of this process, overlays and overrides applied; None if it was not read from the command line."""
    overrides = _overrides(sys.argv[2:]) if _is_bundle_run() else {}
    if "config_file" not in overrides:
        return None
    parser = ConfigParser(_read_config(overrides["config_file"]))
    parser.update({k: v for k, v in overrides.items() if k not in _RUN_ARGUMENTS})
    return {key: value for key, value in parser.get().items() if key != "_meta_"}


def executed_config(path: str | Path) -> Path | None:
    """Write the config of this process, overlays and overrides applied, as one JSON file.

    The file runs again with ``--config_file`` alone and gives the same training.

    Args:
        path: where to write it.

    Returns:
        The path, or None when the process is not a ``monai.bundle run`` with a ``--config_file`` on the command line.
    """
    content = _executed()
    if content is None:
        return None
    path = Path(path)
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(content, indent=4) + "\n", encoding="utf-8")
    return path


def refuse_other_settings(path: str | Path) -> None:
    """Stop when a resumed run is given other settings than it was started with.

    Optimiser and schedule keep what they were saved with, and a run that changes its data halfway has no meaning.

    Args:
        path: the config that the run was started with, from :func:`executed_config`.

    Raises:
        SettingError: naming each setting that differs.
    """
    now = _executed()
    if now is None:
        return
    before = json.loads(Path(path).read_text(encoding="utf-8"))
    keys = [key for key in {**before, **now} if key not in _MAY_CHANGE and before.get(key) != now.get(key)]
    if keys:
        listed = "; ".join(_difference(key, before.get(key), now.get(key)) for key in keys)
        raise SettingError(
            f"a resumed run must repeat the settings it was started with ({path}); these differ: {listed}. Give the "
            "same settings, or start a new training without --resume."
        )


def _difference(key: str, before: Any, now: Any) -> str:
    if isinstance(before, dict) and isinstance(now, dict):
        inner = [name for name in {**before, **now} if before.get(name) != now.get(name)]
        return "; ".join(_difference(f"{key}#{name}", before.get(name), now.get(name)) for name in inner)
    return f"{key} was {str(before)[:80]}, now {str(now)[:80]}"


def refuse_unknown_settings() -> None:
    """Stop when an override on the command line names no setting of the config, or is None.

    MONAI adds such a setting silently, and nothing ever reads it: ``--epochs 100`` would train the default number of
    epochs. An override that is None it ignores. Does nothing in a process that was not started by
    ``python -m monai.bundle run``.

    Raises:
        SettingError: naming the setting and the nearest one that exists, or how to write None.
    """
    if not _is_bundle_run():
        return
    overrides = _given(sys.argv[2:])
    if overrides.get("config_file") is None:
        return
    parser = ConfigParser(_read_config(overrides["config_file"]))
    for name, value in overrides.items():
        known = name.lstrip("+")
        if known in _RUN_ARGUMENTS:
            continue
        if known.startswith("_meta_") or known in parser or _is_argument(parser, known):
            if value is None:
                raise SettingError(f"MONAI ignores --{name} None, so it would change nothing; write --{name} '$None'.")
            continue
        top = [key for key in parser.get() if not key.startswith("_")]
        near = [_MEANT[known]] if known in _MEANT else difflib.get_close_matches(known, top, n=3)
        hint = (
            f" Did you mean {' or '.join('--' + n for n in near)}?" if near else f" Known settings: {', '.join(top)}."
        )
        raise SettingError(f"--{name} is no setting of {overrides['config_file']}.{hint}")
