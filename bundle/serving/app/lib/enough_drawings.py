"""Whether there are drawings enough to train and to validate on. Plain standard library."""

from __future__ import annotations

import math

__all__ = ["TooFewDrawingsError", "refuse_too_few"]


class TooFewDrawingsError(ValueError):
    """Says how many more images must be drawn on."""


def refuse_too_few(drawn: int, training: int, validation: int | None, share: float) -> None:
    """Check what the drawings were split into.

    Args:
        drawn: images with a drawing.
        training: those to train on.
        validation: those to validate on; None where the bundle has validation cases of its own.
        share: of the drawings that is to be validated on, the option ``val_split``.

    Raises:
        TooFewDrawingsError: saying what an annotator can do.
    """
    if training and (validation is None or validation):
        return
    if share == 0:
        raise TooFewDrawingsError(
            "there are no validation cases, since val_split is 0. Train with a share of the drawings, such as "
            "val_split 0.2, or with the masks of data/datalist.json in the bundle, val_split -1."
        )
    have = "1 image has a drawing" if drawn == 1 else f"{drawn or 'no'} images have drawings"
    asked = "" if share < 0 else f" with val_split {share:g}"
    missing = max(1, _needed(share) - drawn)
    more = "1 more image" if missing == 1 else f"{missing} more images"
    raise TooFewDrawingsError(
        f"{have}, which is too few to train{asked}. Save drawings for at least {more}, then train again."
    )


def _needed(share: float) -> int:
    """Images of which, as MONAI rounds, at least one is trained on and one validated on."""
    if share < 0:
        return 1
    return max(math.floor(0.5 / share) + 1, math.ceil(0.5 / (1 - share)))
