"""What an export tells of the data that a model was trained on: numbers and fingerprints, no names and no paths."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scripts.checking.file_digests import FileDigests
from scripts.data import read_datalist
from scripts.errors import DataError

__all__ = ["data_facts"]

_SECTIONS = ("training", "validation", "test")
_FILES = ("image", "label", "field_of_view", "reference", "boxes")


def data_facts(datalist: Path, dataset_dir: Path, check_dir: Path, classes: Sequence[str]) -> dict[str, Any] | None:
    """Facts on a data set.

    Args:
        datalist: path.
        dataset_dir: folder that the datalist's paths start from.
        check_dir: folder of the check's report, which is used if it is one on this datalist.
        classes: names, background first.

    Returns:
        ``fingerprint`` (``sha256`` and what it is ``of``), ``cases`` per list, and ``shares``: mean share of the pixels
        of a training case by what is drawn there, None if no report tells. None where the datalist is not at hand.
    """
    try:
        content = read_datalist(datalist)
    except DataError:
        return None
    sections = {name: content[name] for name in _SECTIONS if isinstance(content.get(name), list)}
    return {
        "fingerprint": _fingerprint(datalist, dataset_dir, content, sections, check_dir),
        "cases": {name: _count(name, entries) for name, entries in sections.items()},
        "shares": _shares(datalist, check_dir, classes),
    }


def _fingerprint(
    datalist: Path, root: Path, content: dict[str, Any], sections: dict[str, list], check_dir: Path
) -> dict[str, Any]:
    entries = [entry for listed in sections.values() for entry in listed if isinstance(entry, dict)]
    named = {entry[key] for entry in [content, *entries] for key in _FILES if isinstance(entry.get(key), str)}
    # the check has already read most of them
    digests = FileDigests(check_dir / "records" / "files.json")
    found = [digests.digest(root / name) for name in sorted(named) if name]
    missing = found.count("")
    if found and not missing:
        joined = hashlib.sha256("\n".join(sorted(found)).encode()).hexdigest()
        return {"sha256": joined, "of": f"the sorted SHA-256 of the {len(found)} files that the datalist names"}
    return {
        "sha256": hashlib.sha256(datalist.read_bytes()).hexdigest(),
        "of": f"the datalist alone; {missing} of {len(found)} files that it names were not at hand",
    }


def _count(section: str, entries: list[Any]) -> dict[str, int]:
    default = "coarse" if section == "training" else "dense"
    cases = [entry for entry in entries if isinstance(entry, dict)]
    dense = sum("label" in case and case.get("supervision", default) == "dense" for case in cases)
    drawn = sum("label" in case and case.get("supervision", default) != "dense" for case in cases)
    return {
        "cases": len(cases),
        "drawn": drawn,
        "dense": dense,
        "boxed": sum(case.get("boxes") is not None for case in cases),
        "subjects": len({case["subject"] for case in cases if case.get("subject")}),
    }


def _shares(datalist: Path, check_dir: Path, classes: Sequence[str]) -> dict[str, float] | None:
    try:
        report = json.loads((check_dir / "report.json").read_text(encoding="utf-8"))
        if Path(report["datalist"]).resolve() != datalist.resolve() or report["settings"]["classes"] != list(classes):
            return None
        rows = [case["shares"] for case in report["cases"] if case["section"] == "training" and case["shares"]]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    kinds = dict.fromkeys(kind for row in rows for kind in row)
    return {kind: round(sum(row.get(kind, 0.0) for row in rows) / len(rows), 6) for kind in kinds} or None
