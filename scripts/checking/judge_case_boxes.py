"""Judges the boxes of a case, and how they fit what is drawn."""

from __future__ import annotations

from scripts.checking.finding import Finding
from scripts.checking.judge_case_told import boxes_unknown, known_label, share_text
from scripts.checking.record import CaseRecord
from scripts.checking.settings import CheckSettings

__all__ = ["judge_cut", "judge_drawn_outside"]

# boxes are tight and strokes are broad, so that some of each stroke may slip out
_OUTSIDE_SHARE = 0.05


def judge_cut(record: CaseRecord, settings: CheckSettings) -> list[Finding]:
    """Boxes that reach beyond their image."""
    boxes = record.boxes
    if boxes is None or not boxes.cut or not settings.use_boxes:
        return []
    path = record.image.path
    size = f", which measures {' x '.join(map(str, record.image.size))}" if record.image.size else ""
    whole = max(sum(boxes.count), boxes.cut)
    message = (
        f"{path}: {boxes.cut} of {whole} boxes reach beyond the image{size}, and are cut to it. Expected boxes inside. "
        "A pixel or so is harmless; else check that the boxes are those of this image, that it was not scaled since, "
        "and that they are two corners and not a corner and a size."
    )
    return [Finding("box-cut", message, record.where, path)]


def judge_drawn_outside(record: CaseRecord, settings: CheckSettings) -> list[Finding]:
    """Structures that are drawn outside all boxes of a class that is boxed throughout."""
    boxes, label = record.boxes, known_label(record)
    if (
        boxes is None
        or not settings.use_boxes
        or label is None
        or not label.outside_boxes
        or boxes_unknown(record, settings)
    ):
        return []
    if record.supervision != "dense" and not settings.use_positive:
        return []
    complete = {name.strip().lower() for name in boxes.complete}
    drawn = {
        name: number for name, number in zip(settings.classes, label.positive) if str(name).strip().lower() in complete
    }
    whole = max(sum(drawn.values()), label.outside_boxes)
    if not complete or label.outside_boxes <= _OUTSIDE_SHARE * whole:
        return []
    names = ", ".join(drawn)
    message = (
        f"{label.path}: {share_text(label.outside_boxes, whole)} of the pixels drawn as {names} lie outside all boxes "
        "of their class. Expected (nearly) none, since outside its boxes a class counts as absent. Add the boxes that "
        'are missing, correct the drawing, or leave the class out of "boxed_classes" if not all objects are boxed. '
        "Where both speak, the drawing counts."
    )
    return [Finding("drawn-outside-boxes", message, record.where, label.path)]
