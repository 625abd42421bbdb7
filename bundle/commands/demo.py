"""``python -m bundle demo``: the synthetic data set to try everything on."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("demo", short_help="Generate synthetic fundus photographs with masks and drawings.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder to create.")
@click.option("--training", type=click.IntRange(1), default=16, help="Number of training cases.")
@click.option("--validation", type=click.IntRange(0), default=4, help="Number of validation cases.")
@click.option("--test", type=click.IntRange(0), default=6, help="Number of test cases.")
@click.option(
    "--ratio", type=click.FloatRange(0, 1, min_open=True), default=0.3, help="Area of the drawings over the masks'."
)
@click.option("--quality", type=click.Choice(["clean", "realistic", "bad"]), default="realistic", help="How careful.")
@click.option("--seed", type=click.IntRange(0), default=0, help="Another seed gives another data set.")
def command(out: Path, training: int, validation: int, test: int, ratio: float, quality: str, seed: int) -> None:
    """Generate synthetic fundus photographs, vessel masks, coarse drawings and two datalists.

    An existing complete demo is left untouched.
    """
    from scripts.data.demo import make_demo

    datalist = make_demo(out, cases=(training, validation, test), seed=seed, ratio=ratio, quality=quality)
    click.echo(f"{datalist}: training on coarse drawings")
    click.echo(f"{datalist.with_name('datalist_dense.json')}: training on the dense masks")
