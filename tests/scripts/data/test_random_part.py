"""Random transforms without metadata give the same numbers, in the pipelines of both flavours."""

import contextlib
import threading
from pathlib import Path

import pytest
import torch
from monai.bundle import ConfigParser
from monai.data import CacheDataset, MetaTensor, get_track_meta
from monai.transforms import Compose, EnsureTyped, LoadImaged, RandFlipd, Spacingd
from monai.utils import set_determinism

from scripts.data import sized_cache
from scripts.data.random_part import is_random, needs_metadata, without_metadata

CONFIGS = Path(__file__).resolve().parents[3] / "configs"
FLAVOURS = {
    "photographs": (["train.json"], "tiny_dataset"),
    "boxes": (["train.json", "methods/boxes.json"], "tiny_boxes"),
    "volumes": (["volume/train.json"], "tiny_volumes"),
}


def batches(files, folder, tmp_path, **settings):
    """What two epochs of a training would see."""
    parser = ConfigParser()
    parser.read_config([str(CONFIGS / name) for name in files])
    places = {"dataset_dir": str(folder), "output_dir": str(tmp_path / "eval"), "ckpt_dir": str(tmp_path / "models")}
    size = [32] * parser["coupled_def#spatial_dims"]
    for name, value in {**places, "device": "cpu", "num_workers": 0, "patch_size": size, **settings}.items():
        parser[name] = value
    set_determinism(3)
    loader = parser.get_parsed_content("train#dataloader")
    return [batch for _ in range(2) for batch in loader]


@pytest.mark.parametrize("cache_rate", [0.0, 1.0])
@pytest.mark.parametrize("flavour", FLAVOURS)
def test_the_numbers_are_the_same(flavour, cache_rate, tmp_path, monkeypatch, request):
    files, data = FLAVOURS[flavour]
    folder = request.getfixturevalue(data)
    plain = batches(files, folder, tmp_path, cache_rate=cache_rate)
    monkeypatch.setattr(sized_cache, "without_metadata", contextlib.nullcontext)
    tracked = batches(files, folder, tmp_path, cache_rate=cache_rate)
    assert len(plain) == len(tracked) > 2
    for one, other in zip(plain, tracked, strict=True):
        assert one.keys() == other.keys() and "image" in one
        for key in one:
            assert type(one[key]) is type(other[key]) is torch.Tensor, key
            assert one[key].dtype == other[key].dtype and torch.equal(one[key], other[key]), key


def test_deterministic_transforms_keep_their_metadata():
    seen = []

    def note(case):
        seen.append((type(case["image"]), get_track_meta()))
        return case

    class Note(EnsureTyped):
        def __call__(self, case):
            return note(case)

    transforms = [EnsureTyped("image"), Note("image"), RandFlipd("image", prob=1.0), note]
    dataset = sized_cache.SizedCacheDataset([{"image": torch.zeros(1, 4, 4)}], transforms, progress=False)
    assert isinstance(dataset[0]["image"], torch.Tensor)
    assert seen == [(MetaTensor, True), (torch.Tensor, False)] and get_track_meta()


def test_after_an_error_metadata_are_tracked_again():
    with pytest.raises(ValueError, match="stopped"):
        with without_metadata():
            assert not get_track_meta()
            raise ValueError("stopped")
    assert get_track_meta()


def test_threads_that_overlap_leave_it_as_it_was():
    inside, go_on = threading.Barrier(2), threading.Event()

    def stay():
        with without_metadata():
            inside.wait(10)
            go_on.wait(10)

    other = threading.Thread(target=stay)
    with without_metadata():
        other.start()
        inside.wait(10)
    assert not get_track_meta()
    go_on.set()
    other.join()
    assert get_track_meta()


@pytest.mark.parametrize(
    ("transforms", "lazy", "needed"),
    [
        ([Spacingd("image", 1.0), RandFlipd("image")], False, False),
        ([RandFlipd("image"), Spacingd("image", 1.0)], False, True),
        ([RandFlipd("image"), Compose([Spacingd("image", 1.0)])], False, True),
        ([Compose([Spacingd("image", 1.0)]), RandFlipd("image")], False, True),
        ([Compose([LoadImaged("image"), EnsureTyped("image")]), RandFlipd("image")], False, True),
        ([RandFlipd("image", lazy=True)], False, True),
        ([RandFlipd("image")], True, True),
        ([EnsureTyped("image")], False, False),
    ],
)
def test_metadata_are_kept_for_what_needs_them(transforms, lazy, needed):
    assert needs_metadata(Compose(transforms, lazy=lazy)) is needed


def test_voxels_of_two_millimetres_are_resampled_behind_a_random_transform():
    image = MetaTensor(torch.rand(1, 4, 4, 4), affine=torch.diag(torch.tensor([2.0, 2, 2, 1])))
    transforms = [EnsureTyped("image"), RandFlipd("image", prob=0.0), Spacingd("image", 1.0)]
    dataset = sized_cache.SizedCacheDataset([{"image": image}], transforms, progress=False)
    assert dataset.keeps_metadata and dataset[0]["image"].shape == (1, 7, 7, 7)


def test_what_is_random():
    transforms = Compose([EnsureTyped("image"), RandFlipd("image"), dict])
    assert [is_random(transform) for transform in transforms.transforms] == [False, True, True]
    # what MONAI keeps in its cache ends there too
    (kept,) = CacheDataset([{"image": torch.zeros(1, 4, 4)}], transforms, progress=False)._cache
    assert isinstance(kept["image"], MetaTensor) and not kept["image"].applied_operations
