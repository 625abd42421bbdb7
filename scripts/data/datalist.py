"""The datalist: a JSON file in MONAI's decathlon style that names the cases of a data set."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from scripts.data.demo import ensure_demo
from scripts.errors import DataError, list_problems
from scripts.labels import SUPERVISIONS

__all__ = ["load_cases", "read_datalist"]

_PATH_KEYS = ("image", "label", "field_of_view")
_SECTIONS = ("training", "validation", "test")


def read_datalist(datalist: str | Path) -> dict[str, Any]:
    """Read a datalist file as it is.

    Raises:
        DataError: when the file is missing, is not JSON, or its top level is not an object.
    """
    path = Path(datalist)
    if not path.is_file():
        raise DataError(
            f"the datalist {path} does not exist. Write one (see docs/reference/datalist.md), or give its path with "
            "--datalist."
        )
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
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
        the tables ``labels`` and ``dense_labels`` of the datalist where it has them.

    Raises:
        DataError: when the datalist or a file that it names is missing, the section is missing or empty, or a case is
            incomplete; the message lists every such case.
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
    cases, problems = [], []
    for number, entry in enumerate(entries):
        where = f"{section}[{number}]"
        if not isinstance(entry, dict) or not entry.get("image") or not entry.get("label"):
            problems.append(f'{where}: needs "image" and "label", got {entry!r}')
            continue
        given = {key: value for key, value in entry.items() if value not in (None, "")}
        case = {"supervision": default, **tables, **given}
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
        raise DataError(list_problems(f"{path} has {len(problems)} problem(s)", problems))
    return cases
