"""``python -m bundle fetch``: downloads of data sets to compare methods on."""

from __future__ import annotations

from pathlib import Path

import click

_NAMES = ("mnist", "retina", "hippocampus", "camvid", "cityscapes", "nuclei")


@click.command("fetch", short_help="Download a public data set, with its checksum.")
@click.argument("name", type=click.Choice(_NAMES))
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Folder to create.  [default: data/<name>]"
)
@click.option("--sha256", help="Checksum of the file, where none is published and you trust the one that was shown.")
def command(name: str, out: Path | None, sha256: str | None) -> None:
    """Download a data set for `python -m bundle benchmark`, compare its SHA-256, and unpack it.

    mnist, retina (LES-AV) and hippocampus (Medical Segmentation Decathlon) may be downloaded by anybody, for what their
    licences allow. Of the others the command says where to get them, what their licences say, and where files belong.
    A file that is there already is not downloaded again.
    """
    from bundle.benchmarking.fetch import fetch
    from bundle.benchmarking.sources import SOURCES, WITHOUT_DOWNLOAD

    if name in WITHOUT_DOWNLOAD:
        raise click.ClickException(f"{name} is not downloaded. {WITHOUT_DOWNLOAD[name]}")
    source = SOURCES[name]
    click.echo(f"{source.licence} From {source.url}")
    folder = fetch(source, out or Path("data") / name, sha256=sha256)
    click.echo(f"{folder}: ready for `python -m bundle benchmark {name} --data-root {folder}`")
