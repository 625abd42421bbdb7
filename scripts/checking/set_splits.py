"""Whether training, validation and test are independent of each other."""

from __future__ import annotations

from collections.abc import Sequence

from scripts.checking.finding import Finding
from scripts.checking.record import CaseRecord
from scripts.checking.set_findings import finding_of, group_by, image_key, line_of

__all__ = ["judge_splits"]


def judge_splits(records: Sequence[CaseRecord]) -> list[Finding]:
    """Find images and subjects that stand in two lists, and subjects that are not named."""
    return [*_images(records), *_subjects(records), *_unnamed(records)]


def _subject(record: CaseRecord) -> str:
    return "" if record.subject is None else str(record.subject).strip()


def _sections(records: Sequence[CaseRecord]) -> list[str]:
    return list(dict.fromkeys(record.section for record in records))


def _images(records: Sequence[CaseRecord]) -> list[Finding]:
    groups = group_by(records, image_key).values()
    shared = [group for group in groups if len(_sections(group)) > 1]
    if not shared:
        return []
    lines = []
    for group in shared:
        # the first case of each further list
        others = {record.section: record for record in reversed(group) if record.section != group[0].section}
        lines.append(" = ".join(map(line_of, [group[0], *reversed(others.values())])))
    return [
        finding_of(
            "duplicate-across-splits",
            f"{len(shared)} images stand in two lists, by their pixels if not by name. Metrics on images that were "
            "trained on are far too good. Leave each in one list",
            [group[0] for group in shared],
            lines,
        )
    ]


def _subjects(records: Sequence[CaseRecord]) -> list[Finding]:
    shared = {name: group for name, group in group_by(records, _subject).items() if len(_sections(group)) > 1}
    return [
        finding_of(
            "subject-in-two-splits",
            f'the subject "{name}" stands in {" and in ".join(_sections(group))}. Images of one subject are alike, so '
            "metrics would be too good. Put all its cases into one list",
            group,
            most=len(group),
        )
        for name, group in shared.items()
    ]


def _unnamed(records: Sequence[CaseRecord]) -> list[Finding]:
    unnamed = [record for record in records if not _subject(record)]
    if not unnamed or len(unnamed) == len(records):
        return []
    return [
        finding_of(
            "subject-missing",
            f'{len(unnamed)} of {len(records)} cases have no "subject", so it cannot be checked whether one subject '
            "stands in two lists. Name it in all cases",
            unnamed,
        )
    ]
