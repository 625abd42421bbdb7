"""What the page of a check says of all cases together, as HTML."""

from __future__ import annotations

from collections.abc import Sequence

from scripts.checking.catalogue import ERROR
from scripts.checking.finding import Finding
from scripts.checking.report_case import check_link, escape, finding_list, severity_badge, swatch
from scripts.checking.report_text import group_by_check, percent, section_counts, share_columns
from scripts.checking.shares import section_shares
from scripts.checking.thumbnail import colour_legend
from scripts.checking.verdict import Verdict

__all__ = ["checks_part", "legend_part", "sections_part", "whole_part"]

_SHOWN = 10


def checks_part(verdict: Verdict) -> str:
    """Table of the checks that found something, errors first; empty if none did."""
    groups = group_by_check(verdict.findings)
    if not groups:
        return ""
    rows = "\n".join(
        f'<tr><td>{severity_badge(check.severity)}</td><th scope="row">{check_link(check.name)}</th>'
        f'<td class="number">{len(found):,}</td><td>{escape(check.title)}</td></tr>'
        for check, found in groups
    )
    return (
        '<section aria-labelledby="checks-title">\n<h2 id="checks-title">Checks that found something</h2>\n'
        '<div class="panel"><table class="checks">\n<thead><tr><th scope="col">Severity</th><th scope="col">Check</th>'
        '<th scope="col" class="number">Findings</th><th scope="col">What is wrong</th></tr></thead>\n'
        f"<tbody>\n{rows}\n</tbody>\n</table></div>\n</section>"
    )


def sections_part(verdict: Verdict) -> str:
    """Table of the numbers of cases and the shares of pixels in each list."""
    counts, shares = section_counts(verdict.records), section_shares(verdict.records, verdict.settings)
    if not counts:
        return ""
    kinds, columns = share_columns(shares), list(next(iter(counts.values())))
    header = "".join(f'<th scope="col" class="number">{escape(name)}</th>' for name in [*columns, *kinds])
    rows = ""
    for name, row in counts.items():
        known = shares.get(name)
        cells = [f"{row[column]:,}" for column in columns]
        cells += [percent(known.get(kind, 0) if known else None) for kind in kinds]
        numbers = "".join(f'<td class="number">{escape(cell)}</td>' for cell in cells)
        rows += f'<tr><th scope="row">{escape(name)}</th>{numbers}</tr>\n'
    title = "Cases and shares of all pixels"
    return (
        f'<section aria-labelledby="sections-title">\n<h2 id="sections-title">{title}</h2>\n'
        f'<div class="panel" tabindex="0" role="group" aria-label="{title}"><table>\n'
        f'<thead><tr><th scope="col">Section</th>{header}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div>\n'
        "</section>"
    )


def whole_part(findings: Sequence[Finding]) -> str:
    """List of the findings that belong to no case that is shown, by check; empty without any."""
    groups = group_by_check(findings)
    if not groups:
        return ""
    items = ""
    for check, found in groups:
        is_error = check.severity == ERROR
        numbers = f'data-errors="{is_error * len(found)}" data-warnings="{(not is_error) * len(found)}"'
        items += (
            f'<li data-group data-checks="{check.name}" {numbers}>\n<h3>{severity_badge(check.severity)} '
            f'{check_link(check.name)} <span class="title">{escape(check.title)}</span></h3>\n'
            f"{finding_list(found, _SHOWN, badges=False)}</li>\n"
        )
    return (
        '<section id="whole" aria-labelledby="whole-title">\n<h2 id="whole-title">Findings of the set as a whole</h2>\n'
        f'<ul class="panel whole">\n{items}</ul>\n</section>'
    )


def legend_part(verdict: Verdict) -> str:
    """What the colours of the pictures mean."""
    colours = colour_legend(verdict.settings.classes)
    items = "".join(f"<li>{swatch(colour)}{escape(text)}</li>" for colour, text in colours)
    boxes = "<li>outlines: boxes</li>" if any(record.boxes for record in verdict.records) else ""
    return f'<ul class="legend" aria-label="Colours of the pictures">{items}{boxes}</ul>'
