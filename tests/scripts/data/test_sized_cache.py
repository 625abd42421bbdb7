"""The size of the cache follows from the data and the memory; results do not depend on it."""

import logging

import pytest
import torch
from ignite.engine import Engine
from monai.data import DataLoader, MetaTensor
from monai.transforms import (
    ClassesToIndicesd,
    Compose,
    EnsureTyped,
    MapTransform,
    RandCropByLabelClassesd,
    RandFlipd,
    RandGaussianNoised,
    RandRotate90d,
    RandScaleIntensityd,
    RandShiftIntensityd,
)

from scripts.data.memory import available_memory, move_if_it_fits, usable_cores
from scripts.data.sized_cache import SizedCacheDataset, reading_threads
from scripts.handlers import EpochSeed

MEGABYTE = 2**20


class Read(MapTransform):
    """Stands for the decoding of a file: counts how often each case is read, and gives it as much as its path says."""

    def __init__(self):
        super().__init__("image")
        self.reads = []

    def __call__(self, case):
        self.reads.append(case["number"])
        return {**case, "image": torch.full((1, case["bytes"] // 4), float(case["number"]))}


def make(count=6, sizes=(), transforms=(), **kwargs):
    """A dataset of cases of 1 MB (or as many as ``sizes`` say), and its reader."""
    read = Read()
    data = [{"image": "path", "number": n, "bytes": MEGABYTE * (sizes[n] if sizes else 1)} for n in range(count)]
    return SizedCacheDataset(data, [read, *transforms], sizes=sizes, progress=False, **kwargs), read


def share(megabytes):
    """Of the available memory."""
    return megabytes * MEGABYTE / available_memory()


def epochs(dataset, count=2, workers=0, seed=None):
    """What the epochs give, one list per epoch."""
    loader = DataLoader(dataset, batch_size=2, shuffle=True, num_workers=workers)
    seen = {}

    def step(engine, batch):
        seen.setdefault(engine.state.epoch, []).append(batch["image"][:, 0, :3].tolist())

    trainer = Engine(step)
    EpochSeed(loader, seed=3).attach(trainer)
    for epoch in range(count):
        dataset.epoch_seed = None if seed is None else seed + epoch
        trainer.run(loader, max_epochs=epoch + 1)
    return seen


def test_a_second_epoch_reads_nothing_again():
    dataset, read = make()
    epochs(dataset, count=2)
    assert sorted(read.reads) == [0, 1, 2, 3, 4, 5]
    assert dataset.loading_workers == 0


def test_what_fits_is_kept_and_the_rest_is_read_in_every_epoch(caplog):
    with caplog.at_level(logging.WARNING):
        dataset, read = make(memory_share=share(3.5), num_workers=1)
    assert dataset.cache_num == 3
    assert "3 of 6 cases are kept in memory: all of them need about 0.00629 GB" in caplog.text
    read.reads.clear()
    epochs(dataset, count=2)
    assert sorted(read.reads) == [3, 3, 4, 4, 5, 5]
    assert dataset.loading_workers == min(usable_cores() - 1, 4)


def test_what_counts_is_what_the_cases_take_not_the_first_of_them(caplog):
    with caplog.at_level(logging.WARNING):
        dataset, _ = make(count=4, sizes=(1, 20, 1, 1), memory_share=share(15), num_workers=1)
    assert dataset.cache_num == 1 and "all of them need about 0.0241 GB" in caplog.text


def test_no_case_at_all_may_fit():
    dataset, read = make(count=2, memory_share=share(0.5), num_workers=1)
    assert dataset.cache_num == 0 and float(dataset[1]["image"][0, 0]) == 1


def test_several_threads_keep_within_the_memory_too():
    dataset, _ = make(count=30, memory_share=share(10.5), num_workers=4)
    assert 0 < len(dataset._cache) == dataset.cache_num <= 11


@pytest.mark.parametrize(("rate", "kept"), [(1, 6), (0.5, 3), (0, 0)])
def test_a_rate_holds_whatever_the_memory(rate, kept, caplog):
    assert make(cache_rate=rate, memory_share=share(1.5))[0].cache_num == kept
    assert not caplog.text


def test_threads():
    assert reading_threads(None) == min(usable_cores(), 4)
    assert reading_threads(7) == 7 and reading_threads(0) == 1


NOISE = [RandGaussianNoised("image", prob=1)]


def test_worker_processes_and_a_partial_cache_change_nothing():
    whole, _ = make(transforms=NOISE)
    part, _ = make(transforms=NOISE, cache_rate=0.5)
    expected = epochs(whole, seed=11)
    assert epochs(part, workers=2, seed=11) == epochs(part, seed=11) == expected
    assert expected[1] != expected[2]


@pytest.mark.parametrize("cache_rate", [1, 0.5, 0])
@pytest.mark.parametrize("workers", [0, 2])
def test_a_repetition_is_the_same_case_with_other_random_numbers(cache_rate, workers):
    """Index i + r * len(dataset) is the r-th repetition of case i."""
    dataset, _ = make(transforms=NOISE, cache_rate=cache_rate)
    dataset.epoch_seed = 11
    indices = [5, 1, 11, 7, 17, 13, 5]
    loader = DataLoader(dataset, batch_size=1, sampler=indices, num_workers=workers)
    images = [batch["image"] for batch in loader]
    assert [round(image.mean().item()) for image in images] == [index % 6 for index in indices]
    noise = [tuple((image - index % 6)[0, 0, :3].tolist()) for image, index in zip(images, indices, strict=True)]
    assert len(set(noise)) == 6 and noise[0] == noise[-1]


def test_a_negative_index_counts_from_the_end():
    dataset, _ = make(transforms=NOISE)
    dataset.epoch_seed = 11
    assert torch.equal(dataset[-1]["image"], dataset[5]["image"])


def test_going_through_the_cases_ends_with_the_last():
    dataset, _ = make()
    assert [int(case["image"][0, 0]) for case in dataset] == [0, 1, 2, 3, 4, 5]


def test_without_a_seed_of_the_epoch_the_order_of_cases_stays_the_same():
    part, _ = make(cache_rate=0.5)
    assert epochs(part, workers=2) == epochs(make()[0])


@pytest.mark.parametrize("device", [None, "cpu", torch.device("cpu"), "meta"])
def test_without_a_gpu_the_cases_stay_in_the_memory_of_the_cpu(device):
    dataset, _ = make(count=2, device=device)
    assert dataset.cache_device.type == dataset[0]["image"].device.type == "cpu"


def test_the_random_transforms_of_a_training_run_where_the_cases_are():
    """On the meta device a transform that looked at values, or moved them to the CPU, would raise."""

    class Volume(MapTransform):
        def __call__(self, case):
            label = torch.arange(1000).reshape(1, 10, 10, 10) % 3
            return {"image": MetaTensor(torch.rand(1, 10, 10, 10)), "label": MetaTensor(label)}

    keys = ["image", "label"]
    transforms = [
        Volume(keys),
        ClassesToIndicesd("label", indices_postfix="_indices", num_classes=3),
        RandCropByLabelClassesd(
            keys, label_key="label", indices_key="label_indices", spatial_size=[8, 8, 8], num_classes=3, num_samples=2
        ),
        *[RandFlipd(keys, prob=1, spatial_axis=axis) for axis in range(3)],
        RandRotate90d(keys, prob=1),
        RandScaleIntensityd("image", factors=0.2, prob=1),
        RandShiftIntensityd("image", offsets=0.2, prob=1),
        EnsureTyped(keys, track_meta=False),
    ]
    dataset = SizedCacheDataset([{}, {}], Compose(transforms), progress=False)
    dataset._cache, device = move_if_it_fits(dataset._cache, torch.device("meta"), free=10**6, share=0.5)
    batch = next(iter(DataLoader(dataset, batch_size=2)))
    assert batch["image"].device == batch["label"].device == device == torch.device("meta")
    assert batch["image"].shape == (4, 1, 8, 8, 8) and not isinstance(batch["image"], MetaTensor)


@pytest.mark.parametrize("rate", [1, 0.5, 0])
def test_a_case_before_the_random_transforms(rate):
    dataset, read = make(count=4, transforms=NOISE, cache_rate=rate, num_workers=1)
    read.reads.clear()
    assert [float(dataset.before_random(index)["image"].unique()) for index in range(4)] == [0, 1, 2, 3]
    assert read.reads == [n for n in range(4) if n >= dataset.cache_num]
    assert dataset.cache_num == 4 * rate
