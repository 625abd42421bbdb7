"""``python -m bundle refine``: masks of the training cases that have none, from a finished training."""

from __future__ import annotations

from pathlib import Path

import click

_CONFIG = Path(__file__).resolve().parents[2] / "configs" / "refine.json"
_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command("refine", short_help="Write the masks that a trained network assigns to drawn and boxed cases.")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--out", type=_FOLDER, required=True, help="Folder to create.")
@click.option(
    "--checkpoint",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Of the network. [default: RUN/checkpoints/best_training.pt, or else best.pt]",
)
@click.option("--device", help="cpu, cuda or cuda:N. [default: a GPU if there is one]")
@click.option("--overwrite", is_flag=True, help="Replace the results of a former refinement.")
def command(run: Path, out: Path, checkpoint: Path | None, device: str | None, overwrite: bool) -> None:
    """Write a mask and a map of its uncertainty for each training case that is not dense, to open and correct.

    RUN is the folder of a training, such as eval/<date>_<time>_<method>_<process>; start this in the folder that the
    training was started in. Nothing is trained, and run and data stay as they are.

    OUT gets masks, uncertainty, datalist.json (training on these masks) and preview.png.
    """
    from monai.bundle import ConfigParser

    from scripts.errors import root_user_error
    from scripts.refining.trained_run import run_config

    parser = ConfigParser()
    parser.read_config([str(run_config(run)), str(_CONFIG)])
    settings = {"run_folder": str(run), "refined_dir": str(out), "overwrite": overwrite, "device": device}
    settings["ckpt_path"] = None if checkpoint is None else str(checkpoint)
    parser.update({name: value for name, value in settings.items() if value is not None})
    try:
        for section in ("initialize", "refining"):
            parser.get_parsed_content(section)
        report = parser.get_parsed_content("refine#folder").report
    except Exception as error:  # MONAI wraps what goes wrong in a config
        user_error = root_user_error(error)
        if user_error is None:
            raise
        raise user_error from None
    click.echo(report)
