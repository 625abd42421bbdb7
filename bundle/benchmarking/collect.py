"""Reads what a training was given: its drawings and its budget."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

__all__ = ["read_budget", "read_drawings"]

_FIGURES = ("ratio", "positive_precision", "positive_recall", "negative_precision", "negative_share")
# buffers of a network, which are not learned
_BUFFERS = ("running_mean", "running_var", "num_batches_tracked")


def read_drawings(cases: Sequence[Mapping[str, Any]]) -> dict[str, float | None] | None:
    """Means of what was measured on the training drawings; None where nothing was drawn."""
    told = [case["drawing"] for case in cases if case.get("drawing")]
    if not told:
        return None
    means = {}
    for figure in _FIGURES:
        known = [row[figure] for row in told if row.get(figure) is not None]
        means[figure] = math.fsum(known) / len(known) if known else None
    return means


def read_budget(run: Path, cases: int) -> dict[str, Any]:
    """What a training was allowed.

    Args:
        run: its folder, with the executed config.
        cases: in the training list.
    """
    config = json.loads((run / "config.json").read_text(encoding="utf-8"))
    epochs = config["train"]["trainer"]["max_epochs"]
    per_epoch = config["cases_per_epoch"] or cases
    budget = {
        "epochs": epochs,
        "steps": epochs * math.ceil(per_epoch / config["batch_size"]),
        "patches_per_step": config["batch_size"] * config["patches_per_image"],
        "patch_size": " x ".join(map(str, config["patch_size"])),
        "learning_rate": config["learning_rate"],
    }
    best = run / "checkpoints" / "best.pt"
    if best.is_file():
        weights = torch.load(best, map_location="cpu", weights_only=True)
        learned = [value for name, value in weights.items() if not name.endswith(_BUFFERS)]
        budget["parameters"] = sum(value.numel() for value in learned)
    return budget
