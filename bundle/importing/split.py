"""Puts whole subjects into the lists of a datalist."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping

from scripts.errors import DataError

__all__ = ["split_subjects"]


def split_subjects(
    subjects: Collection[str],
    *,
    measurable: Collection[str],
    dense: Collection[str],
    given: Mapping[str, str],
    validation: float,
    test: float,
    seed: int,
) -> dict[str, str]:
    """The list of each subject.

    What is given stays. The others fill up validation and test to the numbers that are asked for, those with dense
    masks first, since metrics need them, and never those with boxes alone; the rest are for training. The order is
    drawn by a hash of seed and subject, so that a later subject changes nothing for the earlier ones.

    Args:
        subjects: all that have a label or boxes.
        measurable: those with a label map.
        dense: those with a dense mask.
        given: list by subject, also of subjects that have no label.
        validation: number of subjects, or, below 1, share of all (rounded, at least one).
        test: the same.
        seed: of the order.

    Returns:
        ``training``, ``validation`` or ``test`` by subject.

    Raises:
        DataError: when none would be left for training.
    """
    split = {subject: given[subject] for subject in subjects if subject in given}
    free = sorted(
        set(subjects) - set(split),
        key=lambda name: (name not in dense, hashlib.sha256(f"{seed}/{name}".encode()).digest()),
    )
    for section, wanted in (("validation", validation), ("test", test)):
        number = int(wanted) if wanted >= 1 or wanted == 0 else max(1, round(wanted * len(subjects)))
        missing = max(0, number - sum(held == section for held in split.values()))
        split |= dict.fromkeys([name for name in free if name in measurable][:missing], section)
        free = [name for name in free if name not in split]
    split |= dict.fromkeys(free, "training")
    if "training" not in split.values():
        raise DataError(
            f"{len(subjects)} subject(s) have labels, and none of them is left for training. Give smaller --validation "
            "and --test, or more annotations."
        )
    return split
