from pathlib import Path

import pytest
from benchmark_results import LEVELS, made_up_grid, made_up_result, made_up_results, write_results

from bundle.benchmarking.grid import DENSE, Grid, read_grid
from bundle.benchmarking.methods import METHODS
from scripts.errors import DataError


def test_results_are_found_by_method_ratio_quality_and_seed() -> None:
    grid = Grid([made_up_result("default", 0.3, "realistic", seed, 0.7 + seed / 100) for seed in (0, 1)])
    assert grid.values("default", 0.3, "realistic", "dice") == {0: 0.7, 1: 0.71}
    assert grid.values("default", 0.1, "realistic", "dice") == {}
    assert grid.values("default", 0.3, "bad", "dice") == {}
    assert set(grid.case_values("default", 0.3, "realistic", "dice")) == {(s, c) for s in (0, 1) for c in "abc"}


def test_dense_masks_are_the_same_at_every_ratio() -> None:
    grid = made_up_grid()
    dense = grid.values("dense_masks", None, DENSE, "dice")
    assert len(dense) == 3
    assert grid.values("dense_masks", 0.05, "realistic", "dice") == dense


def test_a_stopped_seed_has_no_value() -> None:
    results = [made_up_result("default", 0.3, "realistic", s, 0.7, status=t) for s, t in enumerate(("done", "stopped"))]
    grid = Grid(results)
    assert grid.values("default", 0.3, "realistic", "dice") == {0: 0.7}
    assert grid.stopped("default", 0.3, "realistic") == [1]


def test_the_order_is_that_of_the_tables() -> None:
    grid = Grid(reversed(made_up_results((0.05, 1.0), ("bad", "clean", "realistic"))))
    assert grid.ratios == [1.0, 0.05]
    assert grid.qualities == ["clean", "realistic", "bad"]
    assert grid.settings[:3] == [(1.0, "realistic"), (0.05, "realistic"), (1.0, "clean")]
    assert grid.methods == [name for name in METHODS if name in LEVELS]
    assert "two_decoders" in [method.name for method in grid.not_run]


def test_a_quality_that_is_not_synthesised_comes_last() -> None:
    results = [made_up_result("default", 0.3, quality, 0, 0.7) for quality in ("annotated", "bad")]
    assert Grid(results).qualities == ["bad", "annotated"]
    assert Grid(results).main_quality == "bad"


def test_reads_what_was_written(tmp_path: Path) -> None:
    write_results(tmp_path, made_up_results())
    assert [result.cell for result in read_grid(tmp_path).results] == [r.cell for r in made_up_grid().results]


def test_no_results_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds no results"):
        read_grid(tmp_path)


def test_two_data_sets_are_refused() -> None:
    results = [made_up_result("default", 0.3, "realistic", 0, 0.7, data_set=name) for name in ("mnist", "retina")]
    with pytest.raises(DataError, match="mnist, retina"):
        Grid(results)
