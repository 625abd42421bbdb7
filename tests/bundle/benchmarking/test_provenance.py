from pathlib import Path

import pytest
from benchmark_results import made_up_grid, made_up_result, write_gallery_case

from bundle.benchmarking.grid import Grid
from bundle.benchmarking.provenance import duration, provenance_section, title


def test_every_commit_is_named(tmp_path: Path) -> None:
    commits = ("abc1234", "abc1234", "def5678+changes")
    results = [made_up_result("default", 0.3, "realistic", s, 0.7, commit=c) for s, c in enumerate(commits)]
    text = provenance_section(Grid(results), tmp_path)
    assert "| commit | abc1234 (2 cells); def5678+changes (1 cells) |" in text
    assert "| hardware | 2 CPU cores |" in text
    assert "epochs 60, steps 1,080" in text
    assert "5 min 3 s in total, 1 min 41 s per cell (1 min 40 s to 1 min 42 s)" in text
    assert "| 0, 1, 2 |" in text


def test_the_budget_names_what_differs(tmp_path: Path) -> None:
    budgets = ({"epochs": 60, "parameters": 1000}, {"epochs": 60, "parameters": 2000}, {})
    results = [made_up_result("default", 0.3, "realistic", s, 0.7, budget=b) for s, b in enumerate(budgets)]
    assert "| budget | epochs 60, parameters 1,000 to 2,000 |" in provenance_section(Grid(results), tmp_path)


@pytest.mark.parametrize(
    ("data_set", "split"),
    [("retina", "another split of the same cases"), ("mnist", "others with"), ("camvid", "the set's own split")],
)
def test_the_split_comes_from_the_datalist(data_set: str, split: str, tmp_path: Path) -> None:
    results = [made_up_result("default", 0.3, "realistic", 0, 0.7, data_set=data_set)]
    assert "3 test cases" in provenance_section(Grid(results), tmp_path)
    write_gallery_case(tmp_path, results)
    assert f"2 training and 1 test cases, {split}" in provenance_section(Grid(results), tmp_path)


def test_title_of_a_known_and_an_unknown_data_set() -> None:
    assert "LES-AV" in title(made_up_grid((0.3,)))
    assert title(Grid([made_up_result("default", 0.3, "realistic", 0, 0.7, data_set="mine")])) == "mine"


@pytest.mark.parametrize(
    ("seconds", "text"), [(41.6, "42 s"), (59.7, "1 min 0 s"), (200, "3 min 20 s"), (7500, "2 h 5 min")]
)
def test_duration(seconds: float, text: str) -> None:
    assert duration(seconds) == text
