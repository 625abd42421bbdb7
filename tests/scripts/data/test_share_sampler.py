"""Dense cases are drawn at the share that was asked for, evenly, in every process, and in every resumed run."""

import logging
import math
from collections import Counter

import pytest
import torch
from ignite.engine import Engine
from monai.data import DataLoader
from monai.transforms import MapTransform, RandGaussianNoised
from torch.utils.data import RandomSampler

from scripts.data import CaseDataset, ShareSampler
from scripts.errors import SettingError
from scripts.handlers import EpochSeed, TrainingProgress


class Read(MapTransform):
    """Stands for the reading of a file: an image of the case's number."""

    def __call__(self, case):
        return {"image": torch.full((1, 4), float(case["image"])), "dense": case["supervision"] == "dense"}


def make(dense, others, transforms=()):
    """A data set whose first ``dense`` cases are dense."""
    kinds = ["dense"] * dense + ["coarse"] * others
    cases = [{"image": str(i), "label": "drawing.png", "supervision": kind} for i, kind in enumerate(kinds)]
    return CaseDataset(
        cases,
        [Read("image"), *transforms],
        classes=["background", "vessel"],
        labels={},
        dense_labels={},
        check=False,
        progress=False,
    )


def draw(dataset, share, seed=0, progress=1.0, **kwargs):
    """Indices of one epoch."""
    sampler = ShareSampler(dataset, share, **kwargs)
    sampler.progress = progress
    torch.manual_seed(seed)
    return list(sampler)


def kinds(dataset, indices):
    """1 for a dense case, 0 for another."""
    return [int(dataset.data[index % len(dataset)]["supervision"] == "dense") for index in indices]


@pytest.mark.parametrize("share", [0.5, 0.18, 0.1, 0.7, 1 / 3])
def test_every_prefix_of_an_epoch_holds_the_share(share):
    dataset = make(dense=3, others=40)
    drawn = kinds(dataset, draw(dataset, share))
    assert len(drawn) == 43
    for n in range(1, 44):
        assert abs(sum(drawn[:n]) - n * share) <= 0.5 + 1e-9


def test_half_alternates_so_that_every_even_batch_is_mixed():
    dataset = make(dense=2, others=9)
    assert kinds(dataset, draw(dataset, 0.5)) == [1, 0] * 5 + [1]


@pytest.mark.parametrize("share", [0.5, 0.25, 0.18, 0.8])
@pytest.mark.parametrize("processes", [2, 3])
def test_every_process_keeps_the_share_and_all_of_them_together(share, processes):
    dataset = make(dense=5, others=55)
    each = [draw(dataset, share, num_replicas=processes, rank=rank) for rank in range(processes)]
    drawn = [kinds(dataset, indices) for indices in each]
    for n in range(1, len(drawn[0]) + 1):
        counts = [sum(own[:n]) for own in drawn]
        assert all(abs(count - n * share) < 1 for count in counts)
        assert abs(sum(counts) - n * share * processes) <= 0.5 + 1e-9


def test_two_processes_alternate_each_and_make_mixed_steps_together():
    dataset = make(dense=3, others=9)
    first, second = (kinds(dataset, draw(dataset, 0.5, num_replicas=2, rank=rank)) for rank in (0, 1))
    assert first == [0, 1] * 3 and second == [1, 0] * 3


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_no_case_comes_again_before_all_of_its_kind_came(processes):
    dataset = make(dense=4, others=20)
    each = [draw(dataset, 0.5, num_replicas=processes, rank=rank) for rank in range(processes)]
    indices = [index for step in zip(*each, strict=True) for index in step]
    dense = [index % 24 for index in indices if index % 24 < 4]
    assert len(dense) == 12
    assert all(sorted(dense[k : k + 4]) == [0, 1, 2, 3] for k in (0, 4, 8))
    assert dense[:4] != dense[4:8] or dense[4:8] != dense[8:]  # shuffled anew
    others = [index for index in indices if index % 24 >= 4]
    assert len(set(others)) == len(others) == 12


@pytest.mark.parametrize("processes", [1, 2])
def test_repetitions_of_a_case_are_counted_in_its_index(processes):
    dataset = make(dense=2, others=18)
    each = [draw(dataset, 0.5, num_replicas=processes, rank=rank) for rank in range(processes)]
    indices = [index for indices in each for index in indices]
    assert sorted(index for index in indices if index % 20 < 2) == [case + 20 * r for r in range(5) for case in (0, 1)]


@pytest.mark.parametrize("share", [None, 0.5])
@pytest.mark.parametrize(("cases", "processes", "length"), [(8, 1, 8), (8, 2, 4), (7, 2, 4), (7, 3, 3), (1, 2, 1)])
def test_every_process_draws_as_many(share, cases, processes, length):
    dataset = make(dense=cases // 2, others=cases - cases // 2)
    for rank in range(processes):
        sampler = ShareSampler(dataset, share, num_replicas=processes, rank=rank)
        assert len(sampler) == len(list(sampler)) == length


def test_without_a_share_the_order_is_that_of_a_plain_shuffle():
    dataset = make(dense=4, others=20)
    torch.manual_seed(7)
    expected = list(RandomSampler(dataset)), torch.rand(1)
    torch.manual_seed(7)
    assert (list(ShareSampler(dataset, None)), torch.rand(1)) == expected


@pytest.mark.parametrize(("cases", "processes"), [(8, 2), (9, 3), (7, 2), (7, 3)])
def test_without_a_share_processes_part_the_cases_evenly(cases, processes):
    dataset = make(dense=2, others=cases - 2)
    drawn = [i for rank in range(processes) for i in draw(dataset, None, num_replicas=processes, rank=rank)]
    assert len(drawn) == processes * math.ceil(cases / processes)
    times = Counter(index % cases for index in drawn)
    assert len(times) == cases and max(times.values()) <= 2 and sum(times.values()) == len(drawn)
    assert len(set(drawn)) == len(drawn)


def test_processes_share_an_order_though_their_random_numbers_differ():
    dataset = make(dense=4, others=20)
    drawn = []
    for rank in (0, 1):
        sampler = ShareSampler(dataset, None, num_replicas=2, rank=rank)
        sampler.epoch_seed = 11
        torch.manual_seed(rank)
        drawn += list(sampler)
    assert sorted(drawn) == list(range(24))


@pytest.mark.parametrize(("share", "processes", "length"), [(None, 1, 25), (0.5, 1, 25), (0.5, 2, 13)])
def test_an_epoch_of_another_length(share, processes, length):
    dataset = make(dense=2, others=3)
    drawn = [
        i for rank in range(processes) for i in draw(dataset, share, num_samples=25, num_replicas=processes, rank=rank)
    ]
    assert len(ShareSampler(dataset, share, num_samples=25, num_replicas=processes, rank=0)) == length
    assert len(drawn) == len(set(drawn)) == length * processes
    counts = Counter(index % len(dataset) for index in drawn)
    assert set(counts) == set(range(5))


@pytest.mark.parametrize("number", [0, -3, True])
def test_an_epoch_without_cases_is_refused(number):
    with pytest.raises(SettingError, match="cases_per_epoch must be at least 1"):
        ShareSampler(make(1, 1), None, num_samples=number)


@pytest.mark.parametrize("share", [None, 0.5])
def test_dense_cases_alone_until_the_warm_up_is_over(share):
    dataset = make(dense=4, others=20)
    assert all(kinds(dataset, draw(dataset, share, warm_up=0.2, progress=0.19)))
    assert not all(kinds(dataset, draw(dataset, share, warm_up=0.2, progress=0.2)))


@pytest.mark.parametrize(
    ("dense", "others", "settings", "expected"),
    [
        (0, 4, {"dense_share": 0.5, "warm_up": 0.1}, "dense_share 0.5 and dense_warm_up 0.1 cannot be kept"),
        (0, 4, {"dense_share": 0.5}, "no training case is dense. Without any dense mask boxes teach less"),
        (0, 4, {"dense_share": None, "warm_up": 0.1}, "dense_warm_up 0.1 cannot be kept"),
        (4, 0, {"dense_share": 0.5, "warm_up": 0.1}, "dense_share 0.5 cannot be kept"),
        (4, 0, {"dense_share": 0.5}, "all training cases are dense"),
    ],
)
def test_one_kind_alone_is_shuffled_with_one_warning(dense, others, settings, expected, caplog):
    with caplog.at_level(logging.WARNING):
        sampler = ShareSampler(make(dense, others), **settings)
        sampler.progress = 0.0
        assert sorted(sampler) == sorted(sampler) == [0, 1, 2, 3]
        ShareSampler(make(dense, others), **settings, num_replicas=2, rank=1)
    assert len(caplog.records) == 1 and expected in caplog.text


def test_nothing_asked_for_nothing_to_warn_of(caplog):
    ShareSampler(make(0, 4), None)
    ShareSampler(make(4, 0), None, warm_up=0.1)
    ShareSampler(make(2, 2), 0.5, warm_up=0.1)
    assert not caplog.text


@pytest.mark.parametrize(("share", "shown"), [(0.7, "0.7 of those that are shown"), (None, "as they come")])
def test_a_training_on_both_kinds_says_how_they_are_mixed(share, shown, caplog):
    with caplog.at_level(logging.INFO):
        ShareSampler(make(2, 3), share)
        ShareSampler(make(2, 3), share, num_replicas=2, rank=1)
    assert caplog.messages == [f"2 of 5 training cases are dense: {shown} (dense_share)"]


@pytest.mark.parametrize("share", [0, 1, -0.1, 1.5, math.nan])
def test_a_share_of_all_or_nothing_is_refused(share):
    with pytest.raises(SettingError, match=rf"dense_share must lie in \(0, 1\), or be null .* got {share}"):
        ShareSampler(make(2, 2), share)


def test_all_wrong_settings_are_told_together():
    with pytest.raises(SettingError) as error:
        ShareSampler(make(2, 2), 2, warm_up=3)
    assert "got 2." in str(error.value) and "dense_warm_up" in str(error.value) and "got 3." in str(error.value)


def train(epochs, share, first=0, workers=0):
    """What each epoch's batches hold, after ``first`` epochs of a run that was interrupted."""
    dataset = make(dense=3, others=7, transforms=[RandGaussianNoised("image", prob=1)])
    sampler = ShareSampler(dataset, share, warm_up=0.5)
    loader = DataLoader(dataset, batch_size=2, sampler=sampler, num_workers=workers)
    seen = {}

    def step(engine, batch):
        torch.rand(1)  # as dropout would
        seen.setdefault(engine.state.epoch, []).append((batch["dense"].tolist(), batch["image"].tolist()))

    trainer = Engine(step)
    EpochSeed(loader, seed=3).attach(trainer)
    TrainingProgress(torch.nn.Module(), sampler).attach(trainer)
    trainer.load_state_dict({"epoch": first, "epoch_length": 5, "max_epochs": epochs})
    torch.rand(first)  # another process has another past
    trainer.run(loader, max_epochs=epochs)
    return seen


@pytest.mark.parametrize("share", [None, 0.5])
def test_a_resumed_run_draws_what_the_unbroken_one_does(share):
    unbroken = train(4, share)
    for first in (1, 2, 3):
        assert train(4, share, first=first) == {epoch: unbroken[epoch] for epoch in range(first + 1, 5)}
    assert train(4, share, first=1, workers=1) == {epoch: unbroken[epoch] for epoch in (2, 3, 4)}
    assert train(4, share, workers=2) == unbroken
    dense = {epoch: sum(sum(batch) for batch, _ in batches) for epoch, batches in unbroken.items()}
    assert dense[1] == dense[2] == 10 and dense[3] == dense[4] == (3 if share is None else 5)
