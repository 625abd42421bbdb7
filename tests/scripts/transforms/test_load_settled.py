"""Settled boxes take the place of cached ones, in every epoch anew."""

import numpy as np
import pytest
import torch
from monai.data import CacheDataset, DataLoader, MetaTensor
from monai.transforms import Compose, MapTransform

from scripts.boxes.settled_files import epoch_folder, write_settled
from scripts.constants import INSIDE, OUTSIDE, SETTLED
from scripts.errors import DataError
from scripts.transforms import LoadSettledd

CACHED = torch.full((2, 3, 4), INSIDE, dtype=torch.uint8)


def write(folder, value, epoch=1, name="a"):
    write_settled(epoch_folder(folder, epoch) / f"{name}.npz", np.full((2, 3, 4), value))


@pytest.mark.parametrize("cached", [CACHED, MetaTensor(CACHED)])
def test_the_latest_map_replaces_the_cached_one(tmp_path, cached):
    write(tmp_path, SETTLED, epoch=2)
    write(tmp_path, OUTSIDE, epoch=10)
    case = {"boxes": cached, "case_id": "a", "other": 1}
    loaded = LoadSettledd(tmp_path)(case)
    assert (loaded["boxes"] == OUTSIDE).all() and loaded["boxes"].dtype == torch.uint8 and loaded["other"] == 1
    assert (case["boxes"] == INSIDE).all()


@pytest.mark.parametrize("case", [{}, {"boxes": CACHED}, {"case_id": "a"}, {"boxes": CACHED, "case_id": "b"}])
def test_cases_of_which_nothing_is_settled_pass(tmp_path, case):
    assert LoadSettledd(tmp_path / "not yet")(case) == case
    write(tmp_path, SETTLED)
    assert LoadSettledd(tmp_path)(case) == case


def test_a_wrong_file_is_named(tmp_path):
    write(tmp_path, SETTLED)
    with pytest.raises(DataError, match=r"a\.npz does not hold the settled boxes"):
        LoadSettledd(tmp_path)({"boxes": CACHED[:1], "case_id": "a"})


class Decode(MapTransform):
    """Stands for what is slow, and cached."""

    def __call__(self, case):
        return {**case, "boxes": CACHED.clone()}


@pytest.mark.parametrize("workers", [0, 2])
def test_a_cache_ends_before_it_and_worker_processes_read_too(tmp_path, workers):
    cases = [{"case_id": name} for name in "abc"]
    transform = Compose([Decode("boxes"), LoadSettledd(tmp_path)])
    loader = DataLoader(CacheDataset(cases, transform, copy_cache=False, progress=False), num_workers=workers)

    def epoch():
        return [int(batch["boxes"].unique()) for batch in loader]

    assert epoch() == [INSIDE] * 3
    write(tmp_path, SETTLED, epoch=2, name="b")
    assert epoch() == [INSIDE, SETTLED, INSIDE]
    write(tmp_path, OUTSIDE, epoch=4, name="b")
    assert epoch() == [INSIDE, OUTSIDE, INSIDE]
