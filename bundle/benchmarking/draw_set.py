"""Draws on the masks of a benchmark's data set, once for each quality, ratio and seed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bundle.benchmarking.semi_datalist import semi_datalist
from scripts.drawing.draw_folder import draw_folder
from scripts.drawing.mask_folder import MaskedImage
from scripts.drawing.plan import DrawingPlan
from scripts.publishing import relative_path
from scripts.replacing import replacing

__all__ = [
    "DENSE",
    "POLYGONS",
    "complete_lists",
    "dense_entry",
    "draw_set",
    "drawing_settings",
    "drawings_folder",
    "is_complete",
]

#: Quality of cells that look at dense masks alone, with no ratio.
DENSE = "dense"
#: Quality of drawings that people made and that come with a data set, all of them: at a ratio of 1.
POLYGONS = "polygons"
# their datalist is the same beside any drawings: these
_ANY = ("realistic", 0.3)
# test cases that are drawn too, for pictures in a report
_SHOWN = 2
_COARSE, _DENSE, _SEMI = "datalist.json", "datalist_dense.json", "datalist_semi.json"


def drawing_settings(quality: str, ratio: float | None) -> tuple[str, float]:
    """Quality and ratio to draw with; those of any one for cells that look at dense masks alone."""
    return _ANY if quality == DENSE or ratio is None else (quality, ratio)


def drawings_folder(out: Path, quality: str, ratio: float | None, seed: int) -> Path:
    """Where the drawings lie: ``OUT/drawings/<quality>-r<ratio>-s<seed>``."""
    quality, ratio = drawing_settings(quality, ratio)
    return out / "drawings" / f"{quality}-r{ratio:g}-s{seed}"


def draw_set(training: Sequence[MaskedImage], test: Sequence[MaskedImage], out: Path, plan: DrawingPlan) -> Path:
    """Write the drawings and the datalists of one quality, ratio and seed, or reuse them.

    Training cases are drawn on, and the first two test cases, to be shown: drawing takes most of the time.

    Args:
        training: cases to draw on.
        test: cases to measure on.
        out: folder of the benchmark.
        plan: how to draw; its seed is also that of the few dense cases of ``datalist_semi.json``.

    Returns:
        The folder with ``datalist.json``, ``datalist_dense.json``, ``datalist_semi.json`` and ``drawings_preview.png``.
    """
    folder = drawings_folder(out, plan.quality, plan.ratio, plan.seed)
    if not is_complete(folder):
        split = {"training": training, "test": test[:_SHOWN]}
        draw_folder(split, folder, plan, overwrite=True, provenance={"split_seed": plan.seed})
        complete_lists(folder, [dense_entry(case, folder) for case in test], plan.seed)
    return folder


def is_complete(folder: Path) -> bool:
    """Whether a folder of drawings is done: the last of its files is there."""
    return (folder / _SEMI).is_file()


def complete_lists(folder: Path, test: Sequence[dict[str, Any]], seed: int) -> None:
    """Add test cases, a validation section and ``datalist_semi.json`` to a folder with the training cases' datalists.

    There are no validation cases, for a benchmark selects nothing. The configs want one, so the first training case
    stands there with its dense mask.

    Args:
        folder: with ``datalist.json`` and ``datalist_dense.json``.
        test: their entries.
        seed: of the choice of the few dense cases.
    """
    lists = {name: json.loads((folder / name).read_text(encoding="utf-8")) for name in (_COARSE, _DENSE)}
    for content in lists.values():
        content |= {"validation": lists[_DENSE]["training"][:1], "test": list(test)}
    # the last one says that the folder is complete
    lists[_SEMI] = semi_datalist(lists[_COARSE], lists[_DENSE], seed=seed)
    for name, content in lists.items():
        with replacing(folder / name) as temporary:
            temporary.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def dense_entry(case: MaskedImage, folder: Path) -> dict[str, Any]:
    """Entry of a case with its mask in a datalist that lies in ``folder``."""
    entry = {"image": relative_path(case.image, folder), "label": relative_path(case.mask, folder)}
    if case.field_of_view is not None:
        entry["field_of_view"] = relative_path(case.field_of_view, folder)
    return entry | {"subject": case.stem, "supervision": "dense"}
