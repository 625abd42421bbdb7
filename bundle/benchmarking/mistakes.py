"""What each kind of mistake in the drawings costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bundle.benchmarking.differences import DEFAULT
from bundle.benchmarking.grid import Grid
from bundle.benchmarking.markdown import figure, interval_points, mean_and_half, table
from bundle.benchmarking.statistics import Interval, mean_interval, paired_difference
from bundle.drawing_qualities import QUALITIES

__all__ = ["DESCRIPTIONS", "MistakeCost", "mistake_costs", "mistakes_section"]

#: What a reader is told of each way to draw.
DESCRIPTIONS = {
    "clean": "careful drawings",
    "too_wide": "strokes wider than the structure",
    "beside": "strokes beside it",
    "too_narrow": "strokes narrower than it",
    "invented": "a quarter of the strokes where nothing is",
    "overlooked": "negative strokes over overlooked structure",
    "realistic": "some of everything (realistic)",
    "bad": "more of everything (bad)",
}


@dataclass(frozen=True)
class MistakeCost:
    """The default with drawings that have one kind of mistake.

    Args:
        quality: name of the way to draw.
        positive_precision: mean share of the positive drawing that is right; None where not measured.
        negative_precision: the same of the negative one.
        dice: over seeds.
        lost: Dice with clean drawings minus Dice with these, over the seeds that both have; None of clean ones.
    """

    quality: str
    positive_precision: float | None
    negative_precision: float | None
    dice: Interval
    lost: Interval | None


def mistake_costs(grid: Grid, ratio: float) -> list[MistakeCost]:
    """A row per way to draw in which the default was done at the ratio, clean ones first."""
    clean = grid.values(DEFAULT, ratio, "clean", "dice")
    rows = []
    for quality in ("clean", *grid.mistakes, *(name for name in QUALITIES if name != "clean")):
        values = grid.values(DEFAULT, ratio, quality, "dice")
        if values:
            drawings = [result.drawings or {} for result in grid.results_of(DEFAULT, ratio, quality).values()]
            lost = None if quality == "clean" else paired_difference(clean, values)
            precision = [_mean(drawings, f"{kind}_precision") for kind in ("positive", "negative")]
            rows.append(MistakeCost(quality, *precision, mean_interval(list(values.values())), lost))
    return rows


def mistakes_section(grid: Grid) -> str:
    """A table for each ratio with single mistakes; empty where none was run beside clean drawings."""
    parts = []
    for ratio in grid.ratios:
        rows = mistake_costs(grid, ratio)
        if rows and rows[0].quality == "clean" and any(row.quality in grid.mistakes for row in rows):
            cells = [
                [
                    DESCRIPTIONS[row.quality],
                    figure(row.positive_precision, 2),
                    figure(row.negative_precision, 2),
                    mean_and_half(row.dice),
                    interval_points(row.lost) if row.lost else "",
                    str(row.dice.count),
                ]
                for row in rows
            ]
            header = ("drawings", "positive precision", "negative precision", "Dice", "points lost", "seeds")
            parts.append(f"Ratio {ratio:g}, the default:\n\n{table(header, cells)}")
    return "\n".join(parts)


def _mean(rows: Sequence[dict], name: str) -> float | None:
    found = [row[name] for row in rows if row.get(name) is not None]
    return sum(found) / len(found) if found else None
