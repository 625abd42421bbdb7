"""Label maps that are named after another case's image."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from scripts.checking.finding import Finding
from scripts.checking.record import CaseRecord
from scripts.checking.set_findings import finding_of
from scripts.volumes.writing import volume_stem

__all__ = ["judge_names"]


def judge_names(records: Sequence[CaseRecord]) -> list[Finding]:
    """Find labels that have the name of another image of the data set, and nothing of the name of their own.

    Labels that were exchanged fit in every other way.
    """
    stems = {_stem(record.image.path) for record in records}
    strange, lines = [], []
    for record in records:
        label = record.label.path if record.label else ""
        if label and _stem(label) in stems and _stem(record.image.path) not in _stem(label):
            strange.append(record)
            lines.append(f"{record.where}: {label} for {record.image.path}")
    text = "labels with the name of another image. Look whether they were exchanged in the datalist"
    return [finding_of("label-of-another", text, strange, lines)] if strange else []


def _stem(path: str) -> str:
    """Without folder and ending, in lower case."""
    stem = volume_stem(path)
    return (stem if stem != PurePath(path).name else PurePath(path).stem).lower()
