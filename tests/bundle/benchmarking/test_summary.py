import pytest
from benchmark_results import made_up_result

from bundle.benchmarking.grid import DENSE, Grid
from bundle.benchmarking.statistics import mean_interval
from bundle.benchmarking.summary import summarise, summary_row


def _grid() -> Grid:
    dense = [made_up_result("dense_masks", None, DENSE, seed, 0.8) for seed in (0, 1)]
    drawn = [made_up_result("default", 0.3, "realistic", seed, 0.6 + seed / 10) for seed in (0, 1)]
    return Grid([*dense, *drawn, made_up_result("default", 0.3, "realistic", 2, 0.0, status="stopped")])


def test_a_row_holds_the_means_over_seeds() -> None:
    row = summary_row(_grid(), "default", 0.3, "realistic")
    assert row.dice == mean_interval([0.6, 0.7])
    assert row.gap == pytest.approx(0.008)
    assert row.share == pytest.approx(0.65 / 0.8)
    assert row.means["ece"] == pytest.approx(0.02)
    assert row.state == "2 of 3, 1 stopped"


def test_the_share_is_over_the_seeds_that_both_have() -> None:
    results = [made_up_result("dense_masks", None, DENSE, 0, 0.8)]
    results += [made_up_result("default", 0.3, "realistic", seed, value) for seed, value in ((0, 0.6), (1, 0.1))]
    assert summary_row(Grid(results), "default", 0.3, "realistic").share == pytest.approx(0.75)


def test_a_missing_cell_is_not_run() -> None:
    row = summary_row(_grid(), "default", 0.05, "realistic")
    assert (row.dice, row.share, row.gap, row.means, row.state) == (None, None, None, {}, "not run")


def test_a_metric_that_is_not_known_has_no_mean() -> None:
    result = made_up_result("default", 0.3, "realistic", 0, 0.6)
    result.metrics["cldice"] = None
    assert "cldice" not in summary_row(Grid([result]), "default", 0.3, "realistic").means


def test_dense_masks_come_first_and_once() -> None:
    rows = summarise(_grid())
    assert [(row.method, row.ratio, row.quality) for row in rows] == [
        ("dense_masks", None, DENSE),
        ("default", 0.3, "realistic"),
    ]
