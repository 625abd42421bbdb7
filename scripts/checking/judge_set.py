"""What the cases of a data set tell together, beyond what each tells alone."""

from __future__ import annotations

from collections.abc import Sequence

from scripts.checking.finding import Finding
from scripts.checking.record import CaseRecord
from scripts.checking.set_alike import judge_alike
from scripts.checking.set_annotators import judge_annotators
from scripts.checking.set_classes import judge_classes
from scripts.checking.set_duplicates import judge_duplicates
from scripts.checking.set_kinds import judge_kinds
from scripts.checking.set_lists import judge_lists
from scripts.checking.set_names import judge_names
from scripts.checking.set_outliers import judge_outliers
from scripts.checking.set_splits import judge_splits
from scripts.checking.settings import CheckSettings

__all__ = ["judge_set"]


def judge_set(records: Sequence[CaseRecord], settings: CheckSettings) -> list[Finding]:
    """Compare the cases of all lists with each other.

    Files are read again for two questions only: label maps of images that several people drew on, and pictures that
    look alike by what was measured of them. What cannot be read is left out, since that is a problem of its case.

    Args:
        records: of all cases, in the order of the datalist.
        settings: of the training.

    Returns:
        What was found; a finding that concerns several cases names the first few, and stands at the first.
    """
    return [
        *judge_lists(records),
        *judge_kinds(records, settings.spatial_dims),
        *judge_outliers(records, settings),
        *judge_duplicates(records),
        *judge_names(records),
        *judge_annotators(records, settings),
        *judge_splits(records),
        *judge_alike(records),
        *judge_classes(records, settings),
    ]
