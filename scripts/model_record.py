"""The record beside a model: what it reached, and the settings without which its answers would be wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scripts.errors import SettingError
from scripts.replacing import replacing

__all__ = ["read_record", "record_path", "refuse_other_record", "write_record"]


def record_path(model_path: str | Path) -> Path:
    """``model.json`` for ``model.pt``."""
    return Path(model_path).with_suffix(".json")


def write_record(model_path: str | Path, record: Mapping[str, Any]) -> None:
    """Write the record of a model, whole.

    A new model's record is removed before the model is replaced and written after it: a process that is killed in
    between leaves a model without record, never with that of another.
    """
    with replacing(record_path(model_path)) as temporary:
        temporary.write_text(json.dumps(record, indent=4) + "\n", encoding="utf-8")


def read_record(model_path: str | Path) -> dict[str, Any]:
    """The record of a model; empty where there is none that can be read."""
    try:
        record = json.loads(record_path(model_path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def refuse_other_record(model_path: str | Path, settings: Mapping[str, Any]) -> None:
    """Stop when a model was trained with other settings than those it is to be used with.

    A network runs on volumes of another spacing or intensity window without complaint, and answers nonsense.

    Args:
        model_path: of the model; one without record is not judged.
        settings: by name; those that the record lacks are not judged.

    Raises:
        SettingError: naming each setting that differs, and the value that the model needs.
    """
    trained = read_record(model_path).get("settings")
    if not isinstance(trained, dict):
        return
    now = json.loads(json.dumps(dict(settings)))
    differing = [name for name in now if name in trained and trained[name] != now[name]]
    if differing:
        listed = "; ".join(f"{name} was {json.dumps(trained[name])}, is {json.dumps(now[name])}" for name in differing)
        options = " ".join(f"--{name} {_shell(trained[name])}" for name in differing)
        raise SettingError(
            f"{model_path} was trained with other settings: {listed}. Give {options}, or another checkpoint (move the "
            "file away, or --ckpt_dir)."
        )


def _shell(value: Any) -> str:
    """A value as it is given on the command line; MONAI ignores None there, but not the expression."""
    return "'$None'" if value is None else str(value) if isinstance(value, (int, float)) else f'"{value}"'
