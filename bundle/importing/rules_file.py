"""Reads and writes the table of rules as CSV."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from bundle.importing.csv_table import read_csv_table
from bundle.importing.rules import COLUMNS, Rules
from scripts.replacing import replacing

__all__ = ["read_rules", "write_rules"]


def read_rules(path: Path) -> Rules:
    """Read the table from a CSV file with the columns ``label``, ``meaning`` and maybe ``shape`` and ``width``.

    Semicolons between the columns are accepted, as spreadsheets write them in some languages.

    Raises:
        DataError: when the file is missing, no such table, or listing every row that is no rule.
    """
    rows = read_csv_table(
        path,
        COLUMNS,
        needed=("label", "meaning"),
        missing=f"the rules {path} do not exist. Write a start with --write-rules {path}.",
    )
    return Rules.from_rows([cells for _, cells in rows], str(path))


def write_rules(rows: Sequence[Mapping[str, str]], path: Path) -> None:
    """Write rows of the table as CSV; what is unknown is empty there."""
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
