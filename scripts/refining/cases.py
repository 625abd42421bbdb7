"""The cases of a datalist that have no dense mask yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from multiprocessing.pool import ThreadPool
from pathlib import Path
from typing import Any

from tqdm import tqdm

from scripts.data import load_cases
from scripts.data.inspection import inspect_case
from scripts.data.sized_cache import reading_threads
from scripts.errors import DataError, list_problems
from scripts.labels import LabelTable
from scripts.volumes.writing import volume_stem

__all__ = ["find_cases", "mask_values", "unique_names"]


def find_cases(
    datalist: str | Path,
    dataset_dir: str | Path | None,
    classes: Sequence[str],
    labels: Mapping[str, Any],
    dense_labels: Mapping[str, Any],
    spatial_dims: int = 2,
    *,
    progress: bool = True,
) -> list[dict[str, Any]]:
    """The training cases that are not dense, checked as before a training.

    Args:
        datalist: path of the JSON file.
        dataset_dir: folder that its relative paths start from.
        classes: names of the classes, background first.
        labels: label table of drawings, for cases that bring none.
        dense_labels: label table of masks, for cases that bring none; the masks to be written have its values.
        spatial_dims: 2 or 3.
        progress: whether a progress bar is shown.

    Returns:
        Cases as of :func:`scripts.data.load_cases`, with ``label`` and ``boxes`` (None where there are none) and

        * ``number``: its position in this list;
        * ``entry``: its position in the datalist's list ``training``;
        * ``name``: of the files to be written, without suffix;
        * ``values``: what each class is in its mask.

    Raises:
        DataError: when all cases are dense; listing every case that cannot be used.
    """
    tables = {"labels": labels, "dense_labels": dense_labels}
    loaded = load_cases(datalist, "training", dataset_dir)
    cases = [{**tables, **case, "entry": k} for k, case in enumerate(loaded) if case["supervision"] != "dense"]
    if not cases:
        raise DataError(
            f"{datalist}: all {len(loaded)} training cases are dense, so there is nothing to refine. If some are "
            'drawings, leave out their "supervision": "dense".'
        )
    with ThreadPool(reading_threads(None)) as pool:
        found = pool.imap(lambda case: inspect_case(case, classes, spatial_dims), cases)
        facts = list(tqdm(found, total=len(cases), desc="checking labels", disable=not progress, leave=False))
    problems = [fact.problem for fact in facts if fact.problem]
    names = unique_names([case["image"] for case in cases])
    for number, (case, fact, name) in enumerate(zip(cases, facts, names, strict=True)):
        case |= {"label": case.get("label"), "boxes": None if fact.boxes is None else fact.fitted}
        case |= {"number": number, "name": name}
        try:
            case["values"] = mask_values(case["dense_labels"], classes)
        except DataError as error:
            problems.append(str(error))
    if problems:
        # what is wrong with a table is wrong with every case
        listed = dict.fromkeys(problems)
        raise DataError(list_problems(f"{len(listed)} problem(s) with the cases to refine", listed))
    return cases


def mask_values(table: Mapping[str, Any], classes: Sequence[str]) -> list[int]:
    """The value of each class in a mask; of several that mean the same, the first.

    Args:
        table: of dense masks, see :class:`scripts.labels.LabelTable`.
        classes: names of the classes, background first.

    Raises:
        DataError: when the table is none or names no value for a class.
    """
    LabelTable(table, classes, dense=True, source='the label table "dense_labels"')
    stated = {name.strip().lower(): value for name, value in table.items()}
    lacking = [name for name in classes if name.strip().lower() not in stated]
    if lacking:
        raise DataError(
            f'the label table "dense_labels" names no value for {", ".join(lacking)}, so no mask can be '
            f"written. It names {list(table)}; add the rest to the datalist."
        )
    values = [stated[name.strip().lower()] for name in classes]
    return [value[0] if isinstance(value, (list, tuple)) else value for value in values]


def unique_names(images: Sequence[str]) -> list[str]:
    """A file name without suffix for each image: its stem, where several share one with the name of its folder.

    Names that are still the same (one image that was drawn twice, pictures that differ in their suffix) are numbered:
    ``a``, ``a-2``. Upper and lower case are the same, as on some disks.
    """
    paths = [Path(image) for image in images]
    stems = [_stem(path) for path in paths]
    folders = defaultdict(set)
    for path, stem in zip(paths, stems):
        folders[stem.lower()].add(path.parent)
    names: list[str] = []
    used: set[str] = set()
    for path, stem in zip(paths, stems):
        plain = stem if len(folders[stem.lower()]) == 1 else f"{path.parent.name}_{stem}"
        name, count = plain, 1
        while name.lower() in used or (name != stem and name.lower() in folders):
            count += 1
            name = f"{plain}-{count}"
        used.add(name.lower())
        names.append(name)
    return names


def _stem(path: Path) -> str:
    stem = volume_stem(path)
    return path.stem if stem == path.name and not path.is_dir() else stem
