"""The command that prints what matrices cost in memory."""

from click.testing import CliRunner

from bundle.commands.memory_cost import command


def test_prints_both_figures():
    result = CliRunner().invoke(command, ["--size", "32", "--classes", "5", "--batch-size", "1"])
    assert result.exit_code == 0, result.output
    assert "matrices written out" in result.output and "trunk, low rank" in result.output


def test_a_size_that_the_network_cannot_halve_is_refused():
    result = CliRunner().invoke(command, ["--size", "40"])
    assert "multiple of 16" in str(result.exception)
