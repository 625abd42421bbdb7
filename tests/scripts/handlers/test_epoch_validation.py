"""Validation every few epochs, and always after the last."""

import pytest
import torch
from ignite.engine import Engine, Events
from monai.engines import SupervisedEvaluator

from scripts.handlers import EpochValidation


@pytest.mark.parametrize(
    ("interval", "epochs", "expected"), [(1, 3, [1, 2, 3]), (2, 5, [2, 4, 5]), (2, 4, [2, 4]), (10, 3, [3])]
)
def test_epochs_that_are_validated(interval, epochs, expected):
    data = [{"image": torch.ones(1, 1), "label": torch.ones(1, 1)}]
    validator = SupervisedEvaluator(device="cpu", val_data_loader=data, network=torch.nn.Identity())
    seen = []
    validator.add_event_handler(Events.COMPLETED, lambda engine: seen.append(engine.state.epoch))
    trainer = Engine(lambda engine, batch: None)
    EpochValidation(interval, validator).attach(trainer)
    trainer.run([0], max_epochs=epochs)
    assert seen == expected
