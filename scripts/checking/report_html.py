"""The report of a check as one page for a browser."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from string import Template

from scripts.checking.finding import Finding
from scripts.checking.report_case import case_card, escape
from scripts.checking.report_overview import checks_part, legend_part, sections_part, whole_part
from scripts.checking.report_text import (
    advice,
    group_by_check,
    section_counts,
    verdict_words,
)
from scripts.checking.verdict import Verdict
from scripts.replacing import replacing

__all__ = ["write_html"]

_TEMPLATES = Path(__file__).resolve().parent
_LEVELS = ("clean", "warning", "error")


def write_html(verdict: Verdict, thumbnails: Path | None, path: str | Path) -> None:
    """Write a page that needs no other file and reaches no network.

    It is written case by case, so that its pictures are never in memory together. All findings and cases are there
    without JavaScript, the most severe first; with it they are sorted and filtered as the address says, for instance
    ``report.html#sort=name&check=label-empty``.

    Args:
        verdict: of the checks.
        thumbnails: folder of the pictures that the records name; None: without pictures.
        path: of the page, which is either complete or not there; missing folders are made.
    """
    style, script, page = (
        (_TEMPLATES / f"report_page.{kind}").read_text(encoding="utf-8") for kind in ("css", "js", "html")
    )
    values = {"style": style, "script": script, "policy": _policy(style, script), **_header(verdict)}
    values |= {"checks": checks_part(verdict), "sections": sections_part(verdict), "legend": legend_part(verdict)}
    before, after = page.split("<!-- cases -->\n")
    cases: dict[str, list[Finding]] = {record.where: [] for record in verdict.records}
    whole = [finding for finding in verdict.findings if finding.where not in cases]
    for finding in verdict.findings:
        if finding.where in cases:
            cases[finding.where].append(finding)
    values["whole"] = whole_part(whole)
    with replacing(path) as temporary:
        # a file name need not be valid text
        with temporary.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.write(Template(before).substitute(values))
            for card in _cards(verdict, cases, thumbnails):
                file.write(card)
            file.write(Template(after).substitute(values))


def _policy(style: str, script: str) -> str:
    """Content security policy: nothing but this style, this script and the pictures of the page itself."""
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (style, script)]
    return (
        f"default-src 'none'; img-src data:; style-src 'sha256-{hashes[0]}'; script-src 'sha256-{hashes[1]}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _header(verdict: Verdict) -> dict[str, str]:
    now = datetime.now().astimezone()
    words = verdict_words(verdict)
    counts = section_counts(verdict.records)
    checks = group_by_check(verdict.findings)
    return {
        "title": escape(f"{words}: {os.path.basename(verdict.source) or 'check'}"),
        "level": _LEVELS[verdict.exit_code],
        "words": words,
        "advice": advice(verdict),
        "source": escape(verdict.source),
        "counts": escape(", ".join(f"{row['cases']:,} {name}" for name, row in counts.items()) or "none"),
        "classes": escape(", ".join(verdict.settings.classes)),
        "moment": now.isoformat(timespec="seconds"),
        "date": f"{now:%Y-%m-%d %H:%M}",
        "check_options": _options({check.name: f"{check.name} ({len(found)})" for check, found in checks}),
        "section_options": _options({name: f"{name} ({row['cases']})" for name, row in counts.items()}),
    }


def _options(options: Mapping[str, str]) -> str:
    return "".join(f'<option value="{escape(value)}">{escape(text)}</option>' for value, text in options.items())


def _cards(verdict: Verdict, findings: Mapping[str, Sequence[Finding]], thumbnails: Path | None) -> Iterator[str]:
    """The cases, most errors first, then most warnings."""
    records, ranks = verdict.records, {name: rank for rank, name in enumerate(section_counts(verdict.records))}
    root = _common_folder([path for r in records for path in (r.image.path, r.label.path if r.label else "") if path])

    def severity(order: int) -> tuple[int, int, int]:
        found = findings[records[order].where]
        errors = sum(finding.severity == "error" for finding in found)
        return -errors, errors - len(found), order

    for order in sorted(range(len(records)), key=severity):
        record = records[order]
        yield case_card(
            record,
            findings[record.where],
            verdict.settings,
            order=order,
            rank=ranks[record.section],
            root=root,
            thumbnails=thumbnails,
        )


def _common_folder(paths: Sequence[str]) -> str:
    """The folder that all files lie in; empty if there is none but the root of the disk."""
    try:
        folder = os.path.commonpath([os.path.dirname(path) for path in paths])
    except ValueError:  # no paths, or absolute and relative ones
        return ""
    return "" if folder == os.path.dirname(folder) else folder
