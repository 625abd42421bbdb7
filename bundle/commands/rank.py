"""``python -m bundle rank``: which images the network is least certain about."""

from __future__ import annotations

from pathlib import Path

import click

from bundle.config_options import config_options

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("rank", short_help="Rank images by how uncertain a network is, to draw those first.")
@click.option(
    "--images",
    type=click.Path(path_type=Path, exists=True),
    required=True,
    help="Folder of images (its subfolders are not searched), or one image.",
)
@config_options("inference.json", "Config of the inference, also of an exported bundle")
@click.option("--ckpt-path", "--ckpt_path", type=_FILE, help="Checkpoint. [default: as in the config]")
@click.option("--device", help="cpu, cuda or cuda:N. [default: a GPU if there is one]")
@click.option("--out", type=_FILE, help="Table to write. [default: ranking.csv in the config's output_dir]")
@click.option("--top", type=click.IntRange(1), default=20, help="Images to print; the table has them all.")
def command(
    images: Path,
    config_files: tuple[Path, ...],
    ckpt_path: Path | None,
    device: str | None,
    out: Path | None,
    top: int,
) -> None:
    """Score every image by how uncertain the network is about it; the most uncertain first.

    Drawings on these help most. No labels are needed, and nothing is changed. An image that cannot be read is named
    and left out; the exit status is 2 if that are all of them.
    """
    from bundle.rank_images import rank_images, ranking_table, write_ranking
    from bundle.rank_settings import read_rank_target

    given = {"dataset_dir": images, "ckpt_path": ckpt_path, "device": device}
    overrides = {name: str(value) for name, value in given.items() if value is not None}
    target = read_rank_target(config_files, overrides)
    table = out or target.output_dir / "ranking.csv"
    ranked, problems = rank_images(target)
    write_ranking(ranked, table)
    click.echo(ranking_table(ranked, top))
    for problem in problems:
        click.echo(f"left out: {problem}", err=True)
    click.echo(f"{table}: {len(ranked)} images" + (f"; {len(problems)} could not be scored" if problems else ""))
