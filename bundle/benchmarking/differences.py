"""The default method against each other one, on the same seeds and the same test cases."""

from __future__ import annotations

from dataclasses import dataclass

from bundle.benchmarking.grid import Grid
from bundle.benchmarking.statistics import Interval, bootstrap_difference, paired_difference

__all__ = ["DEFAULT", "Difference", "compare", "differences_to_default"]

DEFAULT = "default"


@dataclass(frozen=True)
class Difference:
    """Dice of one method minus that of another at one ratio and quality.

    Args:
        first: the method that is hoped to be better.
        second: what it is compared with.
        ratio: of the drawings.
        quality: of the drawings.
        seeds: over the seeds that both were run with, with the t interval; None where they share none.
        cases: over test cases, with the bootstrap's interval; None where they share none.
        stopped: number of seeds at which the second method was stopped; they are not in the difference.
        first_stopped: the same of the first method.
    """

    first: str
    second: str
    ratio: float
    quality: str
    seeds: Interval | None
    cases: Interval | None
    stopped: int
    first_stopped: int


def compare(grid: Grid, first: str, second: str, ratio: float, quality: str) -> Difference:
    """Dice of ``first`` minus Dice of ``second``; both at the ratio and quality, or on dense masks."""
    pair = (first, second)
    means = [grid.values(method, ratio, quality, "dice") for method in pair]
    cases = [grid.case_values(method, ratio, quality, "dice") for method in pair]
    return Difference(
        *pair,
        ratio,
        quality,
        paired_difference(*means),
        bootstrap_difference(*cases),
        len(grid.stopped(second, ratio, quality)),
        len(grid.stopped(first, ratio, quality)),
    )


def differences_to_default(grid: Grid) -> list[Difference]:
    """The default minus each other method, by quality, ratio and method; empty where the default was not run."""
    if DEFAULT not in grid.methods:
        return []
    others = [method for method in grid.methods if method != DEFAULT]
    return [compare(grid, DEFAULT, other, ratio, quality) for ratio, quality in grid.settings for other in others]
