"""Makes masks from the boxes of a datalist by GrabCut, and writes the datalist that trains on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from monai.transforms import LoadImage
from PIL import Image, UnidentifiedImageError
from tqdm import tqdm

from scripts.boxes import fit_boxes
from scripts.boxes.compact_json import compact_json
from scripts.boxes.grabcut import cut_boxes, fill_boxes
from scripts.boxes.rasterise import box_pixels
from scripts.boxes.rebase import rebase_datalist
from scripts.constants import IGNORE
from scripts.data.datalist import load_cases, read_datalist
from scripts.data.photograph_reader import PhotographReader
from scripts.drawing.mask_folder import read_plane
from scripts.drawing.volume_folder import is_volume
from scripts.errors import DataError, list_problems
from scripts.labels.label_table import LabelTable
from scripts.publishing import publishing

__all__ = ["OUTPUTS", "grabcut_folder"]

OUTPUTS = ("grabcut", "datalist_grabcut.json")
_BACKGROUND, _IGNORED = "background", "ignore"


@dataclass(frozen=True)
class _Job:
    """A training case whose boxes become a mask.

    Attributes:
        number: of its entry in the list.
        case: as :func:`scripts.data.datalist.load_cases` gives it.
        classes: names, background first.
        values: in the mask, of each class.
        table: label table of the mask, if the case has none of its own.
    """

    number: int
    case: Mapping[str, Any]
    classes: list[str]
    values: list[int]
    table: dict[str, int] | None


def grabcut_folder(
    datalist: Path, out: Path, *, dataset_dir: Path | None = None, overwrite: bool = False
) -> list[dict[str, Any]]:
    """Write a mask for every training case with boxes, and a datalist in which these cases are dense.

    Args:
        datalist: with boxed training cases of pictures.
        out: folder to create or to add to.
        dataset_dir: folder that relative paths in the datalist start from; None: its own folder.
        overwrite: replace the results of a former run.

    Returns:
        Statistics of each of these cases: ``boxes``, their number; ``filled``, how many of them were taken whole; and,
        where the case has a reference, ``iou`` by class, and ``iou_of_boxes``, what the boxes alone would reach. A
        class that neither the mask nor the reference shows is left out.

    Raises:
        DataError: there are no such cases, or some cannot be used; the message lists every such case.
    """
    content, cases = read_datalist(datalist), load_cases(datalist, "training", dataset_dir)
    jobs = _plan(datalist, cases)
    inputs = [datalist, *(Path(job.case[key]) for job in jobs for key in ("image", "reference") if key in job.case)]
    root = datalist.parent if dataset_dir is None else dataset_dir
    with publishing(out, OUTPUTS, inputs=inputs, overwrite=overwrite) as folder:
        (folder / "grabcut").mkdir()
        written = rebase_datalist(content, root, out)
        for key in ("boxes", "boxed_classes"):
            written.pop(key, None)
        taken: set[str] = set()
        for job in tqdm(jobs, desc="grabcut", unit="case"):
            name = _free_name(Path(job.case["image"]).stem, taken)
            mask, statistics = _cut_case(job)
            Image.fromarray(mask).save(folder / "grabcut" / name)
            entry = written["training"][job.number]
            for key in ("boxes", "boxed_classes", "reference", "labels", "plane"):
                entry.pop(key, None)
            entry |= {"label": f"grabcut/{name}", "supervision": "dense", "grabcut": statistics}
            if job.table is not None:
                entry["dense_labels"] = job.table
        written["provenance"] = {**_as_dict(content.get("provenance")), "masks": "GrabCut of the boxes, OpenCV"}
        (folder / "datalist_grabcut.json").write_text(compact_json(written), encoding="utf-8")
    return [written["training"][job.number]["grabcut"] for job in jobs]


def _plan(datalist: Path, cases: Sequence[Mapping[str, Any]]) -> list[_Job]:
    boxed = {
        number: case for number, case in enumerate(cases) if "boxes" in case and case.get("supervision") != "dense"
    }
    if not boxed:
        raise DataError(f"{datalist}: no training case has boxes, or all of them are dense already.")
    names = list(dict.fromkeys(box["class"] for case in boxed.values() for box in case["boxes"]))
    jobs, problems = [], []
    for number, case in boxed.items():
        job, problem = _job(number, case, names)
        if problem:
            problems.append(f"training[{number}] ({case['image']}): {problem}")
        else:
            jobs.append(job)
    if problems:
        raise DataError(list_problems(f"{datalist}: GrabCut cannot make masks of {len(problems)} case(s)", problems))
    return jobs


def _job(number: int, case: Mapping[str, Any], names: Sequence[str]) -> tuple[_Job | None, str]:
    """The job, or why there is none."""
    image = Path(case["image"])
    if is_volume(image) or image.is_dir() or any(len(box["box"]) != 4 for box in case["boxes"]):
        return None, "is a volume; GrabCut is for pictures alone"
    table = case.get("dense_labels")
    stated = {_BACKGROUND: 0} | {name: k for k, name in enumerate(names, start=1)} if table is None else table
    plain = {name.strip().lower(): value for name, value in stated.items()}
    if _BACKGROUND not in plain:
        return None, f'"dense_labels" must name "{_BACKGROUND}", got {list(stated)}'
    classes = [_BACKGROUND, *(name for name in plain if name not in (_BACKGROUND, _IGNORED))]
    missing = set(classes[1:]) - {name.strip().lower() for name in case.get("boxed_classes", classes)}
    if missing:
        return None, f"the class(es) {sorted(missing)} have no boxes, so what lies outside all boxes is not known"
    try:
        LabelTable(stated, classes, dense=True, source='the label table "dense_labels"')
        with Image.open(image) as picture:
            fitted = fit_boxes(case["boxes"], classes, picture.size, case.get("boxes_size"))
    except DataError as error:
        return None, str(error)
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        return None, f"cannot be read as a picture ({error})"
    if fitted.problems:
        return None, "; ".join(fitted.problems)
    values = [value[0] if isinstance(value, list) else value for value in (plain[name] for name in classes)]
    case = {**case, "boxes": fitted.boxes}
    return _Job(number, case, classes, values, None if table is not None else dict(stated)), ""


def _cut_case(job: _Job) -> tuple[np.ndarray, dict[str, Any]]:
    """Mask `HW` in the values of the label table, and statistics."""
    loaded = np.asarray(LoadImage(reader=PhotographReader(), image_only=True)(job.case["image"]))
    image = np.ascontiguousarray(loaded.swapaxes(0, 1).astype(np.uint8))
    places = [box_pixels(box["box"], loaded.shape[:2])[::-1] for box in job.case["boxes"]]
    box_classes = [job.classes.index(box["class"]) for box in job.case["boxes"]]
    cut = cut_boxes(image, places, box_classes)
    statistics: dict[str, Any] = {"boxes": len(places), "filled": cut.filled}
    if "reference" in job.case:
        table = LabelTable(
            job.case.get("dense_labels", job.table), job.classes, dense=True, source='the label table "dense_labels"'
        )
        reference, _ = table.decode(read_plane(Path(job.case["reference"])), job.case["reference"])
        boxes = fill_boxes(cut.index.shape, places, box_classes)
        for name, index in (("iou", cut.index), ("iou_of_boxes", boxes)):
            statistics[name] = _overlaps(index, reference, job.classes)
    return np.array(job.values, dtype=np.uint8)[cut.index], statistics


def _overlaps(index: np.ndarray, reference: np.ndarray, classes: Sequence[str]) -> dict[str, float]:
    overlaps = {}
    for k, name in enumerate(classes[1:], start=1):
        found, known = (index == k) & (reference != IGNORE), reference == k
        union = int((found | known).sum())
        if union:
            overlaps[name] = round(int((found & known).sum()) / union, 6)
    return overlaps


def _free_name(stem: str, taken: set[str]) -> str:
    """A file name that no other case has, upper and lower case being the same."""
    name, count = f"{stem}.png", 1
    while name.lower() in taken:
        count += 1
        name = f"{stem}_{count}.png"
    taken.add(name.lower())
    return name


def _as_dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
