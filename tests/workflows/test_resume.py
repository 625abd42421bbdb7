"""A killed training goes on as if nothing had happened; a worse one leaves the model alone."""

import signal
import subprocess
import sys
import time

import pytest
import torch
from tests_support import BundleRun

SMALL = {"val_interval": 1, "patch_size": "[32,32]", "device": "cpu"}


def last_weights(folder):
    (path,) = folder.glob("eval/*_coupled_support_*/checkpoints/last.pt")
    return torch.load(path, weights_only=True)["model"]


def test_resumed_after_a_kill_equals_unbroken(tiny_dataset, tmp_path):
    unbroken, killed = BundleRun(tmp_path / "unbroken"), BundleRun(tmp_path / "killed")
    settings = {**SMALL, "dataset_dir": tiny_dataset, "train__trainer__max_epochs": 8}
    unbroken("training", "train", **settings)

    process = subprocess.Popen(
        killed.command("training", "train", **settings), cwd=killed.folder, env=killed.environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    deadline = time.monotonic() + 120
    while not list(killed.folder.glob("eval/*/checkpoints/last.pt")):
        assert time.monotonic() < deadline and process.poll() is None, "the training never saved anything"
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()

    killed("training", "train", resume=True, **settings)
    assert len(list((killed.folder / "eval").glob("*_coupled_support_*"))) == 1
    expected, resumed = last_weights(unbroken.folder), last_weights(killed.folder)
    assert expected.keys() == resumed.keys()
    assert all(torch.equal(expected[key], resumed[key]) for key in expected)


def test_resuming_nothing_never_starts_afresh(tiny_dataset, bundle_run):
    result = bundle_run("training", "train", expect=1, resume=True, dataset_dir=tiny_dataset, **SMALL)
    assert "error: --resume found no checkpoint" in result.stderr.splitlines()[-1]
    assert not (bundle_run.folder / "models").exists()


def test_a_worse_retraining_never_replaces_the_model(tiny_dataset, bundle_run):
    settings = {**SMALL, "dataset_dir": tiny_dataset}
    bundle_run("training", "train", train__trainer__max_epochs=8, **settings)
    before = (bundle_run.folder / "models" / "model.pt").read_bytes()
    # steps so small that the network stays what chance made it
    result = bundle_run("training", "train", train__trainer__max_epochs=1, learning_rate=1e-9, **settings)
    assert "was kept" in result.stdout
    assert (bundle_run.folder / "models" / "model.pt").read_bytes() == before


@pytest.mark.parametrize("run_id", ["training", "run", ""])
def test_every_run_id_trains_exactly_once(run_id, tiny_dataset, bundle_run):
    """MONAI Label sends an empty run id, which evaluates the whole config."""
    code = f"""
from monai.bundle import run
run(run_id={run_id!r}, config_file="configs/train.json", dataset_dir={str(tiny_dataset)!r}, device="cpu",
    patch_size=[32, 32], **{{"train#trainer#max_epochs": 1}})
"""
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=bundle_run.folder, env=bundle_run.environment, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr[-3000:]
    assert result.stdout.count("training is complete") == 1
    assert len(list((bundle_run.folder / "eval").glob("*_coupled_support_*"))) == 1
