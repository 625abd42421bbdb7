"""The datalist of a data set with synthesised drawings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from scripts.constants import IGNORE

__all__ = ["build_datalist"]


def build_datalist(
    cases: Mapping[str, Iterable[Mapping[str, Any]]],
    *,
    name: str,
    description: str,
    labels: Mapping[str, int],
    dense_labels: Mapping[str, int],
    provenance: Mapping[str, Any],
    dense: bool = False,
) -> dict[str, Any]:
    """Datalist in MONAI's decathlon style.

    Args:
        cases: lists "training", "validation" and "test". A case has ``image``, ``mask``, ``subject``, optionally
            ``field_of_view``, and in training ``drawing`` (path), ``statistics`` and of a volume ``plane``; paths are
            relative to the datalist's folder, with forward slashes.
        name: name of the data set.
        description: one sentence.
        labels: value of "<class>" and "not <class>" in the drawings, and of "background" if it is drawn.
        dense_labels: value of "background" and "<class>" in the masks.
        provenance: how the drawings were made.
        dense: training cases refer to the dense masks too (the upper bound for any method on drawings).

    Returns:
        What is to be written as JSON.
    """
    table = {**labels, "background": labels.get("background", max(labels.values()) + 1), "ignore": IGNORE}
    datalist = {"name": name, "description": description, "labels": table, "dense_labels": dict(dense_labels)}
    for section in ("training", "validation", "test"):
        drawn = section == "training" and not dense
        datalist[section] = [_entry(case, drawn) for case in cases.get(section, ())]
    return datalist | {"provenance": dict(provenance)}


def _entry(case: Mapping[str, Any], drawn: bool) -> dict[str, Any]:
    entry = {"image": case["image"], "label": case["drawing"] if drawn else case["mask"]}
    if case.get("field_of_view"):
        entry["field_of_view"] = case["field_of_view"]
    entry |= {"subject": case["subject"], "supervision": "coarse" if drawn else "dense"}
    if drawn and "plane" in case:
        # of an unusual drawing, on each slice for one, it could not be told from what is drawn
        entry["plane"] = case["plane"]
    if drawn:
        entry["drawing"] = case["statistics"]
    return entry
