"""Confusion matrices of the people who draw, in four forms."""

from __future__ import annotations

from scripts.errors import SettingError

from .base import Confusion, ConfusionForm
from .binary import BinaryConfusion, BinaryForm
from .coarse import CoarseConfusion
from .full import FullConfusion, FullForm
from .low_rank import LowRankConfusion, LowRankForm
from .omission import OmissionConfusion, OmissionForm

__all__ = [
    "BinaryConfusion",
    "BinaryForm",
    "CoarseConfusion",
    "Confusion",
    "ConfusionForm",
    "FullConfusion",
    "FullForm",
    "LowRankConfusion",
    "LowRankForm",
    "OmissionConfusion",
    "OmissionForm",
    "confusion_form",
]


def confusion_form(form: str, num_classes: int, diagonal: float = 0.9, rank: int = 1) -> ConfusionForm:
    """The form of that name.

    Args:
        form: ``full``, ``binary`` (two classes only), ``omission`` or ``low_rank``.
        num_classes: C, at least 2.
        diagonal: value of every diagonal element before training, in (0, 1); each form says how low it can start.
        rank: R, for ``low_rank`` only.

    Raises:
        SettingError: for an unknown form, or a value that the form does not take.
    """
    if form == "full":
        return FullForm(num_classes, diagonal)
    if form == "binary":
        return BinaryForm(num_classes, diagonal)
    if form == "omission":
        return OmissionForm(num_classes, diagonal)
    if form == "low_rank":
        return LowRankForm(num_classes, diagonal, rank)
    raise SettingError(f"the form of the confusion matrices must be full, binary, omission or low_rank, got {form!r}.")
