"""The folder and name of a run."""

import pytest

from scripts.errors import SettingError
from scripts.runs import run_folder


def test_a_new_run_creates_nothing(tmp_path):
    run = run_folder(tmp_path, "coupled")
    assert "coupled" in run.name and run.path == str(tmp_path / run.name) and run.resume_from == ""
    assert list(tmp_path.iterdir()) == []


def test_a_resumed_run_keeps_its_name(tmp_path):
    checkpoint = tmp_path / "20260101_run" / "checkpoints" / "last.pt"
    checkpoint.parent.mkdir(parents=True)
    checkpoint.touch()
    run = run_folder(tmp_path, "coupled", resume=True)
    assert (run.name, run.resume_from) == ("20260101_run", str(checkpoint.resolve()))


def test_resuming_nothing_is_an_error(tmp_path):
    with pytest.raises(SettingError, match="found no checkpoint"):
        run_folder(tmp_path, "coupled", resume=True)
