"""Where an exported bundle finds its data and puts its results: below itself, never on the exporter's computer."""

from __future__ import annotations

import copy
import re
from typing import Any

from bundle.exporting.config_items import strings
from scripts.errors import SettingError, list_problems

__all__ = ["place_inference", "place_training", "refuse_paths"]

_TRAINING = {
    "bundle_root": ".",
    "dataset_dir": "$@bundle_root + '/data'",
    "ckpt_dir": "$@bundle_root + '/models'",
    "output_dir": "$@bundle_root + '/eval'",
}
_INFERENCE = {
    "bundle_root": ".",
    "dataset_dir": "$@bundle_root + '/data/images'",
    "ckpt_path": "$@bundle_root + '/models/model.pt'",
    "output_dir": "$@bundle_root + '/eval/inference'",
}
# of the computer that trained, or of one start of it, not of the model
_LOCAL = ("tracking_uri", "device", "rank", "resume", "check", "num_workers", "cache_rate")

_PATH = re.compile(r"/|~|[A-Za-z]:[\\/]|\\\\")
# in an expression, below the root of the file system; '/data' is what many add to @bundle_root
_QUOTED_PATH = re.compile(r"""(?<!\+ )(?<!\+)['"](?:/|~/|[A-Za-z]:[\\/])""")


def place_training(config: dict[str, Any], base: dict[str, Any], several_gpus: dict[str, Any]) -> dict[str, Any]:
    """A training's config with the places of an exported bundle; no demo data are generated any more.

    Args:
        config: overlays merged.
        base: the flavour's own, whose values of what belongs to one computer are taken.
        several_gpus: multi_gpu_train.json, which the config of a run may hold; the bundle has it as an overlay.
    """
    placed = _without(copy.deepcopy(config), base, several_gpus)
    placed |= {**_TRAINING, **{key: base[key] for key in _LOCAL if key in base}}
    if "@dataset_dir" not in str(placed.get("datalist")):
        placed["datalist"] = base["datalist"]
    for block in ("train", "validate"):
        data = placed[block]["dataset"]["data"]
        if isinstance(data, dict):
            for key in ("demo_dir", "flavour"):  # the flavour is that of the demo
                data.pop(key, None)
    return placed


def place_inference(config: dict[str, Any]) -> dict[str, Any]:
    """An inference's config with the places of an exported bundle."""
    return {**copy.deepcopy(config), **_INFERENCE}


def _without(config: dict[str, Any], base: dict[str, Any], overlay: dict[str, Any]) -> dict[str, Any]:
    """The config with the base's values wherever it has those of an overlay."""
    for key, value in overlay.items():
        *parents, name = key.split("#")
        item, original = config, base
        for parent in parents:
            item, original = item[parent], original[parent]
        if item.get(name) == value and original.get(name) != value:
            item.pop(name)
            if name in original:
                item[name] = copy.deepcopy(original[name])
    return config


def refuse_paths(configs: dict[str, dict[str, Any]]) -> None:
    """Stop when a config names a place on the exporter's computer.

    Args:
        configs: by their file names.

    Raises:
        SettingError: listing every such setting.
    """
    problems = [
        f"{file}: {where} is {text}"
        for file, config in configs.items()
        for where, text in strings(config)
        if _PATH.match(text) or (text.startswith("$") and _QUOTED_PATH.search(text))
    ]
    if problems:
        title = "settings are paths of this computer; use paths that start at @bundle_root or @dataset_dir"
        raise SettingError(list_problems(title, problems))
