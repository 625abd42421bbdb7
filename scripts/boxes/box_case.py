"""Boxes of one case of a folder of masks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from scripts.boxes.loosen import loosen_boxes
from scripts.boxes.plan import BoxPlan
from scripts.boxes.statistics import measure_boxes
from scripts.boxes.synthesis import class_indices, synthesise_boxes
from scripts.drawing.mask_folder import MaskedImage, list_by_stem, read_plane
from scripts.drawing.seeds import case_seed
from scripts.drawing.volume_folder import is_volume
from scripts.errors import DataError, list_problems
from scripts.labels.load_label_map import load_label_volume
from scripts.volumes import VOLUME_SUFFIXES, check_same_grid, read_grid
from scripts.wording import times

__all__ = ["BoxedCase", "box_case", "find_instances", "read_values"]

_PICTURES = (".png", ".tif", ".tiff", ".bmp", ".gif")


@dataclass(frozen=True)
class BoxedCase:
    """Boxes of one case, ``{"class": name, "box": corners}``, what they are worth, and `WH` or `HWD` of its image."""

    boxes: list[dict[str, Any]]
    statistics: dict[str, Any]
    shape: tuple[int, ...]


def read_values(path: Path) -> np.ndarray:
    """Integers of a mask or instance map along the axes of its file, x first: `WH` or `HWD`.

    Raises:
        DataError: the file cannot be read or is no such map.
    """
    return load_label_volume(path)[0] if is_volume(path) else read_plane(path).T


def find_instances(cases: list[MaskedImage], folder: Path) -> dict[str, Path]:
    """Instance map of each case, by stem.

    Raises:
        DataError: the folder is missing or empty, or a case has no instance map.
    """
    volumes = any(is_volume(case.mask) for case in cases)
    suffixes, kind = (VOLUME_SUFFIXES, "volume") if volumes else (_PICTURES, "picture")
    found = list_by_stem(folder, suffixes, kind)
    missing = [str(folder / case.stem) for case in cases if case.stem not in found]
    if missing:
        title = f"instance maps are missing; expected them with one of the endings {', '.join(suffixes)}"
        raise DataError(list_problems(title, missing))
    return {case.stem: found[case.stem] for case in cases}


def box_case(case: MaskedImage, plan: BoxPlan, instances: Path | None = None) -> BoxedCase:
    """Make the boxes of one case.

    Args:
        case: files of the case.
        plan: how to make them.
        instances: file of the instance map, if there is one.

    Raises:
        DataError: a file cannot be read, or the instance map does not fit the mask.
    """
    mask = read_values(case.mask)
    index = class_indices(mask, plan.classes)
    objects = None if instances is None else _read_instances(instances, case, mask.shape)
    tight = synthesise_boxes(index, plan.names, objects)
    boxes = loosen_boxes(tight, mask.shape, plan.loose, case_seed(plan.seed, case.stem))
    ignored = None if plan.ignored is None else mask == plan.ignored
    return BoxedCase(boxes, measure_boxes(boxes, index, plan.names, ignored), mask.shape)


def _read_instances(path: Path, case: MaskedImage, shape: tuple[int, ...]) -> np.ndarray:
    if is_volume(path):
        check_same_grid(str(path), read_grid(path), str(case.mask), read_grid(case.mask))
    objects = read_values(path)
    if objects.shape != shape:
        raise DataError(
            f"{path} is {times(objects.shape)} pixels, but {case.mask} is {times(shape)}; they must be equal."
        )
    return objects
