"""The results of a benchmark, to be asked by method, ratio, quality and seed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from bundle.benchmarking.data_sets import DATA_SETS
from bundle.benchmarking.draw_set import DENSE
from bundle.benchmarking.methods import METHODS, Method
from bundle.benchmarking.result import Result, read_results
from bundle.drawing_qualities import MISTAKES, QUALITIES
from scripts.errors import DataError

__all__ = ["DENSE", "QUALITIES", "Grid", "read_grid"]


class Grid:
    """All results of one data set.

    Args:
        results: at least one, all of one data set.

    Raises:
        DataError: there are none, or of several data sets.
    """

    def __init__(self, results: Iterable[Result]) -> None:
        self.results = sorted(results, key=lambda result: result.cell.name)
        names = sorted({result.cell.data_set for result in self.results})
        if len(names) != 1:
            found = f"results of {', '.join(names)}" if names else "no results"
            raise DataError(f"a report needs results of one data set, got {found}. Give one --out per data set.")
        self.data_set = names[0]
        cells = [result.cell for result in self.results]
        used = {cell.method for cell in cells}
        known = [name for name in METHODS if name in used]
        #: Names of the methods that have a result, in the order of the table of methods.
        self.methods: list[str] = known + sorted(used - set(known))
        #: From all to little.
        self.ratios: list[float] = sorted({cell.ratio for cell in cells if cell.ratio is not None}, reverse=True)
        found_qualities = {cell.quality for cell in cells} - {DENSE, *MISTAKES}
        #: From careful to careless, then those that are not synthesised.
        self.qualities: list[str] = [quality for quality in QUALITIES if quality in found_qualities]
        self.qualities += sorted(found_qualities - set(QUALITIES))
        #: Single mistakes that something was run with; no quality of their own.
        self.mistakes: list[str] = [name for name in MISTAKES if any(cell.quality == name for cell in cells)]
        self.seeds: list[int] = sorted({cell.seed for cell in cells})
        self._by_key = {(cell.method, cell.ratio, cell.quality, cell.seed): r for cell, r in zip(cells, self.results)}

    @property
    def main_quality(self) -> str | None:
        """Quality that figures and targets are about: realistic, or the first there is; None without drawings."""
        return "realistic" if "realistic" in self.qualities else next(iter(self.qualities), None)

    def ratios_of(self, quality: str | None) -> list[float]:
        """Ratios that something was run with at a quality, from all to little."""
        return [ratio for ratio, other in self.settings if other == quality]

    @property
    def not_run(self) -> list[Method]:
        """Methods that have no result at all, though they make sense on the data set."""
        left_out = DATA_SETS[self.data_set].methods_left_out if self.data_set in DATA_SETS else ()
        return [method for name, method in METHODS.items() if name not in self.methods and name not in left_out]

    @property
    def settings(self) -> list[tuple[float, str]]:
        """Each ratio and quality that some method was run with, the main quality first, each from much to little."""
        found = {(result.cell.ratio, result.cell.quality) for result in self.results}
        found = {pair for pair in found if pair[1] in self.qualities}
        order = {quality: (quality != self.main_quality, k) for k, quality in enumerate(self.qualities)}
        return sorted(found, key=lambda pair: (order[pair[1]], -pair[0]))

    def results_of(self, method: str, ratio: float | None, quality: str) -> dict[int, Result]:
        """Results by seed; those of a method that looks at dense masks alone are the same at every ratio."""
        if (ratio, quality) != (None, DENSE) and self.is_dense(method):
            ratio, quality = None, DENSE
        found = {seed: self._by_key.get((method, ratio, quality, seed)) for seed in self.seeds}
        return {seed: result for seed, result in found.items() if result is not None}

    def is_dense(self, method: str) -> bool:
        """Whether the method looks at dense masks alone."""
        return method in METHODS and not METHODS[method].uses_ratio

    def values(self, method: str, ratio: float | None, quality: str, metric: str) -> dict[int, float]:
        """The metric of each seed that was done and has it."""
        results = self.results_of(method, ratio, quality).items()
        done = {seed: result.metrics.get(metric) for seed, result in results if result.status == "done"}
        return {seed: value for seed, value in done.items() if value is not None}

    def case_values(self, method: str, ratio: float | None, quality: str, metric: str) -> dict[tuple[int, str], float]:
        """The metric of each seed and test case; a name stands for one case, whatever the seed."""
        results = self.results_of(method, ratio, quality).items()
        done = [(seed, result.cases) for seed, result in results if result.status == "done"]
        new = self.data_set in DATA_SETS and DATA_SETS[self.data_set].new_cases
        values = {
            (seed, f"{case} of seed {seed}" if new else case): row.get(metric)
            for seed, cases in done
            for case, row in cases.items()
        }
        return {key: value for key, value in values.items() if value is not None}

    def stopped(self, method: str, ratio: float | None, quality: str) -> list[int]:
        """Seeds whose training was stopped."""
        return [s for s, result in self.results_of(method, ratio, quality).items() if result.status == "stopped"]

    def label(self, method: str) -> str:
        """What a reader is shown."""
        return METHODS[method].label if method in METHODS else method.replace("_", " ")

    def kind(self, method: str) -> str:
        """Kind of the method, empty of one that the table of methods does not hold."""
        return METHODS[method].kind if method in METHODS else ""


def read_grid(out: Path) -> Grid:
    """The results in ``out/cells``.

    Raises:
        DataError: there are none, they are of several data sets, or a file is not a result.
    """
    results = read_results(out)
    if not results:
        raise DataError(f"{out / 'cells'} holds no results. Run the benchmark first, without --report-only.")
    return Grid(results)
