"""One case on the page of a check."""

from __future__ import annotations

import base64
import html
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from scripts.checking.catalogue import ERROR
from scripts.checking.finding import Finding
from scripts.checking.record import CaseRecord
from scripts.checking.report_text import UNKNOWN_KINDS, drawn_share, percent, plain
from scripts.checking.settings import CheckSettings
from scripts.checking.shares import case_shares
from scripts.checking.thumbnail import NEGATIVE_COLOUR, class_colour

__all__ = ["case_card", "check_link", "escape", "finding_list", "severity_badge", "swatch"]

_SHOWN = 4
_GREYS = {"ignore": (140, 140, 140), "outside view": (105, 105, 105)}


def escape(text: object) -> str:
    """Text for the page, inside and outside of attributes."""
    return html.escape(plain(str(text)), quote=True)


def case_card(
    record: CaseRecord,
    findings: Sequence[Finding],
    settings: CheckSettings,
    *,
    order: int,
    rank: int,
    root: str,
    thumbnails: Path | None,
) -> str:
    """A list item with the picture, names, shares and findings of a case; what is sorted by is in ``data-`` attributes.

    Args:
        record: of the case.
        findings: that concern it, errors first.
        settings: names the classes.
        order: place of the case in the datalist.
        rank: place of its section.
        root: folder that is left out of the paths.
        thumbnails: folder of the pictures; None: there are none.

    Returns:
        HTML.
    """
    shares = case_shares(record, settings)
    drawn = drawn_share(shares)
    image = _within(record.image.path, root)
    errors = sum(finding.severity == ERROR for finding in findings)
    data = {
        "order": order,
        "rank": rank,
        "section": record.section,
        "name": os.path.basename(record.image.path),
        "paths": f"{record.image.path} {record.label.path if record.label else ''}",
        "errors": errors,
        "warnings": len(findings) - errors,
        "checks": " ".join(dict.fromkeys(finding.check for finding in findings)),
        "drawn": "" if drawn is None else f"{drawn:.6g}",
    }
    attributes = " ".join(f'data-{key}="{escape(value)}"' for key, value in data.items())
    return (
        f'<li class="case" {attributes}>\n{_picture(record, thumbnails)}\n<div>\n'
        f'<h3 title="{escape(record.image.path)}"><bdi>{escape(image)}</bdi></h3>\n'
        f'<p class="facts">{_facts(record, root)}</p>\n'
        f"{_shares(shares, settings.classes)}{finding_list(findings, _SHOWN, badges=True)}</div>\n</li>\n"
    )


def finding_list(findings: Sequence[Finding], shown: int, *, badges: bool) -> str:
    """Findings, of which all but the first ``shown`` are folded away.

    Args:
        findings: to list.
        shown: how many are unfolded.
        badges: whether to say the severity and check of each, or its case.

    Returns:
        HTML; empty without findings.
    """
    items = [
        f"<li>{f'{severity_badge(found.severity)} {check_link(found.check)} ' if badges else _where(found)}"
        f"<bdi>{escape(found.message)}</bdi></li>"
        for found in findings
    ]
    if not items:
        return ""
    folded = items[shown:] and f"<li><details><summary>{len(items) - shown:,} more</summary><ul>"
    rest = "\n".join(items[shown:])
    end = "</ul></details></li>" if folded else ""
    return f'<ul class="findings">\n{chr(10).join(items[:shown])}\n{folded or ""}{rest}{end}</ul>\n'


def severity_badge(severity: str) -> str:
    """``error`` or ``warning`` in its colour."""
    return f'<span class="badge {severity}">{severity}</span>'


def check_link(name: str) -> str:
    """A check's name, which shows its cases when clicked."""
    return f'<a href="#check={name}" data-check="{name}"><code>{name}</code></a>'


def swatch(colour: Sequence[int]) -> str:
    """A small square in a colour (RGB, 0 to 255)."""
    # the page forbids inline styles, presentation attributes are none
    return f'<svg class="swatch" aria-hidden="true"><rect width="100%" height="100%" fill="{_rgb(colour)}"/></svg>'


def _where(finding: Finding) -> str:
    # many messages name their case themselves
    named = not finding.where or finding.where in finding.message
    return "" if named else f"<code>{escape(finding.where)}</code> "


def _within(path: str, root: str) -> str:
    return os.path.relpath(path, root) if root and path.startswith(root) else path


def _picture(record: CaseRecord, thumbnails: Path | None) -> str:
    # the name alone: a record never leads out of the folder
    name = Path(record.thumbnail).name
    try:
        data = (thumbnails / name).read_bytes() if thumbnails and name else b""
    except (OSError, ValueError):  # missing, or no name of a file at all
        data = b""
    if not data:
        return '<div class="picture none">no picture</div>'
    encoded = base64.b64encode(data).decode("ascii")
    alternative = escape(f"{record.where} with its drawing and boxes")
    return (
        f'<img class="picture" loading="lazy" decoding="async" alt="{alternative}" '
        f'src="data:image/jpeg;base64,{encoded}">'
    )


def _facts(record: CaseRecord, root: str) -> str:
    facts = [f'<span class="badge section">{escape(record.section)}</span>', f"<code>{escape(record.where)}</code>"]
    if record.image.size:
        facts.append(f"<span>{' x '.join(map(str, record.image.size))}</span>")
    if record.label:
        kind = "mask" if record.supervision == "dense" else "drawing"
        facts.append(f"<span>{kind} <bdi>{escape(_within(record.label.path, root))}</bdi></span>")
    if record.boxes:
        facts.append(f"<span>boxes {sum(record.boxes.count)}</span>")
    facts += [
        f"<span>{name} <bdi>{escape(value)}</bdi></span>"
        for name, value in (("subject", record.subject), ("annotator", record.annotator))
        if value is not None
    ]
    return "\n".join(facts)


def _shares(shares: Mapping[str, float], classes: Sequence[str]) -> str:
    if not shares:
        return ""
    parts, start = [], 0.0
    for kind, share in shares.items():
        colour = _colour(kind, classes)
        if share and colour:
            parts.append(f'<rect x="{100 * start:.2f}" width="{100 * share:.2f}" height="1" fill="{_rgb(colour)}"/>')
        start += share
    texts = [
        f"<li>{_swatch(kind, classes)}{escape(kind)} {escape(percent(share))}</li>" for kind, share in shares.items()
    ]
    return (
        '<svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">'
        f'{"".join(parts)}</svg>\n<ul class="shares">{"".join(texts)}</ul>\n'
    )


def _swatch(kind: str, classes: Sequence[str]) -> str:
    colour = _colour(kind, classes)
    return swatch(colour) if colour else ""


def _colour(kind: str, classes: Sequence[str]) -> Sequence[int] | None:
    """As in the picture; none for what is undrawn."""
    if kind in classes:
        return class_colour(list(classes).index(kind))
    return _GREYS.get(kind) if kind in UNKNOWN_KINDS else NEGATIVE_COLOUR


def _rgb(colour: Sequence[int]) -> str:
    return f"rgb({','.join(map(str, colour))})"
