"""The executed config lies beside the results; what it holds is tested with the command line."""

import json
import sys

import pytest
from ignite.engine import Engine

from scripts.errors import SettingError
from scripts.handlers import SaveExecutedConfig


def test_written_at_the_start_of_the_engine(tmp_path, monkeypatch):
    (tmp_path / "train.json").write_text('{"seed": 1}')
    arguments = ["/monai/bundle/__main__.py", "run", "--config_file", str(tmp_path / "train.json"), "--seed", "2"]
    monkeypatch.setattr(sys, "argv", arguments)
    trainer = Engine(lambda engine, batch: None)
    SaveExecutedConfig(tmp_path / "run" / "config.json").attach(trainer)
    trainer.run([0])
    assert json.loads((tmp_path / "run" / "config.json").read_text()) == {"seed": 2}


def test_a_resumed_run_keeps_the_config_it_was_started_with(tmp_path):
    (tmp_path / "config.json").write_text('{"seed": 7}')
    trainer = Engine(lambda engine, batch: None)
    SaveExecutedConfig(tmp_path / "config.json").attach(trainer)
    trainer.run([0])
    assert (tmp_path / "config.json").read_text() == '{"seed": 7}'


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        (["--device", "cpu"], None),
        (["--seed", "3"], "seed was 1, now 3"),
        (["--train#trainer#max_epochs", "9"], "train#trainer#max_epochs was 5, now 9"),
    ],
)
def test_a_resumed_run_must_repeat_its_settings(tmp_path, monkeypatch, argument, expected):
    settings = {"seed": 1, "device": "cuda", "train": {"trainer": {"max_epochs": 5}}}
    (tmp_path / "train.json").write_text(json.dumps(settings))
    (tmp_path / "config.json").write_text(json.dumps(settings))
    command = ["/monai/bundle/__main__.py", "run", "--config_file", str(tmp_path / "train.json"), *argument]
    monkeypatch.setattr(sys, "argv", command)
    trainer = Engine(lambda engine, batch: None)
    SaveExecutedConfig(tmp_path / "config.json").attach(trainer)
    if expected is None:
        trainer.run([0])
        return
    with pytest.raises(SettingError, match=expected):
        trainer.run([0])
