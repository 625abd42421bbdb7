"""What nnU-Net's training was allowed, as nnU-Net tells it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from bundle.benchmarking.nnunet.commands import DATASET, Choice

__all__ = ["nnunet_budget"]

_COUNT = """
import sys

import torch

# a file that this very environment has just written
weights = torch.load(sys.argv[1], map_location="cpu", weights_only=False)["network_weights"]
buffers = ("running_mean", "running_var", "num_batches_tracked")
# a decoder holds its encoder a second time, under another name
learned = {value.data_ptr(): value.numel() for name, value in weights.items() if not name.endswith(buffers)}
print(sum(learned.values()))
"""


def nnunet_budget(bin_folder: Path, work: Path, choice: Choice) -> dict[str, Any]:
    """Epochs, steps and so on, under the names that the other methods' budgets have.

    Args:
        bin_folder: of nnU-Net's environment.
        work: folder of the cell.
        choice: what was trained how.
    """
    model = work / "nnUNet_results" / DATASET / f"{choice.trainer}__nnUNetPlans__{choice.configuration}"
    told = json.loads((model / "fold_all" / "debug.json").read_text(encoding="utf-8"))
    plan = json.loads((model / "plans.json").read_text(encoding="utf-8"))["configurations"][choice.configuration]
    epochs = int(told["num_epochs"])
    budget = {
        "epochs": epochs,
        "steps": epochs * int(told["num_iterations_per_epoch"]),
        "patches_per_step": plan["batch_size"],
        "patch_size": " x ".join(map(str, plan["patch_size"])),
        "learning_rate": float(told["initial_lr"]),
    }
    counted = subprocess.run(  # noqa: S603
        [bin_folder / "python", "-c", _COUNT, model / "fold_all" / "checkpoint_final.pth"],
        capture_output=True,
        text=True,
        check=False,
    )
    if counted.returncode == 0:
        budget["parameters"] = int(counted.stdout.split()[-1])
    return {**budget, "trainer": choice.trainer, "device": choice.device}
