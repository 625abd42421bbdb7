"""All readers of annotation formats."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

from bundle.importing.formats import (
    coco,
    cvat,
    dicom_seg,
    label_volume,
    labelme,
    picture_mask,
    qupath,
    slicer_markups,
    slicer_segmentation,
)

__all__ = ["READERS", "SUFFIXES", "find_reader"]

#: Modules with ``SUFFIXES``, ``matches`` and ``read``; formats that others could be taken for come first.
READERS: tuple[ModuleType, ...] = (
    slicer_segmentation,
    slicer_markups,
    labelme,
    coco,
    qupath,
    cvat,
    dicom_seg,
    label_volume,
    picture_mask,
)

#: All endings that may belong to an annotation, the longest first.
SUFFIXES: tuple[str, ...] = tuple(
    sorted({suffix for reader in READERS for suffix in reader.SUFFIXES}, key=lambda suffix: (-len(suffix), suffix))
)


def find_reader(path: Path) -> ModuleType | None:
    """The reader whose format a file has; None if it is of none."""
    return next((reader for reader in READERS if reader.matches(path)), None)
