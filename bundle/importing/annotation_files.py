"""The annotation files of a folder, and the names that they share with images."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from bundle.importing.formats.itksnap import is_label_description
from bundle.importing.formats.registry import SUFFIXES, find_reader
from bundle.importing.image_names import shorter_names
from bundle.importing.walk import walk
from scripts.errors import DataError
from scripts.volumes.dicom_series import is_slice

__all__ = ["AnnotationFile", "AnnotationFolder", "check_annotator", "find_annotations", "image_names"]

# becomes a folder of the data set, on any computer
_ANNOTATOR = re.compile(r'[^\s./\\:*?"<>|\x00-\x1f]([^/\\:*?"<>|\x00-\x1f]*[^\s./\\:*?"<>|\x00-\x1f])?')


@dataclass(frozen=True)
class AnnotationFile:
    """An annotation file.

    Attributes:
        path: of the file.
        relative: its path below the folder of annotations, or of the annotator.
        reader: of its format.
        annotator: who drew; empty if not known.
    """

    path: Path
    relative: Path
    reader: ModuleType
    annotator: str = ""


@dataclass(frozen=True)
class AnnotationFolder:
    """What a folder of annotations holds.

    Attributes:
        files: sorted by path.
        descriptions: label description files of ITK-SNAP.
        left_alone: files that are no annotations.
        problems: files that should be some and are not.
    """

    files: list[AnnotationFile]
    descriptions: list[Path]
    left_alone: list[Path]
    problems: list[str]


def find_annotations(
    folder: Path,
    images: Iterable[Path],
    *,
    annotator: str = "",
    by_folder: bool = False,
    leave_out: Iterable[Path] = (),
) -> AnnotationFolder:
    """All annotation files of a folder and its subfolders; hidden ones are left out.

    Args:
        folder: where to look.
        images: files that are images, in case they lie in the same folder; of DICOM series the folder.
        annotator: who drew all of them; empty if not known.
        by_folder: whether the folders right below are named after annotators.
        leave_out: folders in it that hold no annotations, such as the data set.

    Raises:
        DataError: the folder is missing, or the annotator's name cannot be that of a folder.
    """
    if not folder.is_dir():
        raise DataError(f"the folder of annotations {folder} does not exist. Give it with --annotations.")
    if annotator and by_folder:
        raise DataError("give either --annotator or --annotator-folders, not both.")
    check_annotator(annotator)
    # not resolve, which raises for links that lead to themselves
    skipped = {os.path.realpath(path) for path in images}
    found = AnnotationFolder([], [], [], [])
    for here, files in walk(folder, leave_out):
        series = os.path.realpath(here) in skipped
        for path in files:
            if os.path.realpath(path) in skipped or (series and is_slice(path)):
                continue
            relative = path.relative_to(folder)
            who = annotator
            if by_folder and len(relative.parts) > 1:
                who, relative = relative.parts[0], Path(*relative.parts[1:])
            elif by_folder:
                found.problems.append(f"{path}: lies beside the annotators' folders; move it into one of them")
                continue
            _sort_in(path, relative, who, found)
    for who in sorted({file.annotator for file in found.files if by_folder}):
        try:
            check_annotator(who)
        except DataError as error:
            found.problems.append(f"{folder / who}: {error}")
    return found


def check_annotator(name: str) -> None:
    """Refuse a name that cannot be that of a folder; none at all is accepted.

    Raises:
        DataError: naming what is not allowed.
    """
    if name and not _ANNOTATOR.fullmatch(name):
        raise DataError(
            f'the annotator "{name}" cannot be the name of a folder. Use letters, digits, spaces, - and _, and no dot '
            "at the beginning or end."
        )


def _sort_in(path: Path, relative: Path, annotator: str, found: AnnotationFolder) -> None:
    if not path.is_file():
        found.problems.append(f"{path}: is a link that leads nowhere, or no file; remove or mend it")
        return
    reader = find_reader(path)
    if reader:
        found.files.append(AnnotationFile(path, relative, reader, annotator))
    elif is_label_description(path):
        found.descriptions.append(path)
    elif path.name.lower().endswith(SUFFIXES):
        found.problems.append(
            f"{path}: is none of the formats that its ending stands for; it is empty, damaged or of another tool. "
            "Export it again, or move it elsewhere"
        )
    else:
        found.left_alone.append(path)


def image_names(relative: Path) -> list[str]:
    """The names that the image of an annotation file may have, the likeliest first.

    ``p01/left_seg.nii.gz`` may belong to ``p01/left_seg`` or to ``p01/left``, ``a.jpg.geojson`` to ``a.jpg``.

    Args:
        relative: path of the annotation file below its folder.
    """
    name = relative.as_posix()
    suffix = next((ending for ending in SUFFIXES if name.lower().endswith(ending)), relative.suffix)
    return shorter_names(name[: len(name) - len(suffix)])
