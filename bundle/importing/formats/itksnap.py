"""Reads the names that ITK-SNAP gives to the values of a label map."""

from __future__ import annotations

import re
from pathlib import Path

from bundle.importing.problem_list import ProblemList
from scripts.errors import DataError

__all__ = ["is_label_description", "read_label_descriptions"]

_TITLE = b"itk-snap label description file"
_HEAD = 4096
_MOST_BYTES = 1 << 20
_LINE = re.compile(r'(\d{1,9})\s+(?:\d{1,3}\s+){3}[\d.eE+-]+\s+[01]\s+[01]\s+"(.*)"')


def is_label_description(path: Path) -> bool:
    """Whether the file has ITK-SNAP's title. Never raises."""
    try:
        with path.open("rb") as stream:
            return _TITLE in stream.read(_HEAD).lower()
    except OSError:
        return False


def read_label_descriptions(path: Path) -> dict[int, str]:
    """Names by value, that of 0 (nothing drawn) included.

    Lines read ``IDX R G B A VIS MSH "LABEL"``; those that begin with ``#`` are remarks.

    Args:
        path: label description file (ITK-SNAP: Segmentation, Save Label Descriptions).

    Raises:
        DataError: the file cannot be read, or lists its lines that are none.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise DataError(f"{path}: is too large for label descriptions. Save them again from ITK-SNAP.")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(
            f"{path}: cannot be read as label descriptions ({error}). Save them again from ITK-SNAP."
        ) from error
    problems = ProblemList(path)
    names: dict[int, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line)
        if not found or not found[2].strip():
            problems.add(f'line {number}: expected IDX R G B A VIS MSH "LABEL", got {line!r:.80}')
        elif int(found[1]) in names:
            problems.add(f"line {number}: the value {int(found[1])} has a name already")
        else:
            names[int(found[1])] = found[2].strip()
    problems.raise_any()
    if not names:
        raise DataError(f"{path}: names no label. Save the label descriptions again from ITK-SNAP.")
    return names
