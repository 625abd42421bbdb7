"""What the last lines of a training say."""

from __future__ import annotations

import logging

import pytest
import torch
from monai.engines import SupervisedEvaluator, SupervisedTrainer
from monai.handlers import MeanDice, ValidationHandler, from_engine

from scripts.handlers.run_summary import RunSummary, _duration

DATA = [{"image": torch.ones(1, 1, 4, 6), "label": torch.ones(1, 1, 4, 6)}]


def make_validator() -> SupervisedEvaluator:
    return SupervisedEvaluator(
        device=torch.device("cpu"),
        val_data_loader=DATA,
        network=torch.nn.Identity(),
        key_val_metric={"val_dice": MeanDice(output_transform=from_engine(["pred", "label"]))},
    )


def train(*handlers, epochs: int = 2) -> SupervisedTrainer:
    network = torch.nn.Conv2d(1, 1, 1)
    trainer = SupervisedTrainer(
        device=torch.device("cpu"),
        max_epochs=epochs,
        train_data_loader=DATA,
        network=network,
        optimizer=torch.optim.SGD(network.parameters(), 0.1),
        loss_function=torch.nn.MSELoss(),
        train_handlers=handlers,
    )
    trainer.run()
    return trainer


def test_block_of_a_training(tmp_path, caplog):
    validator = make_validator()
    checkpoint = tmp_path / "model.pt"
    checkpoint.touch()
    summary = RunSummary(
        validator, checkpoint, tmp_path / "pictures", "sqlite:////out/mlruns.db", "agreement with drawings"
    )
    with caplog.at_level(logging.INFO, "scripts.handlers.run_summary"):
        train(ValidationHandler(1, validator), summary)
    (message,) = (m for m in caplog.messages if m.startswith("training is complete"))
    expected = [
        "training is complete",
        "  agreement with drawings  1.0000 (best, epoch 1), 1.0000 (last, epoch 2)",
        "  epochs                   2 of 2",
        f"  network                  {checkpoint}",
        f"  pictures                 {tmp_path / 'pictures'} (none written)",
        "  curves                   mlflow ui --backend-store-uri sqlite:////out/mlruns.db --host 127.0.0.1",
        "  duration                 0 s",
    ]
    assert message.splitlines()[:-1] == expected[:-1]
    assert message.splitlines()[-1].startswith("  duration ")


def test_without_validation_and_without_checkpoint(tmp_path):
    summary = RunSummary(make_validator(), checkpoint=tmp_path / "model.pt")
    lines = summary.lines(train(summary, epochs=1))
    assert lines[0] == "validation Dice  never validated"
    assert lines[2].endswith("model.pt (not written)")


def test_best_network_may_be_the_one_that_training_began_with():
    validator = make_validator()
    validator.run(0)
    line = RunSummary(validator).lines(train(epochs=1))[0]
    assert line == "validation Dice  1.0000 (best, before training), 1.0000 (last, before training)"


def test_several_classes_are_told_apart():
    """Of class "a" all is found, of class "b" half of what there is, in one of two cases."""
    label = torch.zeros(1, 3, 4, 6)
    label[:, 1, :2], label[:, 2, 2:, :4] = 1, 1
    pred = label.clone()
    pred[:, 2, 2:, :2] = 0
    empty = label.clone()
    empty[:, 2] = 0
    validator = SupervisedEvaluator(
        device=torch.device("cpu"),
        val_data_loader=[{"image": pred, "label": label}, {"image": pred, "label": empty}],
        network=torch.nn.Identity(),
        key_val_metric={
            "val_dice": MeanDice(include_background=False, output_transform=from_engine(["pred", "label"]))
        },
    )
    validator.run(3)
    trainer = train(epochs=1)
    lines = RunSummary(validator, classes=["background", "a", "b"]).lines(trainer)
    assert lines[0] == "validation Dice  0.9167 (best, epoch 3), 0.9167 (last, epoch 3)"
    assert lines[1] == "of each class    a 1.0000, b 0.6667 (last, epoch 3)"
    assert not any("each class" in line for line in RunSummary(validator).lines(trainer))
    assert not any("each class" in line for line in RunSummary(make_validator(), classes=["a", "b"]).lines(trainer))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.4, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min 00 s"),
        (754, "12 min 34 s"),
        (7260, "2 h 01 min"),
        (90000, "25 h 00 min"),
    ],
)
def test_duration(seconds, words):
    assert _duration(seconds) == words
