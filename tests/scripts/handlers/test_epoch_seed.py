"""Random numbers depend on the seed and the epoch alone."""

import random

import numpy as np
import torch
from ignite.engine import Engine
from monai.data import DataLoader, Dataset
from monai.transforms import RandGaussianNoise

from scripts.data import CaseDataset, ShareSampler
from scripts.handlers import EpochSeed


def draw(epochs, seed=3, first=0, workers=0):
    """What each epoch draws from every source of random numbers, starting after ``first`` epochs."""
    loader = DataLoader(Dataset([torch.zeros(1, 4)] * 6, RandGaussianNoise(prob=1)), shuffle=True, num_workers=workers)
    seen: dict[int, list] = {}

    def step(engine, batch):
        seen.setdefault(engine.state.epoch, []).append(
            [float(batch.sum()), random.random(), float(np.random.rand()), float(torch.rand(1))]
        )

    trainer = Engine(step)
    EpochSeed(loader, seed).attach(trainer)
    trainer.load_state_dict({"epoch": first, "epoch_length": 6, "max_epochs": epochs})
    trainer.run(loader, max_epochs=epochs)
    return seen


def test_a_resumed_run_draws_what_the_unbroken_one_does():
    unbroken = draw(4)
    torch.rand(17)  # another process has another past
    resumed = draw(4, first=2)
    assert resumed == {epoch: unbroken[epoch] for epoch in (3, 4)}


def test_with_workers_too():
    assert draw(3, first=1, workers=1) == {e: v for e, v in draw(3, workers=1).items() if e > 1}


def test_epochs_and_seeds_differ():
    first = draw(2)
    assert first[1] != first[2] and first[1] != draw(1, seed=4)[1]


def test_a_share_sampler_gets_a_number_that_several_processes_order_their_cases_by():
    cases = [{"image": str(i), "label": "drawing.png", "supervision": "coarse"} for i in range(6)]
    dataset = CaseDataset(cases, [], ["background", "vessel"], labels={}, dense_labels={}, check=False, progress=False)
    drawn = []
    for rank in (0, 1):
        sampler = ShareSampler(dataset, None, num_replicas=2, rank=rank)
        loader = DataLoader(dataset, sampler=sampler)
        trainer = Engine(lambda engine, batch: drawn.append((engine.state.epoch, *batch["image"])))
        EpochSeed(loader, seed=3).attach(trainer)
        trainer.run(loader, max_epochs=2)
    orders = [[image for of, image in drawn if of == epoch] for epoch in (1, 2)]
    assert sorted(orders[0]) == sorted(orders[1]) == [str(i) for i in range(6)]
    assert orders[0] != orders[1]
