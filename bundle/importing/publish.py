"""Moves the files of an import into the data set."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bundle.importing.data_set import DataSet
from bundle.importing.label_values import LabelValues
from scripts.boxes.compact_json import compact_json

__all__ = ["class_overlays", "publish"]

_BINARY = 2
# in the staging folder, beside the folders of label files
_BEFORE = ".before"


def publish(data_set: DataSet, staged: Path, out: Path, overlays: Mapping[str, Mapping[str, Any]]) -> None:
    """Move all files, then the datalist, or none.

    When it is stopped or fails in between, everything is put back. Where even that is not possible, such as after a
    power failure, the datalist is the old one, and the same import goes on where this one ended.

    Args:
        data_set: to be written.
        staged: folder with the files, on the same disk as ``out``.
        out: folder of the data set.
        overlays: configs by file name; settings that a user has added to one that is there stay.
    """
    for name, overlay in overlays.items():
        text = json.dumps({**_settings(out / name), **overlay}, indent=4) + "\n"
        (staged / name).write_text(text, encoding="utf-8")
    (staged / "datalist.json").write_text(compact_json(data_set.content), encoding="utf-8")
    labels = [name for case in data_set.taken for name in case.moves]
    removed = [name for case in data_set.taken for name in case.removed]
    _move([*labels, *overlays, "datalist.json"], removed, staged, out)


def _move(names: Iterable[str], removed: Iterable[str], staged: Path, out: Path) -> None:
    touched: list[str] = []
    made: list[Path] = []
    try:
        for name in names:
            made += _make_folder((out / name).parent)
            _keep(name, staged, out)
            touched.append(name)
            os.replace(staged / name, out / name)
        for name in removed:
            _keep(name, staged, out)
            touched.append(name)
            (out / name).unlink()
    except BaseException:
        for name in touched:
            if (staged / _BEFORE / name).exists():
                os.replace(staged / _BEFORE / name, out / name)
            else:
                (out / name).unlink(missing_ok=True)
        for folder in reversed(made):
            folder.rmdir()
        raise


def _keep(name: str, staged: Path, out: Path) -> None:
    """Copy a file that is there already, so that it is never missing, not even for a moment."""
    if (out / name).exists():
        (staged / _BEFORE / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(out / name, staged / _BEFORE / name)


def _make_folder(folder: Path) -> list[Path]:
    """The folders that had to be made, the outermost first."""
    made = [path for path in reversed((folder, *folder.parents)) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return made


def _settings(path: Path) -> dict[str, Any]:
    """What a config holds; nothing if it is missing or no config any longer."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def class_overlays(values: LabelValues, volumes: bool) -> dict[str, dict[str, Any]]:
    """Configs with the classes of the data set, for training and evaluation, and for inference.

    Args:
        values: of the label maps.
        volumes: whether the images are volumes, whose configs take the number of channels from the classes.
    """
    classes = {"classes": values.names}
    channels = {} if volumes else {"network_def#out_channels": len(values.names)}
    # matrices of the form "binary" exist for two classes only
    form = {"matrix_form": "binary" if len(values.names) == _BINARY else "omission"}
    return {
        "classes.json": {**classes, **channels, **form},
        "classes_inference.json": classes if volumes else channels,
    }
