"""The datalist: a JSON file in MONAI's decathlon style that names the cases of a data set."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scripts.data.case_boxes import CaseBoxes
from scripts.data.demo import ensure_demo
from scripts.errors import DataError, list_problems
from scripts.labels import SUPERVISIONS

__all__ = ["load_cases", "read_datalist"]

_PATH_KEYS = ("image", "label", "field_of_view", "reference")
_SECTIONS = ("training", "validation", "test")


def read_datalist(datalist: str | Path) -> dict[str, Any]:
    """Read a datalist file as it is.

    Raises:
        DataError: when the file is missing, is not JSON, or its top level is not an object.
    """
    path = Path(datalist)
    if path.is_dir():
        raise DataError(f"the datalist {path} is a folder. Give the file in it, such as {path / 'datalist.json'}.")
    if not path.is_file():
        raise DataError(
            f"the datalist {path} does not exist. Write one (see docs/reference/datalist.md), or give its path with "
            "--datalist."
        )
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"the datalist {path} is not valid JSON: {error}.") from error
    if not isinstance(content, dict):
        raise DataError(f"the datalist {path} must hold an object with {_SECTIONS}, got a {type(content).__name__}.")
    return content


def load_cases(
    datalist: str | Path,
    section: str,
    dataset_dir: str | Path | None = None,
    demo_dir: str | Path | None = None,
    flavour: str = "fundus",
) -> list[dict[str, Any]]:
    """The cases of one section of a datalist, with absolute paths, ready for a MONAI dataset.

    Args:
        datalist: path of the JSON file.
        section: ``training``, ``validation`` or ``test``.
        dataset_dir: folder that relative paths in the datalist start from; default: the datalist's own folder.
        demo_dir: when the datalist lies in this folder and is missing, the demo data set is generated there first.
        flavour: of this demo, "fundus" or "volume".

    Returns:
        One dict per case: ``image`` and ``label`` (paths; an image may be a folder of DICOM slices), optionally
        ``field_of_view``, ``subject``; ``supervision`` (``coarse`` by default in ``training``, ``dense`` elsewhere);
        the tables ``labels`` and ``dense_labels`` of the datalist where it has them. A boxed case also has ``boxes``
        (a list of :data:`scripts.boxes.Box`), ``boxes_source`` (the file that they come from) and, where they are
        named, ``boxes_size`` (width and height according to that file), ``boxed_classes`` and ``reference`` (a path);
        in ``training`` it may lack ``label``.

    Raises:
        DataError: when the datalist or a file that it names is missing, the section is missing or empty, a case is
            incomplete, or boxes are none; the message lists every such case.
    """
    path = Path(datalist)
    if demo_dir is not None and path.resolve().parent == Path(demo_dir).resolve():
        ensure_demo(demo_dir, flavour)
    content = read_datalist(path)
    entries = content.get(section)
    if not isinstance(entries, list) or not entries:
        state = "is missing" if entries is None else "is empty"
        held = [name for name in _SECTIONS if content.get(name)]
        raise DataError(f'{path}: the list "{section}" {state}; the datalist holds {held}.')
    root = path.parent if dataset_dir is None else Path(dataset_dir)
    tables = {key: content[key] for key in ("labels", "dense_labels") if key in content}
    default = "coarse" if section == "training" else "dense"
    boxes, cases = CaseBoxes(content, path, root), []
    problems = boxes.problems
    for number, entry in enumerate(entries):
        where = f"{section}[{number}]"
        if not isinstance(entry, dict) or not entry.get("image"):
            problems.append(f'{where}: needs "image" and "label", got {entry!r}')
            continue
        given = {key: value for key, value in entry.items() if value not in (None, "")}
        case = {"supervision": default, **tables, **given}
        boxes.add(case, where)
        lacking = "" if "label" in case else _why_label(case, boxes, training=section == "training")
        if lacking:
            problems.append(f"{where}: {lacking}")
        if case["supervision"] not in SUPERVISIONS:
            problems.append(f'{where}: "supervision" must be "coarse" or "dense", got {case["supervision"]!r}')
        for key in _PATH_KEYS:
            if not isinstance(case.get(key, ""), str):
                problems.append(f'{where}: "{key}" must be one path, got {case[key]!r}')
            elif case.get(key):
                case[key] = str((root / case[key]).resolve())
                if Path(case[key]).is_dir() and key != "image":
                    problems.append(f"{where}: {key} {case[key]} is a folder; expected a file")
                elif not Path(case[key]).exists():
                    problems.append(f"{where}: {key} {case[key]} does not exist")
        cases.append(case)
    if problems:
        listed = list_problems(f"{path} has {len(problems)} problem(s)", problems)
        raise DataError(f"{listed}\nThe command `python -m bundle check` of the project lists what else is wrong.")
    return cases


def _why_label(case: Mapping[str, Any], boxes: CaseBoxes, *, training: bool) -> str:
    """What a case without a label lacks, empty if its boxes will do."""
    if not training and "boxes" in case:
        return 'needs "label", a dense mask to measure on; boxes alone are for training'
    if not training:
        return f'needs "image" and "label", got {case["image"]!r} alone'
    if case["supervision"] == "dense":
        return 'needs "label", the mask that makes it dense; with boxes alone leave "supervision" out'
    if "boxes" in case:
        return ""
    unlisted = f", and {boxes.shared_path} does not list this image" if boxes.shared_path else ""
    return f'needs "image" and "label", or boxes, got {case["image"]!r} alone{unlisted}'
