from pathlib import Path

from click.testing import CliRunner

from bundle.command_group import CommandGroup


def test_a_row_for_a_number_of_cases(tmp_path: Path) -> None:
    arguments = ["check-cost", "--cases", "10", "--size", "32", "--scratch", str(tmp_path)]
    result = CliRunner().invoke(CommandGroup(name="bundle"), arguments)
    assert result.exit_code == 0, result.output
    rows = [line.split() for line in result.stdout.splitlines()]
    assert rows[0] == ["cases", "first", "again", "memory", "of", "a", "worker"]
    assert [row[0] for row in rows[1:]] == ["10"]
    assert list(tmp_path.iterdir()) == []
