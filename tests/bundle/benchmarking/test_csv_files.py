import csv
from pathlib import Path

from benchmark_results import made_up_grid, made_up_result

from bundle.benchmarking.csv_files import write_csv_files
from bundle.benchmarking.grid import Grid


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_all_tables_are_written(tmp_path: Path) -> None:
    grid = made_up_grid()
    paths = write_csv_files(grid, tmp_path)
    assert [path.name for path in paths] == ["cells.csv", "summary.csv", "differences.csv", "targets.csv"]
    cells, summary, differences, targets = map(_read, paths)
    assert len(cells) == len(grid.results)
    assert len(summary) == 2 + 3 * 7
    assert len(differences) == 3 * 8
    assert len(targets) == 10


def test_a_stopped_cell_has_empty_figures_and_its_reason(tmp_path: Path) -> None:
    grid = Grid([made_up_result("default", 0.3, "realistic", 0, 0.0, status="stopped")])
    cells, summary, differences, _ = map(_read, write_csv_files(grid, tmp_path))
    assert cells[0]["dice"] == ""
    assert cells[0]["reason"] == "the matrices are about to swap | stopped"
    assert (summary[0]["dice_mean"], summary[0]["seeds_stopped"]) == ("", "1")
    assert differences == []


def test_a_single_seed_has_no_made_up_interval(tmp_path: Path) -> None:
    write_csv_files(made_up_grid(seeds=(0,)), tmp_path)
    rows = _read(tmp_path / "differences.csv")
    assert {(row["over_seeds_low"], row["excludes_zero"]) for row in rows} == {("", "")}
    assert {row["over_cases_low"] == "" for row in rows} == {False}
