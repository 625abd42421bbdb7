"""Settles what the names of an import mean: by a table, by earlier imports, by a guess that a person confirms."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from pathlib import Path

from bundle.importing.former_import import FormerImport
from bundle.importing.rules import Rules, plain_label
from bundle.importing.rules_file import read_rules
from bundle.importing.rules_guess import guess_rules
from bundle.importing.scan import Scan
from scripts.errors import DataError, list_problems

__all__ = ["choose_rules", "rules_table", "start_of_rules"]


def choose_rules(
    found: Scan, former: FormerImport, classes: Sequence[str], table: Path | None, confirm: Callable[[str], bool]
) -> Rules:
    """The rules for all names that were found.

    Args:
        found: names and kinds of the marks.
        former: earlier imports, whose rules hold on.
        classes: the foreground classes that are expected; empty if any may come.
        table: rules of the user; then nothing is guessed.
        confirm: shows a guess and asks whether it is right.

    Raises:
        DataError: names are in no rule, cannot be guessed, or the guess is not right.
    """
    if table is not None:
        rules = read_rules(table)
        missing = [f'"{name}" ({kind})' for name, kind in found.found if rules.find(name, kind) is None]
        if missing:
            raise DataError(
                list_problems(
                    f"{table}: no rule for these labels (and shapes); add rows, with the meaning skip where a label is "
                    "not needed",
                    missing,
                )
            )
        return rules
    rows, complete = start_of_rules(found, former, classes)
    if not complete:
        unclear = [row["label"] for row in rows if not row["meaning"]]
        raise DataError(_unclear(unclear, classes or former.classes))
    rules = Rules.from_rows(rows, "the guessed rules")
    guessed = [key for key in found.found if former.rules.find(*key) is None]
    if guessed and not confirm(rules_table(found, rules)):
        raise DataError(
            "the rules were not confirmed. Write them with --write-rules rules.csv, correct the column meaning, and "
            "give them with --rules rules.csv."
        )
    return rules


def _unclear(labels: Sequence[str], classes: Sequence[str]) -> str:
    """What to do about labels whose meaning cannot be guessed."""
    table = "write a table with --write-rules rules.csv, fill in the column meaning, and give it with --rules rules.csv"
    values = any(label.isdigit() for label in labels)
    names = " (--label-names gives the values of label maps the names of a label description file)" if values else ""
    listed = [f'"{label}"{_close(label, classes)}' for label in labels]
    if classes:
        title = f"these labels are none of the classes {list(classes)}. Correct --class, or {table}{names}"
    else:
        title = f"it cannot be guessed what these labels mean. Name the classes with --class, or {table}{names}"
    return list_problems(title, listed)


def _close(label: str, classes: Sequence[str]) -> str:
    """The class that a label is perhaps a misspelt name of."""
    names = [*classes, *(f"not {name}" for name in classes)]
    found = difflib.get_close_matches(plain_label(label), names, n=1, cutoff=0.8)
    return f', perhaps "{found[0]}"' if found else ""


def start_of_rules(found: Scan, former: FormerImport, classes: Sequence[str]) -> tuple[list[dict[str, str]], bool]:
    """Rows for all names: those of earlier imports, and guesses for the others.

    Returns:
        rows: as :meth:`bundle.importing.rules.Rules.rows`, with an empty meaning where nothing can be guessed.
        complete: whether none is empty.
    """
    new = [key for key in found.found if former.rules.find(*key) is None]
    rows, complete = guess_rules(new, classes or former.classes)
    return [*former.rules.rows(), *rows], complete


def rules_table(found: Scan, rules: Rules) -> str:
    """What was found and what it means, as a table for the terminal."""
    rows = [("label", "shape", "marks", "meaning")]
    for (name, kind), number in sorted(found.found.items()):
        rule = rules.find(name, kind)
        rows.append((name, kind, str(number), "?" if rule is None else str(rule.meaning)))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows)
