"""The report of a check for the terminal."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Sequence

from scripts.checking.finding import Finding
from scripts.checking.report_text import (
    group_by_check,
    percent,
    plain,
    section_counts,
    share_columns,
    verdict_words,
)
from scripts.checking.shares import section_shares
from scripts.checking.verdict import Verdict

__all__ = ["table"]

_EXAMPLES = 3
_INDENT = "    "
_NARROWEST, _WIDEST = 60, 120


def table(verdict: Verdict, width: int | None = None) -> str:
    """What was checked, what was found, and the verdict in the last line.

    Args:
        verdict: of the checks.
        width: characters of a line; default: those of the terminal. Paths are not broken, so lines may be longer.

    Returns:
        Lines without a line break at the end.
    """
    width = width or min(max(shutil.get_terminal_size().columns, _NARROWEST), _WIDEST)
    parts = [_sections(verdict), _shares(verdict), _findings(verdict, width), [verdict_words(verdict)]]
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def _sections(verdict: Verdict) -> list[str]:
    counts = section_counts(verdict.records)
    if not counts:
        return ["no cases"]
    kinds = list(next(iter(counts.values())))
    return _columns(["section", *kinds], [[name, *(str(row[kind]) for kind in kinds)] for name, row in counts.items()])


def _shares(verdict: Verdict) -> list[str]:
    shares = section_shares(verdict.records, verdict.settings)
    kinds = share_columns(shares)
    rows = [[name, *(percent(row.get(kind, 0)) for kind in kinds)] for name, row in shares.items() if row]
    return _columns(["share of pixels", *kinds], rows) if rows else []


def _findings(verdict: Verdict, width: int) -> list[str]:
    groups = group_by_check(verdict.findings)
    if not groups:
        return []
    rows = [[check.severity, check.name, str(len(found)), check.title] for check, found in groups]
    header, *lines = _columns(["severity", "check", "number", "what"], rows, left=(0, 1, 3))
    result = [header]
    for line, (_, found) in zip(lines, groups):
        result += [line, *_examples(found, width)]
    return result


def _examples(found: Sequence[Finding], width: int) -> list[str]:
    lines = []
    for finding in found[:_EXAMPLES]:
        # many messages name their case themselves
        where = f"{finding.where}: " if finding.where and finding.where not in finding.message else ""
        first, *rest = plain(f"{where}{finding.message}").splitlines() or [""]
        lines += [
            *_wrap(first, width, _INDENT),
            *(part for line in rest for part in _wrap(line, width, _INDENT + "  ")),
        ]
    more = len(found) - _EXAMPLES
    return [*lines, f"{_INDENT}and {more:,} more, see the report"] if more > 0 else lines


def _wrap(text: str, width: int, indent: str) -> list[str]:
    return textwrap.wrap(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=indent + "  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _columns(header: Sequence[str], rows: Sequence[Sequence[str]], left: Sequence[int] = (0,)) -> list[str]:
    """Lines of a table; numbers stand at the right of their columns."""
    cells = [[plain(cell) for cell in row] for row in (header, *rows)]
    widths = [max(map(len, column)) for column in zip(*cells)]
    return [
        "  ".join(
            f"{cell:<{size}}" if place in left else f"{cell:>{size}}"
            for place, (cell, size) in enumerate(zip(row, widths))
        ).rstrip()
        for row in cells
    ]
