"""The model as ONNX, for programs without PyTorch."""

from __future__ import annotations

import importlib
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
from torch import nn

from bundle.exporting.network_inputs import largest_difference
from scripts.errors import SettingError

__all__ = ["require_onnx", "write_onnx"]

_NEEDED = ("onnx", "onnxscript", "onnxruntime")


def require_onnx() -> None:
    """Stop before any work when packages are missing.

    Raises:
        SettingError: that says how to install them.
    """
    missing = []
    for name in _NEEDED:
        try:
            importlib.import_module(name)
        except ImportError:
            missing.append(name)
    if missing:
        raise SettingError(
            f"--onnx needs {', '.join(missing)}. Install with: python -m pip install -r requirements-export.txt"
        )


def write_onnx(network: nn.Module, path: Path, inputs: list[torch.Tensor]) -> float:
    """Write a network as ONNX with the input ``image`` and the output ``pred``, of any batch and allowed size.

    Args:
        network: with its weights, in evaluation mode.
        path: ``model.onnx``; removed again when it does not agree with the network.
        inputs: `BC[WHD]` of several sizes, to compare on.

    Returns:
        The largest absolute difference from the network's outputs, computed by ONNX Runtime on the CPU.

    Raises:
        SettingError: when the network cannot be converted, or the file gives something else.
    """
    import onnxruntime

    # an axis of length 1 would be taken for fixed
    example = max(inputs, key=len)
    axes = {axis: torch.export.Dim.DYNAMIC for axis in (0, *range(2, example.ndim))}
    try:
        with _quiet():
            torch.onnx.export(
                network,
                (example,),
                str(path),
                dynamo=True,
                dynamic_shapes=(axes,),
                input_names=["image"],
                output_names=["pred"],
                external_data=False,
                verbose=False,
            )
    except Exception as error:  # each part of the exporter has its own
        path.unlink(missing_ok=True)
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise SettingError(
            f"this network_def cannot be written as ONNX ({first}). Export without --onnx; model.pt is not affected."
        ) from error
    try:
        _forget_source(path)
        session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])

        def run(image: torch.Tensor) -> torch.Tensor:
            return torch.from_numpy(session.run(None, {"image": image.numpy()})[0])

        return largest_difference(network, run, inputs, path.name)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _forget_source(path: Path) -> None:
    """Drop where each node comes from: paths of this computer, often with the name of its user."""
    import onnx

    model = onnx.load(path)
    graph = model.graph
    for item in (model, graph, *graph.node, *graph.input, *graph.output, *graph.value_info, *graph.initializer):
        del item.metadata_props[:]
        item.doc_string = ""
    onnx.save(model, path)


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the exporter's remarks on torchvision and on itself, which tell a user nothing."""
    logger = logging.getLogger("torch.onnx")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(before)
