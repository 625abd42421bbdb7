"""Weights are written whole, and read only into the network that they belong to."""

import os

import pytest
import torch

from scripts.checkpoints import find_resume_point, load_weights, mismatch, require_writable, save_atomically
from scripts.errors import SettingError


def test_round_trip_leaves_no_other_file(tmp_path):
    network = torch.nn.Linear(2, 3)
    save_atomically(network.state_dict(), tmp_path / "models" / "model.pt")
    assert os.listdir(tmp_path / "models") == ["model.pt"]
    assert torch.equal(load_weights(tmp_path / "models" / "model.pt", network)["weight"], network.weight)


def test_a_training_checkpoint_gives_its_model(tmp_path):
    network = torch.nn.Linear(2, 3)
    save_atomically({"model": network.state_dict(), "epoch": 3}, tmp_path / "last.pt")
    assert torch.equal(load_weights(tmp_path / "last.pt", network)["bias"], network.bias)


def test_an_unwritable_folder_is_explained_and_the_old_file_kept(tmp_path):
    (tmp_path / "models").write_text("a file where the folder should be")
    with pytest.raises(SettingError, match="could not be written.*--ckpt_dir"):
        save_atomically({}, tmp_path / "models" / "model.pt")


def test_a_failed_write_keeps_what_was_saved_before(tmp_path):
    path = tmp_path / "model.pt"
    save_atomically({"a": 1}, path)
    before = path.read_bytes()
    temporary = tmp_path / f".model.{os.getpid()}.pt"
    temporary.symlink_to("/dev/full")  # every write fails as on a full disk
    with pytest.raises(SettingError, match="Free some space"):
        save_atomically({"a": torch.zeros(100_000)}, path)
    assert path.read_bytes() == before and not temporary.exists()


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (torch.nn.Linear(2, 4), "another shape .*weight is"),
        (torch.nn.Sequential(torch.nn.Linear(2, 3)), "2 weights are missing .*2 are of something else"),
    ],
)
def test_weights_of_another_network_are_refused(tmp_path, other, expected):
    save_atomically(other.state_dict(), tmp_path / "model.pt")
    with pytest.raises(SettingError, match=f"another network.*{expected}"):
        load_weights(tmp_path / "model.pt", torch.nn.Linear(2, 3))


def test_fitting_weights_have_no_mismatch():
    assert mismatch(torch.nn.Linear(2, 3), torch.nn.Linear(2, 3).state_dict()) == ""


@pytest.mark.parametrize("content", [b"", b"garbage", b"hello\n", b"PK\x03\x04 broken"])
def test_broken_checkpoints_are_named(tmp_path, content):
    (tmp_path / "model.pt").write_bytes(content)
    with pytest.raises(SettingError, match=r"model.pt is not a readable checkpoint.*[a-z]{4}"):
        load_weights(tmp_path / "model.pt", torch.nn.Linear(2, 3))


def test_code_in_a_checkpoint_is_not_run(tmp_path):
    class Evil:
        def __reduce__(self):
            return (os.mkdir, (str(tmp_path / "owned"),))

    torch.save({"model": Evil()}, tmp_path / "model.pt")
    with pytest.raises(SettingError, match="not a readable checkpoint.*may be code.*not opened"):
        load_weights(tmp_path / "model.pt", torch.nn.Linear(2, 3))
    assert not (tmp_path / "owned").exists()


def test_missing_checkpoint(tmp_path):
    with pytest.raises(SettingError, match="does not exist"):
        load_weights(tmp_path / "model.pt", torch.nn.Linear(2, 3))


def test_resume_point_of_a_run_or_of_the_latest(tmp_path):
    for age, run in enumerate(("first", "second")):
        folder = tmp_path / run / "checkpoints"
        folder.mkdir(parents=True)
        (folder / "last.pt").touch()
        os.utime(folder / "last.pt", (age, age))
    assert find_resume_point(True, tmp_path).endswith("second/checkpoints/last.pt")
    assert "first" in find_resume_point(str(tmp_path / "first"), tmp_path)
    exact = str(tmp_path / "first" / "checkpoints" / "last.pt")
    assert find_resume_point(exact, tmp_path) == exact


@pytest.mark.parametrize("resume", [True, "nowhere"])
def test_nothing_to_resume_is_an_error(tmp_path, resume):
    with pytest.raises(SettingError, match="found no checkpoint"):
        find_resume_point(resume, tmp_path)


def test_folders_are_probed_without_being_created(tmp_path):
    require_writable([tmp_path / "new" / "models"])
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").touch()
    with pytest.raises(SettingError, match="models cannot be written .*is a file"):
        require_writable([tmp_path / "file" / "models"])
