"""Reading and writing weights safely."""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn

from scripts.errors import SettingError
from scripts.replacing import replacing

__all__ = [
    "BEST_TRAINING",
    "LAST",
    "find_resume_point",
    "load_weights",
    "mismatch",
    "require_writable",
    "save_atomically",
]

#: Name of the file that a killed training goes on from, in the folder ``checkpoints`` of its run.
LAST = "last.pt"

#: Name of the file with a run's best network and all that belongs to it in training (matrices, log variances).
BEST_TRAINING = "best_training.pt"


def save_atomically(content: Any, path: str | Path) -> None:
    """``torch.save`` to a temporary name, then rename: a reader sees the old file or the new one, never a part.

    Raises:
        SettingError: when the folder cannot be written or the disk is full; the old file is then untouched.
    """
    path = Path(path)
    try:
        with replacing(path) as temporary:
            torch.save(content, temporary)
    except (OSError, RuntimeError) as error:  # torch reports a full disk as RuntimeError
        raise SettingError(
            f"{path} could not be written ({error}). Free some space, or choose another folder with --ckpt_dir or "
            "--output_dir; what was saved before is untouched."
        ) from error


def require_writable(folders: Iterable[str | Path]) -> None:
    """Stop before a training rather than at its first checkpoint; nothing is created.

    Raises:
        SettingError: naming the folder that cannot be written, or created.
    """
    for folder in folders:
        existing = Path(folder).absolute()
        while not existing.exists():
            existing = existing.parent
        if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
            raise SettingError(
                f"{folder} cannot be written ({existing} is {'read-only' if existing.is_dir() else 'a file'}). Choose "
                "another folder with --ckpt_dir or --output_dir."
            )


def mismatch(network: nn.Module, state: Mapping[str, Any]) -> str:
    """How weights differ from what a network needs, in one sentence; empty if they fit."""
    expected = network.state_dict()
    missing = [key for key in expected if key not in state]
    foreign = [key for key in state if key not in expected]
    shapes = [
        f"{key} is {tuple(state[key].shape)} instead of {tuple(value.shape)}"
        for key, value in expected.items()
        if key in state and tuple(state[key].shape) != tuple(value.shape)
    ]
    parts = []
    if missing:
        parts.append(f"{len(missing)} weights are missing ({missing[0]}, ...)")
    if foreign:
        parts.append(f"{len(foreign)} are of something else ({foreign[0]}, ...)")
    if shapes:
        parts.append(f"{len(shapes)} have another shape ({shapes[0]})")
    return "; ".join(parts)


def load_weights(path: str | Path, network: nn.Module) -> dict[str, torch.Tensor]:
    """The weights in a checkpoint, checked against a network but not yet loaded into it.

    Args:
        path: a file that holds a state dict, or a dict with one under ``model``.
        network: what the weights must fit, name by name and shape by shape.

    Returns:
        The state dict, on the CPU.

    Raises:
        SettingError: when the file is missing, is no checkpoint, or belongs to another network.
    """
    if not Path(path).is_file():
        raise SettingError(f"the checkpoint {path} does not exist. Train a model first, or give its path.")
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        # PyTorch's own message advises to load it all the same, which runs whatever code is in it
        raise SettingError(
            f"{path} is not a readable checkpoint, or holds more than weights, which may be code. It is not opened: "
            "use the model.pt of a training."
        ) from error
    except Exception as error:  # unpickling fails in many ways
        reason = next(iter(str(error).splitlines()), "")
        if not any(letter.isalpha() for letter in reason):  # such as the byte at which unpickling failed
            reason = "no file that PyTorch wrote"
        raise SettingError(f"{path} is not a readable checkpoint ({reason}).") from error
    state = state.get("model", state) if isinstance(state, dict) else {}
    if difference := mismatch(network, state):
        raise SettingError(
            f"{path} holds the weights of another network than `network_def` describes: {difference}. Use the "
            "network_def and classes it was trained with, or another checkpoint (move the file away, or --ckpt_dir)."
        )
    return state


def find_resume_point(resume: bool | str, output_dir: str | Path) -> str:
    """The checkpoint that a killed run goes on from.

    Args:
        resume: a checkpoint, the folder of a run, or True for the latest run in ``output_dir``.
        output_dir: folder of all runs.

    Raises:
        SettingError: when there is none; a training never silently starts afresh.
    """
    root = Path(output_dir) if resume is True else Path(str(resume))
    if root.is_file():
        return str(root)
    found = sorted(root.glob(f"*/checkpoints/{LAST}" if resume is True else f"checkpoints/{LAST}"), key=_age)
    if not found:
        raise SettingError(
            f"--resume found no checkpoint {LAST} in {root}. Name the folder of the run (a folder in {output_dir}), "
            "or leave --resume out to start a new training."
        )
    return str(found[-1])


def _age(path: Path) -> float:
    return path.stat().st_mtime
