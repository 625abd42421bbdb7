"""Whether all classes occur, and can be told apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scripts.checking.finding import Finding
from scripts.checking.record import CaseRecord
from scripts.checking.set_findings import in_section
from scripts.checking.settings import CheckSettings
from scripts.data.case_facts import CaseFacts
from scripts.data.usable_set import refuse_unusable
from scripts.errors import DataError

__all__ = ["case_facts", "judge_classes"]


def judge_classes(records: Sequence[CaseRecord], settings: CheckSettings) -> list[Finding]:
    """Find classes that are not learnt or not measured, and sets that show one kind of label alone.

    A list of which most label maps could not be read is not judged: that is the problem to mend first.
    """
    findings = []
    training, validation = in_section(records, "training"), in_section(records, "validation")
    if _mostly_known(training):
        facts = case_facts(training, settings)
        findings += [*_one_sided(facts, settings, training=True), *_never_drawn(facts, settings)]
    if _mostly_known(validation):
        facts = [fact for fact in case_facts(validation, settings, training=False) if fact.labelled]
        findings += [*_one_sided(facts, settings, training=False), *_not_validated(facts, settings)]
    return findings


def _mostly_known(records: Sequence[CaseRecord]) -> bool:
    unknown = sum(not _known(record) for record in records)
    return bool(records) and 2 * unknown <= len(records)


def _known(record: CaseRecord) -> bool:
    return record.label.decoded if record.label else record.boxes is not None


def case_facts(records: Sequence[CaseRecord], settings: CheckSettings, *, training: bool = True) -> list[CaseFacts]:
    """What the training knows of the cases, with what it does not use left out.

    Args:
        records: the cases; those whose label map could not be decoded are left out, and so are those that have
            neither a label nor boxes though boxes are used.
        settings: of the training.
        training: whether the cases are trained on; the others are measured with all that is drawn.
    """
    facts = []
    for record in records:
        label, boxes = record.label, record.boxes if settings.use_boxes and training else None
        if (label and not label.decoded) or (not label and not boxes and settings.use_boxes):
            continue
        nothing = [0] * len(settings.classes)
        fact = CaseFacts(
            label.path if label else record.image.path,
            list(label.positive) if label else nothing,
            list(label.negative) if label else nothing.copy(),
            size=label.pixels if label else 0,
            supervision=record.supervision,
            labelled=label is not None,
        )
        if boxes and record.supervision != "dense":
            fact.boxes, fact.outside = list(boxes.count), bool(boxes.complete)
        if training and record.supervision != "dense":
            fact.leave_out(positive=not settings.use_positive, negative=not settings.use_negative)
        facts.append(fact)
    return facts


def _one_sided(facts: Sequence[CaseFacts], settings: CheckSettings, *, training: bool) -> list[Finding]:
    if not facts:
        return []
    try:
        refuse_unusable(facts, settings.classes, training=training, reading=settings.reading)
    except DataError as error:
        return [Finding("one-sided", str(error))]
    return []


def _sums(facts: Sequence[CaseFacts], settings: CheckSettings) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pixels drawn as each class, pixels drawn as "not" each class, and boxes of each class."""
    nothing = np.zeros(len(settings.classes), dtype=np.int64)
    positive = sum((np.array(fact.positive) for fact in facts), nothing)
    negative = sum((np.array(fact.negative) for fact in facts), nothing)
    return positive, negative, sum((np.array(fact.boxes) for fact in facts if fact.boxes), nothing)


def _never_drawn(facts: Sequence[CaseFacts], settings: CheckSettings) -> list[Finding]:
    positive, negative, boxes = _sums(facts, settings)
    missing = []
    for k, name in enumerate(settings.classes):
        # where all others are excluded somewhere, as "not background" alone does with two classes, k can be learnt
        excluded = np.delete(negative, k).all() and len(negative) > 1
        if k and not (positive[k] or boxes[k] or excluded):
            missing.append(name)
    if not missing:
        return []
    unused = [
        f"`{setting}`" for setting in ("use_positive", "use_negative", "use_boxes") if not getattr(settings, setting)
    ]
    hint = f" (what the settings {' and '.join(unused)} leave out does not count)" if unused else ""
    return [
        Finding(
            "class-never-drawn",
            f"{_quoted(missing)} occurs in none of the {len(facts)} training cases that could be read, neither drawn "
            f"nor in a dense mask nor boxed{hint}, and so cannot be learnt. Draw it, check its value in the label "
            "table, or take it out of `classes`.",
        )
    ]


def _not_validated(facts: Sequence[CaseFacts], settings: CheckSettings) -> list[Finding]:
    positive, _, _ = _sums(facts, settings)
    missing = [name for name, pixels in zip(settings.classes[1:], positive[1:], strict=True) if not pixels]
    if not facts or not missing:
        return []
    return [
        Finding(
            "class-not-validated",
            f"{_quoted(missing)} occurs in none of the {len(facts)} validation cases that could be read, so the model "
            "is chosen without regard to it. Add a validation case that shows it.",
        )
    ]


def _quoted(names: Sequence[str]) -> str:
    return " and ".join(f'"{name}"' for name in names)
