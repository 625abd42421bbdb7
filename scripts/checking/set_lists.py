"""Whether the lists hold what a training needs, as far as it shows without looking at the drawings."""

from __future__ import annotations

from collections.abc import Sequence

from scripts.checking.finding import Finding
from scripts.checking.record import CaseRecord
from scripts.checking.set_findings import finding_of, group_by, image_key, in_section, line_of

__all__ = ["judge_lists"]

# one image shows neither how patients nor how photographs differ: a network learns it by heart, and on a single
# validation image the best of many epochs is the luckiest one
_FEWEST = 2

_NEEDED = {
    "training": "without them there is nothing to learn from",
    "validation": "without them no model can be chosen",
}


def judge_lists(records: Sequence[CaseRecord]) -> list[Finding]:
    """Find lists without or with hardly any cases, cases that stand there twice, and metrics on drawings."""
    findings = []
    for section, why in _NEEDED.items():
        cases = in_section(records, section)
        images = group_by(cases, image_key)
        if not cases:
            findings.append(
                Finding(
                    "section-missing",
                    f"there are no {section} cases, and {why}. Add some to the datalist, or, on a server, save "
                    "drawings for more images.",
                )
            )
        elif len(images) < _FEWEST:
            findings.append(_few(section, cases))
    return [*findings, *_twice(records), *_not_dense(records)]


def _few(section: str, cases: Sequence[CaseRecord]) -> Finding:
    why = (
        "a network learns a single image by heart"
        if section == "training"
        else "the model that is best on a single image is the best one by chance"
    )
    return finding_of("few-cases", f"there is one {section} image; expected at least {_FEWEST}, since {why}", cases)


def _twice(records: Sequence[CaseRecord]) -> list[Finding]:
    groups = group_by(records, lambda record: (record.image.path, record.label.path if record.label else ""))
    repeated = [group for group in groups.values() if len(group) > 1]
    if not repeated:
        return []
    lines = [line_of(group[0], "also " + ", ".join(record.where for record in group[1:])) for group in repeated]
    return [
        finding_of(
            "case-twice",
            f"{len(repeated)} cases stand in the datalist more than once, with the same image and the same label. "
            "Leave each there once, in one list",
            [group[0] for group in repeated],
            lines,
        )
    ]


def _not_dense(records: Sequence[CaseRecord]) -> list[Finding]:
    coarse = [record for record in records if record.section != "training" and record.supervision != "dense"]
    if not coarse:
        return []
    return [
        finding_of(
            "validation-not-dense",
            f"{len(coarse)} validation or test cases have drawings instead of dense masks, so that metrics on them are "
            "agreement with the drawings, not accuracy. Label them completely",
            coarse,
        )
    ]
