"""The configs of an exported bundle, which agree with each other."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monai.bundle import ConfigParser
from torch import nn

from bundle.exporting.agree_inference import agree_inference
from bundle.exporting.config_items import evaluated, read_json
from bundle.exporting.deployed_places import place_inference, place_training, refuse_paths
from bundle.exporting.export_request import ROOT, ExportRequest
from bundle.exporting.label_tables import fit_tables
from bundle.exporting.merge_training import merge_training
from scripts.errors import SettingError

__all__ = ["BundleConfigs", "make_configs", "write_configs"]

_RECORDED = ("classes", "spacing", "window")
_PARTS = ("preprocessing", "inferer", "postprocessing")


@dataclass(frozen=True)
class BundleConfigs:
    """What goes into ``configs``, and what follows from it.

    Attributes:
        train: train.json.
        evaluate: evaluate.json.
        inference: inference.json.
        settings: ``classes``, of volumes also ``spacing`` and ``window``: what the model must be used with.
        network: ``network_def`` of the inference, with random weights.
    """

    train: dict[str, Any]
    evaluate: dict[str, Any]
    inference: dict[str, Any]
    settings: dict[str, Any]
    network: nn.Module

    @property
    def classes(self) -> list[str]:
        """Names, background first."""
        return self.settings["classes"]


def make_configs(request: ExportRequest) -> BundleConfigs:
    """Merge the overlays of an export into the flavour's configs.

    Raises:
        SettingError: when they do not fit together.
    """
    base = read_json(request.configs / "train.json")
    merged = merge_training(request.configs / "train.json", request.config_files)
    train = place_training(merged, base, read_json(ROOT / "configs" / "multi_gpu_train.json"))
    parser = ConfigParser(copy.deepcopy(train))  # parsing rewrites what it is given
    settings = {name: evaluated(parser, name, "train.json") for name in _RECORDED if name in train}
    train |= fit_tables(train, base, _checked_classes(settings["classes"]))
    inference = agree_inference(place_inference(read_json(request.configs / "inference.json")), train, base)
    evaluate = read_json(request.configs / "evaluate.json")
    refuse_paths({"train.json": train, "inference.json": inference, "evaluate.json": evaluate})
    parser = ConfigParser({**copy.deepcopy(inference), "device": "cpu"})
    network = evaluated(parser, "network_def", "inference.json")
    for part in _PARTS:
        evaluated(parser, part, "inference.json")
    return BundleConfigs(train, evaluate, inference, settings, network)


def write_configs(folder: Path, configs: BundleConfigs, metadata: Mapping[str, Any]) -> None:
    """Write the folder ``configs`` of a bundle: the flat layout that a MONAI bundle has."""
    (folder / "methods").mkdir(parents=True)
    contents = {
        "train": configs.train,
        "evaluate": configs.evaluate,
        "inference": configs.inference,
        "metadata": metadata,
    }
    for name, content in contents.items():
        (folder / f"{name}.json").write_text(json.dumps(content, indent=4) + "\n", encoding="utf-8")
    own = ROOT / "configs"
    for path in (own / "logging.conf", own / "multi_gpu_train.json", *sorted((own / "methods").glob("*.json"))):
        shutil.copyfile(path, folder / path.relative_to(own))


def _checked_classes(classes: Any) -> list[str]:
    if not isinstance(classes, list) or len(classes) < 2 or not all(isinstance(name, str) for name in classes):
        raise SettingError(f"`classes` must list at least two names, the background first, got {classes!r}.")
    return classes
