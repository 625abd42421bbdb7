"""A retraining never replaces a better model."""

import json
import logging

import pytest
import torch
from ignite.engine import Engine
from monai.engines import SupervisedEvaluator
from monai.handlers import IgniteMetricHandler, ValidationHandler
from monai.metrics import MSEMetric

from scripts.errors import SettingError
from scripts.handlers import KeepBestModel

START = 0.25


class Quality(IgniteMetricHandler):
    """1 minus the mean squared error, so that larger is better; undefined for a prediction of -1."""

    def compute(self):
        value = 1 - super().compute()
        return float("nan") if value == -3 else value


def run(tmp_path, weights, deployed=None, key_metric="val_dice", wrap=None):
    """Train by setting the only weight to each of ``weights`` in turn (None: leave it, or call it); the truth is 1."""
    network = torch.nn.Linear(1, 1, bias=False)
    if deployed is not None:
        torch.save({"weight": torch.tensor([[deployed]])}, tmp_path / "model.pt")
    data = [{"image": torch.ones(1, 1), "label": torch.ones(1, 1)}]
    validator = SupervisedEvaluator(
        device="cpu",
        val_data_loader=data,
        network=network,
        key_val_metric={
            "val_dice": Quality(
                MSEMetric(),
                output_transform=lambda output: (
                    torch.stack([o["pred"] for o in output]),
                    torch.stack([o["label"] for o in output]),
                ),
            )
        },
    )

    network.weight.data.fill_(START)

    def step(engine, batch):
        target = weights[engine.state.epoch - 1]
        if callable(target):
            target()
        elif target is not None:
            network.weight.data.fill_(target)

    trainer = Engine(step)
    keeper = KeepBestModel(
        *(network, validator, tmp_path / "model.pt", tmp_path / "run" / "best.pt", key_metric),
        training_network=None if wrap is None else wrap(network),
    )
    keeper.attach(trainer)
    ValidationHandler(1, validator).attach(trainer)
    trainer.run([0], max_epochs=len(weights))
    return keeper, network


def deployed_weight(path):
    return torch.load(path, weights_only=True)["weight"].item()


def test_the_best_epoch_is_deployed(tmp_path):
    keeper, _ = run(tmp_path, [0.2, 0.8, 0.5])
    assert deployed_weight(tmp_path / "model.pt") == pytest.approx(0.8)
    assert deployed_weight(tmp_path / "run" / "best.pt") == pytest.approx(0.8)
    assert json.loads((tmp_path / "run" / "best.json").read_text())["epoch"] == 2
    assert keeper.replaced


def test_the_training_network_of_the_best_epoch_is_kept_in_the_run(tmp_path):
    run(tmp_path, [0.2, 0.8, 0.5], wrap=lambda network: torch.nn.Sequential(network, torch.nn.Linear(1, 1)))
    kept = torch.load(tmp_path / "run" / "best_training.pt", weights_only=True)
    assert kept["0.weight"].item() == pytest.approx(0.8)
    assert set(kept) == {"0.weight", "1.weight", "1.bias"}


def test_a_run_that_is_killed_between_its_two_files_saves_both_when_it_is_resumed(tmp_path):
    class Killed(torch.nn.Module):
        def state_dict(self):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, [0.8], wrap=lambda network: Killed())
    run(tmp_path, [0.8], wrap=torch.nn.Sequential)
    assert deployed_weight(tmp_path / "run" / "best.pt") == pytest.approx(0.8)
    kept = torch.load(tmp_path / "run" / "best_training.pt", weights_only=True)
    assert kept["0.weight"].item() == pytest.approx(0.8)


def test_a_worse_run_leaves_the_deployed_file_byte_for_byte(tmp_path, caplog):
    run(tmp_path, [0.9])
    (tmp_path / "run" / "best.json").unlink()  # another run, not the same one resumed
    before = (tmp_path / "model.pt").read_bytes()
    with caplog.at_level(logging.WARNING):
        keeper, _ = run(tmp_path, [0.1, 0.3])
    assert (tmp_path / "model.pt").read_bytes() == before
    assert not keeper.replaced and "was kept" in caplog.text


def test_a_worse_run_keeps_its_own_best(tmp_path):
    run(tmp_path, [0.1, 0.3, 0.2], deployed=0.9)
    assert deployed_weight(tmp_path / "run" / "best.pt") == pytest.approx(0.3)


def test_a_better_run_replaces(tmp_path):
    keeper, _ = run(tmp_path, [0.1, 0.97], deployed=0.9)
    assert deployed_weight(tmp_path / "model.pt") == pytest.approx(0.97) and keeper.replaced


def test_measuring_the_deployed_model_leaves_network_and_validator_as_they_were(tmp_path):
    keeper, network = run(tmp_path, [0.5], deployed=0.9)
    assert network.weight.item() == pytest.approx(0.5)
    assert keeper.validator.state.best_metric_epoch == 1


def test_training_goes_on_from_its_own_weights_not_from_the_deployed_ones(tmp_path):
    _, network = run(tmp_path, [None], deployed=0.9)
    assert network.weight.item() == START
    assert deployed_weight(tmp_path / "run" / "best.pt") == START


def test_a_model_that_another_training_wrote_meanwhile_is_left_alone(tmp_path, caplog):
    def other():
        torch.save({"weight": torch.tensor([[0.99]])}, tmp_path / "model.pt")

    with caplog.at_level(logging.WARNING):
        run(tmp_path, [other])
    assert deployed_weight(tmp_path / "model.pt") == pytest.approx(0.99)
    assert "by another training meanwhile" in caplog.text


def test_a_foreign_model_stops_the_run_before_anything_is_overwritten(tmp_path):
    torch.save({"other": torch.zeros(2)}, tmp_path / "model.pt")
    before = (tmp_path / "model.pt").read_bytes()
    with pytest.raises(SettingError, match="another network"):
        run(tmp_path, [0.5])
    assert (tmp_path / "model.pt").read_bytes() == before


def test_a_resumed_run_remembers_its_best(tmp_path):
    run(tmp_path, [0.8])
    (tmp_path / "model.pt").unlink()
    run(tmp_path, [0.3])
    assert deployed_weight(tmp_path / "run" / "best.pt") == pytest.approx(0.8)


def test_nan_is_never_the_best(tmp_path):
    run(tmp_path, [-1.0])
    assert not (tmp_path / "model.pt").exists()
