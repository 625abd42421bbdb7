"""``python -m bundle benchmark``: compare methods on a data set, cell after cell."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bundle.drawing_qualities import MISTAKES, QUALITIES

if TYPE_CHECKING:
    from bundle.benchmarking.run_cell import CellRun

_FOLDER = click.Path(path_type=Path, file_okay=False)
# as bundle.benchmarking.data_sets has them, which takes long to import
_NAMES = ("mnist", "retina", "camvid", "cityscapes", "hippocampus", "nuclei")


@click.command("benchmark", short_help="Compare methods on a data set.")
@click.argument("name", type=click.Choice(_NAMES))
@click.option("--data-root", type=_FOLDER, help="Folder of the data set's files. [default: data/NAME]")
@click.option("--out", type=_FOLDER, help="Folder of results. [default: eval/benchmark/NAME, NAME-full, NAME-quick]")
@click.option("--method", "methods", multiple=True, help="Method to run; repeat for several. [default: all]")
@click.option(
    "--ratio",
    "ratios",
    multiple=True,
    type=click.FloatRange(0, 1, min_open=True),
    help="Area of the drawings over that of the masks; repeat for several. [default: as planned]",
)
@click.option(
    "--quality",
    "qualities",
    multiple=True,
    type=click.Choice([*QUALITIES, *MISTAKES]),
    help="Of the drawings; repeat for several. [default: as planned]",
)
@click.option(
    "--seed",
    "seeds",
    multiple=True,
    type=click.IntRange(0),
    help="Of split, drawings and training; repeat for several. [default: as planned]",
)
@click.option("--quick", is_flag=True, help="A first look: few methods, two seeds, half the training.")
@click.option("--full", is_flag=True, help="The network and training of train.json, not small ones; wants a GPU.")
@click.option("--jobs", type=click.IntRange(1), default=1, help="How many cells run at once.")
@click.option("--report", type=_FOLDER, help="Folder of the tables and pictures. [default: OUT/report]")
@click.option("--no-pictures", is_flag=True, help="A report without pictures of the data, to be passed on.")
@click.option("--report-only", is_flag=True, help="Run nothing; report the results that there are.")
@click.option("--dry-run", is_flag=True, help="Run nothing; list the cells and say which are done.")
def command(
    name: str,
    data_root: Path | None,
    out: Path | None,
    methods: tuple[str, ...],
    ratios: tuple[float, ...],
    qualities: tuple[str, ...],
    seeds: tuple[int, ...],
    quick: bool,
    full: bool,
    jobs: int,
    report: Path | None,
    no_pictures: bool,
    report_only: bool,
    dry_run: bool,
) -> None:
    """Train and test every method on drawings of every ratio, quality and seed, and report what they reach.

    A cell, one training and its test, has a result file in OUT/cells and is not run again: what was stopped goes on
    with the same command.
    """
    from bundle.benchmarking.data_sets import DATA_SETS
    from bundle.benchmarking.methods import METHODS
    from bundle.benchmarking.plan import plan_cells
    from bundle.benchmarking.result import read_results, result_path
    from scripts.errors import SettingError

    unknown = [method for method in methods if method not in METHODS]
    if unknown:
        raise SettingError(f"--method {unknown[0]} is unknown. Known methods: {', '.join(METHODS)}.")
    out = out or Path("eval") / "benchmark" / f"{name}{'-full' * full}{'-quick' * quick}"
    cells = plan_cells(DATA_SETS[name], methods=methods, ratios=ratios, qualities=qualities, seeds=seeds, quick=quick)
    results = read_results(out, name, None if report_only else full)
    open_cells = [cell for cell in cells if not result_path(out, cell).is_file()]
    if dry_run:
        for cell in cells:
            click.echo(f"{'      ' if cell in open_cells else 'done  '}{cell.name}")
        click.echo(f"{len(cells)} cells, {len(cells) - len(open_cells)} of them done")
        return
    if not report_only:
        _tell_other_code([result for result in results if result.cell in cells], out)
    if open_cells and not report_only:
        from bundle.benchmarking.run_cell import CellRun

        run = CellRun(DATA_SETS[name], data_root or Path("data") / name, out, _threads(jobs), quick, full)
        _run(open_cells, run, jobs, len(cells) - len(open_cells))
    _report(out, report or out / "report", not no_pictures)


def _tell_other_code(results: list, out: Path) -> None:
    """Say which results that are kept another version of the code has made."""
    from collections import Counter

    from bundle.benchmarking.hardware import code_version
    from bundle.benchmarking.provenance import short_commit
    from bundle.virtual_environment import ROOT

    now = code_version(ROOT)
    older = Counter(short_commit(result.commit) for result in results if result.commit != now)
    if older:
        counted = ", ".join(f"{commit} ({count} cells)" for commit, count in older.items())
        click.echo(
            f"Results of other versions of the code are kept: {counted}. A cell whose file is removed from "
            f"{out / 'cells'} is run again."
        )


def _threads(jobs: int) -> int:
    """Of each training."""
    return int(os.environ.get("OMP_NUM_THREADS") or max(1, (os.cpu_count() or 1) // jobs))


def _run(cells: list, run: CellRun, jobs: int, done: int) -> None:
    from bundle.benchmarking.draw_first import draw_first
    from bundle.benchmarking.forked import CellError, warm_up
    from bundle.benchmarking.methods import METHODS, NNUNET
    from bundle.benchmarking.nnunet.environment import require_nnunet
    from bundle.benchmarking.run_cell import run_cell
    from bundle.benchmarking.run_cells import Interrupted, run_cells
    from scripts.errors import DataError

    if not run.data_root.is_dir():
        raise DataError(f"{run.data_root} is no folder. Name the folder of the data set's files with --data-root.")
    if any(METHODS[cell.method].runner == NNUNET for cell in cells):
        require_nnunet()
    warm_up()
    try:
        draw_first(cells, run, jobs=jobs)
        run_cells(cells, lambda cell: run_cell(cell, run), run.out, jobs=jobs, done=done)
    except Interrupted as error:
        click.echo(f"\n{error}; finished cells are kept, and the same command goes on.", err=True)
        raise SystemExit(error.status) from None
    except CellError as error:
        click.echo(f"error: {error}", err=True)
        raise SystemExit(1) from None


def _report(out: Path, report: Path, pictures: bool) -> None:
    from bundle.benchmarking.report import write_report

    write_report(out, report, pictures=pictures)
    click.echo(f"{report / 'README.md'}: tables and pictures")
