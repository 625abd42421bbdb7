"""The files in which a check's verdict can be read."""

from __future__ import annotations

import json
from pathlib import Path

from scripts.checking.report_html import write_html
from scripts.checking.report_json import as_json, write_json
from scripts.checking.verdict import Verdict

__all__ = ["write_reports"]


def write_reports(verdict: Verdict, folder: Path) -> Path:
    """Write ``report.html`` and ``report.json``, unless they already say what this verdict does.

    Args:
        verdict: of the checks.
        folder: of the check; has ``thumbnails``.

    Returns:
        Path of the page.

    Raises:
        OSError: when the folder cannot be written.
    """
    page, data = folder / "report.html", folder / "report.json"
    if verdict.cached < len(verdict.records) or not page.is_file() or _content(data) != _plain(verdict):
        write_html(verdict, folder / "thumbnails", page)
        # last, since it says that both are there
        write_json(verdict, data)
    return page


def _plain(verdict: Verdict) -> object:
    """The report as it comes back from a file."""
    return json.loads(json.dumps(as_json(verdict)))


def _content(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
