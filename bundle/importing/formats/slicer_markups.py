"""Reads markups of 3D Slicer, ``.mrk.json``."""

from __future__ import annotations

import logging
import re
from collections import Counter
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from bundle.importing.formats import ImageSize
from bundle.importing.json_file import ends_of, read_json
from bundle.importing.marks import AnnotatedImage, Mark, VolumeBox, VolumeContour, VolumeLine
from bundle.importing.slicer_curve import draw_curve
from scripts.errors import DataError, list_problems

__all__ = ["SUFFIXES", "matches", "read"]

logger = logging.getLogger(__name__)

SUFFIXES = (".mrk.json", ".fcsv", ".json")

_SCHEMA = re.compile(r'"@schema"\s*:\s*"[^"]*markups-schema-v1\.', re.IGNORECASE)
# as numbers in files of 3D Slicer before 4.11
_SYSTEMS = {"LPS": "LPS", "RAS": "RAS", "1": "LPS", "0": "RAS", "": "LPS"}
_TO_RAS = {"LPS": np.array([-1.0, -1, 1]), "RAS": np.ones(3)}
_LEAST = {"Line": 2, "Curve": 2, "ClosedCurve": 3}
_SKIPPED = ("Fiducial", "Angle", "Plane")
_BOXES = ("Box", "BoundingBox")
_STATUSES = ("defined", "undefined", "preview")
# what 3D Slicer adds to the name of a markup for its points
_NUMBER = re.compile(r"[-_ ]?\d+$")
_MOST_MM = 1e6
# by which the axes of a box may differ from unit vectors at right angles
_STRAIGHT = 1e-3


def matches(path: Path) -> bool:
    """Whether it is a file of markups by its schema; an old ``.fcsv`` by its ending, so that it is not overlooked."""
    name = path.name.lower()
    return name.endswith(".fcsv") or (name.endswith(SUFFIXES) and bool(_SCHEMA.search(ends_of(path))))


def read(path: Path, image_size: ImageSize) -> list[AnnotatedImage]:
    """The closed curves, lines, open curves and boxes of a file.

    Curves are sampled as 3D Slicer draws them. The name of a mark is that of the markup, else the common name of its
    control points without their numbers, else the file's name without the ending. Points, angles and planes mark
    nothing and are left out with a warning, as control points are that were never placed.

    Args:
        path: the file.
        image_size: not used, as nothing in these files grows with the image.

    Raises:
        DataError: naming the file and every markup that is damaged or has too few points.
    """
    if path.name.lower().endswith(".fcsv"):
        raise DataError(
            f"{path}: is in the old format of 3D Slicer for points, which mark no areas. To import lines or curves, "
            "save them as .mrk.json with 3D Slicer 5 or later; else take the file out of the folder."
        )
    markups = read_json(path).get("markups")
    if not isinstance(markups, list) or not all(isinstance(markup, dict) for markup in markups):
        raise DataError(f'{path}: expected a list of objects "markups", got {markups!r:.80}. Save it again.')
    marks: list[Mark] = []
    problems: list[str] = []
    skipped: Counter[str] = Counter()
    for number, markup in enumerate(markups, 1):
        kind = markup.get("type")
        where = f"markup {number}"
        if kind in _SKIPPED:
            skipped[kind] += 1
            continue
        try:
            marks.append(_read_markup(markup, kind, where, path))
        except DataError as error:
            problems.append(f"{where}{f' ({kind})' if isinstance(kind, str) else ''}: {error!s:.300}")
    if problems:
        raise DataError(list_problems(f"{path}: cannot be used; correct these in 3D Slicer and save again", problems))
    for kind, count in skipped.items():
        logger.warning("%s: %d markup(s) of type %s mark neither area nor line and are left out.", path, count, kind)
    return [AnnotatedImage(path, marks=marks)]


def _read_markup(markup: dict[str, Any], kind: Any, where: str, path: Path) -> Mark:
    if kind != "ROI" and not (isinstance(kind, str) and kind in _LEAST):
        raise DataError(f"expected the type Line, Curve, ClosedCurve or ROI, got {kind!r:.80}")
    system = markup.get("coordinateSystem", "")
    to_ras = _TO_RAS.get(_SYSTEMS.get(str(system).upper(), ""))
    if to_ras is None:
        raise DataError(f'expected the coordinateSystem "LPS" or "RAS", got {system!r:.80}')
    units = markup.get("coordinateUnits", "mm")
    if units != "mm" and not (isinstance(units, list) and units[:2] == ["mm", "UCUM"]):
        raise DataError(f'expected coordinateUnits in "mm", got {units!r:.80}')
    controls = markup.get("controlPoints", [])
    if not isinstance(controls, list) or not all(isinstance(point, dict) for point in controls):
        raise DataError(f'expected a list of objects "controlPoints", got {controls!r:.80}')
    name = _name(markup, controls, path)
    if kind == "ROI":
        return Mark(name, VolumeBox(_corners(markup) * to_ras), where)
    points = _points(controls) * to_ras
    if len(points) < _LEAST[kind]:
        raise DataError(f"has {len(points)} placed control point(s), expected at least {_LEAST[kind]}")
    if kind == "Line":
        return Mark(name, VolumeLine(points), where)
    curve = draw_curve(points, closed=kind == "ClosedCurve")
    return Mark(name, VolumeContour(curve) if kind == "ClosedCurve" else VolumeLine(curve), where)


def _name(markup: dict[str, Any], controls: list[dict[str, Any]], path: Path) -> str:
    stated = markup.get("name")
    if isinstance(stated, str) and stated.strip():
        return stated.strip()
    labels = {_NUMBER.sub("", point["label"].strip()) for point in controls if isinstance(point.get("label"), str)}
    labels.discard("")
    if len(labels) == 1:
        return labels.pop()
    ending = next(suffix for suffix in SUFFIXES if path.name.lower().endswith(suffix))
    return path.name[: -len(ending)].strip()


def _points(controls: list[dict[str, Any]]) -> np.ndarray:
    """(n, 3): the positions of the points that were placed, without those on their predecessor."""
    points: list[np.ndarray] = []
    for number, point in enumerate(controls, 1):
        status = point.get("positionStatus", "defined")
        if status not in _STATUSES:
            raise DataError(f"control point {number}: expected a positionStatus of {_STATUSES}, got {status!r:.80}")
        if status == "defined" and point.get("position") is not None:
            place = _numbers(point["position"], 3, f"the position of control point {number}")
            if not (points and (place == points[-1]).all()):
                points.append(place)
    return np.array(points).reshape(-1, 3)


def _corners(markup: dict[str, Any]) -> np.ndarray:
    """(8, 3) in the file's own coordinates."""
    kind = markup.get("roiType", "Box")
    if kind not in _BOXES:
        raise DataError(f"expected a roiType of {_BOXES}, got {kind!r:.80}")
    center = _numbers(markup.get("center"), 3, "center")
    size = _numbers(markup.get("size"), 3, "size")
    axes = np.eye(3)
    if markup.get("orientation") is not None:
        # rows by rows; the axes are the columns
        axes = _numbers(markup["orientation"], 9, "orientation").reshape(3, 3)
    if not (size > 0).all():
        raise DataError(f"expected a size above 0 along each axis, got {size.tolist()}")
    if np.abs(axes.T @ axes - np.eye(3)).max() > _STRAIGHT:
        raise DataError(f"expected an orientation by unit vectors at right angles, got {axes.ravel().tolist()}")
    return center + (np.array(list(product((-0.5, 0.5), repeat=3))) * size) @ axes.T


def _numbers(value: Any, count: int, what: str) -> np.ndarray:
    plain = isinstance(value, list) and len(value) == count
    if plain and all(isinstance(part, (int, float)) and not isinstance(part, bool) for part in value):
        # whole numbers may be too large for an array; NaN fails too
        if all(abs(part) <= _MOST_MM for part in value):
            return np.array(value, dtype=np.float64)
    raise DataError(f"expected {count} numbers within +-{_MOST_MM:,.0f} for {what}, got {value!r:.120}")
