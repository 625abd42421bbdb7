"""The loss and the sampler are told how far the training is."""

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


@pytest.mark.parametrize("first", [0, 2])
def test_the_sampler_knows_at_the_start_of_every_epoch_also_of_a_resumed_run(first):
    sampler = SimpleNamespace(progress=1.0)
    drawn = []

    class Data:
        """Like a data loader, asks for an order when it is iterated over."""

        def __len__(self):
            return 3

        def __iter__(self):
            drawn.append(sampler.progress)
            return iter(range(3))

    trainer = Engine(lambda engine, batch: None)
    TrainingProgress(SimpleNamespace(), sampler).attach(trainer)
    trainer.load_state_dict({"epoch": first, "epoch_length": 3, "max_epochs": 4})
    trainer.run(Data(), max_epochs=4)
    assert drawn == [epoch / 4 for epoch in range(first, 4)]


@pytest.mark.parametrize("sampler", [None, range(3)])
def test_other_samplers_are_left_alone(sampler):
    trainer = Engine(lambda engine, batch: None)
    TrainingProgress(SimpleNamespace(), sampler).attach(trainer)
    trainer.run(range(2), max_epochs=2)
