"""The command that prints what a training costs."""

import torch
from click.testing import CliRunner

from bundle.command_group import CommandGroup

SHORT = ("--set", "patch_size=[32,32]", "--set", "cases_per_epoch=2", "--set", "device=cpu", "--epochs", "3")


def _cost(*arguments):
    return CliRunner().invoke(CommandGroup("bundle"), ["training-cost", *map(str, arguments)])


def test_a_row_per_training(tiny_dataset):
    result = _cost("--dataset-dir", tiny_dataset, *SHORT)
    assert result.exit_code == 0, result.output
    rows = [line.split() for line in result.output.splitlines() if line.startswith(("on ", "off "))]
    assert [row[0] for row in rows] == (["on", "off"] if torch.cuda.is_available() else ["off"])
    assert all(row[-1] == "cpu" and float(row[1]) > 0 and 0 <= float(row[-2]) <= 1 for row in rows)


def test_wrong_options_are_told():
    result = _cost("--set", "batch_size")
    assert result.exit_code == 2 and "write it as ID=VALUE" in result.output
    result = _cost("--set", "learning_rates=0.1")
    assert result.exit_code == 2 and "learning_rates is unknown to configs/train.json" in result.output
    result = _cost("--config", "configs/missing.json")
    assert result.exit_code == 2 and "configs/missing.json" in result.output
    result = _cost("--epochs", 2)
    assert result.exit_code == 2 and "3" in result.output
