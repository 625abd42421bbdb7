"""The report of a check for other programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from scripts.checking.record import CaseRecord
from scripts.checking.report_text import section_counts
from scripts.checking.settings import CheckSettings
from scripts.checking.shares import case_shares
from scripts.checking.verdict import Verdict
from scripts.replacing import replacing

__all__ = ["as_json", "write_json"]

#: Of the form of the report; a key that changes its meaning raises it.
VERSION = 1


def as_json(verdict: Verdict) -> dict[str, Any]:
    """The report as plain values, the same for the same data; findings and cases in the verdict's order.

    Args:
        verdict: of the checks.

    Returns:
        ``version``, ``datalist``, ``settings``, ``exit_code``; ``counts`` of ``errors``, ``warnings``, cases per
        section (``sections``) and findings per check (``checks``); ``findings``; ``cases`` with their ``shares``.
    """
    return {
        "version": VERSION,
        "datalist": verdict.source,
        "settings": verdict.settings.as_dict(),
        "exit_code": verdict.exit_code,
        "counts": {
            "errors": len(verdict.errors),
            "warnings": len(verdict.warnings),
            "sections": section_counts(verdict.records),
            "checks": dict(sorted(verdict.by_check().items())),
        },
        "findings": [
            {
                "check": finding.check,
                "severity": finding.severity,
                "where": finding.where,
                "file": finding.file,
                "message": finding.message,
            }
            for finding in verdict.findings
        ],
        "cases": [_case(record, verdict.settings) for record in verdict.records],
    }


def write_json(verdict: Verdict, path: str | Path) -> None:
    """Write :func:`as_json` to a file, which is either complete or not there.

    Args:
        verdict: of the checks.
        path: of the file; missing folders are made.
    """
    text = json.dumps(as_json(verdict), indent=1, allow_nan=False)
    with replacing(path) as temporary:
        temporary.write_text(text + "\n", encoding="utf-8")


def _case(record: CaseRecord, settings: CheckSettings) -> dict[str, Any]:
    return {
        "where": record.where,
        "section": record.section,
        "image": record.image.path,
        "label": record.label.path if record.label else None,
        "shares": case_shares(record, settings),
    }
