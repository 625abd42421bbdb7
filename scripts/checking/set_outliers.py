"""Images that are unlike all others of the data set in size, brightness or voxel size."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from scripts.checking.finding import Finding
from scripts.checking.record import CaseRecord
from scripts.checking.set_findings import finding_of, group_by, line_of, one_per_image
from scripts.checking.settings import CheckSettings
from scripts.wording import times

__all__ = ["judge_outliers"]

# what is usual cannot be told from fewer images
_FEWEST = 8
# more than this share are no outliers but a second kind of image
_LARGEST_SHARE = 0.1
# distance from the median in standard deviations, and how many of them a median absolute deviation is
_DEVIATIONS, _NORMAL = 5.0, 1.4826
# differences that are large whatever the others scatter: ratios of lengths, a share of the range from black to white,
# of volumes multiples of their own standard deviation, and a ratio of these standard deviations
_SIZE_RATIO, _BRIGHTNESS, _VALUE_SHIFT, _VALUE_RATIO = 2.0, 0.12, 1.5, 20.0


def judge_outliers(records: Sequence[CaseRecord], settings: CheckSettings) -> list[Finding]:
    """Find the outliers; every rule asks for a large difference and for one far beyond what is usual in the set.

    Values of volumes are compared under a ``window`` alone: else every volume is scaled by its own.
    """
    images = one_per_image(records)
    findings = _sizes(images)
    if settings.spatial_dims == 2:
        return findings + _brightness(images)
    return findings + (_intensities(images) if settings.window else []) + _spacings(images)


def outliers(values: Sequence[float], least: float) -> list[int]:
    """Indices of the values that differ from the median by more than ``least`` and by more than the others scatter.

    Args:
        values: one per image.
        least: smallest difference that matters.

    Returns:
        The indices; none where there are too few values, or so many outliers that they are a kind of their own.
    """
    if len(values) < _FEWEST:
        return []
    distance = np.abs(np.asarray(values, dtype=np.float64) - np.median(values))
    limit = max(least, _DEVIATIONS * _NORMAL * float(np.median(distance)))
    found = np.flatnonzero(distance > limit).tolist()
    return found if len(found) <= max(1, _LARGEST_SHARE * len(values)) else []


def _find(
    check: str,
    images: Sequence[CaseRecord],
    value: Callable[[CaseRecord], float],
    least: float,
    text: str,
    note: Callable[[CaseRecord], str],
) -> list[Finding]:
    found = [images[index] for index in outliers([value(record) for record in images], least)]
    return [finding_of(check, text, found, [line_of(record, note(record)) for record in found])] if found else []


def _sizes(images: Sequence[CaseRecord]) -> list[Finding]:
    sized = [record for record in images if record.image.size and min(record.image.size) > 0]
    if not sized:
        return []
    side = {id(record): math.log(math.prod(record.image.size)) / len(record.image.size) for record in sized}
    middle = sorted(sized, key=lambda record: side[id(record)])[len(sized) // 2]
    return _find(
        "image-size-outlier",
        sized,
        lambda record: side[id(record)],
        math.log(_SIZE_RATIO),
        f"far larger or smaller than the others, of which {times(middle.image.size)} is typical. Structures may look "
        "as much larger or smaller; export these images at the scale of the others, or leave them out",
        lambda record: times(record.image.size),
    )


def _brightness(images: Sequence[CaseRecord]) -> list[Finding]:
    findings = []
    measured = [record for record in images if record.image.mean is not None and record.image.maximum is not None]
    for kind in group_by(measured, lambda record: record.image.dtype).values():
        shares = {id(record): _white_share(record) for record in kind}
        findings += _find(
            "image-brightness-outlier",
            kind,
            lambda record, shares=shares: shares[id(record)],
            _BRIGHTNESS,
            f"far brighter or darker than the others, whose mean is {np.median(list(shares.values())):.0%} of white. "
            "Look whether they show the same kind of picture, and leave out what was exposed wrongly",
            lambda record, shares=shares: f"{shares[id(record)]:.0%}",
        )
    return findings


def _white_share(record: CaseRecord) -> float:
    """Mean brightness from 0 to 1; more than 8 bits are scaled by their maximum, as when they are read."""
    white = 255.0 if record.image.dtype == "uint8" else float(record.image.maximum or 0)
    return float(record.image.mean or 0) / white if white else 0.0


def _intensities(images: Sequence[CaseRecord]) -> list[Finding]:
    measured = [record for record in images if record.image.mean is not None and record.image.std]
    if not measured:
        return []
    means = [float(record.image.mean or 0) for record in measured]
    stds = [float(record.image.std or 1) for record in measured]
    usual = float(np.median(stds))
    found = sorted({*outliers(means, _VALUE_SHIFT * usual), *outliers(list(np.log(stds)), math.log(_VALUE_RATIO))})
    if not found:
        return []
    return [
        finding_of(
            "image-brightness-outlier",
            f"voxel values far from those of the others, which are typically {np.median(means):.4g} +- {usual:.4g}. "
            "Look whether these were stored in another unit, for instance CT without its offset of -1024, and export "
            "them again",
            [measured[index] for index in found],
            [line_of(measured[index], f"{means[index]:.4g} +- {stds[index]:.4g}") for index in found],
        )
    ]


def _spacings(images: Sequence[CaseRecord]) -> list[Finding]:
    known = [record for record in images if record.image.spacing and min(record.image.spacing) > 0]
    if not known:
        return []
    # sorted, since the axes of volumes are stored in different orders
    sides = np.sort(np.array([record.image.spacing for record in known]), axis=1)
    found = sorted({index for axis in sides.T for index in outliers(np.log(axis).tolist(), math.log(_SIZE_RATIO))})
    if not found:
        return []
    return [
        finding_of(
            "spacing-outlier",
            f"voxels of an unusual size; typical are {times(np.median(sides, axis=0))} mm. All volumes are resampled "
            "to one voxel size, so a wrong one in a header scales the structures. Compare it with the scan's own data",
            [known[index] for index in found],
            [line_of(known[index], f"{times(known[index].image.spacing or [])} mm") for index in found],
        )
    ]
