"""How much of the cases is labelled as what, for reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from scripts.checking.judge_case_told import known_label
from scripts.checking.record import CaseRecord
from scripts.checking.settings import CheckSettings

__all__ = ["case_shares", "section_shares"]

_IGNORE, _OUTSIDE, _UNDRAWN = "ignore", "outside view", "undrawn"


def case_shares(record: CaseRecord, settings: CheckSettings) -> dict[str, float]:
    """Shares of all pixels of a case by kind; they add up to 1.

    Whatever is labelled counts, also what a training does not use.

    Args:
        record: of the case.
        settings: names the classes.

    Returns:
        Shares (0 to 1) by kind, in the order of the classes: each class, also if it does not occur, and of these
        where they occur ``not <class>`` after its class, then ``ignore``, ``outside view`` (labelled outside the field
        of view) and ``undrawn``. Empty for a case whose label is missing or could not be decoded.
    """
    return _shares(_pixels(record, settings), settings)


def section_shares(records: Sequence[CaseRecord], settings: CheckSettings) -> dict[str, dict[str, float]]:
    """Shares of all pixels of each list of cases together, by list and kind.

    Args:
        records: of all cases.
        settings: names the classes.

    Returns:
        As :func:`case_shares`, for each list (``training`` and so on) that occurs, in the order of the cases; empty for
        a list without any label that could be decoded.
    """
    pixels: dict[str, Counter[str]] = {}
    for record in records:
        pixels.setdefault(record.section, Counter()).update(_pixels(record, settings))
    return {section: _shares(numbers, settings) for section, numbers in pixels.items()}


def _pixels(record: CaseRecord, settings: CheckSettings) -> Counter[str]:
    """Number of pixels of each kind; empty if it is not known."""
    label = known_label(record)
    if label is None:
        return Counter()
    numbers: Counter[str] = Counter()
    for name, positive, negative in zip(settings.classes, label.positive, label.negative):
        numbers[name] = positive
        numbers[f"not {name}"] = negative
    numbers[_IGNORE] = label.ignored
    numbers[_OUTSIDE] = label.outside_view or 0
    numbers[_UNDRAWN] = max(label.pixels - numbers.total(), 0)
    return numbers


def _shares(numbers: Counter[str], settings: CheckSettings) -> dict[str, float]:
    whole = numbers.total()
    if not whole:
        return {}
    order = [kind for name in settings.classes for kind in (name, f"not {name}")] + [_IGNORE, _OUTSIDE, _UNDRAWN]
    return {kind: numbers[kind] / whole for kind in order if numbers[kind] or kind in settings.classes}
