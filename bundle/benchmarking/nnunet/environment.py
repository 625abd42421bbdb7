"""Finds the environment of nnU-Net, and asks what is in it."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bundle.benchmarking.cell_commands import ROOT
from scripts.errors import SettingError

__all__ = ["ENVIRONMENT", "Installed", "inspect_nnunet", "nnunet_environment", "require_nnunet"]

#: Variable that names the virtual environment.
ENVIRONMENT = "NNUNET_VENV"
_DEFAULT = ".venv-nnunet"
_PROBE = """
import json
from importlib.metadata import version

import torch

print(json.dumps({"nnunetv2": version("nnunetv2"), "torch": torch.__version__, "gpu": torch.cuda.is_available()}))
"""


@dataclass(frozen=True)
class Installed:
    """What the environment holds.

    Attributes:
        nnunetv2, torch: versions.
        gpu: whether its torch sees a GPU.
    """

    nnunetv2: str
    torch: str
    gpu: bool


def nnunet_environment() -> Path:
    """Folder of the virtual environment, which may be missing."""
    return Path(os.path.abspath(ROOT / (os.environ.get(ENVIRONMENT) or _DEFAULT)))


def require_nnunet() -> Path:
    """Folder of the commands of nnU-Net.

    Raises:
        SettingError: there is none.
    """
    folder = nnunet_environment() / "bin"
    if not (folder / "nnUNetv2_train").is_file():
        raise SettingError(
            f"the method nnunet_ignore needs nnU-Net v2 in an environment of its own, and there is no "
            f"{folder / 'nnUNetv2_train'}. Build it with `make nnunet`, or name another environment in the variable "
            f"{ENVIRONMENT}."
        )
    return folder


def inspect_nnunet(folder: Path) -> Installed:
    """Ask the environment's Python.

    Args:
        folder: that of its commands, see :func:`require_nnunet`.

    Raises:
        SettingError: it cannot be imported.
    """
    asked = subprocess.run(  # noqa: S603
        [folder / "python", "-c", _PROBE], capture_output=True, text=True, check=False
    )
    if asked.returncode:
        reason = (asked.stderr.strip().splitlines() or [f"status {asked.returncode}"])[-1]
        raise SettingError(f"{folder.parent}: nnU-Net cannot be imported ({reason}). Build it anew with `make nnunet`.")
    return Installed(**json.loads(asked.stdout.strip().splitlines()[-1]))
