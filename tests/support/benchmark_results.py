"""Made-up results of a benchmark, for tests of its report."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image
from skimage.draw import line

from bundle.benchmarking.cell import Cell
from bundle.benchmarking.draw_set import DENSE, drawings_folder
from bundle.benchmarking.grid import Grid
from bundle.benchmarking.result import Result, result_path

#: Dice of the methods at ratio 1, and what each halving of the ratio costs.
LEVELS = {
    "dense_masks": (0.80, 0.0),
    "partial_cross_entropy": (0.70, 0.03),
    "partial_cross_entropy_support": (0.76, 0.015),
    "generalised_cross_entropy": (0.69, 0.025),
    "coupled_literal": (0.66, 0.03),
    "coupled_literal_positive_only": (0.60, 0.04),
    "default": (0.785, 0.01),
    "semi": (0.79, 0.006),
    "dense_few": (0.68, 0.0),
}
_ON_DENSE = ("dense_masks", "dense_few")


def made_up_result(
    method: str,
    ratio: float | None,
    quality: str,
    seed: int,
    dice: float,
    *,
    data_set: str = "retina",
    status: str = "done",
    cases: Sequence[str] = ("a", "b", "c"),
    **changes: object,
) -> Result:
    """One result; its cases spread around the Dice, the other metrics follow from it.

    Args:
        method: of the cell, as the next three.
        ratio: None on dense masks.
        quality: of the drawings.
        seed: of the cell and of the spread.
        dice: mean over the cases.
        data_set: of the cell.
        status: a "stopped" one has no figures.
        cases: names of the test cases.
        changes: other fields of the result.
    """
    done = status == "done"
    offsets = np.random.default_rng(seed).normal(0, 0.01, len(cases))
    offsets -= offsets.mean()
    metrics = {
        "dice": dice,
        "iou": dice / (2 - dice),
        "pooled_iou": dice / (2 - dice),
        "cldice": dice - 0.02,
        "sensitivity": dice,
        "specificity": 0.97,
        "ece": 0.02,
        "best_dice": dice + 0.008,
        "best_threshold": 0.4,
    }
    drawings = {"positive_precision": 0.75, "negative_precision": 0.99, "negative_share": 0.2}
    values = {
        "reason": None if done else "the matrices are about to swap | stopped",
        "metrics": metrics if done else {},
        "cases": {case: {"dice": dice + float(offset)} for case, offset in zip(cases, offsets)} if done else {},
        "drawings": None if ratio is None else drawings | {"ratio": ratio, "positive_recall": 0.7 * ratio},
        "matrices": None,
        "budget": {"epochs": 60, "steps": 1080},
        "seconds": 100.0 + seed,
        "commands": ["run training", "run evaluating"],
        "commit": "abc1234",
        "hardware": "2 CPU cores",
        "versions": {"torch": "2", "monai": "1", "python": "3.11"},
        "data_fingerprint": "0" * 64,
    }
    if method == "default":
        values["matrices"] = {"estimated": [[0.95, 0.2], [0.05, 0.8]], "true": [[0.97, 0.25], [0.03, 0.75]]}
    return Result(Cell(data_set, method, ratio, quality, seed), status, **(values | changes))


def made_up_results(
    ratios: Iterable[float] = (1.0, 0.3, 0.05),
    qualities: Iterable[str] = ("realistic",),
    seeds: Iterable[int] = (0, 1, 2),
) -> list[Result]:
    """Results of the methods of :data:`LEVELS`; bad drawings cost most where few drawings do."""
    found = []
    for seed in seeds:
        for number, (method, (level, slope)) in enumerate(LEVELS.items()):
            start = level + 0.004 * (seed - 1) + 0.002 * ((seed + number) % 3 - 1)
            if method in _ON_DENSE:
                found.append(made_up_result(method, None, DENSE, seed, start))
                continue
            for quality in qualities:
                loss = {"clean": -0.01, "realistic": 0.0, "bad": 2.5 * slope}[quality]
                for ratio in ratios:
                    dice = start + slope * float(np.log2(ratio)) - loss
                    found.append(made_up_result(method, ratio, quality, seed, dice))
    return found


def made_up_grid(*args: object, **changes: object) -> Grid:
    """The grid of :func:`made_up_results`."""
    return Grid(made_up_results(*args, **changes))


def write_results(out: Path, results: Iterable[Result]) -> Path:
    """Write results to the folder of a benchmark, which is given back."""
    for result in results:
        result.write(result_path(out, result.cell))
    return out


def write_gallery_case(out: Path, results: Iterable[Result], case: str = "a", size: int = 96) -> None:
    """Image, mask and drawings of a test case, and a prediction of each result that is done."""
    image, mask = _net(size)
    for kind, array in (("images", image), ("masks", 255 * mask.astype(np.uint8))):
        (out / kind).mkdir(parents=True, exist_ok=True)
        Image.fromarray(array).save(out / kind / f"{case}.png")
    for result in results:
        cell = result.cell
        if cell.ratio is not None:
            _write_drawings(drawings_folder(out, cell.quality, cell.ratio, cell.seed), case, mask, cell.ratio)
        if result.status == "done":
            folder = out / "predictions" / cell.name
            folder.mkdir(parents=True, exist_ok=True)
            noise = np.random.default_rng(cell.seed).normal(0.1, 0.12 / result.metrics["dice"], mask.shape)
            probability = np.clip(0.8 * mask + noise, 0, 1)
            Image.fromarray((255 * probability).astype(np.uint8)).save(folder / f"{case}_probability.png")


def _net(size: int) -> tuple[np.ndarray, np.ndarray]:
    """Dark lines on a bright ground, uint8 `HW3`, and where they are."""
    rng = np.random.default_rng(0)
    mask = np.zeros((size, size), dtype=bool)
    for _ in range(6):
        mask[line(*rng.integers(0, size, 4))] = True
    for step in (1, -1):
        mask |= np.roll(mask, step, 0) | np.roll(mask, step, 1)
    image = (190 - 90 * mask[..., None] + rng.normal(0, 10, (size, size, 3))).clip(0, 255).astype(np.uint8)
    return image, mask


def _write_drawings(folder: Path, case: str, mask: np.ndarray, ratio: float) -> None:
    (folder / "drawings").mkdir(parents=True, exist_ok=True)
    rows = np.arange(len(mask))[:, None]
    drawing = np.where(~mask & (rows % 12 < 2), 2, 0).astype(np.uint8)
    drawing[mask & (rows < ratio * len(mask))] = 1
    Image.fromarray(drawing).save(folder / "drawings" / f"{case}.png")
    entry = {"image": f"../../images/{case}.png", "label": f"../../masks/{case}.png"}
    content = {
        "labels": {"vessel": 1, "not vessel": 2, "background": 3, "ignore": 255},
        "dense_labels": {"background": 0, "vessel": 255},
        "training": [entry, entry],
        "test": [entry],
    }
    (folder / "datalist.json").write_text(json.dumps(content))
