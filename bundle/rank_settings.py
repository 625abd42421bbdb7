"""Reads from the config of an inference what is needed to score images."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from monai.bundle import ConfigParser
from torch import nn

from bundle.read_configs import read_configs
from scripts.checkpoints import load_weights
from scripts.errors import SettingError, root_user_error
from scripts.handlers import CheckedCheckpointLoader
from scripts.model_record import refuse_other_record

__all__ = ["RankTarget", "read_rank_target"]

_NEEDED = ("dataset#data", "network_def", "preprocessing", "inferer", "handlers", "device", "ckpt_path", "output_dir")


@dataclass(frozen=True)
class RankTarget:
    """What is to be ranked, and by which network.

    Attributes:
        images: paths.
        preprocessing: turns a case ``{"image": path}`` into one with the image `CH[WD]`.
        inferer: gives the logits `BCH[WD]` of an image `BCH[WD]` and a network.
        network: with its weights, on the device.
        device: of the network.
        output_dir: folder of the inference's results.
    """

    images: list[str]
    preprocessing: Callable[[dict[str, Any]], dict[str, Any]]
    inferer: Callable[[torch.Tensor, nn.Module], torch.Tensor]
    network: nn.Module
    device: torch.device
    output_dir: Path


def read_rank_target(config_files: Sequence[Path], overrides: Mapping[str, Any]) -> RankTarget:
    """Read the config of an inference as MONAI does, find the images and load the network.

    Paths that start from ``bundle_root`` start from the folder that holds the folder ``configs`` of the first file.

    Args:
        config_files: later ones change earlier ones.
        overrides: settings that win over those of the files.

    Raises:
        SettingError: when a file is no config, or not that of an inference, or the weights do not fit.
        DataError: when there are no images.
    """
    names = ", ".join(map(str, config_files))
    parser = read_configs(config_files)
    missing = [name for name in _NEEDED if name not in parser]
    if missing:
        raise SettingError(
            f"{names}: has no {', '.join(missing)}, so this is not the config of an inference. Give "
            "configs/inference.json or configs/volume/inference.json first, overlays after it."
        )
    parser.update({**_bundle_root(config_files[0]), **overrides})
    found = {name: _value(parser, name, names) for name in _NEEDED}
    device, network = torch.device(found["device"]), found["network_def"]
    for handler in found["handlers"]:
        if isinstance(handler, CheckedCheckpointLoader):
            refuse_other_record(found["ckpt_path"], handler.settings)
    network.load_state_dict(load_weights(found["ckpt_path"], network))
    return RankTarget(
        images=[case["image"] for case in found["dataset#data"]],
        preprocessing=found["preprocessing"],
        inferer=found["inferer"],
        network=network.to(device).eval(),
        device=device,
        output_dir=Path(found["output_dir"]),
    )


def _bundle_root(config_file: Path) -> dict[str, str]:
    """Where the bundle of a config lies, if that can be told."""
    for folder in config_file.absolute().parents:
        if folder.name == "configs":
            return {"bundle_root": "." if folder.parent == Path.cwd() else str(folder.parent)}
    return {}


def _value(parser: ConfigParser, name: str, files: str) -> Any:
    try:
        return parser.get_parsed_content(name)
    except Exception as error:  # MONAI wraps whatever goes wrong in a config
        raise root_user_error(error) or SettingError(
            f"{files}: {name} cannot be worked out ({error}). Correct what it refers to."
        ) from error
