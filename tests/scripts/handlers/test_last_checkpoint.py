"""The file that a killed training goes on from."""

import os

import torch
from ignite.engine import Engine, Events

from scripts.handlers import LastCheckpoint


def train(folder, epochs, interval=1, watch=None):
    network = torch.nn.Linear(1, 1)
    trainer = Engine(lambda engine, batch: network.weight.data.fill_(float(engine.state.epoch)))
    LastCheckpoint(folder, {"model": network}, interval).attach(trainer)
    if watch is not None:
        trainer.add_event_handler(Events.EPOCH_COMPLETED, watch)
    trainer.run([0, 0], max_epochs=epochs)


def test_holds_the_model_and_the_trainer_and_loads_without_code(tmp_path):
    train(tmp_path, 3)
    assert os.listdir(tmp_path) == ["last.pt"]
    content = torch.load(tmp_path / "last.pt", weights_only=True)
    assert content["model"]["weight"].item() == 3.0
    assert content["trainer"]["iteration"] == 6


def test_is_written_every_few_epochs_and_after_the_last(tmp_path):
    seen = []

    def look():
        path = tmp_path / "last.pt"
        seen.append(torch.load(path, weights_only=True)["trainer"]["iteration"] // 2 if path.exists() else 0)

    train(tmp_path, 5, interval=2, watch=look)
    assert seen == [0, 2, 2, 4, 5]


def test_a_whole_file_is_there_at_every_moment(tmp_path):
    """The new file is made under another name, so the old one is never opened for writing."""
    train(tmp_path, 1)
    os.chmod(tmp_path / "last.pt", 0o444)
    with (tmp_path / "last.pt").open("rb") as old:
        before = old.read()
        train(tmp_path, 2)
        old.seek(0)
        assert old.read() == before != (tmp_path / "last.pt").read_bytes()
