"""What the numbers of one case mean."""

from __future__ import annotations

from scripts.checking.finding import Finding
from scripts.checking.judge_case_boxes import judge_cut, judge_drawn_outside
from scripts.checking.judge_case_files import judge_extension, judge_patch_size, judge_same_file
from scripts.checking.judge_case_kinds import judge_kinds
from scripts.checking.judge_case_label import judge_amount, judge_empty, judge_full, judge_view
from scripts.checking.record import CaseRecord
from scripts.checking.settings import CheckSettings

__all__ = ["judge_case"]


def judge_case(record: CaseRecord, settings: CheckSettings) -> list[Finding]:
    """Judge a case by what was measured of it; no file is read.

    What could not be measured gives no finding here: the measuring has said so.

    Args:
        record: of the case.
        settings: of the training that it is checked for. Kinds of drawing and boxes that are not used count as absent.

    Returns:
        The findings, in the order of the catalogue: file-extension, label-is-image, patch-size, dense-marked-coarse,
        label-empty, label-one-kind, label-little, drawn-outside-view, box-cut, drawn-outside-boxes.
    """
    same = judge_same_file(record)
    findings = [*judge_extension(record), *same, *judge_patch_size(record, settings)]
    # of a label that is the image nothing else is worth saying
    if not same:
        findings += judge_full(record) + judge_empty(record, settings) + judge_kinds(record, settings)
        findings += judge_amount(record, settings) + judge_view(record)
    findings += judge_cut(record, settings)
    return findings if same else findings + judge_drawn_outside(record, settings)
