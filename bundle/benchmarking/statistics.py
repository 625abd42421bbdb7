"""Means and differences with their 95 % intervals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

__all__ = ["CONFIDENCE", "Interval", "bootstrap_difference", "mean_interval", "paired_difference"]

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Interval:
    """A mean and, where there are values enough to know it, its 95 % interval.

    Args:
        mean: of the values.
        low: lower end; None where it is not known.
        high: upper end; None where it is not known.
        count: number of values (seeds, or test cases).
    """

    mean: float
    low: float | None
    high: float | None
    count: int

    @property
    def half_width(self) -> float | None:
        """Half the length of the interval."""
        return None if self.low is None or self.high is None else (self.high - self.low) / 2

    @property
    def excludes_zero(self) -> bool | None:
        """Whether the whole interval lies above or below 0; None where it is not known."""
        return None if self.low is None or self.high is None else self.low > 0 or self.high < 0


def mean_interval(values: Sequence[float]) -> Interval | None:
    """Mean with the interval of Student's t distribution, as is right for few values.

    Args:
        values: one per seed.

    Returns:
        None without values; no interval with a single one.
    """
    array = np.asarray(list(values), dtype=float)
    if not array.size:
        return None
    mean = float(array.mean())
    if array.size < 2:
        return Interval(mean, None, None, 1)
    half = float(stats.t.ppf((1 + CONFIDENCE) / 2, array.size - 1) * stats.sem(array))
    return Interval(mean, mean - half, mean + half, int(array.size))


def paired_difference(first: Mapping[Hashable, float], second: Mapping[Hashable, float]) -> Interval | None:
    """Mean of ``first - second`` over the keys (seeds) that both hold, with its t interval.

    Returns:
        None where they share no key.
    """
    return mean_interval([first[key] - second[key] for key in first if key in second])


def bootstrap_difference(
    first: Mapping[tuple[int, str], float],
    second: Mapping[tuple[int, str], float],
    *,
    seed: int = 0,
    resamples: int = 2000,
) -> Interval | None:
    """Mean of ``first - second`` over test cases, with the percentile interval of a bootstrap.

    Cases are drawn with replacement. One that was a test case of several splits is drawn with all its differences,
    since they are not independent.

    Args:
        first: value of each seed and test case.
        second: the same of another method; pairs are what both hold.
        seed: of the bootstrap.
        resamples: how often the cases are drawn.

    Returns:
        None where they share nothing; no interval for fewer than two cases. ``count`` counts cases.
    """
    differences: dict[str, list[float]] = defaultdict(list)
    for key in sorted(set(first) & set(second)):
        differences[key[1]].append(first[key] - second[key])
    if not differences:
        return None
    sums = np.array([sum(group) for group in differences.values()])
    counts = np.array([len(group) for group in differences.values()])
    mean = float(sums.sum() / counts.sum())
    if len(differences) < 2:
        return Interval(mean, None, None, 1)
    drawn = np.random.default_rng(seed).integers(len(sums), size=(resamples, len(sums)))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(means, [tail, 1 - tail])
    return Interval(mean, float(low), float(high), len(sums))
