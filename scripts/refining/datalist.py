"""The datalist of a data set whose drawings and boxes have become masks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scripts.publishing import relative_path

__all__ = ["refined_datalist", "referenced_files"]

_PATHS = ("image", "label", "field_of_view", "reference")
# what is said of a drawing or of boxes, and means nothing of a mask
_OF_DRAWINGS = ("supervision", "plane", "labels", "drawing", "box_statistics")
_OF_BOXES = ("boxes", "boxed_classes")


def refined_datalist(
    content: Mapping[str, Any],
    root: Path,
    out: Path,
    refined: Mapping[int, Mapping[str, Any]],
    provenance: Mapping[str, Any],
) -> dict[str, Any]:
    """A datalist in which some training cases have become dense.

    Paths that were relative to ``root`` become relative to ``out``, absolute ones stay. Boxes are left out, also of
    the other cases, which are dense or not trained on: of these they say nothing. All else is kept.

    Args:
        content: the datalist as it was.
        root: folder that its relative paths start from.
        out: folder that gets the new one.
        refined: by position in ``training`` what is new: ``label``, the table ``dense_labels`` of its values, which is
            written where the datalist has none, and whatever else is to be said.
        provenance: of the masks; what the datalist said of its own is kept in it as ``datalist``.
    """
    new: dict[str, Any] = {}
    for key, value in content.items():
        if key in (*_OF_BOXES, "provenance"):
            continue
        new[key] = [_moved(entry, root, out) for entry in value] if isinstance(value, list) else value
    training = list(new["training"])
    for position, labels in refined.items():
        before = training[position]
        entry = {key: value for key, value in before.items() if key not in ("label", *_OF_DRAWINGS)}
        former = {"refined_from": before["label"]} if before.get("label") else {}
        new_labels = dict(labels)
        if "dense_labels" in content:
            new_labels.pop("dense_labels", None)
        training[position] = {"image": entry.pop("image"), **new_labels, "supervision": "dense", **entry, **former}
    former = {"datalist": content["provenance"]} if "provenance" in content else {}
    return new | {"training": training, "provenance": {**provenance, **former}}


def referenced_files(content: Mapping[str, Any], root: Path) -> list[Path]:
    """Every file that the cases of a datalist name."""
    entries = [entry for value in content.values() if isinstance(value, list) for entry in value]
    cases = [entry for entry in entries if isinstance(entry, dict)]
    return [root / case[key] for case in cases for key in _PATHS if isinstance(case.get(key), str) and case[key]]


def _moved(entry: Any, root: Path, out: Path) -> Any:
    """A case with paths from ``out``, without boxes; what is no case as it is."""
    if not isinstance(entry, dict):
        return entry
    moved = {key: value for key, value in entry.items() if key not in _OF_BOXES}
    for key in _PATHS:
        path = moved.get(key)
        if isinstance(path, str) and path and not Path(path).is_absolute():
            moved[key] = relative_path(root / path, out)
    return moved
