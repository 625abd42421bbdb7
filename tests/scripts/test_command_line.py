"""Overrides on the command line: recorded, and refused where nothing would read them."""

import json
import sys

import pytest

from scripts.command_line import executed_config, refuse_unknown_settings
from scripts.errors import SettingError


@pytest.fixture
def command(tmp_path, monkeypatch):
    """Sets the command line of a ``monai.bundle run`` with a config and an overlay."""
    (tmp_path / "a.json").write_text(json.dumps({"learning_rate": 1, "train": {"trainer": {"max_epochs": 5}}}))
    (tmp_path / "b.json").write_text(json.dumps({"train#trainer#max_epochs": 7, "method": "b"}))
    files = str([str(tmp_path / "a.json"), str(tmp_path / "b.json")])

    def set_arguments(*more):
        program = "/somewhere/monai/bundle/__main__.py"
        monkeypatch.setattr(sys, "argv", [program, "run", "training", "--config_file", files, *more])

    return set_arguments


def test_executed_config_has_overlays_and_overrides_applied(command, tmp_path):
    command("--learning_rate", "0.5", "--method=c")
    content = json.loads(executed_config(tmp_path / "run" / "config.json").read_text())
    assert content == {"learning_rate": 0.5, "train": {"trainer": {"max_epochs": 7}}, "method": "c"}


@pytest.mark.parametrize("value", ["--method=None", "--method=$None"])
def test_none_is_left_out_as_by_monai_unless_it_is_an_expression(command, value, tmp_path):
    command("--learning_rate", "0.5", value)
    content = json.loads(executed_config(tmp_path / "run" / "config.json").read_text())
    assert (content["learning_rate"], content["method"]) == (0.5, "b" if value == "--method=None" else "$None")


def test_another_process_has_no_executed_config(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["/usr/bin/pytest"])
    assert executed_config(tmp_path / "config.json") is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [[], ["--learning_rate", "2"], ["--train#trainer#max_epochs", "9"], ["--bundle_root", "x"], ["--run_id", "run"]],
)
def test_settings_that_exist_pass(command, arguments, tmp_path):
    config = json.loads((tmp_path / "a.json").read_text())
    (tmp_path / "a.json").write_text(json.dumps(config | {"bundle_root": "."}))
    command(*arguments)
    refuse_unknown_settings()


@pytest.mark.parametrize("arguments", [["--method", "None"], ["--method=None"], ["--method=c", "--method", "None"]])
def test_none_is_refused_with_what_to_write(command, arguments):
    command(*arguments)
    with pytest.raises(SettingError, match=r"MONAI ignores --method None, .* write --method '\$None'"):
        refuse_unknown_settings()


@pytest.mark.parametrize("arguments", [["--method", "$None"], ["--method", "None", "--method=c"], ["--run_id", "None"]])
def test_none_passes_where_it_is_an_expression_or_changes_nothing(command, arguments):
    command(*arguments)
    refuse_unknown_settings()


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ("--epochs", "Did you mean --train#trainer#max_epochs"),
        ("--learning_rat", "Did you mean --learning_rate"),
        ("--qqq", "Known settings: learning_rate, train, method"),
        ("--train#trainer#epochs", "is no setting"),
    ],
)
def test_settings_that_nothing_reads_are_refused(command, argument, expected):
    command(argument, "3")
    with pytest.raises(SettingError, match=expected):
        refuse_unknown_settings()
