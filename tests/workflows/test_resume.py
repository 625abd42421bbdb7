"""A killed training goes on as if nothing had happened; a worse one leaves the model alone."""

import logging
import signal
import subprocess
import time

import pytest
import torch
from tests_support import run_workflow

from scripts.errors import root_user_error

SMALL = {"val_interval": 1, "patch_size": [32, 32]}


def last_weights(folder):
    (path,) = folder.glob("eval/*/checkpoints/last.pt")
    return torch.load(path, weights_only=True)["model"]


@pytest.mark.parametrize(
    ("configs", "name"), [(["train"], "robust_support"), (["train", "methods/coupled_support"], "coupled_support")]
)
def test_resumed_after_a_kill_equals_unbroken(configs, name, tiny_dataset, tmp_path, bundle_run):
    settings = {**SMALL, "dataset_dir": str(tiny_dataset), "train__trainer__max_epochs": 8}
    run_workflow("training", *configs, bundle_root=tmp_path, **settings)

    process = subprocess.Popen(
        bundle_run.command("training", *configs, **settings),
        cwd=bundle_run.folder,
        env=bundle_run.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 120
    while not list(bundle_run.folder.glob("eval/*/checkpoints/last.pt")):
        assert time.monotonic() < deadline and process.poll() is None, "the training never saved anything"
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()

    run_workflow("training", *configs, bundle_root=bundle_run.folder, resume=True, **settings)
    assert len(list((bundle_run.folder / "eval").glob(f"*_{name}_*"))) == 1
    expected, resumed = last_weights(tmp_path), last_weights(bundle_run.folder)
    assert expected.keys() == resumed.keys()
    assert all(torch.equal(expected[key], resumed[key]) for key in expected)


def test_resuming_nothing_never_starts_afresh(tiny_dataset, tmp_path):
    with pytest.raises(RuntimeError) as error:
        run_workflow("training", "train", bundle_root=tmp_path, resume=True, dataset_dir=str(tiny_dataset), **SMALL)
    assert "--resume found no checkpoint" in str(root_user_error(error.value))
    assert not (tmp_path / "models").exists()


def test_a_worse_retraining_never_replaces_the_model(tiny_dataset, tmp_path, caplog):
    settings = {**SMALL, "bundle_root": tmp_path, "dataset_dir": str(tiny_dataset)}
    run_workflow("training", "train", train__trainer__max_epochs=8, **settings)
    before = (tmp_path / "models" / "model.pt").read_bytes()
    # steps so small that the network stays what chance made it
    with caplog.at_level(logging.WARNING):
        run_workflow("training", "train", train__trainer__max_epochs=1, learning_rate=1e-9, **settings)
    assert "was kept" in caplog.text
    assert (tmp_path / "models" / "model.pt").read_bytes() == before


@pytest.mark.parametrize("run_id", ["training", "run", ""])
def test_every_run_id_trains_exactly_once(run_id, tiny_dataset, tmp_path, caplog):
    """MONAI Label sends an empty run id, which evaluates the whole config."""
    with caplog.at_level(logging.INFO):
        run_workflow(
            run_id,
            "train",
            bundle_root=tmp_path,
            dataset_dir=str(tiny_dataset),
            train__trainer__max_epochs=1,
            **SMALL,
        )
    assert caplog.text.count("training is complete") == 1
    assert len(list((tmp_path / "eval").glob("*_robust_support_*"))) == 1
