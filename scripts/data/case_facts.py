"""What is found in a case before it is used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scripts.boxes import Box

__all__ = ["CaseFacts", "case_name"]


@dataclass
class CaseFacts:
    """What was found in one case.

    Attributes:
        label: path of the label map, or of the image where there is none.
        positive: number of pixels drawn as each class.
        negative: number of pixels drawn as "not" each class.
        size: number of pixels of the label map, or of the image.
        problem: why the case cannot be used; empty if it can.
        supervision: ``coarse`` or ``dense``.
        labelled: whether there is a label map.
        boxes: number of boxes of each class; None for a case that was not boxed, or is dense and needs none.
        fitted: the boxes, cut to the image and with the names of the classes as they are set.
        cut: number of boxes that reached beyond the image.
        outside: whether it is known of some class that it is nowhere outside its boxes.
        seen: whether the field of view, where there is one, holds any pixel.
    """

    label: str
    positive: list[int] = field(default_factory=list)
    negative: list[int] = field(default_factory=list)
    size: int = 0
    problem: str = ""
    supervision: str = "coarse"
    labelled: bool = True
    boxes: list[int] | None = None
    fitted: list[Box] = field(default_factory=list)
    cut: int = 0
    outside: bool = False
    seen: bool = True

    @property
    def drawn(self) -> int:
        """Number of pixels on which something is drawn; a pixel with both kinds counts twice."""
        return sum(self.positive) + sum(self.negative)

    @property
    def told(self) -> bool:
        """Whether the case says anything that can be trained on; a case without a single box is all background."""
        return self.drawn > 0 or (self.seen and (bool(self.boxes and any(self.boxes)) or self.outside))

    def leave_out(self, *, positive: bool, negative: bool) -> None:
        """Forget one kind of drawing, which the training does not use."""
        if positive:
            self.positive = [0] * len(self.positive)
        if negative:
            self.negative = [0] * len(self.negative)


def case_name(case: Mapping[str, Any]) -> str:
    """What a case is called in messages: the path of its label, or of its image where there is none."""
    return str(case.get("label") or case["image"])
