"""Who is on which image, and which list a subject was put into by hand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bundle.importing.csv_table import read_csv_table
from bundle.importing.image_index import ImageIndex
from scripts.errors import DataError, list_problems

__all__ = ["SECTIONS", "Subjects", "read_subjects"]

SECTIONS = ("training", "validation", "test")
_SPELT = {"train": "training", "val": "validation", "valid": "validation", "testing": "test"}
_COLUMNS = ("image", "subject", "split")


@dataclass(frozen=True)
class Subjects:
    """Subjects of images.

    Attributes:
        of: subject by the key of an image.
        given: list by subject, where somebody has chosen it.
        known: whether subjects were told; else each image counts as a subject of its own.
    """

    of: Mapping[str, str]
    given: Mapping[str, str] = field(default_factory=dict)
    known: bool = True


def read_subjects(index: ImageIndex, table: Path | None = None, pattern: str | None = None) -> Subjects:
    """Subjects by a table or by a pattern, else one for each image.

    Args:
        index: the images.
        table: CSV file with the columns ``image``, ``subject`` and maybe ``split`` (training, validation or test).
        pattern: regular expression whose first group, or whole match, in the key of an image is its subject.

    Raises:
        DataError: the table or the pattern does not fit, listing every image without a subject, and subjects that are
            given two lists.
    """
    if table is not None and pattern is not None:
        raise DataError("give either a table of subjects or a pattern, not both.")
    if table is not None:
        return _of_table(index, table)
    if pattern is not None:
        return Subjects(_of_pattern(index, pattern))
    return Subjects({image.key: image.key for image in index.images}, known=False)


def _of_pattern(index: ImageIndex, pattern: str) -> dict[str, str]:
    try:
        expression = re.compile(pattern)
    except re.error as error:
        raise DataError(f'the pattern of subjects "{pattern}" is no regular expression: {error}.') from error
    subjects, unmatched = {}, []
    for image in index.images:
        match = expression.search(image.key)
        subject = (match[1] if expression.groups else match[0]) if match else ""
        if subject:
            subjects[image.key] = subject
        else:
            unmatched.append(image.key)
    if unmatched:
        raise DataError(list_problems(f'the pattern of subjects "{pattern}" finds no subject in', unmatched))
    return subjects


def _of_table(index: ImageIndex, table: Path) -> Subjects:
    rows = read_csv_table(
        table,
        _COLUMNS,
        needed=("image", "subject"),
        missing=f"the table of subjects {table} does not exist.",
        advice=" In spreadsheets, save it as CSV UTF-8.",
        others=True,
    )
    subjects: dict[str, str] = {}
    given: dict[str, str] = {}
    problems = []
    for number, cells in rows:
        try:
            _add_row(cells, index, subjects, given)
        except DataError as error:
            problems.append(f"row {number}: {error}")
    problems += _alike(subjects.values())
    problems += [f"no row for {image.path}" for image in index.images if image.key not in subjects]
    if problems:
        raise DataError(list_problems(f"{table} has {len(problems)} problem(s)", problems))
    return Subjects(subjects, given)


def _alike(subjects: Iterable[str]) -> list[str]:
    """Subjects that are most likely the same, and would be put into different lists."""
    spelt: dict[str, str] = {}
    return [
        f'the subjects "{spelt[plain]}" and "{subject}" differ in upper and lower case alone; write them alike'
        for subject in sorted(set(subjects))
        if spelt.setdefault(plain := subject.lower(), subject) != subject
    ]


def _add_row(cells: Mapping[str, str], index: ImageIndex, subjects: dict[str, str], given: dict[str, str]) -> None:
    if not cells["image"] or not cells["subject"]:
        raise DataError("needs an image and a subject")
    image = index.find(cells["image"])
    if image is None:
        raise DataError(f'there is no image "{cells["image"]}"')
    subject = cells["subject"]
    if subjects.setdefault(image.key, subject) != subject:
        raise DataError(f'{image.path} has the subjects "{subjects[image.key]}" and "{subject}"')
    if not cells["split"]:
        return
    section = _SPELT.get(cells["split"].lower(), cells["split"].lower())
    if section not in SECTIONS:
        raise DataError(f'"{cells["split"]}" is no list; expected one of {list(SECTIONS)}')
    if given.setdefault(subject, section) != section:
        raise DataError(f'the subject "{subject}" is given to {given[subject]} and to {section}')
