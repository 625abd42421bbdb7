"""What all reports of a check say in the same words."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from scripts.checking.catalogue import CHECKS, ERROR, Check
from scripts.checking.finding import Finding
from scripts.checking.record import CaseRecord
from scripts.checking.verdict import Verdict

__all__ = [
    "UNKNOWN_KINDS",
    "advice",
    "counted",
    "drawn_share",
    "group_by_check",
    "percent",
    "plain",
    "section_counts",
    "share_columns",
    "verdict_words",
]

#: Kinds of pixels of which nothing can be learned, among those of :mod:`scripts.checking.shares`.
UNKNOWN_KINDS = ("ignore", "outside view", "undrawn")
_SECTIONS = ("training", "validation", "test")


def verdict_words(verdict: Verdict) -> str:
    """``clean``, ``3 warnings`` or ``2 errors, 3 warnings``."""
    found = [(len(verdict.errors), "error"), (len(verdict.warnings), "warning")]
    return ", ".join(counted(number, noun) for number, noun in found if number) or "clean"


def advice(verdict: Verdict) -> str:
    """What follows from the verdict, in a sentence."""
    if verdict.errors:
        return "Correct the errors before training: no sound model can come of this data set."
    if verdict.warnings:
        return "Nothing forbids training, but look at the warnings first."
    return "No check found anything."


def counted(number: int, noun: str) -> str:
    """``1 case``, ``2 cases``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def percent(share: float | None) -> str:
    """A share from 0 to 1 with two digits, such as ``3.1 %``; a dash where it is not known."""
    if share is None:
        return "-"
    if 0 < share < 0.0001:
        return "<0.01 %"
    digits = 2 if 0 < share < 0.01 else 1 if 0 < share < 0.1 else 0
    text = f"{100 * share:.{digits}f}"
    # what is not all is not shown as all
    return f"{'>99' if text == '100' and share < 1 else text} %"


def plain(text: str) -> str:
    """The text with all that cannot be printed, steers a terminal or turns what follows spelt out; lines stay."""
    return "".join(c if _is_plain(c) else c.encode("unicode_escape", "surrogatepass").decode() for c in text)


def group_by_check(findings: Iterable[Finding]) -> list[tuple[Check, list[Finding]]]:
    """The findings of each check that found something, errors first, in the order of the catalogue."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.check, []).append(finding)
    found = [(check, groups[name]) for name, check in CHECKS.items() if name in groups]
    return sorted(found, key=lambda group: group[0].severity != ERROR)


def section_counts(records: Sequence[CaseRecord]) -> dict[str, dict[str, int]]:
    """Of each section the number of ``cases``, and how many are ``drawn``, ``dense`` and ``boxed``."""
    names = [*_SECTIONS, *dict.fromkeys(r.section for r in records if r.section not in _SECTIONS)]
    counts = {}
    for name in names:
        cases = [record for record in records if record.section == name]
        if cases:
            counts[name] = {
                "cases": len(cases),
                "drawn": sum(case.label is not None and case.supervision != "dense" for case in cases),
                "dense": sum(case.label is not None and case.supervision == "dense" for case in cases),
                "boxed": sum(case.boxes is not None for case in cases),
            }
    return counts


def share_columns(shares: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Every kind that a row of shares has, those about which nothing is known last."""
    kinds = dict.fromkeys(kind for row in shares.values() for kind in row)
    return [*(kind for kind in kinds if kind not in UNKNOWN_KINDS), *(kind for kind in UNKNOWN_KINDS if kind in kinds)]


def drawn_share(shares: Mapping[str, float]) -> float | None:
    """Share of a case about which something is known; None without shares."""
    return sum(share for kind, share in shares.items() if kind not in UNKNOWN_KINDS) if shares else None


def _is_plain(character: str) -> bool:
    # spaces of all widths occur in file names
    return character.isprintable() or character == "\n" or unicodedata.category(character) == "Zs"
