"""``python -m bundle demo``: the synthetic data set to try everything on."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("demo", short_help="Generate synthetic photographs or volumes with masks and drawings.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder to create.")
@click.option(
    "--flavour",
    type=click.Choice(["fundus", "volume"]),
    default="fundus",
    help="Fundus photographs with vessels, or MR-like volumes with a body in two parts.",
)
@click.option("--training", type=click.IntRange(1), help="Number of training cases. [default: 16, volumes 32]")
@click.option("--validation", type=click.IntRange(0), help="Number of validation cases. [default: 4, volumes 3]")
@click.option("--test", type=click.IntRange(0), help="Number of test cases. [default: 6, volumes 4]")
@click.option(
    "--ratio", type=click.FloatRange(0, 1, min_open=True), default=0.3, help="Area of the drawings over the masks'."
)
@click.option("--quality", type=click.Choice(["clean", "realistic", "bad"]), default="realistic", help="How careful.")
@click.option("--seed", type=click.IntRange(0), default=0, help="Another seed gives another data set.")
def command(
    out: Path,
    flavour: str,
    training: int | None,
    validation: int | None,
    test: int | None,
    ratio: float,
    quality: str,
    seed: int,
) -> None:
    """Generate synthetic fundus photographs or volumes, their masks, coarse drawings and two datalists.

    Nothing in them shows a real eye or real anatomy. An existing complete demo is left untouched.
    """
    from scripts.data.demo import make_demo
    from scripts.data.demo_flavours import FLAVOURS

    asked = zip((training, validation, test), FLAVOURS[flavour].cases, strict=True)
    cases = tuple(default if number is None else number for number, default in asked)
    datalist = make_demo(out, flavour=flavour, cases=cases, seed=seed, ratio=ratio, quality=quality)
    click.echo(f"{datalist}: training on coarse drawings")
    click.echo(f"{datalist.with_name('datalist_dense.json')}: training on the dense masks")
