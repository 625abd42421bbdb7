"""Sorts cases into the lists of a datalist."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bundle.importing.former_import import LISTS, FormerImport, identity
from bundle.importing.split import split_subjects
from bundle.importing.subjects import SECTIONS, Subjects
from scripts.errors import DataError, list_problems

__all__ = ["SplitPlan", "list_cases"]

_HELD_BACK = "held_back"
# of a case that is held back: the list that its subject is in
_FROM = "held_back_from"


@dataclass(frozen=True)
class SplitPlan:
    """How cases are put into lists.

    Attributes:
        validation: number or share of subjects.
        test: number or share of subjects.
        seed: of the order.
        again: whether subjects that are in a list already are drawn again too.
    """

    validation: float = 0.1
    test: float = 0.0
    seed: int = 0
    again: bool = False


def list_cases(
    entries: Iterable[dict[str, Any]], former: FormerImport, subjects: Subjects, plan: SplitPlan
) -> dict[str, list[dict[str, Any]]]:
    """The lists, each sorted by image.

    Subjects stay whole, and where earlier imports have put them. Of subjects that are measured on, drawings beside
    dense masks and cases with boxes alone are held back: they cannot be measured on, and to train on them would tell of
    the subject.

    Args:
        entries: all cases.
        former: earlier imports.
        subjects: of the images.
        plan: how.

    Returns:
        Cases by list; ``held_back`` only if there are any.

    Raises:
        DataError: when a subject would be in two lists, or none is left for training.
    """
    entries = sorted(entries, key=identity)
    before = {} if plan.again else _former_sections(entries, former)
    moved = [
        f'the subject "{subject}" is given to {section}, but an earlier import has put it into {before[subject]}'
        for subject, section in subjects.given.items()
        if before.get(subject, section) != section
    ]
    if moved:
        raise DataError(list_problems("lists of subjects; give --split-again to draw all lists anew", moved))
    dense = {entry["subject"] for entry in entries if entry["supervision"] == "dense"}
    split = split_subjects(
        {entry["subject"] for entry in entries},
        measurable={entry["subject"] for entry in entries if entry.get("label")},
        dense=dense,
        given={**before, **subjects.given},
        validation=plan.validation,
        test=plan.test,
        seed=plan.seed,
    )
    lists: dict[str, list[dict[str, Any]]] = {name: [] for name in LISTS}
    for entry in entries:
        section = split[entry["subject"]]
        beside = entry["supervision"] != "dense" and entry["subject"] in dense
        plain = {key: value for key, value in entry.items() if key != _FROM}
        if section != "training" and (beside or not entry.get("label")):
            lists[_HELD_BACK].append({**plain, _FROM: section})
        else:
            lists[section].append(plain)
    return lists if lists[_HELD_BACK] else {name: lists[name] for name in SECTIONS}


def _former_sections(entries: Sequence[dict[str, Any]], former: FormerImport) -> dict[str, str]:
    """The list of each subject after earlier imports, under the names that subjects have now.

    Raises:
        DataError: when a subject that is known now was put into two lists, as images without subjects.
    """
    by_image = {entry["image"]: entry.get(_FROM) for entry in former.entries.get(_HELD_BACK, ())}
    by_image |= {entry["image"]: section for section in SECTIONS for entry in former.entries.get(section, ())}
    sections: dict[str, set[str]] = {}
    for entry in entries:
        section = by_image.get(entry["image"])
        if section in SECTIONS:
            sections.setdefault(entry["subject"], set()).add(section)
    torn = [f'"{subject}": {", ".join(sorted(names))}' for subject, names in sections.items() if len(names) > 1]
    if torn:
        raise DataError(
            list_problems("an earlier import put subjects into two lists; give --split-again to draw all anew", torn)
        )
    return {subject: next(iter(names)) for subject, names in sections.items()}
