"""Cityscapes: street scenes with fine masks and with coarse polygons that people drew."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from bundle.benchmarking.draw_set import POLYGONS, complete_lists, dense_entry, drawings_folder, is_complete
from scripts.drawing.datalist import build_datalist
from scripts.drawing.mask_folder import MaskedImage, read_plane
from scripts.drawing.statistics import measure_drawing
from scripts.errors import DataError, list_problems
from scripts.publishing import publishing, relative_path

__all__ = ["CITYSCAPES_IDS", "prepare_cityscapes"]

#: Value in ``*_labelIds.png`` of the 19 classes that are measured, in the order of their train ids
#: (github.com/mcordts/cityscapesScripts, helpers/labels.py).
CITYSCAPES_IDS = {
    **{"road": 7, "sidewalk": 8, "building": 11, "wall": 12, "fence": 13, "pole": 17, "traffic light": 19},
    **{"traffic sign": 20, "vegetation": 21, "terrain": 22, "sky": 23, "person": 24, "rider": 25, "car": 26},
    **{"truck": 27, "bus": 28, "train": 31, "motorcycle": 32, "bicycle": 33},
}
_LAST_ID = 33
_IGNORED = [value for value in range(_LAST_ID + 1) if value not in CITYSCAPES_IDS.values()]
_IMAGE, _FINE, _COARSE = "leftImg8bit.png", "gtFine_labelIds.png", "gtCoarse_labelIds.png"


def prepare_cityscapes(data_root: Path, out: Path, quality: str, ratio: float | None, seed: int) -> Path:
    """Write datalists of the files as they are: the coarse polygons are the drawings.

    Training cases are those of "train" with a fine and a coarse annotation, test cases those of "val", since the fine
    annotation of "test" is not published. Other ids than those of the 19 classes are "not labelled", in drawings too.
    Polygons were drawn by people and are the same at any quality and ratio; figures of each case are measured.

    Args:
        data_root: folder with ``leftImg8bit``, ``gtFine`` and ``gtCoarse``, as Cityscapes unpacks them.
        out: folder of the benchmark.
        quality, ratio: not looked at.
        seed: of the few dense cases of ``datalist_semi.json``.

    Returns:
        The folder of the datalists.

    Raises:
        DataError: a folder is missing or holds no case, or an annotation holds other values.
    """
    folder = drawings_folder(out, POLYGONS, 1.0, seed)
    if is_complete(folder):
        return folder
    training = _find_cases(data_root, "train", coarse=True)
    test = _find_cases(data_root, "val", coarse=False)
    sections = {"training": [_with_figures(case, folder) for case in tqdm(training, desc="measuring", unit="case")]}
    with publishing(folder, ("datalist.json", "datalist_dense.json"), overwrite=True) as temporary:
        for dense, name in ((False, "datalist.json"), (True, "datalist_dense.json")):
            content = build_datalist(
                sections,
                name="cityscapes",
                description="Coarse polygons of Cityscapes.",
                labels=CITYSCAPES_IDS,
                dense_labels={**CITYSCAPES_IDS, "ignore": _IGNORED},
                provenance={"drawings": "gtCoarse, polygons that people drew", "seed": seed},
                dense=dense,
            )
            # in a drawing 0, which Cityscapes calls unlabeled, means "not drawn" and has no name
            content["labels"] = {**CITYSCAPES_IDS, "ignore": _IGNORED[1:]}
            (temporary / name).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    complete_lists(folder, [dense_entry(_as_masked_image(case), folder) for case in test], seed)
    return folder


def _find_cases(data_root: Path, part: str, *, coarse: bool) -> list[dict[str, Any]]:
    """Files of each case of a part, by the name of its fine annotation; those that lack another are an error."""
    images, fine, drawn = (data_root / name / part for name in ("leftImg8bit", "gtFine", "gtCoarse"))
    cases, missing = [], []
    for mask in sorted(fine.glob(f"*/*_{_FINE}")):
        stem, city = mask.name.removesuffix(f"_{_FINE}"), mask.parent.name
        case = {"subject": stem, "image": images / city / f"{stem}_{_IMAGE}", "mask": mask}
        if coarse:
            case["drawing"] = drawn / city / f"{stem}_{_COARSE}"
        missing += [str(path) for key, path in case.items() if key != "subject" and not path.is_file()]
        cases.append(case)
    if not cases:
        raise DataError(
            f"{fine} holds no */*_{_FINE}. Download Cityscapes from https://www.cityscapes-dataset.com, "
            "which needs an account, unpack leftImg8bit, gtFine and gtCoarse into one folder, and name it with "
            "--data-root."
        )
    if missing:
        raise DataError(list_problems(f"files that belong to those of {fine} are missing", missing))
    return cases


def _with_figures(case: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Entry of a training case with what its polygons are worth."""
    mask, drawing = (_read(case[key]) for key in ("mask", "drawing"))
    if mask.shape != drawing.shape:
        raise DataError(f"{case['drawing']} is {drawing.shape[::-1]}, but {case['mask']} is {mask.shape[::-1]} pixels.")
    labels = CITYSCAPES_IDS | {f"not {name}": -1 for name in CITYSCAPES_IDS}
    classes = {name: mask == value for name, value in CITYSCAPES_IDS.items()}
    figures = measure_drawing(drawing.astype(int), classes, labels, ~np.isin(mask, _IGNORED))
    paths = {key: relative_path(case[key], folder) for key in ("image", "mask", "drawing")}
    return {"subject": case["subject"], **paths, "statistics": figures}


def _read(path: Path) -> np.ndarray:
    values = read_plane(path)
    if values.max() > _LAST_ID:
        raise DataError(
            f"{path} holds the value {values.max()}, expected ids from 0 to {_LAST_ID}. Train ids do not fit: "
            "take the files that end in labelIds.png as Cityscapes gives them."
        )
    return values


def _as_masked_image(case: Mapping[str, Any]) -> MaskedImage:
    return MaskedImage(case["subject"], case["image"], case["mask"])
