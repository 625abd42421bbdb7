"""The model as TorchScript, for programs without the bundle's code."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from monai.data import save_net_with_metadata
from monai.networks.utils import convert_to_torchscript
from torch import nn

from bundle.exporting.network_inputs import largest_difference
from scripts.errors import SettingError
from scripts.replacing import replacing

__all__ = ["write_torchscript"]

# by PyTorch itself, for each file
_WRITTEN = (".data/serialization_id", "version", "byteorder")


def write_torchscript(
    network: nn.Module,
    path: Path,
    inputs: list[torch.Tensor],
    metadata: Mapping[str, Any],
    inference: Mapping[str, Any],
) -> float:
    """Write a network as TorchScript, with metadata.json and inference.json inside as MONAI's ``ckpt_export`` does.

    Args:
        network: with its weights, in evaluation mode.
        path: ``model.ts``; removed again when it does not agree with the network.
        inputs: `BC[WHD]`, to compare on.
        metadata: of the bundle.
        inference: config of the inference.

    Returns:
        The largest absolute difference from the network's outputs.

    Raises:
        SettingError: when the network cannot be converted, or the file gives something else.
    """
    try:
        converted = convert_to_torchscript(network)
    except Exception as error:  # what cannot be scripted fails in many ways
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise SettingError(
            f"this network_def cannot be written as TorchScript ({first}). Export without --torchscript; model.pt is "
            "not affected."
        ) from error
    save_net_with_metadata(
        converted,
        str(path),
        include_config_vals=False,
        append_timestamp=False,
        meta_values=dict(metadata),
        more_extra_files={"inference.json": json.dumps(inference).encode()},
    )
    try:
        _forget_source(path)
        loaded = torch.jit.load(str(path), map_location="cpu").eval()

        def run(image: torch.Tensor) -> torch.Tensor:
            with torch.no_grad():
                return loaded(image)

        return largest_difference(network, run, inputs, path.name)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _forget_source(path: Path) -> None:
    """Drop the notes for tracebacks: paths of this computer, often with the name of its user."""
    reader = torch._C.PyTorchFileReader(str(path))
    with replacing(path) as temporary:
        # the records of a file of PyTorch are aligned, which zipfile does not do
        writer = torch._C.PyTorchFileWriter(str(temporary))
        for name in reader.get_all_records():
            if not name.endswith(".debug_pkl") and name not in _WRITTEN:
                content = reader.get_record(name)
                writer.write_record(name, content, len(content))
        writer.write_end_of_file()
