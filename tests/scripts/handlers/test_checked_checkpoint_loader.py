"""Loading checkpoints into engines, with errors that say what to do."""

import pytest
import torch
from ignite.engine import Engine

from scripts.errors import SettingError
from scripts.handlers import CheckedCheckpointLoader


def start(path, load_dict, max_epochs=1, with_engine=False):
    trainer = Engine(lambda engine, batch: None)
    CheckedCheckpointLoader(str(path), load_dict, with_engine).attach(trainer)
    trainer.run([0], max_epochs=max_epochs)
    return trainer


def test_loads_a_plain_state_dict_and_one_within_a_training_checkpoint(tmp_path):
    saved = torch.nn.Linear(2, 1)
    torch.save(saved.state_dict(), tmp_path / "plain.pt")
    torch.save({"model": saved.state_dict(), "other": 1}, tmp_path / "training.pt")
    for name in ("plain.pt", "training.pt"):
        network = torch.nn.Linear(2, 1)
        start(tmp_path / name, {"model": network})
        assert torch.equal(network.weight, saved.weight)


def test_a_foreign_checkpoint_changes_nothing(tmp_path):
    torch.save(torch.nn.Linear(3, 1).state_dict(), tmp_path / "model.pt")
    network = torch.nn.Linear(2, 1)
    before = network.weight.clone()
    with pytest.raises(SettingError, match="another network"):
        start(tmp_path / "model.pt", {"model": network})
    assert torch.equal(network.weight, before)


def test_a_missing_checkpoint_is_an_error(tmp_path):
    with pytest.raises(SettingError, match="does not exist"):
        start(tmp_path / "model.pt", {"model": torch.nn.Linear(2, 1)})


@pytest.mark.parametrize(("max_epochs", "expected"), [(3, "cannot be continued from"), (9, "is complete .9 epochs.")])
def test_a_training_that_is_already_over_is_explained(tmp_path, max_epochs, expected):
    network = torch.nn.Linear(2, 1)
    torch.save(
        {"model": network.state_dict(), "trainer": {"iteration": 9, "epoch_length": 1, "max_epochs": 9}},
        tmp_path / "last.pt",
    )
    with pytest.raises(SettingError, match=expected):
        start(tmp_path / "last.pt", {"model": network}, max_epochs=max_epochs, with_engine=True)
