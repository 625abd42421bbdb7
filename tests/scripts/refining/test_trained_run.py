import hashlib
import json

import pytest
import torch

from scripts.errors import SettingError
from scripts.model_record import write_record
from scripts.refining import TrainedRun
from scripts.refining.trained_run import run_config

CONFIG = {"classes": [], "coupled_def": {}, "train": {}, "validate": {}}


@pytest.fixture
def run(tmp_path):
    """A folder of a run with both kinds of checkpoint."""
    folder = tmp_path / "eval" / "20260101_coupled_1"
    (folder / "checkpoints").mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(CONFIG))
    torch.save({"log_variance.convolution.bias": torch.zeros(2)}, folder / "checkpoints" / "best_training.pt")
    torch.save({"weight": torch.zeros(2)}, folder / "checkpoints" / "best.pt")
    return folder


def test_the_best_network_with_all_that_belongs_to_it(run, caplog):
    found = TrainedRun(run)
    assert found.checkpoint == run / "checkpoints" / "best_training.pt" and found.uncertainty
    digest = hashlib.sha256(found.checkpoint.read_bytes()).hexdigest()
    assert found.record == {
        "run": "20260101_coupled_1",
        "checkpoint": "best_training.pt",
        "checkpoint_sha256": digest,
    }
    assert not caplog.messages


def test_a_run_of_an_earlier_version_has_the_segmentation_network_alone(run, caplog):
    (run / "checkpoints" / "best_training.pt").unlink()
    found = TrainedRun(run)
    assert found.checkpoint.name == "best.pt" and not found.uncertainty
    assert "the segmentation network alone" in caplog.text


def test_another_checkpoint(run, tmp_path):
    last = tmp_path / "last.pt"
    torch.save({"model": {"log_variance.x": torch.zeros(1)}, "trainer": {}}, last)
    assert TrainedRun(run, last).checkpoint == last and TrainedRun(run, last).uncertainty


def test_a_checkpoint_of_other_settings_is_refused(run, tmp_path):
    write_record(run / "checkpoints" / "best.pt", {"settings": {"spacing": [1, 1, 1]}})
    write_record(tmp_path / "other.pt", {"settings": {"spacing": [2, 2, 2]}})
    with pytest.raises(SettingError, match="spacing"):
        TrainedRun(run, tmp_path / "other.pt")


def test_a_damaged_checkpoint_is_left_to_who_loads_it(run):
    (run / "checkpoints" / "best_training.pt").write_bytes(b"")
    assert not TrainedRun(run).uncertainty


def test_no_checkpoint_is_refused(run):
    for path in (run / "checkpoints").iterdir():
        path.unlink()
    with pytest.raises(SettingError, match="holds no checkpoint"):
        TrainedRun(run)


@pytest.mark.parametrize(
    "content, message",
    [
        (None, "holds no config.json"),
        ("{", "not valid JSON"),
        ("[]", "lacks classes"),
        ('{"classes": []}', "coupled_def"),
    ],
)
def test_what_is_no_run_is_refused(tmp_path, content, message):
    if content is not None:
        (tmp_path / "config.json").write_text(content)
    with pytest.raises(SettingError, match=message):
        run_config(tmp_path)


def test_the_run_is_found_on_the_command_line(run, monkeypatch):
    files = f"['{run}/config.json','configs/refine.json']"
    monkeypatch.setattr("sys.argv", ["/x/monai/bundle/__main__.py", "run", "refining", "--config_file", files])
    assert TrainedRun().folder == run


def test_without_a_command_line_the_run_must_be_named():
    with pytest.raises(SettingError, match="--run_folder"):
        TrainedRun()
