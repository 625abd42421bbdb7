"""Which test case, ratios and methods the gallery shows, and their pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bundle.benchmarking.data_sets import DATA_SETS
from bundle.benchmarking.differences import DEFAULT
from bundle.benchmarking.draw_set import drawings_folder
from bundle.benchmarking.gallery_maps import read_drawing, read_image, read_prediction, read_truth
from bundle.benchmarking.grid import Grid
from bundle.benchmarking.summary import REFERENCE
from scripts.data.datalist import read_datalist
from scripts.labels.load_label_map import load_label_map

__all__ = ["GalleryRow", "Shown", "find_gallery"]

#: Methods with a column, as far as they were run.
_METHODS = (DEFAULT, "partial_cross_entropy", "coupled_literal", REFERENCE)
# how the evaluation names what it keeps
_KINDS = ("_probability", "_classes")
_ROWS = 4


@dataclass(frozen=True)
class Shown:
    """What a method found: `HW` class index; without it the state says why ("not run", "stopped")."""

    label: str
    found: np.ndarray | None
    dice: float | None
    state: str


@dataclass(frozen=True)
class GalleryRow:
    """One ratio of a test case.

    Args:
        case: its name.
        seed: of split, drawings and training.
        quality: of the drawings.
        ratio: of the drawings.
        classes: background first.
        image: `HW3` uint8.
        drawing: see :func:`read_drawing`; None where there is none of this picture.
        truth: see :func:`read_truth`.
        seen: field of view, `HW` bool; None for all.
        methods: one for each column.
    """

    case: str
    seed: int
    quality: str
    ratio: float
    classes: Sequence[str]
    image: np.ndarray
    drawing: np.ndarray | None
    truth: np.ndarray
    seen: np.ndarray | None
    methods: Sequence[Shown]


def find_gallery(grid: Grid, out: Path) -> list[GalleryRow]:
    """Rows for one test case, from much to little drawn; empty where no predictions were kept.

    The case is the one with predictions of most methods and ratios, of these the first: no result decides.
    """
    quality = grid.main_quality
    if quality is None:
        return []
    ratios = _spread(grid.ratios_of(quality))
    held: dict[tuple[int, str], int] = {}
    for method in _METHODS:
        for ratio in ratios:
            for seed in grid.results_of(method, ratio, quality):
                for case in _files(grid, out, method, ratio, quality, seed):
                    held[seed, case] = held.get((seed, case), 0) + 1
    if not held:
        return []
    seed, case = min(held, key=lambda key: (-held[key], key))
    rows = [_row(grid, out, quality, ratio, seed, case) for ratio in ratios]
    return [row for row in rows if row is not None]


def _spread(ratios: Sequence[float]) -> list[float]:
    """At most four of the ratios, the ends among them."""
    if len(ratios) <= _ROWS:
        return list(ratios)
    return [ratios[round(k)] for k in np.linspace(0, len(ratios) - 1, _ROWS)]


def _files(grid: Grid, out: Path, method: str, ratio: float, quality: str, seed: int) -> dict[str, Path]:
    """Kept predictions of a cell by the name of the case."""
    result = grid.results_of(method, ratio, quality).get(seed)
    if result is None:
        return {}
    files = sorted((out / "predictions" / result.cell.name).glob("*.png"))
    return {file.stem.removesuffix(kind): file for file in files for kind in _KINDS if file.stem.endswith(kind)}


def _row(grid: Grid, out: Path, quality: str, ratio: float, seed: int, case: str) -> GalleryRow | None:
    shown = [name for name in _METHODS if name in grid.methods]
    files = {name: _files(grid, out, name, ratio, quality, seed).get(case) for name in shown}
    folder = drawings_folder(out, quality, ratio, seed)
    if not (folder / "datalist.json").is_file():
        return None
    content = read_datalist(folder / "datalist.json")
    classes = _classes(grid.data_set, content)
    scene = _slice(files.values(), case) or _picture(folder, content, classes, case)
    if scene is None:
        return None
    image, drawing, truth, seen = scene
    methods = [_shown(grid, name, ratio, quality, seed, case, files[name], truth.shape) for name in shown]
    return GalleryRow(case, seed, quality, ratio, classes, image, drawing, truth, seen, methods)


def _classes(data_set: str, content: dict[str, Any]) -> list[str]:
    if data_set in DATA_SETS:
        return list(DATA_SETS[data_set].classes)
    return ["background", *(name for name in content.get("dense_labels", {}) if name not in ("background", "ignore"))]


def _slice(files: Any, case: str) -> tuple[np.ndarray, None, np.ndarray, None] | None:
    """Image and truth that the evaluation kept beside the prediction, as it does of volumes."""
    for file in files:
        image, truth = (file.with_name(f"{case}_{kind}.png") for kind in ("image", "truth")) if file else (None, None)
        if image is not None and truth is not None and image.is_file() and truth.is_file():
            return read_image(image), None, load_label_map(truth).T.astype(np.int16), None
    return None


def _picture(
    folder: Path, content: dict[str, Any], classes: Sequence[str], case: str
) -> tuple[np.ndarray, np.ndarray | None, np.ndarray, np.ndarray | None] | None:
    """Image, drawing, truth and field of view by the datalist."""
    entry = next((entry for entry in content.get("test", ()) if Path(entry["image"]).stem == case), None)
    if entry is None:
        return None
    field = folder / entry["field_of_view"] if entry.get("field_of_view") else None
    return (
        read_image(folder / entry["image"]),
        read_drawing(folder / "drawings" / f"{case}.png", content.get("labels", {}), classes),
        read_truth(folder / entry["label"], content.get("dense_labels", {}), classes),
        None if field is None else load_label_map(field).T > 0,
    )


def _shown(
    grid: Grid, method: str, ratio: float, quality: str, seed: int, case: str, file: Path | None, size: tuple[int, ...]
) -> Shown:
    label, result = grid.label(method), grid.results_of(method, ratio, quality).get(seed)
    if file is None or result is None:
        stopped = result is not None and result.status == "stopped"
        return Shown(label, None, None, "not run" if result is None else "stopped" if stopped else "no picture kept")
    row = next((row for name, row in result.cases.items() if Path(name).name.split(".")[0] == case.split(".")[0]), {})
    return Shown(label, read_prediction(file, size), row.get("dice"), "")
