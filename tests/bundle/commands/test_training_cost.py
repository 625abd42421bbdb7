"""The command that prints what a training costs."""

import pytest
from click.testing import CliRunner

from bundle.command_group import CommandGroup


def _cost(*arguments):
    return CliRunner().invoke(CommandGroup("bundle"), ["training-cost", *map(str, arguments)])


def test_a_row_per_training(tiny_dataset):
    short = [word for text in ("patch_size=[32,32]", "cases_per_epoch=2", "device=cpu") for word in ("--set", text)]
    result = _cost("--dataset-dir", tiny_dataset, *short, "--epochs", 4)
    assert result.exit_code == 0, result.output
    rows = [line.split() for line in result.output.splitlines() if line.startswith(("on ", "off "))]
    # mixed precision is there on a GPU alone
    assert [(row[0], row[-1]) for row in rows] == [("off", "cpu")]
    epoch, _, step, _, data, _, metric = rows[0][1:-1]
    assert 0 < float(data) < float(step) and float(step) == pytest.approx(1e3 * float(epoch), abs=10)
    assert 0 <= float(metric) <= 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--set", "batch_size"), "write it as ID=VALUE"),
        (("--set", "amp=false"), "this command sets it itself"),
        (("--epochs", 2), "3"),
    ],
)
def test_wrong_options_are_told(arguments, told):
    result = _cost(*arguments)
    assert result.exit_code == 2 and told in result.output
