"""The loss is told how far the training is."""

from types import SimpleNamespace

import pytest
from ignite.engine import Engine

from scripts.handlers import TrainingProgress


@pytest.mark.parametrize(("max_epochs", "length"), [(1, 4), (5, 3)])
def test_progress_runs_evenly_from_0_to_just_below_1(max_epochs, length):
    loss = SimpleNamespace(progress=1.0)
    seen = []
    trainer = Engine(lambda engine, batch: seen.append(loss.progress))
    TrainingProgress(loss).attach(trainer)
    trainer.run(range(length), max_epochs=max_epochs)
    total = max_epochs * length
    assert seen == pytest.approx([i / total for i in range(total)])
