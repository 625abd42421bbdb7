"""Reads tables that people keep as CSV files."""

from __future__ import annotations

import csv
from collections.abc import Collection, Sequence
from pathlib import Path

from scripts.errors import DataError

__all__ = ["read_csv_table"]


def read_csv_table(
    path: Path,
    columns: Sequence[str],
    *,
    needed: Collection[str],
    missing: str,
    advice: str = "",
    others: bool = False,
) -> list[tuple[int, dict[str, str]]]:
    """Read the rows of a table whose first line names its columns, in upper or lower case.

    Semicolons between the columns are accepted, as spreadsheets write them in some languages.

    Args:
        path: of the file.
        columns: names of the columns that are read, in lower case.
        needed: those of them that must be there.
        missing: what to say where there is no file.
        advice: what to add where the file is no text in UTF-8.
        others: whether there may be further columns; they are left out.

    Returns:
        Of each row in which any of ``columns`` is filled: the number of its last line in the file, and its cell for
        every one of ``columns``, stripped, and empty where there is none.

    Raises:
        DataError: when the file is missing or no such table.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise DataError(missing) from error
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: cannot be read as a CSV file in UTF-8 ({error}).{advice}") from error
    header = text.partition("\n")[0]
    reader = csv.DictReader(text.splitlines(), delimiter=";" if header.count(";") > header.count(",") else ",")
    names = [(name or "").strip().lower() for name in reader.fieldnames or ()]
    if not set(needed) <= set(names):
        raise DataError(f'{path}: the first line must name the columns {", ".join(columns)}, got "{header.strip()}".')
    unknown = [name for name in names if name not in columns]
    if unknown and not others:
        raise DataError(f"{path}: unknown columns {unknown}; expected {list(columns)}.")
    reader.fieldnames = names
    rows = []
    try:
        for row in reader:
            cells = {name: (row.get(name) or "").strip() for name in columns}
            if any(cells.values()):
                rows.append((reader.line_num, cells))
    except csv.Error as error:
        raise DataError(
            f"{path}: what follows row {reader.line_num} cannot be read ({error}). Are quotes left open?"
        ) from error
    return rows
