"""Judges whether the label of a case tells anything apart."""

from __future__ import annotations

from scripts.checking.finding import Finding
from scripts.checking.judge_case_told import (
    boxes_unknown,
    drawn_kinds,
    known_label,
    listed,
    share_text,
    told,
    unused_text,
    view_unknown,
)
from scripts.checking.record import CaseRecord, LabelFacts
from scripts.checking.settings import CheckSettings

__all__ = ["judge_kinds"]

_BACKGROUND = 0
_UNDRAWN = 0


def judge_kinds(record: CaseRecord, settings: CheckSettings) -> list[Finding]:
    """A case with which one and the same answer at every pixel agrees.

    Several kinds may amount to one ("background" and "not vessel"), and one may do: under the readings ``support`` and
    ``dense`` what is undrawn beside a stroke is background. A dense mask without any structure is a healthy case, and
    so is one on which somebody looked for objects to box and found none.
    """
    label, said = known_label(record), told(record, settings)
    if label is None or not said.drawn or view_unknown(record) or boxes_unknown(record, settings):
        return []
    dense, training = record.supervision == "dense", record.section == "training"
    answers = said.single_answers(_implied(record, label, settings))
    structure = _BACKGROUND not in answers
    if not answers or (not structure and (dense or any(said.outside))):
        return []
    kinds = listed(drawn_kinds(said, settings.classes))
    unused = unused_text(record, said, settings)
    came = f"only {kinds} is labelled ({share_text(said.drawn, label.pixels)} of the pixels)"
    came += f" beside {unused}" if unused else ""
    if dense:
        then = (
            'Expected something else too, as a rule the background. Check that the values in "dense_labels" are not '
            "swapped; if the structure really fills the image, leave it."
        )
    else:
        then = _advice(structure, training, settings)
    message = (
        f'{label.path}: {came}, so that "{settings.classes[answers[0]]}" everywhere agrees with all that is known of '
        f"this case. {then}"
    )
    return [Finding("label-one-kind", message, record.where, label.path)]


def _implied(record: CaseRecord, label: LabelFacts, settings: CheckSettings) -> bool:
    """Whether undrawn pixels are there, and count as background beside or without a stroke; metrics know no reading."""
    coarse_training = record.section == "training" and record.supervision != "dense"
    return coarse_training and settings.reading != "sparse" and label.values.get(_UNDRAWN, 0) > 0


def _advice(structure: bool, training: bool, settings: CheckSettings) -> str:
    background, other = settings.classes[0], settings.classes[-1]
    if not structure:
        return (
            "Expected strokes on a structure too. If the image shows none, leave it; else draw some, or check that the "
            "label table names the values of those that are there."
        )
    negative = f'"not {other}" or ' if settings.use_negative or not training else ""
    reading = ", or take --reading support if strokes reach the border of structures"
    return (
        f'Expected strokes beside structures too: draw some ({negative}"{background}")'
        f"{reading if training and settings.reading == 'sparse' else ''}. If it is a dense mask, write "
        '"supervision": "dense" into the case in the datalist.'
    )
