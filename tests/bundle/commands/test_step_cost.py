"""The command that prints what each method costs."""

from click.testing import CliRunner

from bundle.commands.step_cost import command


def test_prints_a_row_per_method_with_ratios_to_partial_cross_entropy():
    result = CliRunner().invoke(command, ["--rounds", "1", "--method", "coupled_support", "--method", "boxes"])
    assert result.exit_code == 0, result.output
    rows = {line.split()[0]: line.split() for line in result.output.splitlines() if " ms" in line}
    assert rows.keys() == {"partial_cross_entropy", "coupled_support", "boxes"}
    assert float(rows["partial_cross_entropy"][3]) == 1.0 and float(rows["coupled_support"][3]) > 0


def test_settings_that_follow_the_data_set_need_none(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(command, ["--rounds", "1", "--method", "dense_masks", "--method", "boxes_ignored"])
    assert result.exit_code == 0, result.output
    assert not list(tmp_path.iterdir())


def test_an_unknown_method_is_refused():
    result = CliRunner().invoke(command, ["--method", "magic"])
    assert result.exit_code == 2 and "coupled_support" in result.output
