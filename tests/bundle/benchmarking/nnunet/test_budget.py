import json
import sys

import torch

from bundle.benchmarking.nnunet.budget import nnunet_budget
from bundle.benchmarking.nnunet.commands import DATASET, Choice


def test_what_nnunet_tells_of_itself(tmp_path):
    model = tmp_path / "nnUNet_results" / DATASET / "nnUNetTrainer__nnUNetPlans__2d"
    (model / "fold_all").mkdir(parents=True)
    (model / "fold_all" / "debug.json").write_text(
        json.dumps({"num_epochs": "1000", "num_iterations_per_epoch": "250", "initial_lr": "0.01"})
    )
    (model / "plans.json").write_text(
        json.dumps({"configurations": {"2d": {"batch_size": 12, "patch_size": [64, 80]}}})
    )
    shared = torch.zeros(2, 3)
    weights = {"encoder.weight": shared, "decoder.encoder.weight": shared, "norm.running_mean": torch.zeros(7)}
    torch.save({"network_weights": weights}, model / "fold_all" / "checkpoint_final.pth")
    # any Python with torch will do
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    (tmp_path / "bin" / "python").chmod(0o755)
    assert nnunet_budget(tmp_path / "bin", tmp_path, Choice("2d", "nnUNetTrainer", "cuda")) == {
        "epochs": 1000,
        "steps": 250000,
        "patches_per_step": 12,
        "patch_size": "64 x 80",
        "learning_rate": 0.01,
        "parameters": 6,
        "trainer": "nnUNetTrainer",
        "device": "cuda",
    }
