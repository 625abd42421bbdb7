"""Judges how much is drawn in the label of a case, and where."""

from __future__ import annotations

import math

from scripts.checking.finding import Finding
from scripts.checking.judge_case_told import (
    boxes_unknown,
    known_label,
    share_text,
    told,
    unused_text,
    view_unknown,
)
from scripts.checking.record import CaseRecord
from scripts.checking.settings import CheckSettings

__all__ = ["judge_amount", "judge_empty", "judge_full", "judge_view"]

_UNDRAWN = 0
_WHITE = 255
_DENSE_SHARE = 0.98
# what a single click of a brush leaves
_FEWEST = 20
# length of a stroke one pixel wide, as a share of the image's side. A share of all pixels would not do: drawings on a
# few slices of a large volume lie below any that a stray click on a small picture does not reach
_SHORT_STROKE = 0.25
# a brush that slips over the rim of the field of view does no harm; a field of view that lies elsewhere shows itself
_OUTSIDE_SHARE = 0.02


def judge_full(record: CaseRecord) -> list[Finding]:
    """A drawing that says something of nearly every pixel, as a dense mask does; "ignore" is left aside."""
    label = known_label(record)
    if label is None or record.supervision == "dense":
        return []
    # of the whole file: neither a field of view nor unused kinds of drawing change what it looks like
    stated = label.pixels - label.ignored
    drawn = stated - label.values.get(_UNDRAWN, 0)
    if drawn <= 0 or drawn < _DENSE_SHARE * stated:
        return []
    aside = f' ("ignore" aside, {label.ignored})' if label.ignored else ""
    message = (
        f"{label.path}: {share_text(drawn, stated)} of the pixels are drawn on{aside}, but the case counts as a coarse "
        'drawing, of which most is undrawn. If it is a dense mask, write "supervision": "dense" into the case in the '
        'datalist and name its values in "dense_labels". If somebody did draw all of it, leave it.'
    )
    return [Finding("dense-marked-coarse", message, record.where, label.path)]


def judge_empty(record: CaseRecord, settings: CheckSettings) -> list[Finding]:
    """A case on which nothing is drawn and of which boxes say nothing either."""
    label, said = known_label(record), told(record, settings)
    if said.drawn or said.boxed or view_unknown(record) or boxes_unknown(record, settings):
        return []
    if label is None:
        return _judge_unlabelled(record, settings)
    inside = "" if label.outside_view is None else " inside its field of view"
    came = f"nothing is drawn{inside} on its {label.pixels} pixels"
    unused = unused_text(record, said, settings)
    if unused:
        came += f" but {unused}"
    elif label.ignored:
        came += f': {share_text(label.ignored, label.pixels)} say "ignore"'
        if label.ignored == label.values.get(_WHITE):
            came += (
                f', which is the value {_WHITE} here. If it is a 0/{_WHITE} mask, write "supervision": "dense" into '
                f'the case and name {_WHITE} in "dense_labels"'
            )
    training = record.section == "training"
    then = "The training leaves the case out" if training else "No metric can be measured on it"
    message = (
        f"{label.path}: {came}. Expected at least some strokes. {then}. Check that this is the file that was drawn and "
        "that the label table names its values; else draw something, or take the case out of the datalist."
    )
    return [Finding("label-empty", message, record.where, label.path)]


def _judge_unlabelled(record: CaseRecord, settings: CheckSettings) -> list[Finding]:
    """A training case without a label whose boxes are not used or say nothing; others lack what the datalist needs."""
    path = record.image.path
    if record.label is not None or record.section != "training" or record.supervision == "dense":
        return []
    if not settings.use_boxes:
        why = "it has no label, and boxes are not used. Set `use_boxes` to true, or draw something"
    elif record.boxes is not None:
        why = (
            'it has neither a label nor a box, and "boxed_classes" names no class, so that nothing is known of it. If '
            'somebody looked and found nothing, name the classes in "boxed_classes"; else draw something'
        )
    else:
        return []
    return [Finding("label-empty", f"{path}: {why}. As it is, the training leaves it out.", record.where, path)]


def judge_amount(record: CaseRecord, settings: CheckSettings) -> list[Finding]:
    """A case on which something is drawn, but hardly anything, and that is not boxed."""
    label, said = known_label(record), told(record, settings)
    if label is None or not said.drawn or said.boxed or view_unknown(record):
        return []
    stroke = math.ceil(_SHORT_STROKE * label.pixels ** (1 / settings.spatial_dims))
    least = min(max(_FEWEST, stroke), label.pixels)
    if said.drawn >= least:
        return []
    unit = "pixels" if settings.spatial_dims == 2 else "voxels"
    message = (
        f"{label.path}: only {share_text(said.drawn, label.pixels)} of the {unit} are drawn on. Expected at least "
        f"{least}, as many as a short thin stroke has. Check for an accidental click or an unfinished drawing, and "
        "draw more."
    )
    return [Finding("label-little", message, record.where, label.path)]


def judge_view(record: CaseRecord) -> list[Finding]:
    """A drawing that lies outside its field of view, by more than a brush slips."""
    label = known_label(record)
    # a dense mask says something of every pixel, most often background, also outside
    if label is None or not label.outside_view or record.supervision == "dense" or view_unknown(record):
        return []
    drawn = label.drawn + label.outside_view
    if label.outside_view <= _OUTSIDE_SHARE * drawn:
        return []
    message = (
        f"{label.path}: {share_text(label.outside_view, drawn)} of the drawn pixels lie outside the field of view and "
        "are not used. Expected (nearly) all inside. Check that the field of view is that of this image and lies where "
        "it should; else draw inside."
    )
    return [Finding("drawn-outside-view", message, record.where, label.path)]
