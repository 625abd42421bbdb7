"""The model of an exported bundle: a plain state dict that fits the exported network, and its record."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import nn

from scripts.checkpoints import load_weights, save_atomically
from scripts.errors import SettingError
from scripts.model_record import read_record, refuse_other_record, write_record

__all__ = ["check_network", "load_model", "write_model"]

_HINT = "For an export, give what the model was trained with: --config_file for each overlay, or its other --flavour."


def load_model(path: Path, network: nn.Module, settings: Mapping[str, Any]) -> nn.Module:
    """Load a checkpoint into the network, in evaluation mode on the CPU.

    Args:
        path: of the checkpoint.
        network: the exported ``network_def``.
        settings: that the model is to be used with, judged by the record beside it.

    Raises:
        SettingError: when the file is none, does not fit the network, was trained with other settings, or holds
            weights that are not finite.
    """
    try:
        state = load_weights(path, network)
        refuse_other_record(path, settings)
    except SettingError as error:
        raise SettingError(f"{error} {_HINT}") from error
    broken = [name for name, value in state.items() if value.is_floating_point() and not value.isfinite().all()]
    if broken:
        raise SettingError(
            f"{path}: {len(broken)} weights are not finite ({broken[0]}, ...). Export another checkpoint."
        )
    network.load_state_dict(state)
    return network.cpu().eval()


def check_network(network: nn.Module, inputs: Sequence[torch.Tensor], classes: Sequence[str]) -> None:
    """Stop when a network does not give one channel per class, of the size of its input.

    Args:
        network: in evaluation mode.
        inputs: `BC[WHD]`.
        classes: names, background first.

    Raises:
        SettingError: naming what is given instead.
    """
    for image in inputs:
        wanted = (image.shape[0], len(classes), *image.shape[2:])
        try:
            with torch.no_grad():
                output = network(image)
        except Exception as error:  # each network has its own
            raise SettingError(f"network_def fails on an input of {tuple(image.shape)}: {error}.") from error
        given = tuple(output.shape) if isinstance(output, torch.Tensor) else f"a {type(output).__name__}"
        if given != wanted:
            raise SettingError(
                f"network_def gives {given} for an input of {tuple(image.shape)}; {len(classes)} classes "
                f"({', '.join(classes)}) need {wanted}. Check classes, network_def#out_channels and --config_file."
            )


def write_model(network: nn.Module, source: Path, settings: Mapping[str, Any], target: Path) -> dict[str, Any]:
    """Write the weights as a plain state dict, and the record beside them.

    Args:
        network: with the weights.
        source: the checkpoint that they came from, with its record.
        settings: that the model must be used with.
        target: ``model.pt`` of the exported bundle.

    Returns:
        The record; without any metric where the source has none.
    """
    save_atomically({name: value.detach().cpu() for name, value in network.state_dict().items()}, target)
    record = read_record(source)
    # model.json may be another file of the user, whose numbers would go into the model card
    record = record if {"epoch", "settings"} & set(record) else {}
    former = record.get("settings")
    kept = former if isinstance(former, dict) else {}
    record["settings"] = {**kept, **json.loads(json.dumps(dict(settings)))}
    write_record(target, record)
    return record
