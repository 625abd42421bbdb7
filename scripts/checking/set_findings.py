"""Findings that concern several cases at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence

from scripts.checking.finding import Finding
from scripts.checking.record import CaseRecord
from scripts.errors import list_problems

__all__ = ["finding_of", "group_by", "image_key", "in_section", "line_of", "one_per_image"]

_MOST_NAMED = 5


def line_of(record: CaseRecord, note: str = "") -> str:
    """A case as a line of a message."""
    return f"{record.where}: {record.image.path}" + (f" ({note})" if note else "")


def finding_of(
    check: str,
    text: str,
    records: Sequence[CaseRecord],
    lines: Sequence[str] | None = None,
    *,
    most: int = _MOST_NAMED,
    file: str | None = None,
) -> Finding:
    """One finding for several cases, at the first of them.

    Args:
        check: its name.
        text: what is wrong and what to do, without a full stop at its end.
        records: the cases; at least one.
        lines: what is named below the text; default: the cases.
        most: how many lines are spelled out.
        file: to look at; default: the image of the first case.
    """
    lines = [line_of(record) for record in records] if lines is None else lines
    first = records[0]
    return Finding(check, list_problems(text, lines, most), first.where, first.image.path if file is None else file)


def group_by(
    records: Iterable[CaseRecord], key: Callable[[CaseRecord], Hashable | None]
) -> dict[Hashable, list[CaseRecord]]:
    """The cases by a key, in their order; those whose key is None or empty are left out."""
    groups: dict[Hashable, list[CaseRecord]] = defaultdict(list)
    for record in records:
        value = key(record)
        if value not in (None, ""):
            groups[value].append(record)
    return dict(groups)


def image_key(record: CaseRecord) -> str:
    """What is the same for cases that show the same image: its values, or its path where they are not known.

    Images of one value throughout are told apart by their paths: they are wrong in another way.
    """
    image = record.image
    return image.path if not image.pixels or image.minimum == image.maximum else image.pixels


def in_section(records: Iterable[CaseRecord], section: str) -> list[CaseRecord]:
    """The cases of one list."""
    return [record for record in records if record.section == section]


def one_per_image(records: Iterable[CaseRecord]) -> list[CaseRecord]:
    """The first case of each image that was measured."""
    firsts = {image_key(record): record for record in reversed(list(records)) if record.image.readable}
    return list(reversed(firsts.values()))
