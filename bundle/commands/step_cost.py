"""``python -m bundle step-cost``: what the coupled methods cost beside partial cross-entropy."""

from __future__ import annotations

from pathlib import Path

import click

_CONFIGS = Path(__file__).resolve().parents[2] / "configs"
_METHODS = sorted(path.stem for path in (_CONFIGS / "methods").glob("*.json"))


@click.command("step-cost", short_help="Time a training step and an inference of every method.")
@click.option("--method", "methods", multiple=True, type=click.Choice(_METHODS), help="Overlay; repeat. [default: all]")
@click.option("--rounds", type=click.IntRange(1), default=30, help="Timed turns.")
@click.option("--device", default="cpu", help="cpu, cuda or cuda:N.")
def command(methods: tuple[str, ...], rounds: int, device: str) -> None:
    """Time every method in turns on a random batch, with the networks and losses of the configs.

    The batch has drawings, or for the methods of boxes dense masks and boxes. Settling is not part of a step.

    Ratios are medians over rounds against partial cross-entropy in the same round; single times depend on what else
    the machine does.
    """
    from bundle.step_cost import measure

    costs = measure(_CONFIGS, methods or _METHODS, rounds, device)
    click.echo(f"{'method':<32}{'step':>10}{'ratio':>8}{'inference':>12}{'ratio':>8}")
    for cost in costs:
        click.echo(
            f"{cost.method:<32}{cost.step * 1e3:>7.1f} ms{cost.step_ratio:>8.3f}"
            f"{cost.inference * 1e3:>9.1f} ms{cost.inference_ratio:>8.3f}"
        )
