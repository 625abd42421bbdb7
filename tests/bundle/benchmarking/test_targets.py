import pytest
from benchmark_results import made_up_grid, made_up_result, made_up_results

from bundle.benchmarking.grid import DENSE, Grid
from bundle.benchmarking.methods import BUNDLE, METHODS
from bundle.benchmarking.targets import Part, Target, judge_targets, margin_slope


def _target(grid: Grid, words: str) -> Target:
    (found,) = [target for target in judge_targets(grid) if words in target.text]
    return found


def _against(*dices: float, method: str = "partial_cross_entropy", ratio: float = 0.3) -> Grid:
    """The default at 0.70 to 0.72, a baseline at other values."""
    results = [made_up_result("default", ratio, "realistic", seed, 0.7 + seed / 100) for seed in range(3)]
    return Grid(results + [made_up_result(method, ratio, "realistic", s, dice) for s, dice in enumerate(dices)])


@pytest.mark.parametrize(("dice", "verdict"), [(0.776, "met"), (0.775, "missed")])
def test_share_of_the_dense_masks(dice: float, verdict: str) -> None:
    results = [made_up_result("dense_masks", None, DENSE, 0, 0.8), made_up_result("default", 0.3, "realistic", 0, dice)]
    assert _target(Grid(results), "97 %").verdict == verdict
    assert _target(Grid(results), "93 %").verdict == "not measured"


@pytest.mark.parametrize(
    ("metric", "words", "right", "wrong"), [("ece", "ECE", 0.03, 0.031), ("best_dice", "best", 0.709, 0.711)]
)
def test_calibration_and_threshold(metric: str, words: str, right: float, wrong: float) -> None:
    results = [made_up_result("default", ratio, "realistic", 0, 0.7) for ratio in (0.3, 0.05)]
    for result in results:
        result.metrics[metric] = right
    assert _target(Grid(results), words).verdict == "met"
    results[0].metrics[metric] = wrong
    assert _target(Grid(results), words).verdict == "met at 1 of 2 ratios"


def test_every_baseline_counts() -> None:
    ahead = _target(_against(0.71, 0.72, 0.73, method="two_decoders"), "every baseline")
    assert ahead.verdict == "missed"
    assert "-1.0 over two decoders" in ahead.values
    behind = _target(_against(0.6, 0.6, 0.6), "every baseline")
    assert behind.verdict == "not measured"
    assert "(not run: " in behind.values and "baselines)" in behind.values


def test_as_good_as_every_baseline_when_all_were_run_or_stopped() -> None:
    names = [name for name, method in METHODS.items() if method.kind == "baseline"]
    results = [made_up_result("default", 0.3, "realistic", 0, 0.7)]
    results += [made_up_result(name, 0.3, "realistic", 0, 0.6) for name in names[1:]]
    results += [made_up_result(names[0], 0.3, "realistic", 0, 0.0, status="stopped")]
    assert _target(Grid(results), "every baseline").verdict == "met"


def test_another_product_counts_where_it_was_run() -> None:
    own = [name for name, method in METHODS.items() if method.kind == "baseline" and method.runner == BUNDLE]
    results = [made_up_result("default", 0.3, "realistic", 0, 0.7)]
    results += [made_up_result(name, 0.3, "realistic", 0, 0.6) for name in own]
    without = _target(Grid(results), "every baseline")
    assert without.verdict == "met" and "(not run: nnU-Net, ignore label)" in without.values
    results.append(made_up_result("nnunet_ignore", 0.3, "realistic", 0, 0.8))
    assert _target(Grid(results), "every baseline").verdict == "missed"


@pytest.mark.parametrize(
    ("dices", "verdict"),
    [((0.6, 0.61, 0.615), "met"), ((0.6, 0.8, 0.6), "missed"), ((0.6,), "not measured"), ((), "not measured")],
)
def test_better_than_partial_cross_entropy(dices: tuple[float, ...], verdict: str) -> None:
    assert _target(_against(*dices), "up to 0.3").verdict == verdict


def test_a_stopped_default_misses() -> None:
    results = [made_up_result("default", 0.3, "realistic", 0, 0.0, status="stopped")]
    results += [made_up_result("partial_cross_entropy", 0.3, "realistic", 0, 0.5)]
    verdicts = {target.verdict for target in judge_targets(Grid(results)) if "stopped" in target.values}
    assert verdicts == {"missed"}
    assert "the default was stopped" in _target(Grid(results), "every baseline").values


def test_the_margin_grows_by_its_slope_per_halving() -> None:
    grid = made_up_grid()
    assert margin_slope(grid, "realistic").mean == pytest.approx(0.02)
    assert _target(grid, "grows").verdict == "met"
    flat = Grid(result for result in made_up_results((0.3,)))
    assert margin_slope(flat, "realistic") is None
    assert _target(flat, "grows").verdict == "not measured"


def test_the_papers_orderings() -> None:
    grid = made_up_grid()
    assert _target(grid, "dense reading) with positive").verdict == "met"
    assert _target(grid, "semi").verdict == "met"


def test_without_drawings_there_are_no_targets() -> None:
    assert judge_targets(Grid([made_up_result("dense_masks", None, DENSE, 0, 0.8)])) == []


@pytest.mark.parametrize(
    ("met", "verdict"),
    [
        ([True, None], "met, not measured at 1 of 2 ratios"),
        ([None, None], "not measured"),
        ([False, True, True], "met at 2 of 3 ratios"),
    ],
)
def test_verdicts(met: list[bool | None], verdict: str) -> None:
    assert Target("", [Part(0.3, "", value) for value in met]).verdict == verdict


@pytest.mark.parametrize(("without", "verdict"), [(0.65, "met"), (0.67, "missed")])
def test_negative_drawings_should_be_worth_four_points(without: float, verdict: str) -> None:
    dices = {"default": 0.7, "default_positive_only": without}
    grid = Grid(made_up_result(name, 0.3, "realistic", seed, d) for name, d in dices.items() for seed in (0, 1))
    assert _target(grid, "the default with positive ones alone").verdict == verdict


def test_a_mean_whose_interval_includes_zero_shows_no_ordering() -> None:
    results = [made_up_result("default", 0.3, "realistic", seed, 0.7) for seed in range(3)]
    results += [made_up_result("default_positive_only", 0.3, "realistic", s, d) for s, d in enumerate((0.3, 0.69, 0.7))]
    found = _target(Grid(results), "the default with positive ones alone")
    assert found.verdict == "missed" and found.values.startswith("0.3: +13.7 (-")
    (alone,) = [r for r in results if (r.cell.method, r.cell.seed) == ("default_positive_only", 0)]
    assert _target(Grid([*results[:3], alone]), "the default with positive ones alone").verdict == "not measured"
