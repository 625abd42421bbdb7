"""One train.json out of that of a flavour and the overlays that a model was trained with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from monai.bundle import ConfigParser

from bundle.exporting.config_items import read_json, references
from scripts.errors import SettingError, list_problems

__all__ = ["merge_training"]


def merge_training(base: Path, overlays: Sequence[Path]) -> dict[str, Any]:
    """The config of a training, overlays applied as MONAI does: ``#`` in keys, ``+key``, later files win.

    Args:
        base: the flavour's train.json.
        overlays: configs, such as an import's classes.json or the config.json of a run.

    Raises:
        SettingError: when an overlay cannot be read, sets what nothing reads, or the result is of another flavour.
    """
    known = read_json(base)
    contents = {path: _load(path) for path in overlays}
    try:
        merged = ConfigParser.load_config_files([base, *overlays])
    except KeyError as error:
        raise SettingError(
            f"{', '.join(map(str, overlays))}: sets something inside of {error}, which {base} does not have. Give the "
            "overlays of the training; inference.json takes its window from `validate#inferer`."
        ) from error
    except Exception as error:  # files, JSON, YAML and MONAI raise different kinds
        raise SettingError(f"{', '.join(map(str, overlays))}: cannot be merged into {base} ({error}).") from error
    merged.pop("_meta_", None)
    _refuse_unread(contents, known, merged, base)
    dims = known["network_def"]["spatial_dims"]
    found = merged["network_def"].get("spatial_dims", dims) if isinstance(merged.get("network_def"), dict) else dims
    if found != dims:
        raise SettingError(
            f"{', '.join(map(str, overlays))}: network_def has {found} dimensions, but {base} needs {dims}. Choose the "
            "other --flavour."
        )
    return json.loads(json.dumps(merged))


def _load(path: Path) -> Any:
    try:
        return ConfigParser.load_config_file(path)
    except Exception as error:  # files, JSON, YAML and MONAI raise different kinds
        raise SettingError(f"{path} cannot be read as a config ({error}). Correct it, or give another file.") from error


def _refuse_unread(contents: dict[Path, Any], known: dict[str, Any], merged: dict[str, Any], base: Path) -> None:
    """Stop where an overlay is misspelt or meant for another config: nothing would read what it sets."""
    read = {name.split("#")[0] for name in references(merged)}
    problems = []
    for path, content in contents.items():
        if not isinstance(content, dict):
            raise SettingError(f"{path} must hold an object of settings, got a {type(content).__name__}.")
        for key in content:
            top = key.lstrip("+").replace("::", "#").split("#")[0]
            if top not in known and top not in read and top != "_meta_":
                problems.append(f"{path}: {key}")
    if problems:
        raise SettingError(
            list_problems(f"{base} has no such settings, and nothing refers to them; give overlays of it", problems)
        )
