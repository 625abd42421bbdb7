"""Models, runs and exports for tests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from monai.bundle import ConfigParser
from tests_support import ROOT

from bundle.exporting.export_request import FLAVOURS

#: A network that is quick to compute, as an overlay.
SMALL = {"network_def#features": [4, 4, 4, 4, 4, 4]}


def write_json(path: Path, content: Any) -> Path:
    """Write a JSON file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=4))
    return path


def flavour_config(flavour: str, name: str) -> dict[str, Any]:
    """A config of a flavour, as it is."""
    return json.loads((ROOT / FLAVOURS[flavour] / f"{name}.json").read_text())


def write_model(path: Path, flavour: str, overlay: Mapping[str, Any] = SMALL, record: Any = None) -> Path:
    """A network that has learned nothing, but whose masks have more than one class.

    Args:
        path: of the checkpoint.
        flavour: of the config.
        overlay: on train.json.
        record: content of the JSON file beside it; None for no file.
    """
    parser = ConfigParser(flavour_config(flavour, "train"))
    parser.update({**overlay, "device": "cpu"})
    torch.manual_seed(0)
    network = parser.get_parsed_content("network_def").eval()
    path.parent.mkdir(parents=True, exist_ok=True)
    first, last = network.conv_0.conv_0.conv, network.final_conv
    with torch.no_grad():
        output = network(torch.randn(1, first.in_channels, *[64] * (first.weight.ndim - 2)))
        last.bias -= output.transpose(0, 1).flatten(1).mean(1)
    torch.save(network.state_dict(), path)
    if record is not None:
        write_json(path.with_suffix(".json"), record)
    return path


def write_run(folder: Path, flavour: str, data: Path, overlay: Mapping[str, Any] = SMALL) -> Path:
    """What a training leaves that is of use for an export."""
    parser = ConfigParser(flavour_config(flavour, "train"))
    parser.update({**overlay, "dataset_dir": str(data), "output_dir": str(folder.parent)})
    write_json(folder / "config.json", {key: value for key, value in parser.get().items() if key != "_meta_"})
    write_model(
        folder / "checkpoints" / "best.pt",
        flavour,
        overlay,
        {"val_dice": 0.75, "epoch": 40, "settings": {"classes": parser["classes"]}},
    )
    return folder
