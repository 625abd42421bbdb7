"""``python -m bundle training-cost``: time and memory of a training, with and without mixed precision."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from bundle.config_options import config_options
from scripts.errors import SettingError

_OWN = {"amp", "ckpt_dir", "dataset_dir", "output_dir", "train#trainer#max_epochs"}
_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command("training-cost", short_help="Measure time and GPU memory of a training, with and without amp.")
@config_options("train.json", "Config of the training")
@click.option(
    "--dataset-dir", "--dataset_dir", type=_FOLDER, help="Folder of the data set. [default: that of the config]"
)
@click.option("--epochs", type=click.IntRange(3), default=10, help="Epochs of each training; two are not timed.")
@click.option("--set", "settings", multiple=True, metavar="ID=VALUE", help="Further setting; repeat for several.")
def command(config_files: tuple[Path, ...], dataset_dir: Path | None, epochs: int, settings: tuple[str, ...]) -> None:
    """Train with mixed precision, then without, on a GPU if there is one; no model is kept.

    Without a GPU there is no mixed precision, and one training is measured. "data" is the part of a step that waits for
    its batch, "metric" that of the validation after the last epoch.
    """
    import torch

    from bundle.training_cost import measure_training

    given = dict(_pair(text) for text in settings)
    own = [name for name in given if name in _OWN]
    if own:
        raise SettingError(f"--set {own[0]}: this command sets it itself. Leave it out.")
    if dataset_dir is not None:
        given["dataset_dir"] = str(dataset_dir.absolute())
    given["train#trainer#max_epochs"] = epochs
    configs = [str(path.absolute()) for path in config_files]
    rows = []
    # what the configs say of the device, where nothing else is said
    device = given.get("device", "cuda" if torch.cuda.is_available() else "cpu")
    for amp in (True, False) if torch.device(device).type == "cuda" else (False,):
        with tempfile.TemporaryDirectory() as folder:
            places = {"output_dir": f"{folder}/eval", "ckpt_dir": f"{folder}/models"}
            rows.append((amp, measure_training(configs, {**given, **places, "amp": amp})))
    click.echo(f"{'amp':<6}{'epoch':>10}{'step':>11}{'data':>11}{'GPU memory':>14}{'metric':>9}   device")
    for amp, cost in rows:
        memory = "" if cost.peak is None else f"{cost.peak / 2**20:,.0f} MiB"
        times = f"{cost.epoch:>8.2f} s{cost.step * 1e3:>8.1f} ms{cost.data * 1e3:>8.1f} ms"
        click.echo(f"{'on' if amp else 'off':<6}{times}{memory:>14}{cost.metric:>9.3f}   {cost.device}")


def _pair(text: str) -> tuple[str, object]:
    """A setting as ``python -m monai.bundle run`` would read it."""
    from fire.parser import DefaultParseValue

    name, equals, value = text.partition("=")
    if not equals or not name:
        raise SettingError(f"--set {text} is no setting; write it as ID=VALUE, such as --set batch_size=4.")
    return name, DefaultParseValue(value)
