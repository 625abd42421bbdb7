"""The multi-GPU overlay, tried with two processes on the CPU (gloo)."""

import subprocess
import sys

import pytest
import torch


@pytest.mark.parametrize(
    ("overlay", "name"), [("", "robust_support"), ("'configs/methods/coupled_support.json',", "coupled_support")]
)
def test_two_processes_train_one_model(overlay, name, tiny_dataset, bundle_run):
    command = [
        *(sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node=2", "-m", "monai.bundle"),
        *("run", "training", "--config_file", f"['configs/train.json',{overlay}'configs/multi_gpu_train.json']"),
        *("--dataset_dir", str(tiny_dataset), "--patch_size", "[32,32]", "--train#trainer#max_epochs", "6"),
        *("--batch_size", "1", "--val_interval", "3", "--warm_up", "0.3"),
    ]
    result = subprocess.run(
        command, cwd=bundle_run.folder, env=bundle_run.environment, capture_output=True, text=True, timeout=300
    )
    assert result.returncode == 0, result.stderr[-4000:]
    (run,) = (bundle_run.folder / "eval").glob(f"*_{name}_*")
    checkpoint = torch.load(run / "checkpoints" / "last.pt", weights_only=True)
    # four cases of one batch each, shared by two processes
    assert checkpoint["trainer"]["epoch_length"] == 2 and checkpoint["trainer"]["iteration"] == 12
    assert not [key for key in checkpoint["model"] if key.startswith("module.")]
    assert (bundle_run.folder / "models" / "model.pt").is_file()
