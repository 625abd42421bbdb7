"""Which cells a benchmark has, the most telling first."""

from __future__ import annotations

from collections.abc import Sequence

from bundle.benchmarking.cell import Cell
from bundle.benchmarking.data_sets import DataSet
from bundle.benchmarking.draw_set import DENSE, POLYGONS
from bundle.benchmarking.methods import BUNDLE, METHODS

__all__ = ["QUICK_METHODS", "RATIOS", "plan_cells"]

#: Of the area of the masks, the most telling first.
RATIOS = (0.3, 0.05, 1.0, 0.1, 0.5, 0.01)
QUALITIES = ("realistic", "clean", "bad")
QUICK_METHODS = ("default", "partial_cross_entropy", "dense_masks", "coupled_literal")
_QUICK_SEEDS = 2
# run first
_FIRST = ("default", "partial_cross_entropy", "dense_masks")
# Without a choice of the user's: these at every ratio, like the baselines, and with drawings of every quality; the
# others at the first two ratios. The product of everything would take days.
_WIDE = ("default", "partial_cross_entropy", "coupled_literal")
_MAIN_RATIOS = RATIOS[:2]


def plan_cells(
    data_set: DataSet,
    *,
    methods: Sequence[str] = (),
    ratios: Sequence[float] = (),
    qualities: Sequence[str] = (),
    seeds: Sequence[int] = (),
    quick: bool = False,
) -> list[Cell]:
    """The cells of a benchmark in the order in which they are run.

    Seed after seed, so that a run that is stopped has compared all methods on the first seeds; within a seed realistic
    drawings before others, and the ratios in the order of :data:`RATIOS`.

    Args:
        data_set: that is trained on.
        methods: names; none for all of the bundle's own that make sense on the data set.
        ratios: none for those of the plan.
        qualities: none for those of the plan.
        seeds: none for those of the data set, or the first two of them with ``quick``.
        quick: few methods at a ratio of 0.3, where nothing else is chosen.

    Returns:
        Every combination of what is chosen. Where neither ratio nor quality is, the plan: the default, the literal
        method and the baselines at every ratio, the other methods at 0.3 and 0.05, and at 0.3 the most important ones
        with clean and bad drawings too.
    """
    own = [name for name, method in METHODS.items() if method.runner == BUNDLE]
    chosen = list(methods) or [name for name in own if name not in data_set.methods_left_out]
    if quick:
        chosen = list(methods) or list(QUICK_METHODS)
        ratios, qualities = ratios or (RATIOS[0],), qualities or ("realistic",)
    seeds = seeds or (data_set.seeds[:_QUICK_SEEDS] if quick else data_set.seeds)
    cells = {
        Cell(data_set.name, method, ratio, quality, seed)
        for method in chosen
        for ratio, quality in _settings(data_set, method, tuple(ratios), tuple(qualities))
        for seed in seeds
    }
    return sorted(cells, key=_order)


def _settings(
    data_set: DataSet, method: str, ratios: tuple[float, ...], qualities: tuple[str, ...]
) -> list[tuple[float | None, str]]:
    """Ratios and qualities that a method is run with."""
    if not METHODS[method].uses_ratio:
        return [(None, DENSE)]
    if data_set.own_drawings:
        return [(1.0, POLYGONS)]
    if ratios or qualities:
        return [(ratio, quality) for ratio in ratios or RATIOS for quality in qualities or QUALITIES[:1]]
    everywhere = method in _WIDE or METHODS[method].kind == "baseline"
    settings: list[tuple[float | None, str]] = [(r, QUALITIES[0]) for r in (RATIOS if everywhere else _MAIN_RATIOS)]
    if method in _WIDE:
        settings += [(RATIOS[0], quality) for quality in QUALITIES[1:]]
    return settings


def _order(cell: Cell) -> tuple:
    names = [*_FIRST, *(name for name in METHODS if name not in _FIRST)]
    # dense masks among the first drawings
    quality = 0 if cell.quality == DENSE else _place(cell.quality, QUALITIES)
    ratio = 0 if cell.ratio is None else _place(cell.ratio, RATIOS)
    unplanned = 0.0 if cell.ratio is None or cell.ratio in RATIOS else -cell.ratio
    return cell.seed, quality, ratio, unplanned, names.index(cell.method)


def _place(value: object, known: Sequence) -> int:
    return known.index(value) if value in known else len(known)
