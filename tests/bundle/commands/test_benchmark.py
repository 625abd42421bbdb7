from click.testing import CliRunner

from bundle.benchmarking.cell import Cell
from bundle.benchmarking.data_sets import DATA_SETS
from bundle.benchmarking.result import Result, result_path
from bundle.command_group import CommandGroup
from bundle.commands.benchmark import _NAMES

FEW = ("--method", "default", "--method", "dense_masks", "--ratio", 0.3, "--seed", 0)


def _benchmark(*arguments):
    return CliRunner().invoke(CommandGroup("bundle"), ["benchmark", *map(str, arguments)])


def _write(out, method, ratio, quality, **changes):
    cell = Cell("retina", method, ratio, quality, 0)
    values = {"dice": 0.7}
    result = Result(cell, "done", metrics=values, cases={"a": values}, commit="abc", hardware="a", **changes)
    result.write(result_path(out, cell))


def test_every_data_set_has_its_name():
    assert set(_NAMES) == set(DATA_SETS)


def test_a_dry_run_says_what_is_done(tmp_path):
    _write(tmp_path, "default", 0.3, "realistic")
    result = _benchmark("retina", *FEW, "--out", tmp_path, "--dry-run")
    assert result.exit_code == 0, result.output
    assert result.output.splitlines() == [
        "done  default-realistic-r0.3-s0",
        "      dense_masks-dense-s0",
        "2 cells, 1 of them done",
    ]


def test_a_report_of_what_there_is(tmp_path):
    _write(tmp_path, "default", 0.3, "realistic")
    result = _benchmark("retina", "--out", tmp_path, "--report", tmp_path / "tables", "--report-only")
    assert result.exit_code == 0, result.output
    assert "0.700" in (tmp_path / "tables" / "README.md").read_text()


def test_when_all_is_done_only_the_report_is_made(tmp_path):
    for method, ratio, quality in (("default", 0.3, "realistic"), ("dense_masks", None, "dense")):
        _write(tmp_path, method, ratio, quality)
    result = _benchmark("retina", *FEW, "--out", tmp_path, "--data-root", tmp_path / "missing")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "report" / "README.md").is_file()


def test_wrong_options_are_told(tmp_path):
    result = _benchmark("retina", "--method", "magic", "--dry-run")
    assert result.exit_code == 2 and "magic" in result.output and "partial_cross_entropy_dice" in result.output
    result = _benchmark("retina", *FEW, "--out", tmp_path, "--data-root", tmp_path / "missing")
    assert result.exit_code == 2 and "missing is no folder" in result.output and "--data-root" in result.output
    result = _benchmark("retina", "--out", tmp_path, "--report-only")
    assert result.exit_code == 2 and "no results" in result.output


def test_results_of_another_data_set_are_not_taken_for_its_own(tmp_path):
    _write(tmp_path, "default", 0.3, "realistic")
    for option in ("--report-only", "--dry-run"):
        result = _benchmark("mnist", "--out", tmp_path, option)
        assert result.exit_code == 2 and "holds results of retina, and the benchmark is of mnist" in result.output
    assert not (tmp_path / "report").exists()


def test_small_and_full_trainings_have_a_folder_each(tmp_path):
    for full, wrong, told in ((False, ["--full"], "without"), (True, [], "with")):
        _write(tmp_path / told, "default", 0.3, "realistic", full=full)
        result = _benchmark("retina", *FEW, *wrong, "--out", tmp_path / told)
        assert result.exit_code == 2 and f"holds results {told} --full, and this run is" in result.output, result.output
        assert _benchmark("retina", "--out", tmp_path / told, "--report-only").exit_code == 0
    _write(tmp_path / "with", "dense_masks", None, "dense")
    result = _benchmark("retina", "--out", tmp_path / "with", "--report-only")
    assert (
        result.exit_code == 2
        and "holds results with and without --full" in result.output
        and "its own --out" in result.output
    )


def test_each_kind_of_run_has_its_default_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for options in ([], ["--full"], ["--quick"], ["--full", "--quick"]):
        result = _benchmark("retina", *options, "--report-only")
        folder = "-".join(["retina", *(option.lstrip("-") for option in options)])
        assert f"eval/benchmark/{folder} " in result.output.replace("/cells", " "), result.output


def test_results_of_other_code_are_told(tmp_path):
    for method, ratio, quality in (("default", 0.3, "realistic"), ("dense_masks", None, "dense")):
        _write(tmp_path, method, ratio, quality)
    result = _benchmark("retina", *FEW, "--out", tmp_path)
    assert "Results of other versions of the code are kept: abc (2 cells). A cell whose file" in result.output
