"""``python -m bundle export``: a bundle that stands alone, for a server, another hospital or the model zoo."""

from __future__ import annotations

from pathlib import Path

import click

_PATH = click.Path(path_type=Path)
_FILE = click.Path(path_type=Path, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command("export", short_help="Write a bundle that stands alone: model, configs, code and model card.")
@click.option("--flavour", type=click.Choice(["fundus", "volume"]), required=True, help="Of the configs.")
@click.option("--out", type=_FOLDER, required=True, help="Folder of the bundle.")
@click.option("--model", type=_FILE, help="Checkpoint. [default: models/model.pt or models/volume/model.pt]")
@click.option(
    "--config-file",
    "--config_file",
    "config_files",
    type=_FILE,
    multiple=True,
    help="Overlay that the model was trained with; repeat for several, or give the config.json of its run.",
)
@click.option("--run", type=_FOLDER, help="Folder of the training that made the model, for its numbers.")
@click.option("--evaluation", type=_PATH, help="Folder of an evaluation of the model (metrics.json), for its numbers.")
@click.option("--version", help="Of the bundle, such as 1.0.0. [default: that of the flavour's metadata.json]")
@click.option("--name", help="Of the model, for people. [default: that of the flavour's metadata.json]")
@click.option("--metadata", type=_FILE, help="JSON file of entries for metadata.json, such as authors.")
@click.option("--data-license", type=_FILE, help="Text file with the terms of the data.")
@click.option("--torchscript", is_flag=True, help="Write models/model.ts too.")
@click.option("--onnx", is_flag=True, help="Write models/model.onnx too; needs requirements-export.txt.")
@click.option("--zip", "pack", is_flag=True, help="Write OUT.zip and OUT.zip.sha256 too.")
@click.option("--overwrite", is_flag=True, help="Replace what a former export left.")
def command(**options: object) -> None:
    """Export a trained model with the configs and the code that it needs, and a model card.

    The overlays that the model was trained with must be given: they are merged into configs/train.json of the bundle,
    and configs/inference.json is made to agree with it. A model that does not fit is refused.
    """
    from bundle.exporting.export_bundle import export_bundle
    from bundle.exporting.export_request import ExportRequest

    result = export_bundle(ExportRequest(**options))
    manifest = result.manifest
    total = sum(entry["bytes"] for entry in manifest["files"].values()) / 1e6
    click.echo(f"{result.folder}: {manifest['name']}, version {manifest['version']}")
    click.echo(f"  classes: {', '.join(manifest['classes'])}")
    click.echo(f"  {len(manifest['files'])} files, {total:.1f} MB")
    for name, difference in manifest["max_abs_difference"].items():
        click.echo(f"  {name}: differs from model.pt by at most {difference:.2g} on random images")
    if result.zip_path:
        click.echo(f"  packed: {result.zip_path}, checksum in {result.zip_path}.sha256")
    for note in result.notes:
        click.echo(f"note: {note}")
    click.echo(f"Read {result.folder / 'docs' / 'README.md'} before you pass it on.")
