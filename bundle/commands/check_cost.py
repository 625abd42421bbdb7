"""``python -m bundle check-cost``: how long a check of many photographs takes, and how much memory."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click


@click.command("check-cost", short_help="Measure how long a check takes, and how much memory.")
@click.option("--cases", type=click.IntRange(10), multiple=True, default=(250, 1000), help="Cases; repeat for several.")
@click.option("--size", type=click.IntRange(16), default=1500, help="Pixels along each side.")
@click.option("--format", "file_format", type=click.Choice(["jpg", "png"]), default="jpg", help="Of the photographs.")
@click.option("--workers", type=click.IntRange(1), help="Processes. [default: one per core, at most 8]")
@click.option("--scratch", type=click.Path(path_type=Path, file_okay=False), help="Folder for the photographs.")
def command(cases: tuple[int, ...], size: int, file_format: str, workers: int | None, scratch: Path | None) -> None:
    """Write synthetic photographs with drawings, check them, and check them again.

    Memory is the most that the checking process, and one of its workers, had at a time: it should not grow with the
    number of cases.
    """
    from bundle.check_cost import Photographs, measure_check, write_photographs

    click.echo(f"{'cases':>7}{'first':>10}{'again':>10}{'memory':>12}{'of a worker':>14}")
    for number in cases:
        with tempfile.TemporaryDirectory(dir=scratch) as folder:
            datalist = write_photographs(Path(folder) / "data", Photographs(number, size, file_format))
            cost = measure_check(datalist, Path(folder) / "check", workers)
        click.echo(
            f"{number:>7}{cost.first:>8.1f} s{cost.again:>8.1f} s{cost.peak / 2**20:>8.0f} MiB"
            f"{cost.worker / 2**20:>10.0f} MiB"
        )
