"""Facts of an image, whatever it is; for each number of dimensions there is a module of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from scripts.checking.measure_values import Spread
from scripts.checking.record import ImageFacts
from scripts.volumes import VolumeGrid

__all__ = ["MeasuredImage", "Report", "judge_spread"]

#: Notes a finding: name of the check, and message.
Report = Callable[[str, str], None]


@dataclass
class MeasuredImage:
    """An image as far as it could be read.

    Attributes:
        facts: for the record.
        size: pixels along each array axis, None if not known.
        grid: of a volume, None if not known.
        small: picture for a thumbnail, `WHC` uint8; None for volumes.
        factor: by which it was made smaller.
        volume: values `HWD`; None for pictures.
    """

    facts: ImageFacts
    size: tuple[int, ...] | None = None
    grid: VolumeGrid | None = None
    small: np.ndarray | None = None
    factor: int = 1
    volume: np.ndarray | None = None


def judge_spread(facts: ImageFacts, spread: Spread, report: Report) -> None:
    """Put the range of values into the facts, and report values that cannot be right."""
    facts.minimum, facts.maximum, facts.mean, facts.std = spread.minimum, spread.maximum, spread.mean, spread.std
    if spread.odd:
        report(
            "image-not-finite",
            f"{facts.path}: {spread.odd} values are NaN or infinite; expected finite numbers alone. Export the image "
            "again, or replace these values.",
        )
    if spread.minimum is not None and spread.minimum == spread.maximum:
        report(
            "image-constant",
            f"{facts.path}: every value is {spread.minimum:g}, so the image shows nothing. Export it again or leave "
            "it out.",
        )
