"""What a case tells: of its drawing and its boxes, what is used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scripts.checking.record import CaseRecord, LabelFacts
from scripts.checking.settings import CheckSettings

__all__ = [
    "Told",
    "boxes_unknown",
    "drawn_kinds",
    "known_label",
    "listed",
    "share_text",
    "told",
    "unused_text",
    "view_unknown",
]

_BACKGROUND = 0
_UNUSABLE_BOXES = ("boxes-unreadable", "box-degenerate", "box-outside", "box-class")
_UNUSABLE_VIEWS = ("view-unreadable", "view-empty")


@dataclass
class Told:
    """What can be learned from a case, or measured on it; each list has an entry per class.

    Attributes:
        positive: number of pixels drawn as the class.
        negative: number of pixels drawn as "not" the class.
        inside: whether there are boxes of the class.
        outside: whether pixels outside all boxes of the class are known not to be of it.
    """

    positive: list[int]
    negative: list[int]
    inside: list[bool]
    outside: list[bool]

    @property
    def drawn(self) -> int:
        """Number of drawn pixels."""
        return sum(self.positive) + sum(self.negative)

    @property
    def boxed(self) -> bool:
        """Whether boxes say anything; no box at all says that everything is background."""
        return any(self.inside) or any(self.outside)

    def single_answers(self, implied: bool) -> list[int]:
        """The classes that could be answered at every pixel without contradicting anything.

        Args:
            implied: whether undrawn pixels beside the strokes of a foreground class count as background.
        """
        return [k for k in range(len(self.positive)) if not self._contradicted(k, implied)]

    def _contradicted(self, k: int, implied: bool) -> bool:
        others = [j for j in range(len(self.positive)) if j != k]
        return (
            any(self.positive[j] or self.inside[j] for j in others)
            or bool(self.negative[k] or self.outside[k])
            or (implied and k != _BACKGROUND and self.positive[k] > 0)
        )


def drawn_kinds(drawing: Told | LabelFacts, classes: Sequence[str]) -> list[str]:
    """Names of the kinds of drawing that occur."""
    said = [name for name, number in zip(classes, drawing.positive) if number]
    return said + [f"not {name}" for name, number in zip(classes, drawing.negative) if number]


def known_label(record: CaseRecord) -> LabelFacts | None:
    """The label, if its counts are known."""
    label = record.label
    return label if label is not None and label.readable and label.decoded and label.positive else None


def told(record: CaseRecord, settings: CheckSettings) -> Told:
    """What a case tells; of a label whose counts are not known, nothing.

    A training leaves out the kinds of drawing, and the boxes, that it is told to. Metrics take all positive drawings,
    and of negative ones those that two classes turn into the other class; boxes do not count for them.
    """
    number = len(settings.classes)
    label, boxes = known_label(record), record.boxes
    positive = list(label.positive) if label else [0] * number
    negative = list(label.negative) if label else [0] * number
    training, dense = record.section == "training", record.supervision == "dense"
    if not dense and training and not settings.use_positive:
        positive = [0] * number
    if not dense and (not settings.use_negative if training else number > 2):
        negative = [0] * number
    inside, outside = [False] * number, [False] * number
    if boxes is not None and settings.use_boxes and training and not dense:
        complete = {name.strip().lower() for name in boxes.complete}
        inside = [bool(count) for count in boxes.count] or inside
        outside = [str(name).strip().lower() in complete for name in settings.classes]
    return Told(positive, negative, inside, outside)


def unused_text(record: CaseRecord, said: Told, settings: CheckSettings) -> str:
    """The kinds of drawing that the label has and nobody uses, for a message; empty if there are none."""
    used = drawn_kinds(said, settings.classes)
    label = known_label(record)
    unused = [kind for kind in drawn_kinds(label, settings.classes) if kind not in used] if label else []
    who = "the training does not use" if record.section == "training" else "metrics cannot use"
    return f"{listed(unused)}, which {who}" if unused else ""


def boxes_unknown(record: CaseRecord, settings: CheckSettings) -> bool:
    """Whether the case has boxes that should be used, but could not be read or do not fit."""
    if not settings.use_boxes:
        return False
    coarse_training = record.section == "training" and record.supervision != "dense"
    lost = coarse_training and record.boxes is None and "boxes" in record.keys
    return lost or any(finding.check in _UNUSABLE_BOXES for finding in record.findings)


def view_unknown(record: CaseRecord) -> bool:
    """Whether the field of view cannot be used, so that the counts are not what it would leave."""
    return any(finding.check in _UNUSABLE_VIEWS for finding in record.findings)


def listed(kinds: Sequence[str]) -> str:
    """``"a" and "b"``."""
    return " and ".join(f'"{kind}"' for kind in kinds)


def share_text(part: int, whole: int) -> str:
    """``12 of 300 (4 %)``."""
    share = 100 * part / whole
    return f"{part} of {whole} ({'below 0.001' if 0 < share < 0.001 else format(share, '.3g')} %)"
