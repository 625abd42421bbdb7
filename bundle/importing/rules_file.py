"""Reads and writes the table of rules as CSV."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from bundle.importing.rules import COLUMNS, Rules
from scripts.errors import DataError
from scripts.replacing import replacing

__all__ = ["read_rules", "write_rules"]


def read_rules(path: Path) -> Rules:
    """Read the table from a CSV file with the columns ``label``, ``meaning`` and maybe ``shape`` and ``width``.

    Semicolons between the columns are accepted, as spreadsheets write them in some languages.

    Raises:
        DataError: when the file is missing, no such table, or listing every row that is no rule.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise DataError(f"the rules {path} do not exist. Write a start with --write-rules {path}.") from error
    except (UnicodeDecodeError, OSError) as error:
        raise DataError(f"{path}: cannot be read as a CSV file in UTF-8 ({error}).") from error
    header = text.partition("\n")[0]
    reader = csv.DictReader(text.splitlines(), delimiter=";" if header.count(";") > header.count(",") else ",")
    names = [(name or "").strip().lower() for name in reader.fieldnames or ()]
    if not {"label", "meaning"} <= set(names):
        raise DataError(f'{path}: the first line must name the columns {", ".join(COLUMNS)}, got "{header.strip()}".')
    unknown = [name for name in names if name not in COLUMNS]
    if unknown:
        raise DataError(f"{path}: unknown columns {unknown}; expected {list(COLUMNS)}.")
    reader.fieldnames = names
    try:
        rows = [row for row in reader if any((value or "").strip() for value in row.values() if isinstance(value, str))]
    except csv.Error as error:
        raise DataError(
            f"{path}: what follows row {reader.line_num} cannot be read ({error}). Are quotes left open?"
        ) from error
    return Rules.from_rows(rows, str(path))


def write_rules(rows: Sequence[Mapping[str, str]], path: Path) -> None:
    """Write rows of the table as CSV; what is unknown is empty there."""
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
