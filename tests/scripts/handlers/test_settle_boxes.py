"""Boxes are settled at the right epochs, alike in resumed and distributed runs, and nothing else changes."""

import logging
import random

import numpy as np
import pytest
import torch
from ignite.engine import Engine, Events
from monai.data import DataLoader, MetaTensor
from monai.inferers import SlidingWindowInferer
from monai.networks.nets import BasicUNet
from monai.transforms import Compose, MapTransform, RandFlipd
from torch import nn

from scripts.boxes.settle import settle
from scripts.boxes.settled_files import latest_folder, read_settled
from scripts.constants import IGNORE, INSIDE, OUTSIDE, SETTLED, UNKNOWN
from scripts.data.sized_cache import SizedCacheDataset
from scripts.errors import SettingError
from scripts.handlers import SettleBoxes
from scripts.losses import class_margin
from scripts.networks import CoupledSegmenter
from scripts.transforms import LoadSettledd

SHAPES = {2: (20, 16), 3: (20, 16, 12)}


class Decode(MapTransform):
    """Stands for the deterministic transforms: a noisy ball, bright above 0.5, its box and its true mask."""

    def __init__(self, spatial_dims=2):
        super().__init__("image")
        self.shape = SHAPES[spatial_dims]

    def __call__(self, case):
        rng = np.random.default_rng(case["seed"])
        centre = np.array(self.shape) / 2 + rng.uniform(-2, 2, len(self.shape))
        place = np.moveaxis(np.indices(self.shape), 0, -1) + 0.5 - centre
        mask = (place**2).sum(axis=-1) < 4.2**2
        corners = np.argwhere(mask)
        box = tuple(slice(low, high + 1) for low, high in zip(corners.min(axis=0), corners.max(axis=0)))
        boxes = np.full((2, *self.shape), OUTSIDE, dtype=np.uint8)
        layers = np.zeros((1, *self.shape), dtype=np.int16)
        boxes[0], boxes[1][box], layers[0][box] = UNKNOWN, INSIDE, 1
        image = np.where(mask, 0.8, 0.2) + rng.uniform(-0.2, 0.2, self.shape)
        decoded = {
            "image": MetaTensor(image[None].astype(np.float32)),
            "boxes": torch.from_numpy(boxes),
            "box_layers": torch.from_numpy(layers),
            "box_classes": torch.tensor([1]),
            "case_id": case["name"],
        }
        if case.get("known", True):
            reference = mask.astype(np.uint8)
            reference[tuple(np.array(self.shape) // 2)] = IGNORE  # within the ball
            decoded["reference"] = torch.from_numpy(reference[None])
        return decoded


class Bright(nn.Module):
    """Finds what is brighter than a level, and is sure of it alone."""

    level = 0.5

    def predict(self, image):
        margin = image - self.level
        return torch.cat([torch.zeros_like(margin), margin], 1), torch.cat([margin, -4 * margin.sign()], 1)


def make_cases(count=3, **others):
    return [{"name": f"case{n}", "seed": n, "boxes": [{"class": "nucleus"}], **others} for n in range(count)]


def make(folder, cases=None, network=None, spatial_dims=2, cache_rate=1, **settings):
    """A handler and its dataset, whose epochs load what was settled."""
    transform = Compose([Decode(spatial_dims), LoadSettledd(folder), RandFlipd("image", prob=0.5)])
    dataset = SizedCacheDataset(cases or make_cases(), transform, cache_rate=cache_rate, progress=False)
    handler = SettleBoxes(
        Bright() if network is None else network,
        dataset,
        SlidingWindowInferer(SHAPES[spatial_dims][:1] * spatial_dims, sw_batch_size=2, overlap=0.5),
        folder,
        "cpu",
        **{"start": 0, "interval": 1, "threshold": 0.0, "classes": ["background", "nucleus"], **settings},
        progress=False,
    )
    return handler, dataset


def train(handler, dataset, epochs, *others, done=0, stop=None):
    """Returns per epoch how many pixels of the batch boxes still call foreground, and the trainer.

    It goes on after ``done`` epochs, and is stopped in epoch ``stop``.
    """
    seen = {}

    def step(engine, batch):
        boxes = batch["boxes"][:, 1]
        seen.setdefault(engine.state.epoch, []).append(int(((boxes == SETTLED) | (boxes == INSIDE)).sum()))
        if engine.state.epoch == stop:
            engine.terminate()

    loader = DataLoader(dataset, batch_size=len(dataset))
    trainer = Engine(step)
    for each in (*others, handler):
        each.attach(trainer)
    if done:
        trainer.load_state_dict({"epoch": done, "epoch_length": len(loader), "max_epochs": epochs})
    trainer.run(loader, max_epochs=epochs)
    return seen, trainer


def settled_in(folder):
    return sorted(int(path.name.split("_")[1]) for path in folder.glob("epoch_*"))


@pytest.mark.parametrize(
    ("start", "interval", "epochs", "expected"),
    [
        (0, 1, 3, [1, 2, 3]),
        (0.5, 2, 8, [5, 7]),
        (0.7, 1, 10, [8, 9, 10]),
        (0.3, 3, 5, [3]),
        (1, 1, 4, []),
        (None, 1, 2, []),
    ],
)
def test_when(tmp_path, start, interval, epochs, expected):
    handler, dataset = make(tmp_path, start=start, interval=interval, checkpoint_interval=100)
    train(handler, dataset, epochs)
    assert settled_in(tmp_path) == expected


@pytest.mark.parametrize("spatial_dims", [2, 3])
def test_the_epoch_that_starts_gets_the_mask(tmp_path, spatial_dims):
    handler, dataset = make(tmp_path, make_cases(2), spatial_dims=spatial_dims, start=0.5)
    seen, trainer = train(handler, dataset, 2)
    cached = [dataset.before_random(index) for index in range(2)]
    inside = sum(int((case["boxes"] == INSIDE).sum()) for case in cached)
    ball = sum(int((case["reference"] > 0).sum()) for case in cached)
    assert seen == {1: [inside], 2: [ball]}
    for case in cached:
        written = read_settled(latest_folder(tmp_path) / f"{case['case_id']}.npz", tuple(case["boxes"].shape))
        np.testing.assert_array_equal(written[1] == SETTLED, case["reference"][0] > 0)
    assert trainer.state.metrics == {
        "box_settled": 1,
        "box_agreement": 1,
        "box_agreement_foreground": 1,
        "box_agreement_background": 1,
    }


def test_without_references_there_is_no_agreement(tmp_path):
    _, trainer = train(*make(tmp_path, make_cases(known=False)), 1)
    assert trainer.state.metrics == {"box_settled": 1}


def test_every_time_starts_from_the_boxes(tmp_path):
    network = Bright()
    handler, dataset = make(tmp_path, network=network)
    engine = Engine(lambda engine, batch: None)
    engine.state.epoch = 1
    handler(engine)
    assert engine.state.metrics["box_settled"] == 1
    network.level = 1.1  # nothing is so bright
    engine.state.epoch = 2
    handler(engine)
    assert engine.state.metrics == {"box_settled": 0}
    boxes = dataset.before_random(0)["boxes"].numpy()
    np.testing.assert_array_equal(read_settled(latest_folder(tmp_path) / "case0.npz", (2, 20, 16)), boxes)


def test_only_cases_with_boxes_of_their_own_are_looked_at(tmp_path):
    cases = make_cases(4)
    cases[0]["boxes"], cases[1]["boxes"], cases[2]["supervision"] = None, [], "dense"
    handler, dataset = make(tmp_path, cases)
    train(handler, dataset, 1)
    assert handler.cases == [3]
    assert [path.name for path in latest_folder(tmp_path).glob("*.npz")] == ["case3.npz"]


def test_what_is_cached_changes_nothing(tmp_path):
    results = [train(*make(tmp_path / str(rate), cache_rate=rate, start=0.5), 2)[0] for rate in (1, 0.5, 0)]
    assert results[0] == results[1] == results[2]


@pytest.mark.parametrize("uncertainty", [True, False])
def test_a_real_network_is_looked_at_whole_and_in_eval_mode(tmp_path, uncertainty):
    torch.manual_seed(0)
    unet = BasicUNet(2, 1, 2, features=[4, 4, 8, 8, 8, 4], norm="batch")
    network = CoupledSegmenter(unet, spatial_dims=2, num_classes=2, annotation="none", uncertainty=uncertainty).train()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    handler, dataset = make(tmp_path, network=network, threshold=2.0, min_foreground=0)
    handler.inferer = SlidingWindowInferer((32, 32))
    train(handler, dataset, 1)
    assert network.training and unet.training
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    case = dataset.before_random(1)
    network.eval()
    with torch.no_grad():
        padded = nn.functional.pad(case["image"].as_tensor()[None], (8, 8, 6, 6))
        logits, log_variance = network.predict(padded)
    expected = settle(
        class_margin(logits)[0, :, 6:-6, 8:-8],
        log_variance[0, :, 6:-6, 8:-8] if uncertainty else None,
        case["boxes"],
        case["box_layers"],
        case["box_classes"],
        threshold=2.0,
        min_foreground=0,
    )
    np.testing.assert_array_equal(read_settled(latest_folder(tmp_path) / "case1.npz", (2, 20, 16)), expected)


def test_random_numbers_are_left_alone(tmp_path):
    handler, _ = make(tmp_path, cache_rate=0, pictures=tmp_path / "pictures", picture_count=1)
    engine = Engine(lambda engine, batch: None)
    engine.state.epoch = 1

    def states():
        return [torch.get_rng_state().tolist(), random.getstate(), np.random.get_state()[1].tolist()] + [
            state.tolist() for state in (torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [])
        ]

    before = states()
    handler(engine)
    assert states() == before


class Drift:
    """The network changes from epoch to epoch: it finds less and less."""

    def __init__(self, network):
        self.network = network

    def attach(self, engine):
        engine.add_event_handler(Events.EPOCH_STARTED, self)

    def __call__(self, engine):
        self.network.level = 0.6 + 0.02 * engine.state.epoch


def test_a_resumed_run_goes_on_with_what_the_unbroken_one_had(tmp_path):
    """Killed in epoch 7, after boxes were settled in epoch 6, and resumed from the checkpoint of epoch 4."""

    def run(folder, epochs, done=0, killed=False):
        network = Bright()
        settings = {"start": 0.2, "interval": 3, "checkpoint_interval": 4, "min_foreground": 0}
        handler, dataset = make(folder, network=network, **settings)
        seen, _ = train(handler, dataset, epochs, Drift(network), done=done, stop=7 if killed else None)
        return seen

    unbroken = run(tmp_path / "unbroken", 10)
    assert len({tuple(shares) for shares in unbroken.values()}) == 4  # nothing settled, settled in 3, 6 and 9
    run(tmp_path / "killed", 10, killed=True)
    assert settled_in(tmp_path / "killed") == [3, 6]
    assert run(tmp_path / "killed", 10, done=4) == {epoch: unbroken[epoch] for epoch in range(5, 11)}
    assert settled_in(tmp_path / "killed") == settled_in(tmp_path / "unbroken") == [3, 6, 9]


def test_metrics_are_known_before_boxes_are_settled_again(tmp_path):
    settings = {"start": 0, "interval": 3}
    _, trainer = train(*make(tmp_path, **settings), 1)
    _, resumed = train(*make(tmp_path, **settings), 3, done=1)
    assert settled_in(tmp_path) == [1]
    assert resumed.state.metrics == trainer.state.metrics != {}


def test_a_new_run_ignores_what_lies_in_its_folder(tmp_path):
    train(*make(tmp_path), 2)
    seen, trainer = train(*make(tmp_path, start=1), 1)
    assert settled_in(tmp_path) == [] and trainer.state.metrics == {}


def test_every_epoch_ends_with_the_latest_metrics(tmp_path):
    """Which is what trackers log of a trainer."""
    handler, dataset = make(tmp_path, start=0.5, interval=2)
    logged = {}

    class Log:
        def attach(self, engine):
            engine.add_event_handler(Events.EPOCH_COMPLETED, self)

        def __call__(self, engine):
            logged[engine.state.epoch] = engine.state.metrics.get("box_settled")

    train(handler, dataset, 4, Log())
    assert logged == {1: None, 2: None, 3: 1, 4: 1}


def test_one_line_is_logged(tmp_path, caplog):
    with caplog.at_level(logging.INFO, logger="scripts.handlers.settle_boxes"):
        train(*make(tmp_path), 1)
    assert [record.getMessage() for record in caplog.records if record.name == "scripts.handlers.settle_boxes"] == [
        "epoch 1: 100.0% of the pixels in the boxes of 3 cases are settled; 100.0% of them agree with the references "
        "(foreground 100.0%, background 100.0%)"
    ]


def test_film_strips_of_the_first_cases(tmp_path):
    handler, dataset = make(tmp_path / "settled", pictures=tmp_path / "pictures", picture_count=2)
    train(handler, dataset, 2)
    found = sorted(path.relative_to(tmp_path / "pictures").as_posix() for path in tmp_path.glob("pictures/**/*.png"))
    names = [f"{name}.png" for name in ("epoch_000", "epoch_001", "epoch_002", "reference")]
    assert found == sorted(
        [f"boxes/{case}.png" for case in ("case0", "case1")]
        + [f"boxes/{case}/{name}" for case in ("case0", "case1") for name in names]
    )


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"start": 20}, r"start of SettleBoxes is a share and must lie in \[0, 1\], got 20"),
        ({"min_foreground": -1}, "min_foreground of SettleBoxes"),
        ({"interval": 0}, "at least 1 epoch, got 0 and 1"),
        ({"min_margin": -1}, "min_margin of SettleBoxes must be at least 0"),
    ],
)
def test_wrong_settings(tmp_path, setting, message):
    with pytest.raises(SettingError, match=message):
        make(tmp_path, **setting)
