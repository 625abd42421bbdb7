"""What the default method should reach, and whether it did."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from bundle.benchmarking.differences import DEFAULT, compare
from bundle.benchmarking.grid import Grid
from bundle.benchmarking.markdown import figure, interval_points, points
from bundle.benchmarking.methods import BUNDLE, METHODS
from bundle.benchmarking.statistics import Interval, mean_interval
from bundle.benchmarking.summary import summary_row

__all__ = ["PARTIAL", "Part", "Target", "margin_slope", "judge_targets"]

#: The baseline that every claim is measured against.
PARTIAL = "partial_cross_entropy"
_SHARES = {0.3: 0.97, 0.05: 0.93}
_GAP, _ECE, _POINTS, _SMALL = 0.01, 0.03, 4.0, 0.3
_FEW = 2


@dataclass(frozen=True)
class Part:
    """A target at one ratio: the value in words, and whether it is met; None where it was not measured."""

    ratio: float | None
    value: str
    met: bool | None


@dataclass(frozen=True)
class Target:
    """A target in words and its parts, one for each ratio or a single one."""

    text: str
    parts: Sequence[Part]

    @property
    def verdict(self) -> str:
        """ "met", "missed", "met at 2 of 3 ratios", or "not measured"."""
        known = [part.met for part in self.parts if part.met is not None]
        if not known:
            return "not measured"
        if all(known):
            verdict = "met"
        elif not any(known):
            verdict = "missed"
        else:
            verdict = f"met at {sum(known)} of {len(known)} ratios"
        lacking = len(self.parts) - len(known)
        return f"{verdict}, not measured at {lacking} of {len(self.parts)} ratios" if lacking else verdict

    @property
    def values(self) -> str:
        """Value of each part after its ratio."""
        named = [part.value if part.ratio is None else f"{part.ratio:g}: {part.value}" for part in self.parts]
        return "; ".join(named)


def judge_targets(grid: Grid) -> list[Target]:
    """The targets of the project, on drawings of the main quality; means over seeds."""
    quality = grid.main_quality
    if quality is None:
        return []
    ratios = grid.ratios_of(quality)
    small = [ratio for ratio in ratios if ratio <= _SMALL]
    judged = _Judge(grid, quality)
    return [
        *(
            Target(
                f"The default reaches {100 * share:.0f} % of the dense masks' Dice at ratio {ratio:g}",
                [judged.share(ratio)],
            )
            for ratio, share in _SHARES.items()
        ),
        Target(f"Its Dice at one half is within {_GAP} of that at the best threshold", list(map(judged.gap, ratios))),
        Target(f"Its calibration error (ECE) is at most {_ECE}", list(map(judged.calibration, ratios))),
        Target(
            "It is at least as good as every baseline; nnU-Net, another product, counts where it was run",
            list(map(judged.baselines, ratios)),
        ),
        Target(
            f"It is better than partial cross-entropy at ratios up to {_SMALL}, interval over seeds above 0",
            list(map(judged.partial, small)),
        ),
        Target(
            "Its margin over partial cross-entropy grows as the ratio shrinks, interval over seeds above 0",
            [judged.growth()],
        ),
        Target(
            f"The default with positive and negative drawings beats the default with positive ones alone by "
            f"{_POINTS:g} points, interval over seeds above 0",
            list(map(judged.own_negatives, ratios)),
        ),
        Target(
            f"The paper's method (dense reading) with positive and negative drawings beats positive ones alone by "
            f"{_POINTS:g} points, interval over seeds above 0",
            list(map(judged.negatives, ratios)),
        ),
        Target(
            "Drawings beside a few dense masks (semi) beat the few dense masks alone, interval over seeds above 0",
            list(map(judged.semi, ratios)),
        ),
    ]


def margin_slope(grid: Grid, quality: str) -> Interval | None:
    """Dice that the default's margin over partial cross-entropy gains each time that the ratio is halved.

    A straight line through the margins over log2 of the ratio, one for each seed that has two ratios or more.

    Returns:
        Mean over seeds with its interval; None without such a seed.
    """
    margins: dict[int, list[tuple[float, float]]] = {}
    for ratio in grid.ratios_of(quality):
        first, second = (grid.values(method, ratio, quality, "dice") for method in (DEFAULT, PARTIAL))
        for seed in set(first) & set(second):
            margins.setdefault(seed, []).append((-float(np.log2(ratio)), first[seed] - second[seed]))
    return mean_interval([float(np.polyfit(*zip(*line), 1)[0]) for line in margins.values() if len(line) > 1])


class _Judge:
    """The parts of the targets at one ratio each."""

    def __init__(self, grid: Grid, quality: str) -> None:
        self.grid, self.quality = grid, quality

    def share(self, ratio: float) -> Part:
        wanted = _SHARES[ratio]
        return self._of_default(
            ratio, "share", lambda value: (f"{100 * value:.1f} %", value >= wanted), show_ratio=False
        )

    def gap(self, ratio: float) -> Part:
        return self._of_default(ratio, "gap", lambda value: (figure(value), abs(value) <= _GAP))

    def calibration(self, ratio: float) -> Part:
        return self._of_default(ratio, "ece", lambda value: (figure(value), value <= _ECE))

    def baselines(self, ratio: float) -> Part:
        """The smallest margin over any baseline decides."""
        names = [method for method in self.grid.methods if self.grid.kind(method) == "baseline"]
        found = {name: compare(self.grid, DEFAULT, name, ratio, self.quality) for name in names}
        means = {name: difference.seeds.mean for name, difference in found.items() if difference.seeds}
        if self._stopped(DEFAULT, ratio):
            return Part(ratio, "the default was stopped", False)
        if not means:
            return Part(ratio, "not run", None)
        closest = min(means, key=means.__getitem__)
        ahead = means[closest] >= 0
        # one that was stopped has no figure to be worse than; one that was not run might have a better one
        lacking = [name for name in names if name not in means and not self._stopped(name, ratio)]
        lacking += [method.name for method in self.grid.not_run if method.kind == "baseline"]
        named = "; ".join(map(self.grid.label, lacking)) if len(lacking) <= _FEW else f"{len(lacking)} baselines"
        rest = f" (not run: {named})" if lacking else ""
        value = f"{points(means[closest])} over {self.grid.label(closest)}{rest}"
        undecided = any(METHODS[name].runner == BUNDLE for name in lacking)
        return Part(ratio, value, None if undecided and ahead else ahead)

    def partial(self, ratio: float) -> Part:
        return self._compared(DEFAULT, PARTIAL, ratio, lambda found: _shown(found, 0.0))

    def own_negatives(self, ratio: float) -> Part:
        without = f"{DEFAULT}_positive_only"
        return self._compared(DEFAULT, without, ratio, lambda found: _shown(found, _POINTS))

    def negatives(self, ratio: float) -> Part:
        both, alone = "coupled_literal", "coupled_literal_positive_only"
        return self._compared(both, alone, ratio, lambda found: _shown(found, _POINTS))

    def semi(self, ratio: float) -> Part:
        return self._compared("semi", "dense_few", ratio, lambda found: _shown(found, 0.0))

    def growth(self) -> Part:
        slope = margin_slope(self.grid, self.quality)
        if slope is None:
            return Part(None, "not run at two ratios", None)
        text = f"{interval_points(slope)} points each time the ratio is halved"
        return Part(None, text, _shown(slope, 0.0))

    def _of_default(
        self, ratio: float, name: str, judge: Callable[[float], tuple[str, bool]], show_ratio: bool = True
    ) -> Part:
        shown = ratio if show_ratio else None
        row = summary_row(self.grid, DEFAULT, ratio, self.quality)
        if row.stopped:
            return Part(shown, "the default was stopped", False)
        value = getattr(row, name, None) if name != "ece" else row.means.get("ece")
        return Part(shown, "not run", None) if value is None else Part(shown, *judge(value))

    def _compared(self, first: str, second: str, ratio: float, judge: Callable[[Interval], bool | None]) -> Part:
        if self._stopped(first, ratio):
            return Part(ratio, f"{self.grid.label(first)} was stopped", False)
        found = compare(self.grid, first, second, ratio, self.quality).seeds
        if found is None:
            stopped = self._stopped(second, ratio)
            return Part(ratio, f"{self.grid.label(second)} was stopped" if stopped else "not run", None)
        return Part(ratio, interval_points(found), judge(found))

    def _stopped(self, method: str, ratio: float) -> bool:
        return bool(self.grid.stopped(method, ratio, self.quality))


def _shown(found: Interval, least: float) -> bool | None:
    """Whether the mean is at least so many points, and the interval over seeds above 0; None where none is known."""
    return None if found.low is None else 100 * found.mean >= least and found.low > 0
