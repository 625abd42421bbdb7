"""``python -m bundle memory-cost``: what losses and matrices add to the memory of a training step on volumes."""

from __future__ import annotations

import click

from scripts.errors import SettingError

_ROWS = {
    "partial cross-entropy": {"annotation": "none"},
    "global, low rank": {"annotation": "global", "form": "low_rank"},
    "trunk, omission": {"annotation": "trunk", "form": "omission"},
    "trunk, low rank": {"annotation": "trunk", "form": "low_rank"},
    "trunk, full": {"annotation": "trunk", "form": "full"},
    "image, low rank": {"annotation": "image", "form": "low_rank"},
}


@click.command("memory-cost", short_help="Measure what losses and matrices add to the memory of a step.")
@click.option("--classes", type=click.IntRange(2), default=14, help="Classes, background included.")
@click.option("--size", type=click.IntRange(32), default=96, help="Voxels along each axis, a multiple of 16.")
@click.option("--batch-size", type=click.IntRange(1), default=2, help="Volumes per step.")
@click.option("--labelled", type=click.FloatRange(0, 1, min_open=True), default=0.05, help="Share of labelled voxels.")
@click.option("--device", default="cpu", help="cpu, cuda or cuda:N.")
def command(classes: int, size: int, batch_size: int, labelled: float, device: str) -> None:
    """Peak memory of a step with each model of the annotators, less that of the segmentation network alone.

    Beside it stands what B x C x C x N confusion matrices written out in float32 would need, without gradients.
    """
    from bundle.memory_cost import Volume, explicit_bytes, measure_memory

    if size % 16:
        raise SettingError(f"--size must be a multiple of 16, got {size}.")
    volume = Volume(classes, size, batch_size, labelled)
    costs = measure_memory(volume, _ROWS, device)
    click.echo(f"{'':<26}{'added':>12}{'share':>9}")
    click.echo(f"{'matrices written out':<26}{explicit_bytes(volume) / 2**20:>8.0f} MiB{1:>9.0%}")
    for cost in costs:
        click.echo(f"{cost.name:<26}{cost.added / 2**20:>8.0f} MiB{cost.share:>9.1%}")
