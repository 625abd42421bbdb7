import numpy as np
import pytest
from scipy import stats

from bundle.benchmarking.statistics import bootstrap_difference, mean_interval, paired_difference


def test_interval_of_a_mean_is_students() -> None:
    values = [0.70, 0.72, 0.77]
    found = mean_interval(values)
    low, high = stats.t.interval(0.95, 2, loc=np.mean(values), scale=stats.sem(values))
    assert (found.mean, found.low, found.high) == pytest.approx((np.mean(values), low, high))
    assert found.count == 3
    assert found.half_width == pytest.approx((high - low) / 2)


def test_one_value_has_a_mean_and_no_interval() -> None:
    found = mean_interval([0.7])
    assert (found.mean, found.low, found.high, found.half_width, found.excludes_zero) == (0.7, None, None, None, None)
    assert mean_interval([]) is None


def test_pairs_are_what_both_hold() -> None:
    found = paired_difference({0: 0.8, 1: 0.7, 2: 0.9}, {1: 0.6, 2: 0.7, 3: 0.1})
    assert found.mean == pytest.approx(0.15)
    assert found.count == 2
    assert paired_difference({0: 0.8}, {1: 0.7}) is None


def test_a_common_shift_of_the_seeds_does_not_widen_a_paired_interval() -> None:
    first, second = {0: 0.5, 1: 0.7, 2: 0.9}, {0: 0.4, 1: 0.61, 2: 0.79}
    found = paired_difference(first, second)
    assert found.excludes_zero
    assert found.half_width < 0.03 < mean_interval(list(first.values())).half_width


@pytest.mark.parametrize(("values", "excludes"), [([0.1, 0.11, 0.12], True), ([-0.1, 0.2, 0.0], False)])
def test_excludes_zero(values: list[float], excludes: bool) -> None:
    assert mean_interval(values).excludes_zero is excludes


def test_the_bootstrap_finds_about_what_the_normal_distribution_says() -> None:
    rng = np.random.default_rng(1)
    differences = rng.normal(0.1, 0.05, 200)
    first = {(0, f"case{k}"): float(d) for k, d in enumerate(differences)}
    found = bootstrap_difference(first, dict.fromkeys(first, 0.0))
    half = 1.96 * differences.std() / np.sqrt(200)
    assert (found.low, found.high) == pytest.approx((found.mean - half, found.mean + half), abs=0.002)
    assert found.count == 200


def test_the_bootstrap_is_seeded_and_does_not_mind_the_order() -> None:
    first = {(0, name): value for name, value in zip("abcdefgh", np.random.default_rng(0).normal(0.1, 0.1, 8))}
    second = dict.fromkeys(first, 0.0)
    found = bootstrap_difference(first, second)
    assert found == bootstrap_difference(dict(reversed(first.items())), second)
    assert found != bootstrap_difference(first, second, seed=1)


def test_a_case_of_several_splits_counts_once() -> None:
    first = {(seed, case): 0.5 for seed in range(3) for case in "ab"}
    assert bootstrap_difference(first, dict.fromkeys(first, 0.4)).count == 2


def test_a_bootstrap_of_one_case_has_no_interval() -> None:
    found = bootstrap_difference({(0, "a"): 0.5}, {(0, "a"): 0.4, (0, "b"): 0.1})
    assert (found.mean, found.low, found.high) == (pytest.approx(0.1), None, None)
    assert bootstrap_difference({}, {(0, "a"): 0.4}) is None
