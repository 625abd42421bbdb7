"""Images and label maps that occur more than once."""

from __future__ import annotations

from collections.abc import Sequence

from scripts.checking.finding import Finding
from scripts.checking.record import CaseRecord
from scripts.checking.set_findings import finding_of, group_by, image_key, line_of

__all__ = ["judge_duplicates"]


def judge_duplicates(records: Sequence[CaseRecord]) -> list[Finding]:
    """Find images that stand in one list twice, and label maps that belong to several images."""
    return [*_same_image(records), *_same_label(records)]


def _label(record: CaseRecord) -> str:
    """What is the same for cases with the same label map."""
    return (record.label.sha256 or record.label.path) if record.label else ""


def _same_image(records: Sequence[CaseRecord]) -> list[Finding]:
    groups = group_by(records, lambda record: (record.section, image_key(record))).values()
    repeated = []
    for group in groups:
        # the very same case twice is another problem
        cases = {(record.image.path, record.label.path if record.label else ""): record for record in reversed(group)}
        cases = list(reversed(cases.values()))
        if len(cases) > 1 and not _by_several_annotators(cases):
            repeated.append(cases)
    if not repeated:
        return []
    return [
        finding_of(
            "duplicate-image",
            f"{len(repeated)} images stand in one list more than once, by their pixels if not by name, so that they "
            'count too much. Leave each there once; if several people drew on them, say who in "annotator"',
            [group[0] for group in repeated],
            [" = ".join(map(line_of, group[:3])) for group in repeated],
        )
    ]


def _by_several_annotators(cases: Sequence[CaseRecord]) -> bool:
    annotators = {record.annotator for record in cases}
    if None not in annotators and len(annotators) == len(cases):
        return True
    one_path = len({record.image.path for record in cases}) == 1
    return one_path and len({_label(record) for record in cases}) == len(cases)


def _same_label(records: Sequence[CaseRecord]) -> list[Finding]:
    # nothing drawn, or a single value throughout, may well be the same twice
    told = [record for record in records if record.label and record.label.sha256 and len(record.label.values) > 1]
    groups = group_by(told, _label).values()
    copied = [list(group_by(group, image_key).values()) for group in groups]
    copied = [[cases[0] for cases in images] for images in copied if len(images) > 1]
    if not copied:
        return []
    paths = [group[0].label.path if group[0].label else "" for group in copied]
    return [
        finding_of(
            "label-copied",
            f"{len(copied)} label maps belong to several images each, though one cannot fit different images. Look "
            "which image each belongs to, and export the labels of the others again",
            [group[0] for group in copied],
            [
                f"{group[0].label.path}: of {' and '.join(map(line_of, group[:3]))}"
                for group in copied
                if group[0].label
            ],
            file=paths[0],
        )
    ]
