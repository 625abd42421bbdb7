import pytest
from benchmark_results import made_up_grid, made_up_result

from bundle.benchmarking.differences import compare, differences_to_default
from bundle.benchmarking.grid import Grid


def test_a_difference_is_paired_by_seed_and_by_case() -> None:
    found = compare(made_up_grid(), "default", "partial_cross_entropy", 0.3, "realistic")
    assert found.seeds.mean == pytest.approx(found.cases.mean) == pytest.approx(0.12, abs=0.002)
    assert (found.seeds.count, found.cases.count) == (3, 3)


def test_dense_masks_are_compared_at_every_ratio() -> None:
    found = compare(made_up_grid(), "default", "dense_masks", 0.05, "realistic")
    assert found.seeds.mean == pytest.approx(-0.058, abs=0.002)


def test_a_stopped_method_has_no_difference() -> None:
    results = [made_up_result("default", 0.3, "realistic", 0, 0.7)]
    results += [made_up_result("partial_cross_entropy", 0.3, "realistic", 0, 0.0, status="stopped")]
    found = compare(Grid(results), "default", "partial_cross_entropy", 0.3, "realistic")
    assert (found.seeds, found.cases, found.stopped, found.first_stopped) == (None, None, 1, 0)


def test_the_default_is_compared_with_all_others() -> None:
    grid = made_up_grid()
    found = differences_to_default(grid)
    assert len(found) == 3 * (len(grid.methods) - 1)
    assert {item.first for item in found} == {"default"}


def test_without_the_default_there_is_nothing_to_compare() -> None:
    assert differences_to_default(Grid([made_up_result("two_decoders", 0.3, "realistic", 0, 0.7)])) == []


def test_sheets_of_other_digits_are_other_cases() -> None:
    results = [
        made_up_result(method, 0.3, "realistic", seed, dice, data_set="mnist")
        for method, dice in (("default", 0.9), ("partial_cross_entropy", 0.8))
        for seed in (0, 1)
    ]
    found = compare(Grid(results), "default", "partial_cross_entropy", 0.3, "realistic")
    assert found.cases.count == 6
