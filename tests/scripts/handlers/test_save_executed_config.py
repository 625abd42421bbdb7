"""The executed config lies beside the results; what it holds is tested with the command line."""

import json
import sys

from ignite.engine import Engine

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
