"""What is to be imported, and how."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from bundle.importing.case_lists import SplitPlan
from bundle.importing.stroke_width import StrokeWidth

__all__ = ["ImportRequest"]


@dataclass(frozen=True)
class ImportRequest:
    """What is to be imported, and how.

    Attributes:
        images: folder of images.
        annotations: folder of annotations; may be the same.
        out: folder of the data set, new or of an earlier import.
        classes: names of the foreground classes that are expected, in this order; empty for those of the rules.
        annotator: who drew all annotations; empty if not known.
        annotator_folders: whether the folders right below ``annotations`` are named after annotators.
        label_names: label description file of ITK-SNAP; None for those among the annotations.
        subjects: table of subjects.
        subject_pattern: regular expression for subjects.
        fields_of_view: folder of masks of what images show; None to keep those that are known.
        width: of lines without one.
        dense: whether the annotations are dense masks.
        last: whether of two classes the later mark counts.
        empty_counts: whether images without marks hold nothing.
        boxes_complete: whether every object has its box.
        split: how cases are put into lists.
        update: whether annotations that have changed replace what was imported.
    """

    images: Path
    annotations: Path
    out: Path
    classes: tuple[str, ...] = ()
    annotator: str = ""
    annotator_folders: bool = False
    label_names: Path | None = None
    subjects: Path | None = None
    subject_pattern: str | None = None
    fields_of_view: Path | None = None
    width: StrokeWidth | None = None
    dense: bool = False
    last: bool = False
    empty_counts: bool = False
    boxes_complete: bool = True
    split: SplitPlan = field(default_factory=SplitPlan)
    update: bool = False
