"""What a method reached at one ratio and quality, over seeds."""

from __future__ import annotations

from dataclasses import dataclass

from bundle.benchmarking.grid import DENSE, Grid
from bundle.benchmarking.statistics import Interval, mean_interval

__all__ = ["MEANS", "REFERENCE", "SummaryRow", "summarise", "summary_row"]

#: The method that every share is a share of.
REFERENCE = "dense_masks"
#: Metrics of a row beside the Dice, as they are called in the results.
MEANS = (
    "best_dice", "best_threshold", "ece", "iou", "pooled_iou", "cldice", "sensitivity", "specificity",
)  # fmt: skip


@dataclass(frozen=True)
class SummaryRow:
    """One method at one ratio and quality.

    Args:
        method: its name.
        ratio: of the drawings; None of dense masks.
        quality: of the drawings, or "dense".
        dice: at a threshold of one half, mean over the seeds that were done; None where none was.
        means: the other metrics of :data:`MEANS` that are known.
        gap: mean of the Dice at the best threshold minus that at one half.
        share: of the dense masks' Dice, over the seeds that both have.
        done: number of seeds with a figure.
        stopped: number of seeds whose training was stopped.
        seeds: number of seeds of the benchmark.
    """

    method: str
    ratio: float | None
    quality: str
    dice: Interval | None
    means: dict[str, float]
    gap: float | None
    share: float | None
    done: int
    stopped: int
    seeds: int

    @property
    def state(self) -> str:
        """Seeds in words, such as "3", "2 of 3, 1 stopped" or "not run"."""
        if not self.done and not self.stopped:
            return "not run"
        text = str(self.done) if self.done == self.seeds else f"{self.done} of {self.seeds}"
        return f"{text}, {self.stopped} stopped" if self.stopped else text


def summary_row(grid: Grid, method: str, ratio: float | None, quality: str) -> SummaryRow:
    """The row of one method; empty figures where nothing was run."""

    def values(metric: str) -> dict[int, float]:
        return grid.values(method, ratio, quality, metric)

    dice, best = values("dice"), values("best_dice")
    means = {metric: mean_interval(list(values(metric).values())) for metric in MEANS}
    gap = mean_interval([best[seed] - dice[seed] for seed in dice if seed in best])
    dense = grid.values(REFERENCE, None, DENSE, "dice")
    shared = [seed for seed in dice if seed in dense]
    return SummaryRow(
        method,
        None if grid.is_dense(method) else ratio,
        DENSE if grid.is_dense(method) else quality,
        mean_interval(list(dice.values())),
        {metric: interval.mean for metric, interval in means.items() if interval is not None},
        gap.mean if gap else None,
        sum(dice[seed] for seed in shared) / sum(dense[seed] for seed in shared) if shared else None,
        len(dice),
        len(grid.stopped(method, ratio, quality)),
        len(grid.seeds),
    )


def summarise(grid: Grid) -> list[SummaryRow]:
    """Rows of the methods on dense masks, then of all others by quality, ratio and method."""
    dense = [method for method in grid.methods if grid.is_dense(method)]
    others = [method for method in grid.methods if method not in dense]
    rows = [summary_row(grid, method, None, DENSE) for method in dense]
    return rows + [summary_row(grid, method, ratio, quality) for ratio, quality in grid.settings for method in others]
