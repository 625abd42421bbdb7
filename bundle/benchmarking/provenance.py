"""What was run, on what, and how long it took: the first section of a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bundle.benchmarking.command_text import benchmark_commands
from bundle.benchmarking.data_sets import DATA_SETS
from bundle.benchmarking.draw_set import drawings_folder
from bundle.benchmarking.grid import Grid
from bundle.benchmarking.markdown import table
from bundle.benchmarking.result import Result
from scripts.data.datalist import read_datalist

__all__ = ["duration", "provenance_section", "title"]


def title(grid: Grid) -> str:
    """Name of the data set as a reader knows it."""
    return DATA_SETS[grid.data_set].title if grid.data_set in DATA_SETS else grid.data_set


def provenance_section(grid: Grid, out: Path) -> str:
    """Data, seeds, split, budget, hardware, commits, versions, command and time, one row each."""
    results = grid.results
    versions = [", ".join(f"{name} {number}" for name, number in sorted(r.versions.items())) for r in results]
    stopped = sum(result.status == "stopped" for result in results)
    rows = [
        ("data set", _data_set(grid)),
        ("split", _split(grid, out)),
        ("seeds (each of split, drawings and training)", ", ".join(map(str, grid.seeds))),
        ("cells (one training and evaluation each)", f"{len(results)}, {stopped} of them stopped"),
        ("budget", _budget(results)),
        ("hardware", _counted(result.hardware for result in results)),
        ("commit", _counted(short_commit(result.commit) for result in results)),
        ("versions", _counted(versions)),
        ("time", _time(results)),
        ("command", ", then ".join(f"`{command}`" for command in benchmark_commands(grid))),
    ]
    return table(("what", "value"), rows, left=2)


def _data_set(grid: Grid) -> str:
    known = DATA_SETS.get(grid.data_set)
    return f"{known.title}. {known.citation}. Licence: {known.licence}." if known else grid.data_set


def _split(grid: Grid, out: Path) -> str:
    """Sizes of the lists, from the first datalist there is, else the number of test cases in the results."""
    for seed in grid.seeds:
        for ratio, quality in [*grid.settings, (None, "dense")]:
            path = drawings_folder(out, quality, ratio, seed) / "datalist.json"
            if path.is_file():
                sizes = {name: len(read_datalist(path).get(name, [])) for name in ("training", "test")}
                return f"{sizes['training']} training and {sizes['test']} test cases, {_kind_of_split(grid)}"
    sizes = sorted({len(result.cases) for result in grid.results if result.cases})
    return f"{' or '.join(map(str, sizes))} test cases" if sizes else "not known"


def _kind_of_split(grid: Grid) -> str:
    known = DATA_SETS.get(grid.data_set)
    if known and known.own_split:
        return "the set's own split"
    if known and known.new_cases:
        return "others with every seed"
    return "another split of the same cases with every seed, so that the seeds are not independent"


def _budget(results: Iterable[Result]) -> str:
    """Every entry, with its range where the cells differ, as the number of parameters may by method."""
    values: dict[str, list[Any]] = {}
    for result in results:
        for name, value in result.budget.items():
            held = values.setdefault(name, [])
            held += [] if value in held else [value]
    return ", ".join(f"{name.replace('_', ' ')} {_range(found)}" for name, found in values.items()) or "not known"


def _range(values: list[Any]) -> str:
    if len(values) > 1 and all(isinstance(value, (int, float)) for value in values):
        return f"{_short(min(values))} to {_short(max(values))}"
    return " or ".join(map(_short, values))


def _short(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _counted(values: Iterable[str]) -> str:
    """Every value that occurs, the most frequent first; with the number of cells where there are several."""
    counts = Counter(values).most_common()
    if len(counts) == 1:
        return counts[0][0]
    return "; ".join(f"{value} ({count} cells)" for value, count in counts)


def short_commit(commit: str) -> str:
    """The first 12 digits, and whether files had been changed."""
    digits, plus, rest = commit.partition("+")
    return f"{digits[:12]}{plus}{rest}" or "not known"


def _time(results: Iterable[Result]) -> str:
    seconds = [result.seconds for result in results]
    mean = sum(seconds) / len(seconds)
    return (
        f"{duration(sum(seconds))} in total, {duration(mean)} per cell "
        f"({duration(min(seconds))} to {duration(max(seconds))})"
    )


def duration(seconds: float) -> str:
    """ "42 s", "3 min 20 s" or "2 h 5 min"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60} min"
